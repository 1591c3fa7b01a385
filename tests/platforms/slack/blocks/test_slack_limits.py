"""Slack's limits."""

from __future__ import annotations

import pytest
from slack_sdk.models import blocks, views
from slack_sdk.models.blocks import basic_components, block_elements

from bot.platforms.slack.blocks import limits


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
