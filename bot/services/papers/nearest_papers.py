"""Finds papers that match a query in part."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.query import evidence_in, holds
from bot.domain.query.nodes import Or
from bot.domain.search.nearest import LEAST, combinations_tried, name_of, nearness, weights_of, wish_of
from bot.domain.search.search_document import searchable, title_alone
from bot.domain.text.analysis import analyse
from bot.storage import search
from bot.storage.archive import papers
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.domain.papers.paper import Paper
    from bot.domain.query import Evidence, Query
    from bot.domain.search.nearest import Nearness, QueryParts
    from bot.storage.engine.database import Connection

MOST: Final = 30
"""Papers that come near, at most; who does not find among them looks for something else."""

_RARE: Final = 300
"""A word that fewer papers have is rare: all of its papers are looked at. Of another word it is reckoned from
how close together the newest of its papers lie how many have it."""

_READ: Final = 40
"""Papers whose texts are read to see how near they come."""

_LOOK_UPS: Final = 12
"""Combinations of common words that the index is asked for, at most."""


@dataclass(frozen=True, slots=True)
class NearPaper:
    """A paper that matches a query in part.

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
) -> list[NearPaper]:
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
    looked_up = await _look_up(connection, wish)
    rows = await _candidates(connection, looked_up, since, except_for)
    stored = await papers.by_ids(connection, rows)
    return await asyncio.to_thread(_nearest, wish, looked_up.weights, stored)


@dataclass(frozen=True, slots=True)
class _LookedUp:
    """What the index says of a query's words.

    Attributes:
        wish: the query.
        weights: of its words.
        rare: the rows of the papers that have a word, for each rare word by its place.
        common: the places of the other words.
    """

    wish: QueryParts
    weights: tuple[float, ...]
    rare: Mapping[int, frozenset[int]]
    common: tuple[int, ...]


async def _look_up(connection: Connection, wish: QueryParts) -> _LookedUp:
    last = await papers.last_row(connection)
    counts: list[float] = []
    rare: dict[int, frozenset[int]] = {}
    for at, word in enumerate(wish.words):
        hits = await search.find(connection, word, Window(newest=_RARE, ranked=False))
        having = float(len(hits))
        if len(hits) < _RARE:
            rare[at] = frozenset(hit.id for hit in hits)
        else:
            having *= last / (last - hits[-1].id + 1)
        counts.append(having)
    common = tuple(at for at in range(len(counts)) if at not in rare)
    weights = tuple(weights_of(counts, last))
    return _LookedUp(wish, weights, {at: rows for at, rows in rare.items() if rows}, common)


async def _candidates(
    connection: Connection, looked_up: _LookedUp, since: date | None, except_for: frozenset[int]
) -> list[int]:
    """Return rows of papers that may come near, those that surely have most of the weight first."""
    enough = LEAST * sum(looked_up.weights)
    weight = await _with_rare_words(connection, looked_up, since)
    known = {row: value for row, value in weight.items() if value >= enough and row not in except_for}
    for row, value in (await _with_common_words(connection, looked_up, since, except_for, enough)).items():
        known.setdefault(row, value)
    return sorted(known, key=lambda row: (-known[row], -row))[:_READ]


async def _with_rare_words(
    connection: Connection, looked_up: _LookedUp, since: date | None
) -> dict[int, float]:
    """Return what of the weight each paper with a rare word has."""
    wish, weights, rare = looked_up.wish, looked_up.weights, looked_up.rare
    if not rare:
        return {}
    window = Window(since=since, ranked=False)
    hits = await search.find(connection, wish.any_of(list(rare)), window)
    found = {hit.id: sum(weights[at] for at, rows in rare.items() if hit.id in rows) for hit in hits}
    for at in looked_up.common:
        for hit in await search.find(connection, wish.any_of(list(rare), beside=at), window):
            found[hit.id] = found.get(hit.id, 0.0) + weights[at]
    return found


async def _with_common_words(
    connection: Connection,
    looked_up: _LookedUp,
    since: date | None,
    except_for: frozenset[int],
    enough: float,
) -> dict[int, float]:
    """Return what of the weight papers with common words have at least: the newest of such papers."""
    wish, common = looked_up.wish, looked_up.common
    window = Window(newest=_READ + len(except_for), since=since, ranked=False)
    weights = [looked_up.weights[at] for at in common]
    found: dict[int, float] = {}
    for number, chosen in enumerate(combinations_tried(weights, enough)):
        if number == _LOOK_UPS or len(found) >= _READ:
            break
        value = sum(weights[at] for at in chosen)
        for hit in await search.find(connection, wish.all_of([common[at] for at in chosen]), window):
            if hit.id not in except_for:
                found.setdefault(hit.id, value)
    return found


def _nearest(wish: QueryParts, weights: Sequence[float], stored: Mapping[int, Paper]) -> list[NearPaper]:
    looked_for = Or(wish.words) if len(wish.words) > 1 else wish.words[0]
    found: list[tuple[Nearness, NearPaper]] = []
    for paper in stored.values():
        text = searchable(paper)
        analysed = analyse(text)
        if not all(holds(node, analysed) for node in wish.bound):
            continue  # the index was not sure
        near = nearness(wish, weights, analysed, analyse(title_alone(text)))
        if near.met >= LEAST:
            evidence = evidence_in(looked_for, analysed)
            lacking = tuple(name_of(wish.words[at]) for at in near.lacking)
            found.append((near, NearPaper(paper, evidence, lacking)))
    found.sort(key=lambda one: (-one[0].score, -one[1].paper.id))
    return [near for _, near in found[:MOST]]
