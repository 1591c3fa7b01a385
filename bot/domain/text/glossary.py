"""Word lists that users can edit.

Chinese terms with their English translation, and compounds with three spellings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.text.plurals import singular
from bot.domain.text.tokenize import words
from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Glossary:
    """Other names of query terms.

    Attributes:
        terms: CJK term -> its English forms, as written; OR-ed in and shown (rule R11).
        compounds: closed compound -> its words (`finetuning` -> fine, tuning), so that the closed word
            finds the open and the hyphen form as well (rule R3).
    """

    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def english(self, term: str) -> tuple[str, ...]:
        """Return the English forms of a folded CJK term; empty where it has none."""
        return self.terms.get(term, ())

    def open_form(self, parts: Sequence[str]) -> tuple[str, ...] | None:
        """Return the words of a compound, given closed or in its parts, or None where it is not known."""
        return self.compounds.get(_closed(parts))


def read_glossary(terms: str, compounds: str = "") -> Glossary:
    """Read the two word lists.

    Args:
        terms: one term a line, then its English forms, each after a tab; `#` begins a comment line.
        compounds: one hyphen compound a line; `#` begins a comment line.

    Raises:
        SettingsError: a line is not of that form; the message names it.
    """
    english: dict[str, tuple[str, ...]] = {}
    for number, line in _lines(terms):
        term, *forms = (part.strip() for part in line.split("\t"))
        if not words(term) or not forms or not all(words(form) for form in forms):
            raise SettingsError(f"glossary, line {number}: write a term, a tab, and its English: {line!r}")
        english["".join(words(term))] = tuple(forms)
    closed: dict[str, tuple[str, ...]] = {}
    for number, line in _lines(compounds):
        parts = tuple(words(line))
        if len(parts) < 2:  # noqa: PLR2004 (a compound has two parts)
            raise SettingsError(f"compounds, line {number}: write the parts with hyphens between: {line!r}")
        closed[_closed(parts)] = parts
    return Glossary(english, closed)


def _closed(parts: Sequence[str]) -> str:
    return singular("".join(map(singular, parts)))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line
