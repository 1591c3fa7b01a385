"""arXiv identifiers, new and old style, out of any text that names one.

Source of the rules: arXiv's identifier specification (info.arxiv.org/help/arxiv_identifier.html):
`YYMM.NNNN` from 0704 to 1412, `YYMM.NNNNN` from 1501, `archive[.XX]/YYMMNNN` before; `vN` is a version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEW = r"(?P<yymm>\d{4})\.(?P<number>\d{4,5})"
_OLD = r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?/(?P<old>\d{7})"
_ID = re.compile(rf"(?<![\w.]){_NEW}(?:[vV](?P<version>\d{{1,3}}))?(?![\d])", re.ASCII)
_OLD_ID = re.compile(rf"(?<![\w.-]){_OLD}(?:[vV](?P<version>\d{{1,3}}))?(?!\d)", re.ASCII)
_DOI = re.compile(r"10\.48550/arxiv\.", re.IGNORECASE)
_URL = re.compile(
    r"^(?:https?://)?(?:[\w-]+\.)*(?:arxiv\.org|alphaxiv\.org|huggingface\.co|hf\.co|doi\.org)/",
    re.IGNORECASE,
)
_FIRST_NEW, _FIRST_FIVE_DIGIT = 704, 1501


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
    text = _DOI.sub(" ", text)
    for match in _ID.finditer(text):
        found = _new_style(match)
        if found:
            return found
    for match in _OLD_ID.finditer(text):
        month = int(match["old"][2:4])
        if 1 <= month <= 12 and int(match["old"][4:]):  # noqa: PLR2004 (months of a year)
            version = int(match["version"]) if match["version"] else None
            return ArxivId(f"{match['archive']}/{match['old']}", version)
    return None


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read a text that is nothing but an arXiv id, an arXiv URL or an arXiv DOI; else None."""
    text = text.strip().rstrip(".,;)>").lstrip("<(")
    if " " in text:
        return None
    found = find_arxiv_id(text)
    if not found:
        return None
    bare = re.sub(r"^(arxiv:|doi:)", "", text, flags=re.IGNORECASE)
    bare = re.sub(r"(\.pdf)?([?#].*)?$", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"[vV]\d{1,3}$", "", _DOI.sub("", bare))
    if bare == found.base or _URL.match(bare) or re.fullmatch(r"[a-z-]+\.[A-Z]{2}/\d{7}", bare):
        return found
    return None


def _new_style(match: re.Match[str]) -> ArxivId | None:
    yymm, number = match["yymm"], match["number"]
    month, digits = int(yymm[2:]), 5 if int(yymm) >= _FIRST_FIVE_DIGIT else 4
    if not 1 <= month <= 12 or int(yymm) < _FIRST_NEW:  # noqa: PLR2004 (months of a year)
        return None
    if len(number) != digits or not int(number):
        return None
    return ArxivId(f"{yymm}.{number}", int(match["version"]) if match["version"] else None)
