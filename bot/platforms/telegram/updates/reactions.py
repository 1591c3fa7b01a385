"""Handles reactions to a card: a positive one saves the paper, a thumb down asks for less like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import ReactionTypeEmoji
from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from bot.platforms.telegram.updates.permissions import is_admin

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.domain.chat.command import Chat, Reply
    from bot.platforms.telegram.updates.updates import ReactionUpdate
    from bot.services.platform_services import PlatformServices

SAVES: Final = frozenset(
    {
        ReactionEmoji.THUMBS_UP,
        ReactionEmoji.RED_HEART,
        ReactionEmoji.FIRE,
        ReactionEmoji.CLAPPING_HANDS,
        ReactionEmoji.HUNDRED_POINTS_SYMBOL,
        ReactionEmoji.TROPHY,
        ReactionEmoji.GRINNING_FACE_WITH_STAR_EYES,
    }
)
DISMISSES: Final = ReactionEmoji.THUMBS_DOWN
_NOTED: Final = ReactionEmoji.WRITING_HAND
"""Our own reaction, which says that a paper is saved: an answer that makes no noise in a group."""


class Reactions:
    """Carries out what a reaction asks for.

    Args:
        bot: the library's client.
        services: knows which message shows which paper, and answers commands.
    """

    def __init__(self, bot: ExtBot[str], services: PlatformServices) -> None:
        self._bot = bot
        self._services = services

    async def answer(self, read: ReactionUpdate) -> tuple[Chat, Reply] | None:
        """Save or drop a paper, or return what to answer where somebody wants less like it.

        In a group everybody may save, and who takes a sign away drops nothing: others may want the paper. The
        proposal to change a subscription goes to admins only. A reaction to a message with several papers, or
        with none, means nothing to us.
        """
        found = await self._services.cards.find(read.key, str(read.message_id))
        if found is None:
            return None
        chat, paper = found
        name = paper.arxiv_base or paper.canonical_id
        if SAVES & read.added:
            await self._services.dispatch(f"/save {name}", chat)
            await self._note(read, [ReactionTypeEmoji(_NOTED)])
        elif read.is_private and SAVES & read.removed and not SAVES & read.left:
            await self._services.dispatch(f"/unsave {name}", chat)
            await self._note(read, [])
        if DISMISSES in read.added and await self._may_change(read):
            return chat, await self._services.dispatch(f"/mute {name}", chat)
        return None

    async def _note(self, read: ReactionUpdate, reaction: list[ReactionTypeEmoji]) -> None:
        try:
            await self._bot.set_message_reaction(read.key.external_id, read.message_id, reaction)
        except TelegramError:
            return  # a group may forbid this sign; the paper is saved all the same

    async def _may_change(self, read: ReactionUpdate) -> bool:
        if read.is_private:
            return True
        return read.user_id is not None and await is_admin(self._bot, read.key.external_id, read.user_id)
