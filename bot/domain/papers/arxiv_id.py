"""Parses arXiv identifiers, old and new style, from any text that contains one.

Source of the rules: arXiv's identifier specification (info.arxiv.org/help/arxiv_identifier.html):
`YYMM.NNNN` from 0704 to 1412, `YYMM.NNNNN` from 1501, `archive[.XX]/YYMMNNN` before; `vN` is a version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.papers.paper_sites import id_on_page

# Every archive that gave out old ids; any other word before a slash and seven digits is not one.
_ARCHIVE = (
    r"acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat"
    r"|cs|dg-ga|funct-an|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|math|mtrl-th|nlin|nucl-(?:ex|th)|patt-sol"
    r"|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_ID_TEXT = (
    r"(?:(?<![\w.])(?P<yymm>\d{4})\.(?P<number>\d{4,5})"
    rf"|(?<![\w.-])(?P<archive>{_ARCHIVE})(?:\.[a-z]{{2}})?/(?P<old>\d{{7}}))"
    r"(?:v(?P<version>\d{1,3}))?(?!\d)"
)
_ID = re.compile(_ID_TEXT, re.ASCII | re.IGNORECASE)
_WHOLE = re.compile(
    rf"(?:(?:arxiv|doi)?:\s*)?{_ID_TEXT}(?:\.pdf)?/?(?:[?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.", re.IGNORECASE)
# Other publishers' DOIs hold digits in the shape of ids.
_OTHER_DOI = re.compile(r"(?<![\d.])10\.(?!48550/)\d{4,9}/\S+", re.ASCII)
_FIRST_NEW, _FIRST_FIVE_DIGIT, _LAST_OLD, _FIRST_OLD = 704, 1501, 703, 9107


@dataclass(frozen=True, slots=True)
class ArxivId:
    """One paper on arXiv.

    Attributes:
        base: the identifier without version, such as `2403.09638` or `hep-th/9901001`.
        version: the version named, from 1, or None where none was named.
    """

    base: str
    version: int | None = None

    @property
    def canonical(self) -> str:
        """The paper's canonical id; the version is not part of it."""
        return f"arxiv:{self.base}"

    @property
    def abs_url(self) -> str:
        """The abstract page of the newest version."""
        return f"https://arxiv.org/abs/{self.base}"

    @property
    def pdf_url(self) -> str:
        """The PDF of the newest version."""
        return f"https://arxiv.org/pdf/{self.base}"


def find_arxiv_id(text: str) -> ArxivId | None:
    """Return the first valid arXiv id in a link, a DOI or a bare id, else None."""
    if "10." in text:
        text = _ARXIV_DOI.sub(" ", _OTHER_DOI.sub(" ", text))
    return next((found for match in _ID.finditer(text) if (found := _read(match))), None)


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read a text that is nothing but an arXiv id, an arXiv DOI or a page that carries one; else None.

    The pages are those of `bot.domain.papers.paper_sites`.
    """
    text = text.strip().lstrip("<(").rstrip(".,;)>")
    match = _WHOLE.fullmatch(_ARXIV_DOI.sub("", text))
    if match is None and (named := id_on_page(text)) and named.kind in ("arxiv", "doi"):
        match = _WHOLE.fullmatch(_ARXIV_DOI.sub("", named.text))
    return _read(match) if match else None


def _read(match: re.Match[str]) -> ArxivId | None:
    version = int(match["version"] or 0) or None
    number = match["number"] or match["old"][4:]
    yymm = int(match["yymm"] or match["old"][:4])
    if not 1 <= yymm % 100 <= 12 or not int(number):  # noqa: PLR2004 (months of a year)
        return None
    if match["old"]:
        old = yymm >= _FIRST_OLD or yymm <= _LAST_OLD
        return ArxivId(f"{match['archive'].lower()}/{match['old']}", version) if old else None
    if yymm < _FIRST_NEW or len(number) != (5 if yymm >= _FIRST_FIVE_DIGIT else 4):
        return None
    return ArxivId(f"{match['yymm']}.{number}", version)
