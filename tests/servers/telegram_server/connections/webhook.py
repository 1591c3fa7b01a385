"""Posts updates to the bot's webhook, one after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from telegram_server.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_PATIENCE = 20.0
"""Seconds that an endpoint may take, as Telegram gives it a minute."""


class WebhookPoster:
    """Does what Telegram does while a webhook is set.

    An update that was not taken with a 2xx stays in the queue, and those behind it wait. Telegram tries again
    by itself after a while; here the next update or the test (`post_waiting`) does, so no test has to wait.

    Args:
        world: what there is.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Post whatever comes, until cancelled."""
        posted_at: tuple[int, str] | None = None
        while True:
            waiting, hook = self._world.updates.waiting, self._world.webhook
            newest = (waiting[-1]["update_id"], hook.url) if waiting and hook else None
            if newest is not None and newest != posted_at:
                posted_at = newest
                await self.post_waiting()
            else:
                await self._world.changes.next()

    async def post_waiting(self) -> list[int]:
        """Post the updates that wait, until one is not taken; return the statuses (0 for no answer)."""
        statuses = []
        async with self._turn:
            while (hook := self._world.webhook) is not None and self._world.updates.waiting:
                update = self._world.updates.waiting[0]
                status = await self.post(update, secret=hook.secret)
                statuses.append(status)
                if not httpx.codes.is_success(status):
                    told = (
                        f"Wrong response from the webhook: {status} {httpx.codes.get_reason_phrase(status)}"
                    )
                    hook.error = told if status else "Connection refused"
                    break
                hook.error = None
                self._world.updates.confirm(update["update_id"] + 1)
                self._world.changes.tell()
        self._world.changes.tell()
        return statuses

    async def post(self, update: dict[str, Any], *, secret: str) -> int:
        """Post one update to the webhook and return the status; 0 where there was no answer.

        Args:
            update: the `Update` object.
            secret: of the header; without one the header is left out.
        """
        hook = self._world.webhook
        assert hook is not None, "the bot has set no webhook"
        headers = {SECRET_HEADER: secret} if secret else {}
        # Neither a proxy of this machine nor its certificates, which load slowly, have a part in a test.
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=_PATIENCE) as client:  # noqa: S501
            try:
                answer = await client.post(hook.url, json=update, headers=headers)
            except httpx.HTTPError:
                return 0
        return answer.status_code
