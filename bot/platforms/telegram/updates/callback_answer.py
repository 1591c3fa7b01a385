"""Answers a callback query once: Telegram accepts one answer, within some minutes.

Source: https://core.telegram.org/bots/api#answercallbackquery.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from telegram.error import TelegramError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram.ext import ExtBot

_SOON: Final = 0.7
"""Seconds after which a press is answered without words; who sees nothing for a second presses again."""

_log = logging.getLogger(__name__)


class CallbackAnswer:
    """A pressed button whose circle turns until it is answered.

    Args:
        bot: the library's client.
        query_id: of the callback query.
    """

    def __init__(self, bot: ExtBot[str], query_id: str) -> None:
        self._bot = bot
        self._query_id = query_id
        self._is_answered = False

    @asynccontextmanager
    async def answered_soon(self) -> AsyncIterator[None]:
        """End the circle in time, whatever the work in the block has to wait for."""
        ending = asyncio.create_task(self._end_soon())
        try:
            yield
        finally:
            ending.cancel()
            await asyncio.gather(ending, return_exceptions=True)

    async def answer(self, text: str | None = None, *, alert: bool = False, url: str | None = None) -> bool:
        """Answer, unless it is answered; tell whether the person sees the text.

        Args:
            text: what pops up, in at most 200 UTF-16 units, or None for nothing.
            alert: whether it has to be closed.
            url: a link to us that the person's app opens.
        """
        if self._is_answered:
            return False
        self._is_answered = True
        try:
            await self._bot.answer_callback_query(self._query_id, text=text, show_alert=alert, url=url)
        except TelegramError as error:
            _log.info("a pressed button was not answered: %s", error)  # Telegram forgets it after minutes
            return False
        return True

    async def _end_soon(self) -> None:
        await asyncio.sleep(_SOON)
        await self.answer()
