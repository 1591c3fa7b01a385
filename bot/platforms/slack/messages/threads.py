"""Posts the full cards into the threads below digests, after all due digests; continues after a crash."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from bot.domain.delivery.send_rates import Lane
from bot.errors import (
    ContentRefusedError,
    DeliveryError,
    NotSentError,
    RefusedError,
    StorageError,
    UnknownOutcomeError,
)
from bot.platforms.slack.api.errors import SLACK_FAILED, code_of, delivery_error
from bot.platforms.slack.messages.metadata import in_thread, number_in_thread
from bot.platforms.slack.messages.render import thread_of
from bot.waits import wait_at_most

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.chat.command import Chat
    from bot.platforms.slack.blocks.message import SlackMessage
    from bot.platforms.slack.messages.posting import Posting
    from bot.services.platform_state.owed_threads import OwedThreads
    from bot.storage.platform_state.owed_threads import OwedThread

_AT_ONCE: Final = 100
"""Threads that are filled side by side; each waits for its turns at the limiter."""
_TICK: Final = 30.0
_TRIES: Final = 100
_FIRST_WAIT, _LONGEST_WAIT = 30.0, 900.0
"""Seconds until a thread that failed is tried again; each further try waits twice as long. All tries take a
day, after which nobody reads the digest any more."""
_PAGE: Final = 200
_MOST_PAGES: Final = 5

_log = logging.getLogger(__name__)


class Threads:
    """The threads below the digests of all workspaces.

    Args:
        posting: puts messages into Slack.
        keep: remembers which threads are owed.
    """

    def __init__(self, posting: Posting, keep: OwedThreads) -> None:
        self._posting = posting
        self._keep = keep
        self._wake = asyncio.Event()
        self._filling: set[asyncio.Task[None]] = set()

    async def owe(self, delivery_id: int, ts: str) -> None:
        """Remember that a digest which arrived is to get its thread; never raises.

        Args:
            delivery_id: its delivery.
            ts: of its message.
        """
        try:
            await self._keep.owe(delivery_id, ts)
        except StorageError as error:
            _log.warning("delivery %d: its thread is lost: %s", delivery_id, error)
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Fill threads while the context is open; what is not whole at its end is filled after a start."""
        looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            filling = list(self._filling)
            for task in filling:
                task.cancel()
            await asyncio.gather(*filling, return_exceptions=True)

    async def _look(self) -> None:
        afresh = True
        while True:
            self._wake.clear()
            room = _AT_ONCE - len(self._filling)
            try:
                owed = await self._keep.claim(limit=room, afresh=afresh) if room else []
                afresh = False
            except StorageError as error:
                _log.warning("threads wait: %s", error)
                owed = []
            for one in owed:
                task = asyncio.create_task(self._fill(one))
                self._filling.add(task)
                task.add_done_callback(self._ended)
            if len(owed) < room or not room:
                await wait_at_most(self._wake, _TICK)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._filling.discard(task)
        self._wake.set()

    async def _fill(self, owed: OwedThread) -> None:
        """Fill a thread, or put it off."""
        try:
            if await self._is_filled(owed):
                await self._keep.end(owed)
        except StorageError as error:
            _log.warning("delivery %d: its thread waits for its lease to end: %s", owed.delivery_id, error)
        except Exception:  # noqa: BLE001 (nobody awaits this work)
            _log.exception("delivery %d: its thread waits for its lease to end", owed.delivery_id)

    async def _is_filled(self, owed: OwedThread) -> bool:
        """Post what a thread lacks; return whether nothing is to be posted there any more."""
        chat, digest = await self._keep.message(owed)
        messages = thread_of(digest, chat.language)
        try:
            start = await self._there(chat, owed) if owed.tries > 1 else 0
            for number, message in enumerate(messages[start:], start=start):
                if not await self._is_posted(chat, owed, message, number):
                    return False
        except (RefusedError, LookupError) as error:
            _log.info("delivery %d: nothing more goes into its thread: %s", owed.delivery_id, error)
        except DeliveryError as error:
            if owed.tries < _TRIES:
                wait = min(_FIRST_WAIT * 2 ** min(owed.tries - 1, 10), _LONGEST_WAIT)
                if isinstance(error, NotSentError) and error.retry_after is not None:
                    wait = error.retry_after
                _log.info("delivery %d: its thread continues in %.0f s: %s", owed.delivery_id, wait, error)
                await self._keep.put_off(owed, wait)
                return False
            _log.warning("delivery %d: the thread below it is not whole: %s", owed.delivery_id, error)
        return True

    async def _is_posted(self, chat: Chat, owed: OwedThread, message: SlackMessage, number: int) -> bool:
        """Post a message in its turn; False where another process fills the thread now."""
        plain = waited = False
        while True:
            async with self._posting.turn(chat, Lane.DETAIL):
                if not await self._keep.begin(owed, number + 1):
                    return False
                try:
                    await self._posting.post(
                        chat,
                        message,
                        plain=plain,
                        thread_ts=owed.reference,
                        metadata=in_thread(owed.delivery_id, number),
                    )
                except ContentRefusedError:
                    if plain:
                        _log.warning("delivery %d: a card of its thread is refused", owed.delivery_id)
                        return True
                    plain = True
                except NotSentError as error:
                    if waited or error.retry_after is None:
                        await self._keep.begin(owed, number)  # it surely is not there
                        raise
                    waited = True  # the turn after this one comes when the pause is over
                else:
                    return True

    async def _there(self, chat: Chat, owed: OwedThread) -> int:
        """Return how many messages of a thread that was begun are there.

        Where Slack lets us not read them, the one that was begun last counts as arrived: it may be missing,
        but none comes twice.

        Raises:
            DeliveryError: Slack could not be asked.
            LookupError: the digest is deleted.
        """
        if not owed.begun:
            return 0
        client = await self._posting.client(chat)
        found, cursor = -1, ""
        for _ in range(_MOST_PAGES):
            try:
                page = await client.conversations_replies(
                    channel=chat.key.external_id,
                    ts=owed.reference,
                    include_all_metadata=True,
                    limit=_PAGE,
                    cursor=cursor,
                )
            except SLACK_FAILED as error:
                if code_of(error) in {"missing_scope", "not_in_channel"}:
                    return owed.begun
                if code_of(error) == "thread_not_found":
                    raise LookupError("its message is deleted") from error
                meant = delivery_error(error)
                # To ask again does no harm, whatever became of the question.
                raise NotSentError(str(meant)) if isinstance(meant, UnknownOutcomeError) else meant from error
            replies: list[dict[str, Any]] = page["messages"]
            found = max((number_in_thread(one, owed.delivery_id) for one in replies), default=found)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return found + 1
