"""The `search` and `match` subcommands, for scripts; each returns the exit status."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from bot.app import clock, glossary_of, open_archive, open_reader
from bot.data import bundled_categories
from bot.domain.cards.evidence import reason_of
from bot.domain.papers.paper import found
from bot.domain.query import evaluate
from bot.domain.search.search_document import searchable
from bot.domain.search.search_options import read_options
from bot.domain.text.analysis import analyse
from bot.runtime import report
from bot.services.papers.search_papers import FoundPaper
from bot.services.reading.parse_sources import parse_source
from bot.services.subscriptions.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.papers.paper import Paper
    from bot.domain.query import Query
    from bot.settings import Settings

_ALL = 1_000_000
"""More papers than `match` prints from any archive."""


async def search(settings: Settings, text: str, *, as_json: bool, limit: int) -> int:
    """Print what a query finds in the archive, best first."""
    options = read_options(text)
    async with open_archive(settings) as archive:
        query = archive.chat.queries.parse(options.text)
        page = await archive.chat.searching.search(
            query,
            today=clock().date(),
            order=options.order,
            since=options.since,
            start=(options.page - 1) * limit,
            size=options.size if options.counted else limit,
        )
    _print(query, page.found, as_json=as_json)
    if not as_json:
        report.say(
            f"{query.canonical}: {len(page.found)} of {page.total}{'' if page.counted else '+'} papers"
        )
    return 0


async def match(settings: Settings, text: str, uris: Sequence[str], *, as_json: bool) -> int:
    """Print every paper that a query matches: of the named sources, not stored, or of the archive."""
    if not uris:
        return await search(settings, f"{text} sort:best", as_json=as_json, limit=_ALL)
    from bot.sources import parse_document

    query = Queries(glossary_of(settings), bundled_categories()).parse(text)
    failed = False
    papers: dict[str, Paper] = {}
    async with open_reader(settings) as reader:
        for uri in uris:
            async for outcome in parse_source(uri, reader, parse_document):
                if outcome.parsed is None:
                    report.problem(outcome.error)
                    failed = True
                    continue
                for entry in outcome.parsed.entries:
                    paper = found(entry, topic=outcome.parsed.topic, source=uri, now=0)
                    papers.setdefault(paper.canonical_id, paper)
    _print(query, await asyncio.to_thread(_matches, query, list(papers.values())), as_json=as_json)
    return int(failed)


def _matches(query: Query, papers: Sequence[Paper]) -> list[FoundPaper]:
    matched = []
    for paper in papers:
        evidence = evaluate(query, analyse(searchable(paper)))
        if evidence:
            matched.append(FoundPaper(paper, float(len(evidence.hits)), evidence))
    return matched


def _print(query: Query, matched: Sequence[FoundPaper], *, as_json: bool) -> None:
    reasons = [(one, reason_of(query, one.evidence).words) for one in matched]
    if as_json:
        papers = [_as_json(one, words) for one, words in reasons]
        result = {"query": query.source, "canonical": query.canonical, "papers": papers}
        report.say(json.dumps(result, ensure_ascii=False))
        return
    for one, words in reasons:
        report.say(f"{one.paper.canonical_id}  {one.paper.title}  [{', '.join(words)}]")


def _as_json(one: FoundPaper, words: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": one.paper.canonical_id,
        "title": one.paper.title,
        "score": round(one.score, 4),
        "matched": list(words),
    }
