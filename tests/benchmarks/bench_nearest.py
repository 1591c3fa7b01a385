"""How well and how fast `/search` finds what comes near: `python tests/benchmarks/bench_nearest.py --help`.

Known items: a paper is looked for by the words of its title while abstracts alone are searched. It counts as
found where it stands among the first ten. Beside it stand, in the same run, the search for all words (what
`/search` was before) and SQLite's bm25() over any of the words (a peer).

Speed: queries of words from two papers, which hardly any paper has whole, beside the search for all words.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder) for folder in (".", "tests/benchmarks/workloads")
)


from corpus import LAST_DAY, PaperCorpus
from figures import ms, promise, within
from sqlalchemy import text

from bot.data import bundled_categories, bundled_glossary
from bot.domain.papers.paper import Paper
from bot.domain.papers.parsed_entry import Document
from bot.domain.query import Term, UnreadableQueryError, parse_query
from bot.domain.search.nearest import wish_of
from bot.services.papers.search_papers import SearchPapers
from bot.sources import parse_document
from bot.storage import search
from bot.storage.archive import papers
from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.query import Query

_DIGESTS = Path(__file__).resolve().parents[3] / "shared" / "digests"
_NOW = 1_751_328_000
_FOUND_BAR, _SLOWER_BAR = 0.94, 0.025
_FIRST = 10
_BATCH = 5_000


def _real() -> list[tuple[str, str]]:
    """Return titles and abstracts of the digests beside the checkout; none where they are not."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(_DIGESTS.rglob("*.md")):
        try:
            parsed = parse_document(Document(path.name, path.read_bytes()))
        except Exception:  # noqa: BLE001, S112 (what is no digest is no item)
            continue
        for one in parsed.entries:
            if one.abstract:
                found.setdefault(one.title.casefold(), (one.title, one.abstract))
    return list(found.values())


def _invented(corpus: PaperCorpus, count: int) -> list[tuple[str, str]]:
    """Return titles of eight words, each of which is in the abstract with a chance of .85, and abstracts.

    So it is with real ones: both of two random words of a title are in 72 % of abstracts.
    """
    items = []
    for paper in corpus.papers(0, count, of=count):
        words = list(dict.fromkeys(paper.abstract.split()))
        mine = corpus.random.sample(words, k=min(8, len(words)))
        title = [one if corpus.random.random() < 0.85 else corpus.random.choice(corpus.words) for one in mine]
        items.append((" ".join(title), paper.abstract))
    return items


async def _fill(database: Database, new: Sequence[Paper]) -> None:
    for start in range(0, len(new), _BATCH):
        batch = new[start : start + _BATCH]
        async with database.write() as connection:
            rows = await papers.insert(connection, batch, now=_NOW)
            stored = [replace(one, id=row) for one, row in zip(batch, rows, strict=True)]
            await search.index(connection, new=stored, changed=())


def _parsed(words: str) -> Query | None:
    try:
        return parse_query(words, glossary=bundled_glossary(), categories=bundled_categories())
    except UnreadableQueryError:
        return None


async def _known_items(database: Database, items: Sequence[tuple[str, str]], name: str) -> bool:
    """Look for each abstract by its title; print the shares that are found."""
    made = [
        Paper(canonical_id=f"title:{number}", title=f"Item {number}", abstract=abstract, first_seen_at=_NOW)
        for number, (_, abstract) in enumerate(items)
    ]
    await _fill(database, made)
    searching = SearchPapers(database)
    exact = near = peer = asked = 0
    for number, (title, _) in enumerate(items):
        query = _parsed(" ".join(word for word in title.replace(":", " ").replace('"', " ").split()))
        if query is None:
            continue
        asked += 1
        wanted = f"title:{number}"
        page = await searching.search(query, today=LAST_DAY, size=_FIRST, near=query)
        found = [one.paper.canonical_id for one in page.found]
        exact += wanted in found
        near += wanted in [*found, *(one.paper.canonical_id for one in page.near)]
        peer += number + 1 in await _by_bm25(database, query)
    print(f"{name}: {asked:,} known items, found among the first {_FIRST}:")
    print(f"  all words {exact / asked:.1%}; bm25 of any word {peer / asked:.1%}; nearest {near / asked:.1%}")
    return promise(
        f"at least {_FOUND_BAR:.0%} of the known items are found ({name})", kept=near / asked >= _FOUND_BAR
    )


async def _by_bm25(database: Database, query: Query) -> list[int]:
    tokens = {token for word in wish_of(query.root).words for token in _tokens(word)}
    asked = " OR ".join(f'"{token}"' for token in sorted(tokens)) or '"none"'
    statement = (
        "SELECT rowid FROM paper_search WHERE paper_search MATCH :q ORDER BY bm25(paper_search) LIMIT 10"
    )
    async with database.read() as connection:
        return list((await connection.execute(text(statement), {"q": asked})).scalars())


def _tokens(node: object) -> Iterable[str]:
    if isinstance(node, Term):
        return node.tokens
    return [token for child in getattr(node, "children", ()) for token in _tokens(child)]


async def _speed(database: Database, corpus: PaperCorpus, count: int, queries: int) -> bool:
    """Time queries that hardly any paper has whole, with and without what comes near."""
    begun = time.perf_counter()
    some: list[Paper] = []
    for start in range(0, count, _BATCH):
        new = list(corpus.papers(start, min(_BATCH, count - start), of=count))
        some += corpus.random.sample(new, k=min(40, len(new)))
        await _fill(database, new)
    print(f"{count:,} papers stored and indexed in {time.perf_counter() - begun:,.0f} s")
    gc.collect()
    gc.freeze()
    searching = SearchPapers(database)
    asked = [query for query in (_mixed(corpus, some) for _ in range(queries)) if query is not None]
    exact: list[float] = []
    near: list[float] = []
    shown = 0
    for query in asked:
        for times, wish in ((exact, None), (near, query), (exact, None), (near, query)):
            begun = time.perf_counter()
            page = await searching.search(query, today=LAST_DAY, near=wish)
            times.append(time.perf_counter() - begun)
            shown += bool(wish and page.near)
    for name, times in (("all words", exact), ("and nearest", near)):
        print(f"  {name:12} p50 {ms(within(times, 0.5))}, p99 {ms(within(times, 0.99))}")
    print(f"  {shown / (2 * len(asked)):.0%} of the queries have papers that come near")
    slower = within(near, 0.99) - within(exact, 0.99)
    return promise(
        f"p99 within {ms(_SLOWER_BAR)} of the search for all words: {ms(slower)} more",
        kept=slower <= _SLOWER_BAR,
    )


def _mixed(corpus: PaperCorpus, some: Sequence[Paper]) -> Query | None:
    words = [
        word
        for paper in corpus.random.sample(some, k=2)
        for word in corpus.random.sample(paper.abstract.split(), k=corpus.random.randint(1, 4))
    ]
    return _parsed(" ".join(words))


async def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description="Measures what /search finds that comes near, and how fast.")
    parser.add_argument("--papers", type=int, help="papers in the archive that is timed (default 200,000)")
    parser.add_argument("--queries", type=int, default=200, help="queries that are timed")
    parser.add_argument("--quick", action="store_true", help="20,000 papers")
    arguments = parser.parse_args()
    count = arguments.papers or (20_000 if arguments.quick else 200_000)
    kept = []
    with tempfile.TemporaryDirectory(prefix="bench-nearest-") as folder:
        for name, items in (("real digests", _real()), ("invented", _invented(PaperCorpus(), 2_000))):
            if not items:
                print(f"{name}: not beside the checkout")
                continue
            database = Database(f"sqlite:///{folder}/{name.replace(' ', '-')}.sqlite3")
            await migrate(database)
            kept.append(await _known_items(database, items, name))
            await database.close()
        database = Database(f"sqlite:///{folder}/speed.sqlite3")
        await migrate(database)
        kept.append(await _speed(database, PaperCorpus(), count, arguments.queries))
        await database.close()
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
