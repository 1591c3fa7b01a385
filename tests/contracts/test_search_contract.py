"""The search index finds what the oracle finds: on both databases, for any query and any papers."""

from __future__ import annotations

from contextlib import closing
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.data import bundled_categories, bundled_glossary
from bot.domain.paper import Paper
from bot.domain.query import UnreadableQueryError, holds, parse_query
from bot.domain.searchable import searchable
from bot.domain.tokens import analyse
from bot.services.search_papers import SearchPapers
from bot.storage import papers, search
from bot.storage.schema import papers as papers_table
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.query import Query
    from bot.storage.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000

# A small vocabulary, so that papers and queries meet; each word is here for one rule of the language.
WORDS = (
    "diffusion Diffusion model models fine-tuning finetuning fine tuning text-to-image text image toimage video "
    "3-D 3D zero-shot physics class classes GPUs Schrödinger C++ O'Brien $x^2$ 0gap0 gap the of _ İstanbul ﬁne "
    "naïve STRASSE straße ǅ ﷺ ½ x₂ 𝐀 Ωmega ё א ไทย 'tis"
).split()
HAN = (
    "扩散模型",
    "扩散",
    "模型",
    "擴散",
    "视频编辑",
    "的",
    "图像，编辑",
    "图 像",
    "カタカナ・テスト",
    "한국어",
    "𠀀𠮷",
    "图",
)
NAMES = (
    "Yang Song", "Song, Yang", "Y. Song", "Yi Song", "Yang Q. Song", "Song Song", "S. Song", "Li", "Jean-Luc Li",
    "J. L. Li", "Luc van der Li", "杨松", "杨 松", "杨松 Yang", "Ludwig van Beethoven, Jr.", "A. B. C. D. E. F. G. H. I",
    "Ørsted", "O'Brien, C.",
)  # fmt: skip
CATEGORIES = ("cs.CV", "cs.LG", "stat.ML", "quant-ph", "eess.SY", "cs.SY", "math.AG", "cs", "日本 %'\\")
IDS = ("arxiv:2401.99001", "arxiv:2401.99002", "doi:10.1234/abc.5", "title:somekey")
SOURCES = ("arxiv:cs.CV", "hf-daily", "video digest", "0gap0", "diffusion")

pieces = st.one_of(st.sampled_from(WORDS), st.sampled_from(HAN), st.text(min_size=1, max_size=4))
texts = st.lists(pieces, max_size=10).flatmap(
    lambda parts: st.sampled_from(
        (" ".join(parts), "-".join(parts), "".join(parts[:2]) + " " + ", ".join(parts[2:]))
    )
)
stored_papers = st.builds(
    Paper,
    canonical_id=st.sampled_from(IDS),
    title=texts,
    abstract=texts,
    summary=st.none() | texts,
    comment=st.none() | texts,
    authors=st.lists(st.sampled_from(NAMES) | texts, max_size=3).map(tuple),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=3, unique=True).map(tuple),
    sources=st.lists(st.sampled_from(SOURCES) | texts, max_size=2).map(tuple),
    first_seen_at=st.just(NOW),
)
archives = st.lists(stored_papers, max_size=4, unique_by=lambda paper: paper.canonical_id)

words = st.sampled_from((*WORDS, *HAN)) | st.text(min_size=1, max_size=3)
plain_atoms = st.one_of(
    words,
    st.lists(words, min_size=1, max_size=4).map(lambda parts: '"{}"'.format(" ".join(parts))),
    st.sampled_from(
        ("diff*", "fin*", "mod*", "physics*", '"text to im*"', '"fine tun*"', "扩散*", "ima*", "0ga*", "str*")
    ),
)
atoms = st.one_of(
    plain_atoms,
    st.tuples(st.sampled_from(("ti:", "abs:", "co:", "src:")), plain_atoms).map("".join),
    st.sampled_from(NAMES).map(lambda name: f'au:"{name}"'),
    st.sampled_from(
        ("au:son*", "au:song", "au:li", "au:杨", "au:松", 'au:"J Luc Li"', 'au:"Luc Jean L"', "au:ørs*")
    ),
    st.tuples(
        st.sampled_from(("cat:", "primary:")), st.sampled_from(("cs.CV", "cs", "eess.SY", "math.*"))
    ).map("".join),
    st.sampled_from(("id:2401.99001", "10.1234/abc.5", "cs.CV")),
)
query_texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-({text})"),
        st.tuples(inner, inner).map(" NOT ".join),
    ),
    max_leaves=8,
)  # fmt: skip

each_database = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def readable(text: str) -> Query | None:
    """Return a query, or None where a text is none."""
    try:
        return parse_query(text, glossary=bundled_glossary(), categories=bundled_categories())
    except UnreadableQueryError:
        return None


queries = st.lists(query_texts.map(readable).filter(bool), min_size=1, max_size=6)


async def store(connection: Connection, new: Sequence[Paper]) -> list[Paper]:
    """Store and index papers as a poll does; return them as they are stored."""
    rows = await papers.insert(connection, new, now=NOW)
    await search.index(
        connection, new=[replace(one, id=row) for one, row in zip(new, rows, strict=True)], changed=()
    )
    stored = await papers.by_ids(connection, rows)
    return [stored[row] for row in rows]


async def empty(connection: Connection) -> None:
    """Take all papers out of the archive and its index."""
    await search.clear(connection)
    await connection.execute(papers_table.delete())


async def check(database: Database, stored: Sequence[Paper], asked: Sequence[Query]) -> None:
    """Compare what the index finds with what the oracle finds, for each query."""
    searching = SearchPapers(database)
    for query in asked:
        found = [hit.id for hit in await searching.hits(query, Window())]
        expected = [one.id for one in stored if holds(query.root, analyse(searchable(one)))]
        assert found == sorted(expected, reverse=True), query.canonical
    if database.path:
        with closing(sqlite3.connect(database.path)) as file:
            # It fails where a row was deleted with other texts than it was put in with.
            file.execute("INSERT INTO paper_search(paper_search) VALUES ('integrity-check')")


@given(archive=archives, asked=queries)
@each_database
async def test_the_index_finds_what_the_oracle_finds(
    database: Database, archive: list[Paper], asked: list[Query]
) -> None:
    """For every query the index finds exactly the papers for which the oracle holds, newest first."""
    async with database.write() as connection:
        await empty(connection)
        stored = await store(connection, archive)
    await check(database, stored, asked)


@given(archive=archives, others=st.lists(stored_papers, min_size=4, max_size=4), asked=queries)
@each_database
async def test_the_index_follows_changes(
    database: Database, archive: list[Paper], others: list[Paper], asked: list[Query]
) -> None:
    """A changed paper is found by what it is now and not by what it was."""
    async with database.write() as connection:
        await empty(connection)
        before = await store(connection, archive)
        after = [
            replace(other, id=one.id, canonical_id=one.canonical_id)
            for one, other in zip(before, others, strict=False)
        ]
        await papers.replace(connection, after, now=NOW)
        await search.index(connection, new=(), changed=list(zip(before, after, strict=True)))
        stored = await papers.by_ids(connection, [one.id for one in after])
    await check(database, list(stored.values()), asked)
