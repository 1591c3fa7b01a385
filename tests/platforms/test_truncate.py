"""How texts are counted and cut."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.texts.truncate import CODE_POINTS, ELLIPSIS, UTF_16, Truncation

TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("ab ，。扩散😀🏽🇩🇪e\u0301 ")), max_size=80
)
WAYS = st.sampled_from([CODE_POINTS, UTF_16])


@given(st.text(max_size=20))
def test_units_are_what_the_platforms_count(text: str) -> None:
    """In UTF-16 a character outside the Basic Multilingual Plane counts twice, a lone surrogate once."""
    assert UTF_16.units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert CODE_POINTS.units(text) == len(text)


@pytest.mark.parametrize(
    ("way", "text", "limit", "expected"),
    [
        (UTF_16, "it fits", 7, "it fits"),
        (UTF_16, "cut at a word", 8, "cut at…"),
        (UTF_16, "cut, here", 6, "cut…"),
        (UTF_16, "a-word-of-more-than-forty-letters-is-broken-inside", 12, "a-word-of-m…"),
        (UTF_16, "扩散模型编辑视频", 5, "扩散模型…"),
        (UTF_16, "扩散，模型", 4, "扩散…"),
        (UTF_16, "😀😀😀", 5, "😀😀…"),
        (CODE_POINTS, "😀😀😀", 3, "😀😀😀"),
        (UTF_16, "🇩🇪🇫🇷", 7, "🇩🇪…"),
        (CODE_POINTS, "🇩🇪🇫🇷", 4, "🇩🇪🇫🇷"),
        (CODE_POINTS, "🇩🇪🇫🇷!", 4, "🇩🇪…"),
        (UTF_16, "👍🏽👍🏽", 6, "👍🏽…"),
        (CODE_POINTS, "👍🏽👍🏽", 2, "…"),
        (CODE_POINTS, "👍🏽👍🏽", 3, "👍🏽…"),
        (UTF_16, "x", 1, "x"),
        (CODE_POINTS, "xy", 1, "…"),
    ],
)
def test_texts_are_cut_where_a_reader_would(way: Truncation, text: str, limit: int, expected: str) -> None:
    """A cut is at a word, not inside a flag or before a skin tone, and what dangles goes."""
    assert way.cut(text, limit) == expected


@given(WAYS, TEXTS, st.integers(1, 60))
def test_a_cut_text_fits_and_says_so(way: Truncation, text: str, limit: int) -> None:
    """What is cut fits, is the beginning of the text with an ellipsis, and leaves letters their accents."""
    shown = way.cut(text, limit)

    assert way.units(shown) <= limit
    assert (shown == text) == (way.units(text) <= limit)
    if shown != text:
        end = way.kept(text, limit)
        assert shown == text[:end] + ELLIPSIS
        assert not end or not unicodedata.combining(text[end]) or text[:end].endswith(("\u2060", " "))


@given(WAYS, TEXTS, st.integers(2, 20))
def test_pieces_are_the_whole(way: Truncation, text: str, limit: int) -> None:
    """A text in pieces loses nothing, and each piece fits."""
    parts = list(way.pieces(text, limit))

    assert "".join(parts) == text
    assert all(way.units(part) <= limit for part in parts)
