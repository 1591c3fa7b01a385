"""Decides whether two titles name one paper, for entries without an arXiv id or DOI.

A false merge hides a paper, a missed one only shows it twice; so in doubt, no merge. The rules, in order
(figures: `tests/benchmarks/bench_identity.py`):

1. the same letters and digits, where the title is long enough to tell or authors overlap;
2. one of them is visibly cut and the other continues from there;
3. the same words but for an article or a misprint, where authors overlap.

Likeness in per cent is no rule: "… with Weak Supervision for Images" and "… for Videos" by the same authors
are 93 % alike. Nor is a missing subtitle: "X" and "X: A Survey" are two papers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.domain.text.normalize import CJK, fold, plain, title_key

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX_LENGTH = 28
"""Code points of a title key that two spellings must share before one may be the other, cut."""

_TELLING = 16
"""Weight of a key under which different papers share titles ("Reply to X"): there authors must overlap."""

_CJK_WEIGHT = 3  # a Chinese character says about as much as three letters
_SUBSTITUTION_LENGTH, _INSERTION_LENGTH = 7, 5  # letters of a word that may be misprinted
_MISPRINTS = 2

_NOTE = re.compile(
    r"\s*(?:[(\[]\s*(?:arxiv:[^()\[\]]*(?:\[[^()\[\]]*\][^()\[\]]*)?"
    r"|(?:(?:extended|full|long|revised|updated|journal|arxiv|preprint|author'?s)\s+)*"
    r"(?:version|preprint|technical report)"
    r")\s*[)\]]|[:,.–—-]\s+(?:extended|full|long) version)\s*\.?\s*$",
    re.IGNORECASE,
)
_GLOSS = re.compile(rf"\s*[(（\[【][^()（）\[\]【】{CJK}]*+[{CJK}][^()（）\[\]【】]*+[)）\]】]\s*$")
_CUT_END = re.compile(r"(?:…|\.\.\.)\s*$")
_CJK_LETTER = re.compile(rf"[{CJK}]")
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"a", "an", "the"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "et", "al"})
_GENERIC = frozenset(
    "a abstract acknowledgement acknowledgements addendum and appendix author authors board book comment "
    "comments conclusion conclusions contents correction corrections corrigendum discussion editor "
    "editorial editorials editors errata erratum foreword from guest in index introduction introductory "
    "issue letter letters list message new news note notes of on open opening outlook overview preface "
    "proceedings reply report response review reviewers reviews section special summary supplementary "
    "material table technical thanks the this to volume welcome workshop".split()
)
_PART = re.compile(r"part|vol|volume|chapter|episode|i{1,3}|iv|vi{0,3}|ix|x")
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau "
    "upsilon phi chi psi omega epsilon theta phi rho"
)
_GREEK = str.maketrans(
    {
        letter: f" {name} "
        for letter, name in zip("αβγδεζηθικλμνξοπρςστυφχψωϵϑϕϱ", _GREEK_NAMES.split(), strict=True)
    }
)


@dataclass(frozen=True, slots=True)
class Titled:
    """A title and its authors, prepared for comparison.

    Attributes:
        key: letters and digits of the title, without notes such as "(extended version)".
        words: its words, folded.
        names: those of them that are written like names (`NeRF`); they are never misprints of each other.
        is_cut: whether it ends in an ellipsis.
        authors: surname and initial of each author, for both orders of a name; empty where unknown.
        ids: what says for sure that two papers differ: an id of each kind, None where it is not known.
        url: its page, which says for sure that two are the same where the title is too, or None.
    """

    key: str
    words: tuple[str, ...]
    names: frozenset[str]
    is_cut: bool
    authors: frozenset[str] = frozenset()
    ids: tuple[str | None, ...] = (None, None)
    url: str | None = None


def titled(
    title: str,
    authors: tuple[str, ...] = (),
    ids: tuple[str | None, ...] = (None, None),
    url: str | None = None,
) -> Titled:
    """Return a title made ready for `same_paper`."""
    bare = _NOTE.sub("", plain(title))
    unglossed = _GLOSS.sub("", bare)
    if unglossed and not _CJK_LETTER.search(unglossed):
        bare = unglossed
    spelled = _spelled_out(bare)
    written = _WORD.findall(bare)
    shouted = bare.isupper()
    return Titled(
        key=title_key(spelled),
        words=tuple(_WORD.findall(fold(spelled))),
        names=frozenset() if shouted else frozenset(fold(word) for word in written if not word[1:].islower()),
        is_cut=bool(_CUT_END.search(bare)),
        authors=frozenset(key for name in authors for key in _author_keys(name)),
        ids=ids,
        url=url,
    )


def same_paper(one: Titled, candidates: Iterable[Titled]) -> int | None:
    """Return the index of the candidate that is the same paper, or None where none or several could be."""
    pool = [(index, other) for index, other in enumerate(candidates) if not _ids_differ(one.ids, other.ids)]
    for rule in (_same_key, _cut, _misprinted):
        hits = [index for index, other in pool if rule(one, other)]
        if hits:
            return hits[0] if len(hits) == 1 or rule is _same_key else None
    return None


def _ids_differ(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
    return any(a and b and a != b for a, b in zip(one, other, strict=True))


def _same_key(one: Titled, other: Titled) -> bool:
    if not one.key or one.key != other.key:
        return False
    if one.url and one.url == other.url:
        return True
    overlap = _authors_overlap(one, other)
    return not _is_generic(one) and (overlap is True or (overlap is None and _weight(one.key) >= _TELLING))


def _cut(one: Titled, other: Titled) -> bool:
    short, long = sorted((one, other), key=lambda titled: len(titled.key))
    return (
        short.is_cut
        and _weight(short.key) >= PREFIX_LENGTH
        and long.key.startswith(short.key)
        and _authors_overlap(one, other) is not False
        and not _is_sequel(long.words[len(short.words) - 1 :])
    )


def _is_sequel(words: tuple[str, ...]) -> bool:
    """Whether what a cut title lacks could be what tells it from its sequel."""
    return any(_PART.fullmatch(word) for word in words) or bool(words and words[-1].isdigit())


def _misprinted(one: Titled, other: Titled) -> bool:
    if _is_generic(one) or not _authors_overlap(one, other):
        return False
    if min(_weight(one.key), _weight(other.key)) < _TELLING:
        return False
    a, b = ([word for word in titled.words if word not in _ARTICLES] for titled in (one, other))
    names, misprints = one.names | other.names, 0
    for kind, a_start, a_end, b_start, b_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        left, right = "".join(a[a_start:a_end]), "".join(b[b_start:b_end])
        if kind == "equal" or left == right:
            continue
        if names.intersection(a[a_start:a_end] + b[b_start:b_end]) or not _is_misprint(left, right):
            return False
        misprints += 1
    return misprints <= _MISPRINTS


def _is_generic(one: Titled) -> bool:
    """Whether many papers, also by the same authors, have such a title: "Editorial"."""
    return _GENERIC.issuperset(word for word in one.words if not word.isdigit())


def _is_misprint(one: str, other: str) -> bool:
    """One letter more, less, other or swapped, not among the first two ("micro", "macro") of a long word."""
    shorter = min(len(one), len(other))
    needed = _SUBSTITUTION_LENGTH if len(one) == len(other) else _INSERTION_LENGTH
    return (
        shorter >= needed
        and one[:2] == other[:2]
        and (one + other).isalpha()
        and OSA.distance(one, other, score_cutoff=1) == 1
    )


def _authors_overlap(one: Titled, other: Titled) -> bool | None:
    """Tell whether any author is on both lists; None where a list is unknown."""
    if not one.authors or not other.authors:
        return None
    return not one.authors.isdisjoint(other.authors)


def _author_keys(name: str) -> tuple[str, ...]:
    """Return surname and initial, for both orders of a name: "Li Wei" and "Wei Li" may be one person."""
    if "," in name:
        last, _, first = name.partition(",")
        name = f"{first} {last}"
    parts = [part for part in fold(name).replace(".", " ").split() if part not in _SUFFIXES]
    return (f"{parts[-1]} {parts[0][0]}", f"{parts[0]} {parts[-1][0]}") if parts else ()


def _spelled_out(title: str) -> str:
    return title.casefold().translate(_GREEK).replace("&", " and ")


def _weight(key: str) -> int:
    return len(key) + (_CJK_WEIGHT - 1) * len(_CJK_LETTER.findall(key))
