"""Invented digests and entries for tests of what comes after the formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.papers.arxiv_id import parse_arxiv_id
from bot.domain.papers.parsed_entry import Entry, ParsedDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = tuple[str, str, str]
"""An arXiv id with version, a title, an abstract."""

POST = "# How I read papers\n\nA hand-written post among digests: first the figures, then the tables.\n"
"""Not a digest."""


def entry(arxiv: str, title: str, abstract: str = "", **fields: Any) -> Entry:
    """Return an entry with a versioned arXiv id."""
    return Entry(title=title, external_id=arxiv, arxiv=parse_arxiv_id(arxiv), abstract=abstract, **fields)


def parsed(*entries: Entry, topic: str | None = None) -> ParsedDocument:
    """Return what a document with these entries would hold."""
    return ParsedDocument("invented", topic, (), entries)


def numbered(count: int, words: str, *, first: int = 1) -> list[Entry]:
    """Return so many entries whose titles hold the same words."""
    return [
        entry(f"2503.{number:05}v1", f"Work {number} on {words}", f"We study {words} once more.")
        for number in range(first, first + count)
    ]


def overview(*items: Item) -> str:
    """Return an overview digest."""
    listed = [
        f"## {title} \n  * 2025-03-11  \n  * {abstract} \n"
        f" * link:[http://arxiv.org/abs/{arxiv}](http://arxiv.org/abs/{arxiv}) \n"
        for arxiv, title, abstract in items
    ]
    return "# 2025-03-10--2025-03-13 生成式论文概览\n" + "".join(listed)


def chatpaper(topic: str, *items: Item) -> str:
    """Return a digest of one topic, without summaries."""
    front = (
        f"\n---\ntitle: {topic}\ndate: 2025-03-13 08:30:00\ncategories: Paper\ntags:\n    - {topic}\n---\n"
    )
    listed = [
        f"## {title}\n\n**Authors:Ada Example, Bo Sample**\n\n{abstract} \n\n"
        f"[PDF](http://arxiv.org/abs/{arxiv}) 9 pages\n\n"
        for arxiv, title, abstract in items
    ]
    return f"{front}\n# 2025-03-13 更新\n\n" + "\n".join(listed)


def feed(items: Sequence[Item]) -> bytes:
    """Return an RSS feed."""
    listed = "".join(
        f"<item><title>{title}</title><link>http://arxiv.org/abs/{arxiv}</link>"
        f"<guid>{arxiv}</guid><description>{abstract}</description></item>"
        for arxiv, title, abstract in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>An invented feed</title>'
        f"<link>https://feed.example.org</link><description>x</description>{listed}</channel></rss>"
    ).encode()
