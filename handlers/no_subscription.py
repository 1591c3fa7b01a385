"""Replies to a chat that has no subscription, or not the one that was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text

if TYPE_CHECKING:
    from bot.i18n import Translator


def none_yet(words: Translator) -> Reply:
    """Return the answer to a chat that has no subscription."""
    return Reply(
        (Text(words.gettext("You have no subscription yet."), "warning"),),
        (Button(words.gettext("Subscribe"), "/subscribe diffusion"),),
    )


def not_found(named: str, words: Translator) -> Reply:
    """Return the answer where a number or a query names no subscription of the chat."""
    line = words.gettext("You have no subscription {named}.").format(named=named)
    return Reply((Text(line, "error"),), (Button(words.gettext("Your subscriptions"), "/subscriptions"),))
