"""A table of web sites whose page URLs contain a paper's id. Nothing is fetched.

A row says under which hosts and paths a site shows a paper, and what kind of id is there. Sites that have
only ids of their own (Semantic Scholar's hashes, Papers with Code's slugs) have no row for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

IdKind = Literal["arxiv", "doi", "openreview", "acl", "pubmed", "pmc"]


class NamedOnPage(NamedTuple):
    """The id in a page's URL, as it is written there.

    Attributes:
        kind: what kind of id it is.
        text: the id as written, decoded; it may still be no valid one.
    """

    kind: IdKind
    text: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site, or a part of one.

    Attributes:
        name: what people call it.
        kind: the kind of id that its addresses carry.
        hosts: its host names, lower case; subdomains belong to them.
        path: the whole path, with the id in the group `id`; None where the id is in the query.
        parameters: the query parameters that hold the id, the surest first; `path` has no group then.
    """

    name: str
    kind: IdKind
    hosts: tuple[str, ...]
    path: re.Pattern[str]
    parameters: tuple[str, ...] = ()


# New and old arXiv ids, by their look only: `bot.domain.papers.arxiv_id` tells the valid ones.
_ARXIV: Final = r"(?P<id>(?:\d{4}\.\d{4,5}|[a-z-]{2,9}(?:\.[a-z]{2})?/\d{7})(?:v\d{1,3})?)(?:\.pdf)?"
_DOI: Final = r"(?P<id>10\.\d{4,9}/.+?)"
_NOTE: Final = r"[A-Za-z0-9_-]{6,40}"
_ACL: Final = r"(?P<id>\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d{1,5}|[a-z]\d{2}-\d{4,5})"
_ACL_FILE: Final = r"(?:v\d{1,2})?(?:\.(?:pdf|bib|xml|endf|tex))?"


def _path(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}/*", re.ASCII | re.IGNORECASE)


SITES: Final = (
    Site(
        "arXiv",
        "arxiv",
        ("arxiv.org", "xxx.lanl.gov", "xxx.itp.ac.cn"),  # and its mirrors: export., cn., lanl., xxx.arxiv.org
        _path(rf"/(?:abs|pdf|html|format|overview|ps|dvi|e-print|src|bibtex)/{_ARXIV}"),
    ),
    Site("ar5iv", "arxiv", ("ar5iv.org", "ar5iv.labs.arxiv.org"), _path(rf"/(?:(?:abs|html|pdf)/)?{_ARXIV}")),
    Site("arXiv Vanity", "arxiv", ("arxiv-vanity.com",), _path(rf"/papers/{_ARXIV}")),
    Site(
        "alphaXiv",
        "arxiv",
        ("alphaxiv.org",),
        _path(rf"/(?:[a-z]{{2}}/)?(?:abs|pdf|html|format|overview|resources|ps|e-print|src)/{_ARXIV}"),
    ),
    Site("Hugging Face", "arxiv", ("huggingface.co", "hf.co", "hf-mirror.com"), _path(rf"/papers/{_ARXIV}")),
    Site(
        "Semantic Scholar",
        "arxiv",
        ("semanticscholar.org",),
        _path(rf"/(?:arxiv/|(?:(?:graph/v1/)?paper/)?arxiv:){_ARXIV}"),
    ),
    Site("Cool Papers", "arxiv", ("papers.cool",), _path(rf"/arxiv/{_ARXIV}")),
    Site(
        "Cool Papers, OpenReview",
        "openreview",
        ("papers.cool",),
        _path(rf"/venue/(?P<id>{_NOTE})@openreview"),
    ),
    Site("Cool Papers, ACL", "acl", ("papers.cool",), _path(rf"/venue/{_ACL}@acl")),
    Site("SciRate", "arxiv", ("scirate.com",), _path(rf"/arxiv/{_ARXIV}")),
    Site("CatalyzeX", "arxiv", ("catalyzex.com",), _path(rf"/paper/arxiv:{_ARXIV}")),
    Site("Emergent Mind", "arxiv", ("emergentmind.com",), _path(rf"/papers/{_ARXIV}")),
    Site("INSPIRE", "arxiv", ("inspirehep.net",), _path(rf"/arxiv/{_ARXIV}")),
    Site("NASA ADS", "arxiv", ("ui.adsabs.harvard.edu",), _path(rf"/abs/arxiv:{_ARXIV}(?:/abstract)?")),
    Site("DOI", "doi", ("doi.org",), _path(rf"/(?:doi:)?{_DOI}")),
    Site(
        "bioRxiv and medRxiv",
        "doi",
        ("biorxiv.org", "medrxiv.org"),
        _path(r"/content/(?P<id>10\.\d{4,9}/[\w.-]*?\d)(?:v\d{1,3})?(?:\.(?:full|abstract|article)[\w.-]*)?"),
    ),
    Site(
        "publishers with the DOI in the path",
        "doi",
        (
            "dl.acm.org",
            "onlinelibrary.wiley.com",
            "tandfonline.com",
            "journals.sagepub.com",
            "pubs.acs.org",
            "science.org",
            "pnas.org",
            "royalsocietypublishing.org",
        ),
        _path(rf"/doi/(?:(?:abs|full|pdf|epdf|epub|pdfdirect|full-xml)/)?{_DOI}"),
    ),
    Site(
        "OpenReview",
        "openreview",
        ("openreview.net",),
        _path(r"/(?:forum|pdf|attachment|notes|revisions)"),
        ("id", "noteId"),
    ),
    Site("ACL Anthology", "acl", ("aclanthology.org",), _path(rf"/{_ACL}{_ACL_FILE}")),
    Site(
        "ACL Anthology, its old address",
        "acl",
        ("aclweb.org", "aclanthology.info"),
        _path(rf"/(?:anthology|papers)/(?:[a-z]/[a-z]\d{{2}}/)?{_ACL}{_ACL_FILE}"),
    ),
    Site("PubMed", "pubmed", ("pubmed.ncbi.nlm.nih.gov",), _path(r"/(?P<id>[1-9]\d{0,8})")),
    Site(
        "PubMed, its old address",
        "pubmed",
        ("ncbi.nlm.nih.gov",),
        _path(r"/(?:m/)?pubmed/(?P<id>[1-9]\d{0,8})"),
    ),
    Site(
        "PubMed Central",
        "pmc",
        ("pmc.ncbi.nlm.nih.gov", "ncbi.nlm.nih.gov"),
        _path(r"/(?:pmc/)?articles/(?P<id>PMC[1-9]\d{0,8})(?:/.*)?"),
    ),
    Site(
        "Europe PMC", "pubmed", ("europepmc.org",), _path(r"/(?:article|abstract)/med/(?P<id>[1-9]\d{0,8})")
    ),
    Site(
        "Europe PMC, full texts",
        "pmc",
        ("europepmc.org",),
        _path(r"/(?:article/pmc|articles)/(?P<id>PMC[1-9]\d{0,8})(?:/.*)?"),
    ),
)

_LONGEST: Final = 2_000
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_BARE: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,12}/\S", re.ASCII | re.IGNORECASE)
_PORTS: Final = frozenset({None, 80, 443})


def _by_host() -> dict[str, tuple[Site, ...]]:
    found: dict[str, tuple[Site, ...]] = {}
    for site in SITES:
        for host in site.hosts:
            found[host] = (*found.get(host, ()), site)
    return found


_SITES_OF: Final = _by_host()


def id_on_page(address: str) -> NamedOnPage | None:
    """Return the id that a page's address carries, or None where no row of the table knows the page.

    Args:
        address: an http(s) address; the scheme may be left out, as people do.
    """
    address = address.strip()
    if "/" not in address or len(address) > _LONGEST:
        return None
    if not _SCHEME.match(address):
        if not _BARE.match(address):
            return None
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if port not in _PORTS:
        return None
    path = unquote(parts.path)
    return next((found for site in _sites_at(host) if (found := _read(site, path, parts))), None)


def _sites_at(host: str) -> Iterator[Site]:
    """Yield the rows of a host and of the domains that it belongs to."""
    labels = host.split(".")
    for at in range(len(labels) - 1):
        yield from _SITES_OF.get(".".join(labels[at:]), ())


def _read(site: Site, path: str, parts: SplitResult) -> NamedOnPage | None:
    match = site.path.fullmatch(path)
    if match is None:
        return None
    if not site.parameters:
        return NamedOnPage(site.kind, match["id"])
    given: dict[str, str] = {}
    for part in parts.query.split("&"):
        name, _, value = part.partition("=")
        given.setdefault(unquote(name), unquote(value))
    values = (given.get(name, "") for name in site.parameters)
    return next((NamedOnPage(site.kind, value) for value in values if re.fullmatch(_NOTE, value)), None)
