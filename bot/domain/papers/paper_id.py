"""Canonical paper ids: parses them from text and links, and formats them.

| kind | canonical id | source of its form |
|---|---|---|
| arXiv | `arxiv:2403.09638` | info.arxiv.org/help/arxiv_identifier.html |
| DOI | `doi:10.1000/x`, lower case | doi.org, DOI Handbook, section 2 |
| OpenReview | `openreview:AbCdEf123`, the forum's id, case counts | openreview.net/forum?id= |
| ACL Anthology | `acl:2024.acl-long.1`, `acl:P18-1001` | aclanthology.org/info/ids |
| PubMed | `pubmed:12345678` | pubmed.ncbi.nlm.nih.gov/help |
| PubMed Central | `pmc:PMC1234567` | pmc.ncbi.nlm.nih.gov/about/public-access-info |
| title | `title:<key>`, where nothing else is known | `bot.domain.papers.paper` |
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.papers.arxiv_id import parse_arxiv_id
from bot.domain.papers.paper_sites import NamedOnPage, id_on_page

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS: Final = ("arxiv", "doi", "openreview", "acl", "pubmed", "pmc", "title")
"""The surest first: of a paper with several ids the first one is its canonical id."""

_PAGES: Final = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "openreview": "https://openreview.net/forum?id={}",
    "acl": "https://aclanthology.org/{}",
    "pubmed": "https://pubmed.ncbi.nlm.nih.gov/{}",
    "pmc": "https://pmc.ncbi.nlm.nih.gov/articles/{}",
}
_PDFS: Final = {
    "arxiv": "https://arxiv.org/pdf/{}",
    "openreview": "https://openreview.net/pdf?id={}",
    "acl": "https://aclanthology.org/{}.pdf",
}
_ALONE: Final = frozenset({"arxiv", "doi"})
"""Kinds whose ids are known by their look, so that people type them without the kind."""

PREFIXED: Final = re.compile(
    r"(?P<kind>doi|openreview|acl|pubmed|pmid|pmcid|pmc):(?P<id>[^\s\"<>|(),;]+)", re.ASCII | re.IGNORECASE
)
"""An id with its kind before it, as people write it in queries and messages."""

_FORMS: Final = {
    "doi": re.compile(r"10\.\d{4,9}/[^\s\"]{1,300}", re.ASCII),
    "openreview": re.compile(r"[A-Za-z0-9_-]{6,40}", re.ASCII),
    "acl": re.compile(r"\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d{1,5}|[a-z]\d{2}-\d{4,5}", re.ASCII | re.IGNORECASE),
    "pubmed": re.compile(r"[1-9]\d{0,8}", re.ASCII),
    "pmc": re.compile(r"(?:PMC)?(?P<number>[1-9]\d{0,8})", re.ASCII | re.IGNORECASE),
}
_KIND_NAMES: Final = {"pmid": "pubmed", "pmcid": "pmc"}
_PMC: Final = re.compile(r"PMC[1-9]\d{3,8}", re.ASCII | re.IGNORECASE)
_ARXIV_DOIS: Final = "10.48550/"
_ACL_DOI: Final = "10.18653/v1/"

_BETWEEN: Final = re.compile(r"[\s,;、，；]+")
_MARKER: Final = re.compile(r"\s*(?:[-*+•·–—]|\d{1,3}[.)]|\[\d{1,3}\])\s+")
"""What is before the lines of a list."""
_JOINING: Final = frozenset({"and", "or", "&", "+", "和", "与", "及", "或"})
_LINK: Final = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)
_AFTER_LINK: Final = ".,;:!?'*)]}。，；：！？）】》」"


def read_paper_id(text: str) -> str | None:
    """Return the canonical id that a text names, or None where it is nothing but that.

    An arXiv id, a DOI, `openreview:`, `acl:`, `pubmed:` (`pmid:`) or `pmc:` with an id, `PMC1234567`, or the
    address of a page in the table of sites (`bot.domain.papers.paper_sites`).
    """
    text = text.strip()
    arxiv = parse_arxiv_id(text)
    if arxiv:
        return arxiv.canonical
    kind, colon, rest = text.partition(":")
    kind = _KIND_NAMES.get(kind.casefold(), kind.casefold())
    if colon and kind in _FORMS:
        return _canonical(kind, rest.strip())
    if text.startswith("10."):
        return _canonical("doi", text)
    return _canonical("pmc", text) if _PMC.fullmatch(text) else paper_id_of_page(text)


def read_paper_ids(text: str) -> tuple[str, ...]:
    """Return the canonical ids that a text names, in its order and each once; none where it says other words.

    Ids stand side by side, in lines, after commas, with `and`, or as a list with markers. Where a text has
    links to pages of papers (`bot.domain.papers.paper_sites`), what stands around them is somebody's words
    about them, as in a post that was forwarded.
    """
    linked = [
        paper_id_of_page(link) or paper_id_of_page(link.rstrip(_AFTER_LINK)) for link in _LINK.findall(text)
    ]
    named = _side_by_side(text) or [one for one in linked if one]
    return tuple(dict.fromkeys(named))


def _side_by_side(text: str) -> list[str]:
    found = []
    for line in text.splitlines():
        item = _MARKER.sub("", line, count=1)
        pieces = [one for one in _BETWEEN.split(item) if one and one.casefold() not in _JOINING]
        whole = read_paper_id(item)
        ids = [whole] if whole else [read_paper_id(piece) for piece in pieces]
        if None in ids:
            return []
        found += [one for one in ids if one]
    return found


@lru_cache(maxsize=4096)  # an entry is asked for its ids at each step from parsing to storing
def paper_id_of_page(address: str) -> str | None:
    """Return the canonical id of the paper that an address is a page of, or None."""
    named = id_on_page(address)
    return canonical_of(named) if named else None


def canonical_of(named: NamedOnPage) -> str | None:
    """Return the canonical id of what an address carries, or None where it is no valid one."""
    if named.kind == "arxiv":
        arxiv = parse_arxiv_id(named.text)
        return arxiv.canonical if arxiv else None
    return _canonical(named.kind, named.text)


def typed_id(canonical_id: str) -> str:
    """Return what people type for a canonical id; `read_paper_id` reads it again."""
    kind, _, text = canonical_id.partition(":")
    return text if kind in _ALONE else canonical_id


def page_of(canonical_id: str) -> str | None:
    """Return the page of a paper by its canonical id; None for a title."""
    return _filled(_PAGES, canonical_id)


def pdf_of(canonical_id: str) -> str | None:
    """Return the PDF where the site of the id has it at a known address, else None."""
    return _filled(_PDFS, canonical_id)


def other_names(canonical_id: str) -> tuple[str, ...]:
    """Return the other canonical ids that one implies: the ACL Anthology's DOIs hold its ids."""
    doi = canonical_id.removeprefix("doi:")
    acl = _canonical("acl", doi.removeprefix(_ACL_DOI)) if doi.startswith(_ACL_DOI) else None
    return (acl,) if acl else ()


def by_kind(canonical_ids: Sequence[str]) -> dict[str, str]:
    """Return canonical ids by their kind; of several of one kind the first."""
    return {one.partition(":")[0]: one for one in reversed(canonical_ids)}


def rank(canonical_id: str) -> int:
    """Return how sure a canonical id is; less is surer."""
    return KINDS.index(canonical_id.partition(":")[0])


def _filled(forms: dict[str, str], canonical_id: str) -> str | None:
    kind, _, text = canonical_id.partition(":")
    return forms[kind].format(text) if kind in forms else None


def _canonical(kind: str, text: str) -> str | None:
    match = _FORMS[kind].fullmatch(text)
    if match is None:
        return None
    if kind == "doi":
        arxiv = parse_arxiv_id(text) if text.startswith(_ARXIV_DOIS) else None
        if arxiv:
            return arxiv.canonical
        return f"doi:{without_sentence_end(text.casefold())}"
    if kind == "acl":
        # Ids since 2020 are lower case, the older ones begin with a capital.
        return f"acl:{text.lower() if '.' in text else text.upper()}"
    return f"pmc:PMC{match['number']}" if kind == "pmc" else f"{kind}:{text}"


def without_sentence_end(doi: str) -> str:
    """Drop what belongs to the sentence around a DOI; a bracket that the DOI opened is its own."""
    while doi[-1] in ".,;:]}" or (doi[-1] == ")" and doi.count("(") < doi.count(")")):
        doi = doi[:-1]
    return doi
