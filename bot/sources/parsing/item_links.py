"""Parses the links of a feed item: its web page, arXiv id and DOI."""

from __future__ import annotations

import re

from bot.domain.papers.arxiv_id import ArxivId, parse_arxiv_id
from bot.domain.papers.paper_id import paper_id_of_page, without_sentence_end
from bot.domain.papers.tracking_parameters import without_tracking
from bot.domain.text.normalize import collapse

_WEB = re.compile(r"https?://[^\s<>\"\x27\\^`{}|/]+(?:/[^\s<>\"\\^`]*)?", re.IGNORECASE)
_OAI = re.compile(r"oai:arxiv\.org:", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>?#&]{1,200}", re.ASCII)
_DOI_LINK = re.compile(r"https?://(?:(?:dx\.)?doi\.org/|[^\s/]{1,200}/doi/)", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arxiv."
_LONGEST_ADDRESS = 2_000  # longer ones are not links that anybody can press


def web_address(text: object) -> str | None:
    """Return an http(s) address without tracking parameters, else as it stands; None for anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST_ADDRESS:
        return None
    text = collapse(text)
    return without_tracking(text) if _WEB.fullmatch(text) else None


def own_arxiv_id(*links: str | None) -> ArxivId | None:
    """Return the arXiv id that one of an item's own links or identifiers is, the most precise first.

    `oai:arXiv.org:2203.01250v3`, the bare id, or the address of a page that carries one
    (`bot.domain.papers.paper_sites`); a link that merely contains digits like an id is none.
    """
    found = [
        parsed for link in links if link and (parsed := parse_arxiv_id(_OAI.sub("", link[:_LONGEST_ADDRESS])))
    ]
    versioned = [arxiv for arxiv in found if arxiv.version and arxiv.base == found[0].base]
    return next(iter(versioned or found), None)


def own_doi(*identifiers: str | None, link: str | None = None) -> str | None:
    """Return the DOI of an item, lower case, from its identifiers or a link that resolves one; else None.

    arXiv's own DOIs name what the arXiv id names already, and are left out.
    """
    page = paper_id_of_page(link) if link else None
    candidates = [text for text in identifiers if text]
    if page and page.startswith("doi:"):
        candidates.append(page)
    elif link and _DOI_LINK.match(link):
        candidates.append(link)
    for text in candidates:
        match = _DOI.search(text[:_LONGEST_ADDRESS])
        if match and not match[0].lower().startswith(_ARXIV_DOI):
            return without_sentence_end(match[0].lower())
    return None


def versioned_id(arxiv: ArxivId) -> str:
    """Return an id with the version where one is named: what arXiv's own feeds call an item."""
    return f"{arxiv.base}v{arxiv.version}" if arxiv.version else arxiv.base
