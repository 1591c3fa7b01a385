"""The search index finds what the oracle finds: on both databases, for any query and any papers."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from cleared_index import clear
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.data import bundled_categories, bundled_glossary
from bot.domain.papers.paper import Paper
from bot.domain.query import Query, UnreadableQueryError, holds, parse_query
from bot.domain.search.search_document import searchable
from bot.domain.text.analysis import analyse
from bot.services.installation.rebuild_index import rebuild_index
from bot.services.papers.search_papers import SearchPapers
from bot.storage import search
from bot.storage.archive import papers
from bot.storage.operations import meta
from bot.storage.schema import papers as papers_table
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000

# A small vocabulary, so that papers and queries meet; each word is here for a rule of the language.
WORDS = (
    "diffusion Diffusion model models fine-tuning finetuning fine tuning text-to-image text image toimage "
    "3-D 3D zero-shot physics class classes GPUs Schrödinger C++ O'Brien $x^2$ 0gap0 gap the of _ _all "
    "İstanbul ﬁne naïve STRASSE straße ǅ ﷺ ½ x₂ 𝐀 Ωmega ё א ไทย 'tis"
).split()
HAN = "扩散模型 扩散 模型 擴散 视频编辑 的 图像，编辑 图\u3000像 カタカナ・テスト 한국어 𠀀𠮷 图".split(" ")
NAMES = (
    "Yang Song;Song, Yang;Y. Song;Yi Song;Yang Q. Song;Song Song;S. Song;Li;Jean-Luc Li;J. L. Li;Ørsted;"
    "Luc van der Li;杨松;杨 松;杨松 Yang;Ludwig van Beethoven, Jr.;A. B. C. D. E. F. G. H. I;O'Brien, C."
).split(";")
CATEGORIES = ("cs.CV", "cs.LG", "stat.ML", "quant-ph", "eess.SY", "cs.SY", "math.AG", "cs", "日本 %'\\")
IDS = ("arxiv:2401.99001", "arxiv:2401.99002", "doi:10.1234/abc.5", "title:somekey")
SOURCES = ("arxiv:cs.CV", "hf-daily", "video digest", "0gap0", "diffusion")
DAYS = (
    date(1, 1, 1),
    date(1999, 12, 31),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2025, 6, 1),
    date(2999, 1, 1),
)

pieces = st.one_of(st.sampled_from(WORDS), st.sampled_from(HAN), st.text(min_size=1, max_size=4))
texts = st.tuples(st.sampled_from((" ", "-", "", ", ", "$ ")), st.lists(pieces, max_size=10)).map(
    lambda drawn: drawn[0].join(drawn[1])
)
archives = st.lists(
    st.builds(
        Paper,
        canonical_id=st.sampled_from(IDS),
        title=texts,
        abstract=texts,
        summary=st.none() | texts,
        comment=st.none() | texts,
        authors=st.lists(st.sampled_from(NAMES) | texts, max_size=3).map(tuple),
        categories=st.lists(st.sampled_from(CATEGORIES), max_size=3, unique=True).map(tuple),
        sources=st.lists(st.sampled_from(SOURCES) | texts, max_size=2).map(tuple),
        published=st.none() | st.sampled_from(DAYS),
        first_seen_at=st.just(NOW),
    ),
    max_size=4,
    unique_by=lambda paper: paper.canonical_id,
)

words = st.one_of(st.sampled_from(WORDS), st.sampled_from(HAN), st.text(min_size=1, max_size=3))
text_atoms = st.one_of(
    words,
    st.lists(words, min_size=1, max_size=4).map(lambda parts: '"{}"'.format(" ".join(parts))),
    st.sampled_from(
        'diff*|fin*|mod*|physics*|"text to im*"|"fine tun*"|扩散*|ima*|0ga*|str*|"diffusion 图"'.split("|")
    ),
)
atoms = st.one_of(
    text_atoms,
    st.tuples(st.sampled_from(("ti:", "abs:", "co:", "src:")), text_atoms).map("".join),
    st.sampled_from(NAMES).map(lambda name: f'au:"{name}"'),
    st.sampled_from(
        'au:son*|au:song|au:li|au:杨|au:松|au:"J Luc Li"|au:"Luc Jean L"|au:"Song S"|au:ørs*'.split("|")
    ),
    st.sampled_from("cat:cs.CV cat:cs cat:eess.SY primary:cs.SY primary:math.* cs.CV".split()),
    st.sampled_from("id:2401.99001 10.1234/abc.5".split()),
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
)


def read(text: str) -> Query | None:
    """Return a query, or None where a text is none."""
    try:
        return parse_query(text, glossary=bundled_glossary(), categories=bundled_categories())
    except UnreadableQueryError:
        return None


questions = st.lists(query_texts.map(read).filter(lambda query: query is not None), min_size=1, max_size=6)
on_one_database = settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def store(connection: Connection, new: Sequence[Paper]) -> list[Paper]:
    """Store and index papers as a poll does; return them as they are stored."""
    rows = await papers.insert(connection, new, now=NOW)
    indexed = [replace(one, id=row) for one, row in zip(new, rows, strict=True)]
    await search.index(connection, new=indexed, changed=())
    stored = await papers.by_ids(connection, rows)
    return [stored[row] for row in rows]


async def start_again(database: Database, archive: Sequence[Paper]) -> list[Paper]:
    """Put these papers in the place of all that the archive has."""
    async with database.write() as connection:
        await clear(connection)
        await connection.execute(papers_table.delete())
        return await store(connection, archive)


async def check(
    database: Database,
    stored: Sequence[Paper],
    asked: Sequence[Query | None],
    *,
    days: Sequence[date] = (),
) -> None:
    """Compare what the index finds with what the oracle finds: each query, also since each of some days."""
    searching = SearchPapers(database)
    analysed = {one.id: analyse(searchable(one)) for one in sorted(stored, key=lambda one: -one.id)}
    for query in filter(None, asked):
        expected = [row for row, paper in analysed.items() if holds(query.root, paper)]
        assert [hit.id for hit in await searching.hits(query, Window())] == expected, query.canonical
        assert await searching.count_hits(query, Window()) == len(expected), query.canonical
        for day in days:
            late = {one.id for one in stored if one.sort_day >= day}
            found = await searching.hits(query, Window(since=day, ranked=False))
            assert [hit.id for hit in found] == [row for row in expected if row in late], (
                query.canonical,
                day,
            )
    if database.path:
        with closing(sqlite3.connect(database.path)) as file:
            file.execute("INSERT INTO paper_search(paper_search) VALUES ('integrity-check')")


@given(archive=archives, asked=questions)
@on_one_database
async def test_the_index_finds_what_the_oracle_finds(
    database: Database, archive: list[Paper], asked: list[Query | None]
) -> None:
    """For every query the index finds exactly the papers for which the oracle holds, newest first."""
    await check(database, await start_again(database, archive), asked, days=DAYS)


@given(archive=archives, others=archives, asked=questions)
@on_one_database
async def test_the_index_follows_changes(
    database: Database, archive: list[Paper], others: list[Paper], asked: list[Query | None]
) -> None:
    """A changed paper is found by what it is now and not by what it was."""
    stored = {one.id: one for one in await start_again(database, archive)}
    async with database.write() as connection:
        changed = [
            (before, replace(other, id=before.id, canonical_id=before.canonical_id))
            for before, other in zip(stored.values(), others, strict=False)
        ]
        await papers.replace(connection, [after for _, after in changed], now=NOW)
        await search.index(connection, new=(), changed=changed)
        stored |= await papers.by_ids(connection, [after.id for _, after in changed])
    await check(database, list(stored.values()), asked)


@given(archive=archives, asked=questions)
@on_one_database
async def test_a_rebuilt_index_finds_the_same(
    database: Database, archive: list[Paper], asked: list[Query | None]
) -> None:
    """An index rebuilt from the stored papers finds what the oracle finds."""
    stored = await start_again(database, archive)
    async with database.write() as connection:
        await meta.put(connection, "search_index", "an older version")
    assert await rebuild_index(database, owner="test", clock=lambda: datetime.now(UTC)) == len(stored)
    await check(database, stored, asked)


HOSTILE = {
    "more words than a vector has places": " ".join(f"diffusion w{number}" for number in range(8_500)),
    "more bytes than a vector holds": " ".join(f"{'x' * 1_000}{number}" for number in range(1_100)),
    "one word longer than a vector takes": f"{'diffusion' * 500} diffusion model",
    "one pair again and again": "图" * 600,
    "every Han character": "".join(map(chr, range(0x4E00, 0x9FFF))),
    "what the store drops": "fine\x00tuning &am\x00p; &am\ud800p; dif\ud800fusion 图\x00像",
    "what stands in index queries": "\"'\\:*&|!()<->{}^+-NEAR NOT AND",
}
ASKED = 'diffusion|"w9 diffusion"|w8499|图图图|图像|xxx*|diffusion -daily|amp|鿼鿽|near|au:"model a"'


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_texts_are_indexed_exactly(database: Database, text: str) -> None:
    """No text is too long or too odd for the index, and what it holds is found, before and after a change."""
    made = Paper(
        canonical_id=f"title:{text[:250]}",
        title="a",
        authors=(text[:5_000], f"{text[:50]} a"),
        abstract=text,
        comment=text[:100],
        categories=("cs.CV", text[:50]),
        sources=(text[:100], "daily"),
        first_seen_at=NOW,
    )
    asked = list(map(read, ASKED.split("|")))
    stored = await start_again(database, [made, replace(made, canonical_id="title:2", abstract="daily")])
    await check(database, stored, asked)
    async with database.write() as connection:
        after = [replace(one, title="image", abstract="diffusion model") for one in stored]
        await papers.replace(connection, after, now=NOW)
        await search.index(connection, new=(), changed=list(zip(stored, after, strict=True)))
        changed = await papers.by_ids(connection, [one.id for one in after])
    await check(database, list(changed.values()), asked)


@pytest.mark.parametrize(
    ("query", "sure"),
    [
        ("diffusion -model", True),
        ('au:"Yang Song"', True),
        ('au:"Y. Song" -au:"L. Song"', True),
        ("au:杨松", True),
        ('au:"Jean Luc Li"', False),
        ('diffusion -au:"Jean Luc Li"', False),
    ],
)
async def test_only_long_names_are_looked_at_again(database: Database, query: str, *, sure: bool) -> None:
    """The index itself answers for names of two words; else it doubts only the hits that may differ."""
    names = ("Yang Song", "杨松", "Jean Luc Li")
    archive = [
        Paper(canonical_id=f"title:{n}", title="diffusion", authors=names[: n % 4], first_seen_at=NOW)
        for n in range(8)
    ]
    await start_again(database, archive)
    asked = read(query)
    assert asked is not None
    async with database.read() as connection:
        hits = await search.find(connection, asked.root, Window())
    assert hits
    assert all(hit.sure for hit in hits) is sure
    assert sum(not hit.sure for hit in hits) in (0, 2)


async def test_windows_bound_what_is_found(database: Database) -> None:
    """The newest so many, or those first seen since a time; scores only where they are asked for."""
    archive = [
        Paper(
            canonical_id=f"title:{n}",
            title="diffusion",
            first_seen_at=NOW + n,
            published=date(2025, 1, 30 - n),
        )
        for n in range(9)
    ]
    rows = [one.id for one in await start_again(database, archive)]
    searching, query = SearchPapers(database), read("diffusion")
    assert query is not None
    newest = await searching.hits(query, Window(newest=3))
    assert [hit.id for hit in newest] == rows[:-4:-1]
    assert all(hit.score > 0 for hit in newest)
    seen = Window(first_seen_since=NOW + 5, ranked=False)
    assert [(hit.id, hit.score) for hit in await searching.hits(query, seen)] == [
        (row, 0) for row in rows[:4:-1]
    ]
    assert await searching.count_hits(query, seen) == 4
    assert await searching.hits(query, Window(first_seen_since=NOW + 99)) == []


@pytest.mark.parametrize("written", ["diffusion", "diff*", "diffus* of", "(dif* OR nothing) -au:xux*"])
async def test_a_title_says_more_than_an_abstract(database: Database, written: str) -> None:
    """Scores weigh where a word or its beginning stands."""
    archive = [
        Paper(canonical_id="title:1", title="diffusion of images", first_seen_at=NOW),
        Paper(canonical_id="title:2", title="other", abstract="diffusion of images", first_seen_at=NOW),
    ]
    await start_again(database, archive)
    query = read(written)
    assert query is not None
    second, first = await SearchPapers(database).hits(query, Window())
    assert first.score > second.score


async def test_reads_go_on_beside_writes(database: Database) -> None:
    """Searching while papers are stored raises nothing, and a search sees transactions whole."""
    searching, query = SearchPapers(database), read("diffusion")
    assert query is not None
    counts: list[int] = []

    async def write() -> None:
        for unit in range(10):
            async with database.write() as connection:
                new = [
                    Paper(canonical_id=f"title:{unit}.{n}", title="diffusion", first_seen_at=NOW)
                    for n in range(20)
                ]
                await store(connection, new)
        counts.append(-1)

    async def ask() -> None:
        while -1 not in counts:
            counts.append((await searching.search(query, today=date(2025, 6, 15))).total)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        tasks.create_task(ask())
        tasks.create_task(ask())
    assert {count % 20 for count in counts if count >= 0} <= {0}
    assert await searching.count_hits(query, Window()) == 200
