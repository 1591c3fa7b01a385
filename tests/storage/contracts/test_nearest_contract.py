"""Papers that come near a query: both databases find what a plain reading of all papers finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleared_index import clear
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.data import bundled_categories, bundled_glossary
from bot.domain.papers.paper import Paper
from bot.domain.query import UnreadableQueryError, holds, parse_query
from bot.domain.search.nearest import LEAST, name_of, nearness, weights_of, wish_of
from bot.domain.search.search_document import searchable, title_alone
from bot.domain.text.analysis import analyse
from bot.services.papers.nearest_papers import find_near
from bot.storage import search
from bot.storage.archive import papers
from bot.storage.schema import papers as papers_table

if TYPE_CHECKING:
    from bot.domain.query import Query
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
WORDS = "river lake snow ice flood delta basin".split()
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
archives = st.lists(st.tuples(texts, texts), min_size=1, max_size=12)
queries = st.tuples(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6, unique=True),
    st.sampled_from(("", "", " -delta", ' "river ice"', " ti:snow", " (ice OR basin)")),
).map(lambda drawn: " ".join(drawn[0]) + drawn[1])


def read(text: str) -> Query | None:
    """Return a query, or None where a text is none."""
    try:
        return parse_query(text, glossary=bundled_glossary(), categories=bundled_categories())
    except UnreadableQueryError:
        return None


def near(query: Query, stored: list[Paper]) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows of the papers that come near, with the words that they lack, by reading them all."""
    wish = wish_of(query.root)
    texts = {paper.id: searchable(paper) for paper in stored}
    read = {row: analyse(text) for row, text in texts.items()}
    last = max(read)
    weights = weights_of([sum(holds(word, one) for one in read.values()) for word in wish.words], last)
    found = []
    for row, one in read.items():
        if holds(query.root, one) or not all(holds(node, one) for node in wish.bound):
            continue
        how = nearness(wish, weights, one, analyse(title_alone(texts[row])))
        if how.met >= LEAST:
            found.append((-how.score, -row, tuple(name_of(wish.words[at]) for at in how.lacking)))
    return [(-row, lacking) for _, row, lacking in sorted(found)]


@settings(
    max_examples=examples(12),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(archives, st.lists(queries, min_size=1, max_size=4))
async def test_what_comes_near_is_found(
    database: Database, archive: list[tuple[str, str]], asked: list[str]
) -> None:
    """The same papers in the same order, each with the words that it lacks, and none that has them all."""
    async with database.write() as connection:
        await clear(connection)
        await connection.execute(delete(papers_table))
        new = [
            Paper(canonical_id=f"title:{number}", title=title, abstract=abstract, first_seen_at=NOW)
            for number, (title, abstract) in enumerate(archive)
        ]
        rows = await papers.insert(connection, new, now=NOW)
        stored = [replace(one, id=row) for one, row in zip(new, rows, strict=True)]
        await search.index(connection, new=stored, changed=())
    for query in filter(None, map(read, asked)):
        exact = frozenset(one.id for one in stored if holds(query.root, analyse(searchable(one))))
        async with database.read() as connection:
            found = await find_near(connection, query, since=None, except_for=exact)
        assert [(one.paper.id, one.lacking) for one in found] == near(query, stored)
