"""Marks of letters: accents are folded, marks of other scripts are part of the word."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_strategies import parse

from bot.domain.query import evaluate
from bot.domain.text.analysis import PaperText, analyse, tokenize
from bot.domain.text.combining_marks import MARKS
from bot.domain.text.normalize import CJK

_LETTERS_AND_MARKS = {
    "Devanagari": (range(0x0905, 0x093A), range(0x093E, 0x094E)),
    "Bengali": (range(0x0995, 0x09A9), range(0x09BE, 0x09C5)),
    "Tamil": (range(0x0B95, 0x0B9B), range(0x0BBE, 0x0BC3)),
    "Thai": (range(0x0E01, 0x0E2F), range(0x0E34, 0x0E3B)),
    "Thai tones": (range(0x0E01, 0x0E2F), range(0x0E48, 0x0E4C)),
    "Lao": (range(0x0E94, 0x0E98), range(0x0EB4, 0x0EBA)),
    "Khmer": (range(0x1780, 0x17A3), range(0x17B6, 0x17C6)),
    "Myanmar": (range(0x1000, 0x1021), range(0x102D, 0x1033)),
    "Arabic": (range(0x0628, 0x063B), range(0x064B, 0x0653)),
    "Hebrew": (range(0x05D0, 0x05EB), range(0x05B0, 0x05BD)),
    "Syriac": (range(0x0712, 0x072D), range(0x0730, 0x074B)),
    "Hiragana": ([0x3046, *range(0x304B, 0x3062, 2), 0x306F, 0x3072], [0x3099]),
    "Katakana": ([0x30A6, *range(0x30AB, 0x30C2, 2), 0x30CF, 0x30D2], [0x3099]),
    "Hangul": (range(0xAC00, 0xAC1B), range(0xAC1C, 0xAC37)),
    "Tibetan": (range(0x0F40, 0x0F48), range(0x0F71, 0x0F73)),
    "Sinhala": (range(0x0D9A, 0x0DA6), range(0x0DCF, 0x0DD2)),
}
"""Letters of a script, and marks (or, for Hangul, further letters) that make other words of them."""


@st.composite
def _told_apart(draw: st.DrawFn) -> tuple[str, str]:
    """Two words of one script that differ in one mark."""
    letters, marks = _LETTERS_AND_MARKS[draw(st.sampled_from(sorted(_LETTERS_AND_MARKS)))]
    known = [chr(code) for code in letters if unicodedata.category(chr(code)) == "Lo"]
    word = draw(st.lists(st.sampled_from(known), min_size=2, max_size=5))
    at = draw(st.integers(1, len(word)))
    marked = [*word[:at], chr(draw(st.sampled_from(list(marks)))), *word[at:]]
    return unicodedata.normalize("NFC", "".join(word)), unicodedata.normalize("NFC", "".join(marked))


@given(_told_apart())
def test_words_that_a_reader_tells_apart_are_never_one_token(words: tuple[str, str]) -> None:
    """A mark outside of Latin, Greek and Cyrillic makes another word, in texts and in queries."""
    one, other = words
    assert tokenize(one) != tokenize(other)
    assert parse(one).key != parse(other).key
    assert evaluate(parse(other), analyse(PaperText(title=f"Of {other} here"))) is not None


@pytest.mark.parametrize(
    "word", ["प्रसरण", "การแพร่", "ভাষা", "انتشارٌ", "דִיפוּזְיָה", "확산", "ガン", "தமிழ்", "ភាសា"]
)
def test_a_word_of_another_script_is_one_word(word: str) -> None:
    """Marks do not part the word that they belong to."""
    assert parse(word).canonical == word
    assert parse(f"ti:{word} x").canonical == f"ti:{word} x"


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Schrödinger", "schrodinger"), ("Gödel", "godel"), ("ἀλήθεια", "αληθεια"), ("ёж", "еж")],
)
def test_accents_are_folded_for_comparing(written: str, plain: str) -> None:
    """On Latin, Greek and Cyrillic letters a mark is an accent, which people leave out."""
    assert tokenize(written) == tokenize(plain)
    assert parse(written).key == parse(plain).key


def test_the_class_of_marks_is_that_of_unicode() -> None:
    """Every mark of Unicode 14 is in the class, and no letter or digit is.

    The class is the same for every Python, since it decides what the search index holds; newer Pythons know
    marks that came later.
    """
    in_class = re.compile(f"[{MARKS}]")
    cjk = re.compile(f"[{CJK}]")
    later = unicodedata.unidata_version > "14.0.0"
    for code in range(0x20000):
        character = chr(code)
        if not cjk.match(character) and (category := unicodedata.category(character)) != "Cn":
            is_mark = category in {"Mn", "Mc"}
            assert bool(in_class.match(character)) == is_mark or (later and is_mark), hex(code)


@pytest.mark.parametrize("query", ["co:ECCV", 'co:"ECCV\'24"', "co:ECCV'24", "co:24", "co:'24"])
def test_an_apostrophe_before_digits_parts_words(query: str) -> None:
    """A venue is found with and without its year."""
    paper = PaperText(title="Of rivers", comment="Accepted to ECCV'24, with O'Brien's data of the '90s")
    assert evaluate(parse(query), analyse(paper)) is not None
    assert evaluate(parse("co:obrien"), analyse(paper)) is not None
    assert evaluate(parse('co:"O\'Brien"'), analyse(paper)) is not None


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("text2image", "Text-to-image models of rivers"),
        ("text-to-image", "A Text2Image model"),
        ('"text to video"', "Text2Video without data"),
        ("img2img", "Img-to-img translation"),
        ("seq2seq", "Sequences by seq-to-seq"),
        ("ti:image-to-text", "Image2text"),
    ],
)
def test_x2y_is_x_to_y(query: str, title: str) -> None:
    """A 2 between letters stands for `to`, whichever way paper and query are written."""
    assert evaluate(parse(query), analyse(PaperText(title=title))) is not None


def test_x2y_is_no_part_of_other_words() -> None:
    """Digits elsewhere mean nothing of that kind."""
    assert evaluate(parse("d2l"), analyse(PaperText(title="d to l"))) is None
    assert evaluate(parse("text2"), analyse(PaperText(title="text to image"))) is None
