"""Finds the papers that come near a query."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.nearest import LEAST, combinations_tried, name_of, nearness, rarity, wish_of
from bot.domain.query import evidence_in, holds
from bot.domain.query.nodes import Or
from bot.domain.searchable import searchable, title_alone
from bot.domain.tokens import analyse
from bot.storage import papers, search
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.domain.nearest import Nearness, Wish
    from bot.domain.paper import Paper
    from bot.domain.query import Evidence, Query
    from bot.storage.database import Connection

MOST: Final = 30
"""Papers that come near, at most; who does not find among them looks for something else."""

_COUNTED: Final = 300
"""Of a word that more papers have, how many have it is reckoned from how close together the newest lie."""

_LOOKED_AT: Final = 60
"""Papers whose texts are read to see how near they come."""

_LOOK_UPS: Final = 40
"""Combinations of words that the index is asked for, at most."""


@dataclass(frozen=True, slots=True)
class Near:
    """A paper that comes near.

    Attributes:
        paper: the paper.
        evidence: what of the query it has, and where.
        lacking: the words that it has not, as they were typed.
    """

    paper: Paper
    evidence: Evidence
    lacking: tuple[str, ...]


async def find_near(
    connection: Connection, query: Query, *, since: date | None, except_for: frozenset[int]
) -> list[Near]:
    """Return the papers that come nearest to a query, best first, of equal ones the newest.

    Args:
        connection: an open view.
        query: what is looked for.
        since: only papers of this day or later.
        except_for: rows of the papers that are found already.
    """
    wish = wish_of(query.root)
    if not wish.words:
        return []
    weights = await _weights(connection, wish)
    rows = await _candidates(connection, wish, weights, since, except_for)
    stored = await papers.by_ids(connection, rows)
    return await asyncio.to_thread(_nearest, wish, weights, stored)


async def _weights(connection: Connection, wish: Wish) -> list[float]:
    last = await papers.last_row(connection)
    weights = []
    for word in wish.words:
        hits = await search.find(connection, word, Window(newest=_COUNTED, ranked=False))
        having = float(len(hits))
        if len(hits) == _COUNTED:
            having *= last / (last - hits[-1].id + 1)
        weights.append(rarity(having, last))
    return weights


async def _candidates(
    connection: Connection,
    wish: Wish,
    weights: Sequence[float],
    since: date | None,
    except_for: frozenset[int],
) -> list[int]:
    """Return rows of papers that may come near, those with the heaviest combination of words first."""
    window = Window(newest=_LOOKED_AT + len(except_for), since=since, ranked=False)
    rows: dict[int, None] = {}
    for number, chosen in enumerate(combinations_tried(weights)):
        if number == _LOOK_UPS or len(rows) >= _LOOKED_AT:
            break
        hits = await search.find(connection, wish.all_of(chosen), window)
        rows |= dict.fromkeys(hit.id for hit in hits if hit.id not in except_for)
    return list(rows)[:_LOOKED_AT]


def _nearest(wish: Wish, weights: Sequence[float], stored: Mapping[int, Paper]) -> list[Near]:
    looked_for = Or(wish.words) if len(wish.words) > 1 else wish.words[0]
    found: list[tuple[Nearness, Near]] = []
    for paper in stored.values():
        text = searchable(paper)
        analysed = analyse(text)
        if not all(holds(node, analysed) for node in wish.bound):
            continue  # the index was not sure
        near = nearness(wish, weights, analysed, analyse(title_alone(text)))
        if near.met >= LEAST:
            evidence = evidence_in(looked_for, analysed)
            lacking = tuple(name_of(wish.words[at]) for at in near.lacking)
            found.append((near, Near(paper, evidence, lacking)))
    found.sort(key=lambda one: (-one[0].score, -one[1].paper.id))
    return [near for _, near in found[:MOST]]
