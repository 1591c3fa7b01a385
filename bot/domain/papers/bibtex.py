r"""Formats papers as BibTeX entries.

Of what sources wrote only plain Unicode gets into an entry, escaped by pylatexenc: their own LaTeX does not,
for whoever cites runs it (`\input`, `\write18`). BibTeX counts a brace even after a backslash, splits names
at `and` and at commas, and lets styles put titles in lower case but for what is in braces ("BibTeXing",
sections 3 and 4, and "Designing BibTeX Styles", section 4, both by Oren Patashnik).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bot.domain.text.normalize import CJK, plain
from bot.domain.text.stop_words import STOP_WORDS
from bot.domain.text.tokenize import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pylatexenc.latexencode import UnicodeToLatexEncoder

    from bot.domain.papers.paper import Paper

_TITLE_ROOM: Final = 700
_AUTHORS_ROOM: Final = 1_500
"""Characters of a field at most: a whole entry fits into one message of any chat platform (Telegram: 4,096).
The largest collaborations have 3,000 authors; BibTeX knows `and others`."""
_NAME_ROOM: Final = 100
_LINK_ROOM: Final = 400
_KEY_ROOM: Final = 24

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})
_GROUPS: Final = frozenset(
    "collaboration collaborations committee consortium foundation group inc initiative institute laboratory "
    "project team university".split()
)
"""Words of authors that are no persons; their names have no parts."""
_BEFORE_SUFFIX: Final = 2  # a family name and a given one
_MOST_COMMAS: Final = 2

# Numbers of arXiv papers begin with year and month, since 2007 (2403.09638) and before (hep-th/9901001).
_NUMBER = re.compile(r"(?:[a-z-]+(?:\.[A-Z]{2})?/)?(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])[.\d]", re.ASCII)
_FIRST_YEAR: Final = 91
_CATEGORY = re.compile(r"[A-Za-z-]{1,20}(?:\.[A-Za-z-]{1,20})?", re.ASCII)
_PIECES = re.compile(r"([\s\-–—/:;,.?!()\[\]\"“”]+)")
_ET_AL = re.compile(r"[,\s]*\bet\.?\s*al\b\.?$", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_AND = re.compile(r"\band\b", re.IGNORECASE)
_IN_CJK = re.compile(rf"[{CJK}·\s]+")
_LETTERS = re.compile(r"[^a-z0-9]+")

# What pylatexenc 2.11 spells wrongly (`ű` as `\'u`) or by commands that few documents know: stays Unicode,
# which LaTeX reads since 2018, as does whatever has no command at all, such as Han.
_KEPT: Final = "ĦħĸĿŀŉŦŧϒ⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞ΆΈΉΊΌΎΏΐΪΫάέήίΰϊϋόύώ" + "".join(map(chr, range(0x400, 0x530)))
_SPELLED: Final = {ord(letter): letter for letter in _KEPT} | {
    ord("Ű"): r"\H{U}",
    ord("ű"): r"\H{u}",
    # BibTeX counts these, and old fonts show a dash for the last.
    ord("{"): r"\textbraceleft",
    ord("}"): r"\textbraceright",
    ord("|"): r"\textbar",
    # Reads better so.
    ord("–"): "--",
    ord("—"): "---",
    ord("‘"): "`",
    ord("’"): "'",
    ord("“"): "``",
    ord("”"): "''",
    ord("…"): r"\ldots",
}


def bibtex_of(papers: Sequence[Paper]) -> list[str]:
    """Return the entries of papers whose keys differ: of equal ones the second gets `b`, the third `c`."""
    seen: Counter[str] = Counter()
    entries = []
    for paper in papers:
        key = _key(paper, _month(paper)[0])
        seen[key] += 1
        entries.append(bibtex(paper, key_end=_end(seen[key])))
    return entries


def bibtex(paper: Paper, *, key_end: str = "") -> str:
    """Return the BibTeX entry of a paper: `@article` where only a DOI is known, else `@misc`.

    Args:
        paper: what it describes.
        key_end: what is put after its key, to tell it from others like it.
    """
    arxiv, authors = paper.arxiv_base, _authors(paper.authors)
    kind = "article" if paper.doi and not arxiv else "misc"
    year, month = _month(paper)
    fields = [
        ("title", f"{{{_title(paper.title)}}}"),
        ("author", f"{{{authors}}}" if authors else ""),
        ("year", f"{{{year}}}" if year else ""),
        ("month", _MONTHS[month - 1] if month else ""),
        *([("eprint", _verbatim(arxiv)), ("archivePrefix", "{arXiv}")] if arxiv else []),
        ("primaryClass", _primary(paper) if arxiv else ""),
        ("doi", _verbatim(paper.doi or "")),
        ("url", _verbatim(paper.page_url or "") if _is_web(paper.page_url) else ""),
    ]
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields if value)
    return f"@{kind}{{{_key(paper, year)}{key_end},\n{lines}\n}}"


def _end(number: int) -> str:
    """Return what tells equal keys apart: nothing for the first, then b, c ..., at last numbers."""
    if number == 1:
        return ""
    return ascii_lowercase[number - 1] if number <= len(ascii_lowercase) else f"-{number}"


def escaped(text: str) -> str:
    """Return plain text as LaTeX with balanced braces."""
    return str(_encoder().unicode_to_latex(text))


def _title(title: str) -> str:
    """Return a title as LaTeX; words such as NeRF keep their capitals whatever the style."""
    text, room = plain(title), _TITLE_ROOM
    while True:
        written = "".join(_kept(piece) for piece in _PIECES.split(_cut(text, room)))
        if len(written) <= _TITLE_ROOM:
            return written
        room = room * _TITLE_ROOM // len(written)


def _kept(piece: str) -> str:
    """Return a piece of a title in braces where it has a capital that is not its first letter, or is one."""
    kept = any(map(str.isupper, piece[1:])) or (piece.isupper() and piece not in {"A", ""})
    return f"{{{escaped(piece)}}}" if kept else escaped(piece)


def _cut(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    head = text[: room - 1]
    return f"{head.rpartition(' ')[0] or head}…"


def _authors(authors: Sequence[str]) -> str:
    """Return names as `Last, First and Last, First`; those for which there is no room as `and others`."""
    written: list[str] = []
    left = _AUTHORS_ROOM
    for author in authors:
        shown = plain(author)
        alone = _ET_AL.sub("", shown)
        if words(alone):
            name = _name(_cut(alone, _NAME_ROOM))
            left -= len(name) + len(" and ")
            written += [name] if left >= 0 else []
        if left < 0 or alone != shown:
            written.append("others")
            break
    return " and ".join(written)


def _name(name: str) -> str:
    """Return one name as BibTeX reads it, as `Last, First` or `Last, Jr, First`; or whole, in braces."""
    name = _ASIDE.sub("", name) or name
    parts = [part.strip() for part in name.split(",")]
    suffix = parts.pop() if len(parts) > 1 and _is_suffix(parts[-1]) else ""
    found = words(name)
    if _AND.search(name) or not all(parts) or len(parts) > _MOST_COMMAS or _is_group(found):
        return f"{{{escaped(name)}}}"
    if len(parts) == 1:
        family, given, own_suffix = _split(parts[0].split(" "))
        suffix = suffix or own_suffix
    else:
        family, given = parts
    if not given:
        return f"{{{escaped(name)}}}"
    return ", ".join(escaped(part) for part in (family, suffix, given) if part)


def _split(written: list[str]) -> tuple[str, str, str]:
    """Return the family name with its particles (`van Gogh`), the given names and a suffix."""
    suffix = written.pop() if len(written) > _BEFORE_SUFFIX and _is_suffix(written[-1]) else ""
    if _IN_CJK.fullmatch(" ".join(written)):
        return written[0], " ".join(written[1:]), suffix
    inner = range(1, len(written) - 1)
    start = next((at for at in inner if written[at][0].islower()), len(written) - 1)
    return " ".join(written[start:]), " ".join(written[:start]), suffix


def _is_suffix(word: str) -> bool:
    return word.casefold().rstrip(".") in _SUFFIXES


def _is_group(found: list[str]) -> bool:
    return not _GROUPS.isdisjoint(found) or found[:1] == ["the"]


def _month(paper: Paper) -> tuple[int | None, int | None]:
    """Return year and month: those in its arXiv number, for a digest may have come later, or of its day."""
    match = _NUMBER.match(paper.arxiv_base or "")
    if match:
        year = int(match["year"])
        return year + (1900 if year >= _FIRST_YEAR else 2000), int(match["month"])
    return (paper.published.year, paper.published.month) if paper.published else (None, None)


def _primary(paper: Paper) -> str:
    first = paper.categories[0] if paper.categories else ""
    return f"{{{first}}}" if _CATEGORY.fullmatch(first) else ""


def _is_web(url: str | None) -> bool:
    return url is not None and url.casefold().startswith(("https://", "http://"))


def _verbatim(text: str) -> str:
    """Return what styles print verbatim, percent-encoded where it would break the entry, if it is short."""
    written = quote(text, safe="!#$%&'()*+,-./:;<=>?@[]_~", errors="replace")
    return f"{{{written}}}" if 0 < len(written) <= _LINK_ROOM else ""


def _key(paper: Paper, year: int | None) -> str:
    """Return a key such as `song2025rivers`: family name, year, first telling word of the title."""
    family = _family(plain(paper.authors[0])) if paper.authors else ""
    telling = (word for word in _ascii(words(paper.title)) if word not in STOP_WORDS and word[0].isalpha())
    parts = (family if family[:1].isalpha() else "paper", str(year or ""), next(telling, ""))
    return "".join(part[:_KEY_ROOM] for part in parts)


def _family(name: str) -> str:
    name = _ASIDE.sub("", _ET_AL.sub("", name)) or name
    before, comma, _ = name.partition(",")
    family = before if comma else _split(name.split(" "))[0]
    return "".join(_ascii(words(family)))


def _ascii(found: list[str]) -> Iterator[str]:
    return (word for word in (_LETTERS.sub("", word) for word in found) if word)


@cache
def _encoder() -> UnicodeToLatexEncoder:
    # Takes 20 ms to import.
    from pylatexenc.latexencode import RULE_DICT, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

    return UnicodeToLatexEncoder(
        conversion_rules=[UnicodeToLatexConversionRule(RULE_DICT, _SPELLED), "defaults"],
        replacement_latex_protection="braces-almost-all",  # `{\"o}` is one letter to BibTeX
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )
