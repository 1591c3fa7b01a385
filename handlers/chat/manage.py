"""/manage: manages a channel or group from a private chat; on Telegram the adapter answers it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:  # noqa: ARG001 (the handlers' signature)
    """Say where it works; a private chat on Telegram never asks here."""
    words = speak(request)
    line = words.gettext(
        "This manages a Telegram channel or group from your private chat with the bot; "
        "here, commands are for this chat."
    )
    return Reply((Text(line, "warning"),), (Button(words.gettext("Your subscriptions"), "/subscriptions"),))


SPEC = CommandSpec(
    name="manage",
    usage=N_("@CHANNEL [COMMAND]"),
    summary=N_("a channel or group of yours, from a private chat on Telegram"),
    handle=handle,
    aliases=("管理",),
    only_on="telegram",
)
