"""Parses author lines of feeds: separates the names, and persons from organizations.

RSS has mail addresses with the name in parentheses (rssboard.org/rss-specification, `author`), Dublin Core
and Atom have names, and groups paste the author field of a BibTeX entry. Who runs the feed is no author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.text.normalize import collapse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_LINE: Final = 20_000
_INITIALS: Final = re.compile(r"(?:[A-Z]\.?[ -]?){1,4}(?:Jr\.?|I{2,3})?")
_AND: Final = re.compile(r"\s(?:and|&)\s|;")
_MARKS: Final = re.compile(r"[{}]|\s(?:and|&)\s|;")
_ADDRESS: Final = re.compile(
    r"(?:mailto:)?(?P<address>[^\s@<>()\",;:]{1,64}@[^\s@<>()\",;:]{1,255}\.[^\s@<>()\",;:.]{2,63})"
)
_WITH_NAME: Final = re.compile(
    rf"{_ADDRESS.pattern}\s*\((?P<after>[^()]*(?:\([^()]*\)[^()]*)*)\)"
    rf"|(?P<before>[^<>]*)<{_ADDRESS.pattern.replace('?P<address>', '?P<angled>')}>"
)
# A group of BibTeX; braces of TeX accents and commands (`{\\\"o}`, `\\H{o}`) are no such groups.
_GROUP: Final = re.compile(r"(?<![\\\w\"\x27`^~=.}])\{([^{}\\]*)\}")

_DESKS: Final = (
    "admin administrator contact donotreply do-not-reply editor editorial editors feed feedback feeds hello "
    "help helpdesk info mail mailer-daemon news newsletter no-reply nobody noreply office postmaster press "
    "root rss service staff subscriptions support sysadmin team webadmin webmaster www"
).split()
_DESK: Final = re.compile(
    rf"(?:{'|'.join(_DESKS)})(?:[+._-][\w.+-]*)?|[\w.+-]*[._-](?:{'|'.join(_DESKS)})", re.IGNORECASE
)
"""Local parts of addresses that belong to a desk and not to a person."""

_NO_NAMES: Final = frozenset(
    "admin|administrator|anonymous|author|editor|editors|n/a|no reply|no-reply|none|noreply|null|rss|root|"
    "staff|support|unknown|web master|webmaster|".split("|")
)
"""What stands where a name should, case folded."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The people who run a feed.

    Attributes:
        addresses: their mail addresses, case folded.
        names: the names of those with the address of a desk, case folded; an editor with an address of
            their own may well be the author of all items.
    """

    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lines: Iterable[str]) -> Staff:
        """Return the people of a feed's `managingEditor`, `webMaster` and the like."""
        read = [_apart(line) for line in lines]
        return cls(
            frozenset(address for _, address in read if address),
            frozenset(name.casefold() for name, address in read if name and address and _is_desk(address)),
        )


def read_byline(line: str, staff: Staff, *, one: bool = False) -> tuple[str, ...]:
    """Return the authors that a line names, without addresses and without the feed's staff.

    Args:
        line: as written, without markup.
        staff: who runs the feed.
        one: whether the format has one name in each line, so that nothing but a BibTeX field is split.
    """
    name, address = _apart(line[:_LONGEST_LINE])
    if not name:
        # An address says who somebody is only where nothing else does.
        return () if not address or address in staff.addresses or _is_desk(address) else (address,)
    found = (name,) if one and not _GROUP.search(name) else split_names(name)
    return tuple(name for name in found if name.casefold() not in _NO_NAMES | staff.names)


def split_names(line: str) -> tuple[str, ...]:
    """Split a line of authors where its form says surely where each name ends.

    `Ann Li, Bo Chen` and `Ann Li and Bo Chen` are two names, `Li, A., Chen, B.` too (bioRxiv's form; they are
    kept as `Li, A.`); a single `Li, Ann` or a name with an affiliation stays whole. In BibTeX's form
    (`{van der Berg}, Jan and Lima, Ana`) each name ends at `and`, and braces keep words together.
    """
    line = line[:_LONGEST_LINE]
    parts = [part for clause in _clauses(line) if (part := clause.strip(" ,"))]
    if _GROUP.search(line) or (len(parts) > 1 and all(part.count(",") == 1 for part in parts)):
        return tuple(name for part in parts if (name := without_braces(part)))
    names: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        if len(pieces) > 1 and all(" " in piece for piece in pieces):
            names.extend(pieces)
        elif len(pieces) % 2 == 0 and all(_INITIALS.fullmatch(piece) for piece in pieces[1::2]):
            names.extend(f"{last}, {first}" for last, first in zip(pieces[::2], pieces[1::2], strict=True))
        else:
            names.append(part)
    return tuple(names)


def without_braces(name: str) -> str:
    """Return a name without the braces by which BibTeX keeps words together; those of TeX accents stay."""
    while True:
        bare = _GROUP.sub(r"\1", name)
        if bare == name:
            return collapse(name)
        name = bare


def is_address(text: str) -> bool:
    """Tell whether a text is nothing but a mail address; arXiv's authors have names."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def _clauses(line: str) -> Iterator[str]:
    """Yield the pieces between `and`s and semicolons, but not of those in braces that close."""
    if line.count("{") != line.count("}"):
        yield from _AND.split(line)
        return
    depth = start = 0
    for match in _MARKS.finditer(line):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth <= 0:
            yield line[start : match.start()]
            start = match.end()
    yield line[start:]


def _apart(line: str) -> tuple[str, str | None]:
    """Return the name and the mail address of a line; the address case folded, None where there is none."""
    line = line.strip()
    alone = _ADDRESS.fullmatch(line.strip("<>"))
    if alone:
        return "", alone["address"].casefold()
    match = _WITH_NAME.fullmatch(line)
    if match is None:
        return line, None
    name = collapse(match["after"] if match["after"] is not None else match["before"]).strip("\"'")
    address = (match["address"] or match["angled"]).casefold()
    named_by_address = _ADDRESS.fullmatch(name)
    return ("" if named_by_address else name), address


def _is_desk(address: str) -> bool:
    return bool(_DESK.fullmatch(address.partition("@")[0]))
