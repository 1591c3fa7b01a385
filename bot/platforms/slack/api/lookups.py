"""Looks up users and channels; results are cached for ten minutes and concurrent requests share one call.

Slack counts requests by method and workspace (docs.slack.dev/apis/web-api/rate-limits): 40 channels that one
person sets up within a minute asked 40 times for the same person.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError

from bot.platforms.slack.api.errors import RATE_LIMITED, code_of, retry_after

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    Key = tuple[str, ...]
    Found = dict[str, Any]
    Ask = Callable[[], Awaitable[Found]]

KEPT: Final = 600.0
"""Seconds for which an answer is kept (issue 12); the events that change it end it earlier."""

PATIENCE: Final = 30.0
"""Seconds at most for which Slack's wish to be asked later is waited out; a person waits for it."""

_MOST: Final = 10_000
_WAIT: Final = 1.0
"""Seconds to wait where Slack does not say how long."""

_PAGE: Final = 1000
_MOST_PAGES: Final = 10


@dataclass(slots=True)
class _Kept:
    """A cached answer, or the request for it.

    Attributes:
        answer: of Slack.
        until: when it is too old, on the clock of `LookUps`; None while it is asked for.
    """

    answer: asyncio.Task[dict[str, Any]]
    until: float | None = None


class LookUps:
    """Looks up users and channels.

    Args:
        clock: seconds that only go forward.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._not_before: dict[Key, float] = {}

    async def user(self, client: AsyncWebClient, tenant: str, user_id: str) -> dict[str, Any]:
        """Return a user as users.info says, with the locale.

        Raises:
            SlackApiError: Slack refuses it, or has too many requests for longer than is waited; or another of
                `errors.SLACK_FAILED`.
        """

        async def ask() -> dict[str, Any]:
            found: dict[str, Any] = (await client.users_info(user=user_id, include_locale=True))["user"]
            return found

        return await self._look_up(("users.info", tenant, user_id), ask)

    async def channel(self, client: AsyncWebClient, tenant: str, channel_id: str) -> dict[str, Any]:
        """Return a channel as conversations.info says; raises as `user`."""

        async def ask() -> dict[str, Any]:
            found: dict[str, Any] = (await client.conversations_info(channel=channel_id))["channel"]
            return found

        return await self._look_up(("conversations.info", tenant, channel_id), ask)

    async def is_member(self, client: AsyncWebClient, tenant: str, channel_id: str, user_id: str) -> bool:
        """Whether somebody is in a channel; raises as `user`."""

        async def ask() -> dict[str, Any]:
            return {"members": await _members(client, channel_id)}

        key = ("conversations.members", tenant, channel_id)
        is_in = user_id in (await self._look_up(key, ask))["members"]
        if not is_in:
            self._kept.pop(key, None)  # who is invited and tries again is not told the same
        return is_in

    def forget_user(self, tenant: str, user_id: str) -> None:
        """Ask again about somebody whose account changed."""
        self._kept.pop(("users.info", tenant, user_id), None)

    def forget_channel(self, tenant: str, channel_id: str) -> None:
        """Ask again about a channel, and who is in it."""
        for method in ("conversations.info", "conversations.members"):
            self._kept.pop((method, tenant, channel_id), None)

    async def _look_up(self, key: Key, ask: Ask) -> dict[str, Any]:
        kept = self._kept.get(key)
        if kept is None or (kept.until is not None and kept.until <= self._clock()):
            kept = self._kept[key] = _Kept(asyncio.create_task(self._ask(key[:2], ask), name=key[0]))
            kept.answer.add_done_callback(lambda _: self._settle(key, kept))
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        # Who gives up waiting takes nothing from the others.
        return await asyncio.shield(kept.answer)

    def _settle(self, key: Key, kept: _Kept) -> None:
        """Keep an answer from now on; what failed is asked again by the next who wants it."""
        if kept.answer.cancelled() or kept.answer.exception() is not None:
            if self._kept.get(key) is kept:
                del self._kept[key]
            return
        kept.until = self._clock() + KEPT

    async def _ask(self, method: Key, ask: Ask) -> dict[str, Any]:
        """Ask Slack when it wants to be asked; all requests of a method wait together."""
        begun = self._clock()
        while True:
            wait = self._not_before.get(method, 0.0) - self._clock()
            if wait > 0:
                await self._sleep(wait)
            try:
                return await ask()
            except SlackApiError as error:
                if code_of(error) not in RATE_LIMITED:
                    raise
                later = retry_after(getattr(error.response, "headers", None) or {}) or _WAIT
                self._not_before[method] = max(self._not_before.get(method, 0.0), self._clock() + later)
                if self._clock() + later - begun > PATIENCE:
                    raise


async def _members(client: AsyncWebClient, channel_id: str) -> frozenset[str]:
    """Return who is in a channel, of a very large one the first 10,000."""
    members: set[str] = set()
    cursor = ""
    for _ in range(_MOST_PAGES):
        page = await client.conversations_members(channel=channel_id, limit=_PAGE, cursor=cursor)
        members.update(page["members"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return frozenset(members)
