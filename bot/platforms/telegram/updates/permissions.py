"""Decides who may change what a chat gets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

if TYPE_CHECKING:
    from telegram.ext import ExtBot

_ADMINS: Final = frozenset({ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER})

_log = logging.getLogger(__name__)


async def is_admin(bot: ExtBot[str], chat_id: int | str, user_id: int) -> bool:
    """Whether a person is an admin of a group or channel; no where Telegram does not say."""
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except TelegramError as error:
        _log.warning("the rights of a member could not be read: %s", error)
        return False
    return member.status in _ADMINS
