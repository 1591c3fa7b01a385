"""Compares author names word by word (rule R10 of the query language). A name does not identify a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bot.domain.text.tokenize import is_cjk, words

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})
_PAIR = 2
_MOST_WORDS = 8
"""Longer names are mostly collaborations; the first words tell them apart."""


@dataclass(frozen=True, slots=True)
class Name:
    """An author's name.

    Attributes:
        text: the name as written.
        words: its words, folded, without `Jr.` and the like; at most eight.
        surname: the word before a comma or, failing that, the last word that is no initial.
    """

    text: str
    words: tuple[str, ...]
    surname: str


def analyse_name(text: str) -> Name:
    """Return a name ready for comparing; its words are empty where it has no letters."""
    found = [word for word in words(text) if word not in _SUFFIXES][:_MOST_WORDS]
    before_comma, comma, _ = text.partition(",")
    family = [word for word in words(before_comma) if word not in _SUFFIXES] if comma else found
    spelled = [word for word in family if len(word) > 1] or family
    surname = spelled[-1] if spelled else ""
    return Name(text, tuple(found), surname)


def same_author(wanted: tuple[str, ...], name: Name, *, open_end: bool = False) -> bool:
    """Whether a name answers the words asked for.

    One word is the surname (with `open_end`, its beginning); a CJK word is any part of the name. Of several
    words, in any order, each must be another word of the name: the same word, or one of the two an initial of
    the other; and at least one word of two letters or more must be the same. The name may have more.
    """
    if len(wanted) == 1 and not is_cjk(wanted[0]):
        return name.surname.startswith(wanted[0]) if open_end else name.surname == wanted[0]
    distinct = set(wanted)
    if len(distinct) == len(wanted) and distinct.issubset(name.words):
        return any(len(word) > 1 for word in wanted)
    have = Counter(name.words)
    spelled = 0
    rest: list[str] = []
    for word in wanted:
        if is_cjk(word):
            if not any(word in other for other in name.words):
                return False
            spelled += 1
        elif len(word) > 1 and have[word] > 0:
            have[word] -= 1
            spelled += 1
        else:
            rest.append(word)
    return spelled > 0 and _initials_agree(rest, have)


def is_weak(wanted: tuple[str, ...], name: Name) -> bool:
    """Whether a name that answers does so only through an initial, so that it may well be somebody else."""
    return len(wanted) > 1 and not all(word in name.words or is_cjk(word) for word in wanted)


def _initials_agree(rest: list[str], have: Counter[str]) -> bool:
    """Whether the words that are not the same can be paired through initials.

    Per first letter: a spelled-out word needs an initial of the name; an initial takes any word left.
    """
    initials = Counter(word[0] for word in have.elements() if len(word) == 1)
    all_words = Counter(word[0] for word in have.elements())
    need_initial = Counter(word[0] for word in rest if len(word) > 1)
    need_any = Counter(word[0] for word in rest)
    return need_initial <= initials and need_any <= all_words


def keys_of_query(words: tuple[str, ...]) -> frozenset[str]:
    """Return keys: every name that answers has one of them in `keys_of_name`; so few are compared in full.

    One word is its own key. Of several the two longest are, together, also with one of them (of three words
    or more, both) cut to its initial. So not every Wang is compared with all queries for a Wang.
    """
    cjk = [word for word in words if is_cjk(word)]
    if cjk:
        return frozenset({max(cjk, key=len)[:_PAIR]})
    if len(words) == 1:
        return frozenset(words)
    a, b = sorted(words, key=len)[-_PAIR:]
    keys = {_pair(a, b), _pair(a[0], b), _pair(a, b[0])}
    return frozenset(keys | {_pair(a[0], b[0])} if len(words) > _PAIR else keys)


def keys_of_name(name: Name) -> set[str]:
    """Return what `keys_of_query` gives for each query that a name answers, and more."""
    return {name.surname, *_pieces(name.words)}


def _pieces(found: tuple[str, ...]) -> Iterator[str]:
    for word in found:
        if is_cjk(word):
            yield from word
            yield from (word[at : at + _PAIR] for at in range(len(word) - 1))
    for a, b in combinations(found, _PAIR):
        yield from (_pair(a, b), _pair(a[0], b), _pair(a, b[0]), _pair(a[0], b[0]))


def _pair(a: str, b: str) -> str:
    return f"{a} {b}" if a < b else f"{b} {a}"
