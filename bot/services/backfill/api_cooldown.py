"""Decides when arXiv's query API may be asked: a cooldown after too many requests survives a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.sources.crawl_policy import COOLDOWN_STATUSES, next_poll, trouble_of
from bot.errors import HttpStatusError, MalformedDocumentError, UnknownLayoutError
from bot.storage.operations import meta

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.errors import DocumentError
    from bot.ports import Clock
    from bot.storage.engine.database import Connection, Database

_NAME: Final = "arxiv_api_rests"
_INTERVAL: Final = 60.0
"""Seconds after the first failure that is not arXiv's wish to be left alone."""

_NOTHING: Final = 15.0
"""Seconds after an answer that lacks what arXiv must have: it is not overloaded."""

_SERVER_ERRORS: Final = 500
_LONGEST: Final = 1_800
"""Seconds after which it is asked again, however often it failed: a person waits for what is read."""


def is_refusal(error: DocumentError | None) -> bool:
    """Whether arXiv answered, but did not take what it was asked: it would not take it later either."""
    if isinstance(error, HttpStatusError):
        return error.status < _SERVER_ERRORS and error.status not in COOLDOWN_STATUSES
    return isinstance(error, MalformedDocumentError | UnknownLayoutError)


@dataclass(frozen=True, slots=True)
class ApiCooldown:
    """Stores until when arXiv's query API must not be asked, for all processes on a database.

    Attributes:
        database: where it is kept.
        clock: tells the time.
        jitter: gives a value from 0 to 1, to spread requests.
    """

    database: Database
    clock: Clock
    jitter: Callable[[], float]

    async def is_ready(self) -> bool:
        """Whether it may be asked now."""
        async with self.database.read() as connection:
            until, _ = await _rest(connection)
        return until <= self.clock().timestamp()

    async def failed(self, connection: Connection, error: DocumentError | None) -> int:
        """Store that it failed, or gave nothing where it must have something; return until when it rests.

        Args:
            connection: an open transaction.
            error: how it failed, or None where it gave nothing.
        """
        _, failures = await _rest(connection)
        until = int(self._until(self.clock(), failures + 1, error).timestamp())
        await meta.put(connection, _NAME, json.dumps({"until": until, "failures": failures + 1}))
        return until

    async def answered(self, connection: Connection) -> None:
        """Store that it answered well."""
        if await _rest(connection) != (0, 0):
            await meta.put(connection, _NAME, json.dumps({"until": 0, "failures": 0}))

    def _until(self, now: datetime, failures: int, error: DocumentError | None) -> datetime:
        wait = error.retry_after if isinstance(error, HttpStatusError) else None
        if wait is None and trouble_of(error) != "cooldown":
            first = _NOTHING if error is None else _INTERVAL
            wait = min(first * 2 ** min(failures - 1, 10), _LONGEST)
        return next_poll(
            now, interval=_INTERVAL, jitter=self.jitter(), failures=failures, trouble="cooldown", wait=wait
        )


async def _rest(connection: Connection) -> tuple[int, int]:
    """Return until when it rests (UTC epoch seconds), and how often it failed in a row."""
    stored = await meta.get(connection, _NAME)
    if stored is None:
        return 0, 0
    noted = json.loads(stored)
    return int(noted["until"]), int(noted["failures"])
