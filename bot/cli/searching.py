"""Carries out `search` for scripts; returns the exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.app import clock, open_archive
from bot.cli import report
from bot.domain.evidence import reason_of
from bot.domain.search_options import read_options

if TYPE_CHECKING:
    from bot.services.search_papers import Found
    from bot.settings import Settings


async def search(settings: Settings, text: str, *, as_json: bool, limit: int) -> int:
    """Print what a query finds, one paper a line or as one JSON object."""
    options = read_options(text)
    async with open_archive(settings) as archive:
        query = archive.chat.queries.parse(options.text)
        page = await archive.chat.searching.search(
            query,
            today=clock().date(),
            order=options.order,
            since=options.since,
            size=limit,
        )
    reasons = [(found, reason_of(query, found.evidence).words) for found in page.found]
    if as_json:
        papers = [_as_json(found, words) for found, words in reasons]
        result = {"query": options.text, "canonical": query.canonical, "papers": papers}
        report.say(json.dumps(result, ensure_ascii=False))
        return 0
    for found, words in reasons:
        report.say(f"{found.paper.canonical_id}  {found.paper.title}  [{', '.join(words)}]")
    report.say(f"{query.canonical}: {len(page.found)} of {page.total}{'' if page.counted else '+'} papers")
    return 0


def _as_json(found: Found, words: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": found.paper.canonical_id,
        "title": found.paper.title,
        "score": round(found.score, 4),
        "matched": list(words),
    }
