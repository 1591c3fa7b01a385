"""How texts are counted and cut for Telegram."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import InlineKeyboardMarkupLimit, MessageLimit

from bot.platforms.telegram import limits
from bot.platforms.telegram.limits import ELLIPSIS, cut, kept, pieces, units

TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("ab ，。扩散😀🏽🇩🇪e\u0301 ")), max_size=80
)


def test_limits_are_those_of_the_library() -> None:
    """What python-telegram-bot documents of the Bot API is what we keep to."""
    assert [
        int(MessageLimit.MAX_TEXT_LENGTH),
        int(MessageLimit.MESSAGE_ENTITIES),
        int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER),
        int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW),
    ] == [
        limits.MESSAGE_UNITS,
        limits.MESSAGE_ENTITIES,
        limits.MESSAGE_KEYS,
        limits.ROW_KEYS,
    ]


@given(st.text(max_size=20))
def test_units_are_those_of_utf_16(text: str) -> None:
    """A character outside the Basic Multilingual Plane counts twice, a lone surrogate once."""
    assert units(text) == sum(2 if ord(char) > 0xFFFF else 1 for char in text)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("it fits", 7, "it fits"),
        ("cut at a word", 8, "cut at…"),
        ("cut, here", 6, "cut…"),
        ("a-word-of-more-than-forty-letters-is-broken-inside", 12, "a-word-of-m…"),
        ("扩散模型编辑视频", 5, "扩散模型…"),
        ("扩散，模型", 4, "扩散…"),
        ("😀😀😀", 5, "😀😀…"),
        ("🇩🇪🇫🇷", 7, "🇩🇪…"),
        ("👍🏽👍🏽", 6, "👍🏽…"),
        ("x", 1, "x"),
        ("xy", 1, "…"),
    ],
)
def test_texts_are_cut_where_a_reader_would(text: str, limit: int, expected: str) -> None:
    """A cut is at a word, not inside a flag or before a skin tone, and what dangles goes."""
    assert cut(text, limit) == expected


@given(TEXTS, st.integers(1, 60))
def test_a_cut_text_fits_and_says_so(text: str, limit: int) -> None:
    """What is cut fits, is the beginning of the text with an ellipsis, and leaves letters their accents."""
    shown = cut(text, limit)

    assert units(shown) <= max(limit, units(ELLIPSIS))
    assert (shown == text) == (units(text) <= limit)
    if shown != text:
        end = kept(text, limit)
        assert shown == text[:end] + ELLIPSIS
        assert not end or not unicodedata.combining(text[end]) or text[:end].endswith(("\u2060", " "))


@given(TEXTS, st.integers(2, 20))
def test_pieces_are_the_whole(text: str, limit: int) -> None:
    """A text in pieces loses nothing, and each piece fits."""
    parts = list(pieces(text, limit))

    assert "".join(parts) == text
    assert all(units(part) <= limit for part in parts)
