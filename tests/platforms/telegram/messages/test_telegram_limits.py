"""Telegram's limits."""

from __future__ import annotations

from telegram.constants import InlineKeyboardMarkupLimit, MessageLimit

from bot.platforms.telegram.messages import limits


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
