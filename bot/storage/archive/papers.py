"""Papers."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, update

from bot.domain.papers.paper import Paper
from bot.domain.papers.same_title import PREFIX_LENGTH
from bot.domain.text.normalize import bounded_key, title_key
from bot.storage.engine.statements import as_json, batches, insert_for, reserve_ids
from bot.storage.schema import paper_ids, papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

_LISTS = ("authors", "categories", "code_urls", "project_urls", "topics", "sources", "takeaways")


async def by_canonical_ids(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Paper]:
    """Return the stored papers among these ids, by the id that was asked for.

    An id that no paper has as its canonical one may be another id of a paper (`add_other_ids`).
    """
    wanted = sorted(set(ids))
    found = {
        paper.canonical_id: paper
        for chunk in batches(wanted)
        for paper in await _select(connection, papers.c.canonical_id.in_(chunk))
    }
    rows = {
        row.other_id: row.paper_id
        for chunk in batches([one for one in wanted if one not in found])
        for row in await connection.execute(select(paper_ids).where(paper_ids.c.other_id.in_(chunk)))
    }
    stored = await by_ids(connection, rows.values()) if rows else {}
    return found | {other: stored[row] for other, row in rows.items()}


async def add_other_ids(connection: AsyncConnection, ids: Iterable[tuple[str, int]]) -> None:
    """Let papers be found by more ids; an id that another paper has already stays with that one."""
    for chunk in batches(sorted(set(ids))):
        rows = [{"other_id": other, "paper_id": row} for other, row in chunk]
        await connection.execute(insert_for(connection, paper_ids).on_conflict_do_nothing(), rows)


async def by_ids(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Paper]:
    """Return the papers of these rows."""
    return {
        paper.id: paper
        for chunk in batches(sorted(set(ids)))
        for paper in await _select(connection, papers.c.id.in_(chunk))
    }


async def by_dois(connection: AsyncConnection, dois: Iterable[str]) -> dict[str, Paper]:
    """Return the stored papers that have one of these DOIs, by DOI; of several the first one stored."""
    return {
        paper.doi: paper
        for chunk in batches(sorted(set(dois)))
        for paper in await _select(connection, papers.c.doi.in_(chunk), papers.c.id.desc())
        if paper.doi
    }


async def by_title_beginnings(connection: AsyncConnection, keys: Iterable[str], *, limit: int) -> list[Paper]:
    """Return papers whose title key begins like one of these keys, at most `limit` a key."""
    found: dict[int, Paper] = {}
    for key in sorted({key[:PREFIX_LENGTH] for key in keys if key}):
        # Not BETWEEN, whose first bound may not have the collation that SQLAlchemy writes on PostgreSQL.
        condition = (papers.c.title_key >= key) & (papers.c.title_key <= key + "\U0010ffff")
        for paper in await _select(connection, condition, papers.c.title_key, limit=limit):
            found[paper.id] = paper
    return list(found.values())


async def without_arxiv_id_exist(connection: AsyncConnection) -> bool:
    """Tell whether any stored paper is known by DOI or title only."""
    # Canonical ids sort as `acl:…` < `arxiv:…` < `doi:…`: a step or two into the unique index.
    for beyond in (papers.c.canonical_id >= "arxiv;", papers.c.canonical_id < "arxiv:"):
        if (await connection.execute(select(papers.c.id).where(beyond).limit(1))).first() is not None:
            return True
    return False


async def newest(connection: AsyncConnection, *, limit: int, topic: str | None = None) -> list[Paper]:
    """Return the papers seen last, newest first; of one topic where one is given."""
    condition = _lists(papers.c.topics, topic) if topic else None
    order = (papers.c.first_seen_at.desc(), papers.c.id.desc())
    return await _select(connection, condition, *order, limit=limit)


async def after(connection: AsyncConnection, row: int, *, limit: int) -> list[Paper]:
    """Return papers in the order in which they were stored, from the one after a row."""
    return await _select(connection, papers.c.id > row, papers.c.id, limit=limit)


async def count(connection: AsyncConnection, *, since: int | None = None, before: int | None = None) -> int:
    """Return how many papers are stored; where times (epoch seconds) are given, those first seen in between.

    Args:
        connection: an open view.
        since: first seen then or later.
        before: first seen earlier than that.
    """
    statement = select(func.count()).select_from(papers)
    if since is not None:
        statement = statement.where(papers.c.first_seen_at >= since)
    if before is not None:
        statement = statement.where(papers.c.first_seen_at < before)
    return (await connection.execute(statement)).scalar_one()


async def last_row(connection: AsyncConnection) -> int:
    """Return the row of the paper stored last, about how many there are; 0 where there is none."""
    return (await connection.execute(select(func.max(papers.c.id)))).scalar_one() or 0


async def first_seen_at(connection: AsyncConnection) -> int | None:
    """Return when the first paper was stored (epoch seconds), or None where there is none."""
    first: int | None = (await connection.execute(select(func.min(papers.c.first_seen_at)))).scalar_one()
    return first


async def insert(connection: AsyncConnection, new: Sequence[Paper], *, now: int) -> list[int]:
    """Store new papers and return their rows, in the same order."""
    # RETURNING would send each row in a statement of its own: 1,000 hops to SQLite's thread for 1,000 papers.
    ids = await reserve_ids(connection, papers, len(new))
    for chunk in batches(list(zip(ids, new, strict=True))):
        rows = await asyncio.to_thread(_rows, chunk, now)
        await connection.execute(insert_for(connection, papers), rows)
    return ids


async def replace(connection: AsyncConnection, changed: Sequence[Paper], *, now: int) -> None:
    """Store changed papers over their rows."""
    for chunk in batches([(paper.id, paper) for paper in changed]):
        rows = await asyncio.to_thread(_rows, chunk, now)
        statement = (
            update(papers)
            .where(papers.c.id == bindparam("row"))
            .values({name: bindparam(f"new_{name}") for name in rows[0]})
        )
        renamed = [{"row": row["id"]} | {f"new_{name}": value for name, value in row.items()} for row in rows]
        await connection.execute(statement, renamed)


async def _select(
    connection: AsyncConnection,
    condition: ColumnElement[bool] | None,
    *order: ColumnElement[Any],
    limit: int | None = None,
) -> list[Paper]:
    statement = select(papers).order_by(*order).limit(limit)
    if condition is not None:
        statement = statement.where(condition)
    return [_paper(row) for row in await connection.execute(statement)]


def _lists(column: ColumnElement[str], item: str) -> ColumnElement[bool]:
    """Whether a JSON list has a text. Not LIKE, which ignores case on SQLite."""
    written = json.dumps(item, ensure_ascii=False)
    # A quotation mark within a text is escaped, so `["` and ` "` are where a text begins.
    return or_(*(func.replace(column, f"{before}{written}", "") != column for before in "[ "))


def _rows(chunk: Sequence[tuple[int, Paper]], now: int) -> list[dict[str, Any]]:
    """Return papers as rows of these ids; off the event loop, for 200 of them take some 10 ms."""
    return [_values(paper) | {"id": row, "updated_at": now} for row, paper in chunk]


def _values(paper: Paper) -> dict[str, Any]:
    values: dict[str, Any] = {name: _list(getattr(paper, name)) for name in _LISTS}
    return values | {
        "canonical_id": paper.canonical_id,
        "doi": paper.doi,
        "title": paper.title,
        "title_key": bounded_key(title_key(paper.title)),
        "abstract": paper.abstract,
        "published": paper.published.isoformat() if paper.published else None,
        "sort_day": paper.sort_day.isoformat(),
        "version": paper.version,
        "comment": paper.comment,
        "license_url": paper.license_url,
        "url": paper.url,
        "summary": paper.summary,
        "votes": paper.votes,
        "first_seen_at": paper.first_seen_at,
    }


def _list(values: tuple[str, ...]) -> str:
    return as_json(values) if values else "[]"


def _paper(row: Row[Any]) -> Paper:
    values: dict[str, Any] = row._asdict()
    for name in ("title_key", "sort_day", "updated_at"):
        del values[name]
    for name in _LISTS:
        values[name] = tuple(json.loads(values[name])) if values[name] != "[]" else ()
    values["published"] = date.fromisoformat(values["published"]) if values["published"] else None
    return Paper(**values)
