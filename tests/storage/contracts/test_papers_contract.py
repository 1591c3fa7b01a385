"""What every database promises about papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.domain.papers.paper import Paper
from bot.domain.papers.same_title import PREFIX_LENGTH
from bot.domain.text.normalize import title_key
from bot.errors import StorageError
from bot.storage.archive import papers

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000

HOSTILE = {
    "quotes": """O'Brien's "double", `back`, \\ and ''); DROP TABLE papers; --""",
    "wildcards": "100% of _all_ [a-z]* ? $1 :name %(name)s",
    "markup": "<b>&amp;</b> <!channel> {{x}} ${x} \r\n\t",
    "cjk": "基于扩散模型的图像生成 日本語のテスト 한국어 𠀀𠮷",
    "emoji": "👩\u200d🔬 ✨ e\u0301 \u202eright to left\u202c",
    "long": "a" * 100_000,
    "long cjk": "图" * 100_000,
    "json": '["a", "b"] {"a": null} \\u0000',
}


def paper(number: int, **changes: object) -> Paper:
    """Return an invented paper."""
    made = Paper(canonical_id=f"arxiv:2401.{number:05}", title=f"Paper number {number}", first_seen_at=NOW)
    return replace(made, **changes)  # type: ignore[arg-type] # the tests' own changes


def everything(text: str) -> Paper:
    """Return a paper that has a text wherever a paper can have one."""
    return Paper(
        canonical_id="title:" + text[:200],
        doi="10.1/" + text[:200],
        title=text,
        authors=(text, "Ada Lovelace"),
        abstract=text,
        published=date(2024, 2, 29),
        version=3,
        comment=text,
        categories=("cs.CV", text[:20]),
        license_url=text,
        url=text,
        code_urls=(text,),
        project_urls=(text, text[::-1]),
        topics=(text,),
        sources=(text,),
        summary=text,
        takeaways=(text, ""),
        votes=0,
        first_seen_at=NOW,
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_paper_comes_back_as_it_was_stored(database: Database, text: str) -> None:
    """Every field survives, whatever text it holds."""
    made = everything(text)
    async with database.write() as connection:
        [row] = await papers.insert(connection, [made], now=NOW)
    async with database.read() as connection:
        assert await papers.by_ids(connection, [row]) == {row: replace(made, id=row)}
        assert made.canonical_id in await papers.by_canonical_ids(connection, [made.canonical_id])
        assert made.doi is not None
        assert made.doi in await papers.by_dois(connection, [made.doi])


async def test_a_bare_paper_comes_back_as_it_was_stored(database: Database) -> None:
    """Absent values stay absent."""
    async with database.write() as connection:
        [row] = await papers.insert(connection, [paper(1)], now=NOW)
    async with database.read() as connection:
        assert await papers.by_ids(connection, [row]) == {row: paper(1, id=row)}


async def test_rows_of_a_large_batch_come_in_the_order_of_the_papers(database: Database) -> None:
    """2,000 papers in one call: each row belongs to its paper."""
    made = [paper(number) for number in reversed(range(1, 2_001))]
    async with database.write() as connection:
        rows = await papers.insert(connection, made, now=NOW)
    async with database.read() as connection:
        stored = await papers.by_ids(connection, rows)
        assert [stored[row].canonical_id for row in rows] == [one.canonical_id for one in made]
        assert await papers.count(connection) == 2_000
        found = await papers.by_canonical_ids(connection, (one.canonical_id for one in made))
        assert len(found) == 2_000


async def test_a_large_batch_is_replaced(database: Database) -> None:
    """2,000 changed papers in one call: each change lands on its own row."""
    made = [paper(number) for number in range(1, 2_001)]
    async with database.write() as connection:
        rows = await papers.insert(connection, made, now=NOW)
        changed = [
            replace(one, id=row, title=f"Changed {row}", version=2)
            for one, row in zip(made, rows, strict=True)
        ]
        await papers.replace(connection, changed, now=NOW + 1)
    async with database.read() as connection:
        assert await papers.by_ids(connection, rows) == {one.id: one for one in changed}


async def test_nothing_asked_is_nothing_found(database: Database) -> None:
    """Empty questions and empty batches are allowed."""
    async with database.write() as connection:
        assert await papers.insert(connection, [], now=NOW) == []
        await papers.replace(connection, [], now=NOW)
        assert await papers.by_ids(connection, []) == {}
        assert await papers.by_canonical_ids(connection, []) == {}
        assert await papers.by_dois(connection, []) == {}
        assert await papers.by_title_beginnings(connection, ["", "unknown"], limit=5) == []
        assert await papers.newest(connection, limit=5) == []
        assert await papers.after(connection, 0, limit=5) == []
        assert await papers.first_seen_at(connection) is None


async def test_a_canonical_id_is_stored_once(database: Database) -> None:
    """A second paper of one canonical id is refused and nothing of its batch stays."""
    async with database.write() as connection:
        await papers.insert(connection, [paper(1)], now=NOW)
    with pytest.raises(StorageError):
        async with database.write() as connection:
            await papers.insert(connection, [paper(2), paper(1)], now=NOW)
    async with database.read() as connection:
        assert await papers.count(connection) == 1


async def test_of_papers_with_one_doi_the_first_stored_is_found(database: Database) -> None:
    """The answer does not depend on the database's mood."""
    async with database.write() as connection:
        first, *_ = await papers.insert(connection, [paper(n, doi="10.1/x") for n in (3, 1, 2)], now=NOW)
        assert (await papers.by_dois(connection, ["10.1/x"]))["10.1/x"].id == first


async def test_titles_are_found_by_their_beginning(database: Database) -> None:
    """Only the first characters of the key decide, case and accents don't; wildcards are letters."""
    titles = [
        "Café Diffusion: A Long Title About Images, Part 1",
        "CAFE DIFFUSION: a long title about images, in colour",
        "Cafe Diffusion: A Long Story",
        "基于扩散模型的图像生成",
        "Zzz",
    ]
    async with database.write() as connection:
        await papers.insert(connection, [paper(n, title=t) for n, t in enumerate(titles, 1)], now=NOW)
        near = await papers.by_title_beginnings(connection, [title_key(titles[0])], limit=9)
        assert {one.title for one in near} == set(titles[:2])
        short = await papers.by_title_beginnings(connection, ["cafediffusion"], limit=9)
        assert {one.title for one in short} == set(titles[:3])
        chinese = await papers.by_title_beginnings(connection, [title_key("基于扩散模型")], limit=9)
        assert [one.title for one in chinese] == [titles[3]]
        assert await papers.by_title_beginnings(connection, ["%", "_zz"], limit=9) == []


async def test_the_number_of_near_titles_is_limited_for_each_key(database: Database) -> None:
    """A beginning that many share brings at most `limit` papers; the same title comes first."""
    head = "a" * PREFIX_LENGTH
    made = [paper(n, title=f"{head} {n:03}") for n in range(1, 31)]
    async with database.write() as connection:
        await papers.insert(connection, [*made, paper(99, title=head), paper(98, title="b")], now=NOW)
        near = await papers.by_title_beginnings(connection, [f"{head}001", "b"], limit=10)
    assert len(near) == 11
    assert near[0].title == head


@pytest.mark.parametrize(
    ("canonical_id", "without"), [("doi:10.1/x", True), ("title:a", True), ("arxiv:2401.1", False)]
)
async def test_papers_without_arxiv_id_are_noticed(
    database: Database, canonical_id: str, *, without: bool
) -> None:
    """One paper known by DOI or title is enough."""
    async with database.write() as connection:
        assert not await papers.without_arxiv_id_exist(connection)
        await papers.insert(connection, [paper(1, canonical_id=canonical_id)], now=NOW)
        assert await papers.without_arxiv_id_exist(connection) is without


async def test_newest_papers_come_newest_first(database: Database) -> None:
    """Order is by arrival, not by what the papers say of themselves."""
    made = [paper(n, published=date(2025, 1, 30 - n)) for n in range(1, 6)]
    async with database.write() as connection:
        rows = await papers.insert(connection, made, now=NOW)
        assert [one.id for one in await papers.newest(connection, limit=3)] == rows[:-4:-1]


@pytest.mark.parametrize("topic", ["NeRF", "元宇宙/虚拟人", '"quoted"', "100%_", "back\\slash", "a, b"])
async def test_newest_papers_of_one_topic(database: Database, topic: str) -> None:
    """A topic is itself only: other case, a longer name or the name within another one don't count."""
    others = ["nerf", "NERF", f"{topic}s", f'x"{topic}', f'{topic}"', f'x", "{topic}', "100x_"]
    made = [paper(n, topics=(other,)) for n, other in enumerate(others, 1)]
    made += [paper(90, topics=(topic,)), paper(91, topics=("first", topic)), paper(92)]
    async with database.write() as connection:
        rows = await papers.insert(connection, made, now=NOW)
        found = await papers.newest(connection, limit=99, topic=topic)
    assert [one.id for one in found] == [rows[-2], rows[-3]]


async def test_papers_are_walked_through_in_pieces(database: Database) -> None:
    """Pieces after a row, ascending, together give each paper once; those since a time are counted."""
    made = [paper(n, first_seen_at=NOW + n) for n in range(10)]
    async with database.write() as connection:
        rows = await papers.insert(connection, made, now=NOW)
        walked: list[int] = []
        while piece := await papers.after(connection, walked[-1] if walked else 0, limit=3):
            walked += [one.id for one in piece]
        assert await papers.count(connection, since=NOW + 3) == 7
        assert await papers.first_seen_at(connection) == NOW
    assert walked == rows


async def test_a_title_longer_than_an_index_takes_is_stored(database: Database) -> None:
    """PostgreSQL refuses index rows over 2,704 bytes; a hostile title must not block its document."""
    title = "".join(chr(0x4E00 + n % 20_000) for n in range(20_000))
    async with database.write() as connection:
        [row] = await papers.insert(connection, [paper(1, title=title)], now=NOW)
        assert (await papers.by_ids(connection, [row]))[row].title == title
        near = await papers.by_title_beginnings(connection, [title_key(title)], limit=5)
        assert [one.id for one in near] == [row]


async def test_nul_and_lone_surrogates_never_reach_the_store(database: Database) -> None:
    """What PostgreSQL refuses is dropped on the way in, on both databases, also in questions."""
    async with database.write() as connection:
        [row] = await papers.insert(
            connection,
            [paper(1, canonical_id="title:a\x00b", title="n\x00u\ud800l", abstract="图\x00")],
            now=NOW,
        )
        stored = (await papers.by_ids(connection, [row]))[row]
        assert (stored.canonical_id, stored.title, stored.abstract) == ("title:ab", "nul", "图")
        assert "title:ab" in await papers.by_canonical_ids(connection, ["title:a\x00b"])
