"""How texts are counted and cut for Slack."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models import blocks, views
from slack_sdk.models.blocks import basic_components, block_elements

from bot.platforms.slack import limits
from bot.platforms.slack.limits import ELLIPSIS, cut, kept, pieces

TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("ab ，。扩散😀🏽e\u0301 ")), max_size=80
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (limits.SECTION_TEXT, blocks.SectionBlock.text_max_length),
        (limits.SECTION_FIELDS, blocks.SectionBlock.fields_max_length),
        (limits.HEADER_TEXT, blocks.HeaderBlock.text_max_length),
        (limits.CONTEXT_ELEMENTS, blocks.ContextBlock.elements_max_length),
        (limits.ACTIONS_ELEMENTS, blocks.ActionsBlock.elements_max_length),
        (limits.IMAGE_TEXT, blocks.ImageBlock.alt_text_max_length),
        (limits.INPUT_TEXT, blocks.InputBlock.label_max_length),
        (limits.ID, blocks.Block.block_id_max_length),
        (limits.ID, block_elements.InteractiveElement.action_id_max_length),
        (limits.URL, block_elements.ButtonElement.url_max_length),
        (limits.BUTTON_TEXT, block_elements.ButtonElement.text_max_length),
        (limits.BUTTON_VALUE, block_elements.ButtonElement.value_max_length),
        (limits.OVERFLOW_OPTIONS, block_elements.OverflowMenuElement.options_max_length),
        (limits.SELECT_OPTIONS, block_elements.StaticSelectElement.options_max_length),
        (limits.PLACEHOLDER, block_elements.InputInteractiveElement.placeholder_max_length),
        (limits.OPTION_TEXT, basic_components.Option.label_max_length),
        (limits.OPTION_VALUE, basic_components.Option.value_max_length),
        (limits.CONFIRM_TITLE, basic_components.ConfirmObject.title_max_length),
        (limits.CONFIRM_TEXT, basic_components.ConfirmObject.text_max_length),
        (limits.CONFIRM_BUTTON, basic_components.ConfirmObject.confirm_max_length),
        (limits.VIEW_BLOCKS, views.View.blocks_max_length),
        (limits.VIEW_TITLE, views.View.title_max_length),
        (limits.VIEW_METADATA, views.View.private_metadata_max_length),
    ],
)
def test_limits_are_those_of_the_library(ours: int, theirs: int) -> None:
    """What slack_sdk knows of Slack's limits is what we keep to."""
    assert ours == theirs


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("it fits", 7, "it fits"),
        ("cut at a word", 8, "cut at…"),
        ("cut, here", 6, "cut…"),
        ("a-word-of-more-than-forty-letters-is-broken-inside", 12, "a-word-of-m…"),
        ("扩散模型编辑视频", 5, "扩散模型…"),
        ("扩散，模型", 4, "扩散…"),
        ("👍🏽👍🏽", 2, "…"),
        ("👍🏽👍🏽", 3, "👍🏽…"),
        ("x", 1, "x"),
        ("xy", 1, "…"),
    ],
)
def test_texts_are_cut_where_a_reader_would(text: str, limit: int, expected: str) -> None:
    """A cut is at a word, not before a skin tone, and what dangles goes."""
    assert cut(text, limit) == expected


@given(TEXTS, st.integers(1, 60))
def test_a_cut_text_fits_and_says_so(text: str, limit: int) -> None:
    """What is cut fits, is the beginning of the text with an ellipsis, and leaves letters their accents."""
    shown = cut(text, limit)

    assert len(shown) <= limit
    assert (shown == text) == (len(text) <= limit)
    if shown != text:
        end = kept(text, limit)
        assert shown == text[:end] + ELLIPSIS
        assert not end or not unicodedata.combining(text[end]) or text[:end].endswith(" ")


@given(TEXTS, st.integers(1, 20))
def test_pieces_are_the_whole(text: str, limit: int) -> None:
    """A text in pieces loses nothing, and each piece fits."""
    parts = list(pieces(text, limit))

    assert "".join(parts) == text
    assert all(len(part) <= limit for part in parts)
