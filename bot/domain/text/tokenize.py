"""Splits text into words.

- LaTeX, entities, compatibility forms, case and accents are folded first (`bot.domain.text.normalize.fold`),
  letters that Unicode does not decompose (ø, ł, æ) as well, traditional Chinese characters to simplified
  ones.
- A word is a run of letters, their marks and digits; everything else is a gap, so `text-to-image`,
  `text_to/image` and `text to image` are the same three words. A possessive `'s` is dropped, an apostrophe
  before a letter closes up, one before a digit is a gap (`ECCV'24`).
  `C++` is the word `cpp`, `3-D` and `3 D` are the word `3d`.
- A run of CJK characters (Han, kana, Hangul) is one word; blanks inside it count for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from bot.domain.text.combining_marks import MARKS, without_accents
from bot.domain.text.han_variants import SIMPLIFIED
from bot.domain.text.normalize import CJK, fold, plain

# Letters that decomposition leaves alone, and signs that compatibility forms would glue to a word (`GPT™`).
_LETTERS: Final = (
    str.maketrans("øłđħıðŧ", "oldhidt") | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"}) | SIMPLIFIED
)
_SIGNS: Final = str.maketrans("™℠®©", "    ")
_CPP = re.compile(r"(?<![^\W_])c\+\+(?![^\W_])")
_SPACE = r"[2-4][- ]d(?![^\W_])"  # of two, three or four dimensions
_ANY_SPACE = tuple(f"{count}{between}d" for count in "234" for between in " -")
_RUN = rf"[^\W_{CJK}]+(?:[{MARKS}]+[^\W_{CJK}]*)*"
_ASCII_WORD = re.compile(rf"{_SPACE}|[a-z0-9]+(?:'[a-z][a-z0-9]*)*")
_WORD = re.compile(rf"{_SPACE}|[{CJK}]+(?: [{CJK}]+)*|{_RUN}(?:['\u2019](?!\d){_RUN})*")
_COMPOUND = re.compile(rf"{_RUN}(?:-{_RUN})+")
_HYPHEN = re.compile("[\u2010\u2013]")
_CLOSE_UP = re.compile("['\u2019]s$|['\u2019 -]")
# The same for a whole ASCII text; what is looked for stands first, so that the search can run ahead to it.
_POSSESSIVE = re.compile("'s(?<=[a-z0-9]'s)(?!'?[a-z0-9])")
_INNER = re.compile("'(?<=[a-z0-9]')(?=[a-z])")
_GAPS: Final = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_CJK = re.compile(f"[{CJK}]")


def words(text: str) -> list[str]:
    """Return the words of a text in order, folded but with their plural endings; a CJK run is one word."""
    return _words(normalise(text))


def words_and_joined(text: str) -> tuple[list[str], list[str]]:
    """Return the words of a text, and the joined forms of its hyphen compounds.

    A joined form is the whole compound or, of longer ones, a pair of neighbours: `text-to-image` gives
    `texttoimage`, `textto` and `toimage`, `fine-tuning` gives `finetuning`.
    """
    text = normalise(text)
    return _words(text), _joined(text)


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return each word with where it begins and ends in `plain(text)`.

    Empty where folding the text as a whole differs from folding it character by character.
    """
    shown = plain(text)
    folded = normalise(text)
    if shown.isascii() and folded == shown.lower():
        return [(_closed(found[0]), *found.span()) for found in _WORD.finditer(folded)]
    pieces = list(map(_fold_character, shown))
    if folded != _CPP.sub("cpp", "".join(pieces)):
        return []
    origin = [at for at, piece in enumerate(pieces) for _ in piece]
    return [
        (_closed(found[0]), origin[found.start()], origin[found.end() - 1] + 1)
        for found in _WORD.finditer(folded)
    ]


def normalise(text: str) -> str:
    """Return a text folded for comparing, its words and gaps still as they stand."""
    text = fold(text) if text.isascii() else fold(text.translate(_SIGNS))
    if not text.isascii():
        text = text.translate(_LETTERS)
    return _CPP.sub("cpp", text) if "c++" in text else text


def is_cjk(word: str) -> bool:
    """Whether a word is written in Han, kana or Hangul."""
    return not word.isascii() and bool(_CJK.match(word))


def _words(text: str) -> list[str]:
    if not text.isascii():
        return [_closed(word) for word in _WORD.findall(text)]
    if ("2" in text or "3" in text or "4" in text) and any(map(text.__contains__, _ANY_SPACE)):
        return [_closed(word) for word in _ASCII_WORD.findall(text)]
    if "'" in text:
        text = _INNER.sub("", _POSSESSIVE.sub("", text))
    # Four times as fast as the pattern.
    return text.translate(_GAPS).split()


def _joined(text: str) -> list[str]:
    if not text.isascii():
        text = _HYPHEN.sub("-", text)
    if "-" not in text:
        return []
    forms = []
    # Only pieces with a hyphen: over a whole text the pattern would try each letter of each word.
    for piece in [piece for piece in text.split(" ") if "-" in piece]:
        for compound in _COMPOUND.findall(piece):
            parts = compound.split("-")
            forms.append("".join(parts))
            if len(parts) > 2:  # noqa: PLR2004 (of two parts the pair is the whole)
                forms.extend(map(str.__add__, parts, parts[1:]))
    return forms


def _closed(word: str) -> str:
    return word if word.isalnum() else _CLOSE_UP.sub("", word)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    decomposed = unicodedata.normalize("NFKD", character.translate(_SIGNS))
    return unicodedata.normalize("NFC", without_accents(decomposed)).casefold().translate(_LETTERS)
