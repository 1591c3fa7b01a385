"""Records when a platform could not be reached, for `/status`."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import StorageError
from bot.storage.operations import meta

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.ports import Clock
    from bot.storage.engine.database import Connection, Database

_SHOWN: Final = 86_400
"""Seconds for which a trouble that is over is still told."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outage:
    """A platform that could not be reached.

    Attributes:
        platform: which.
        what: what was wrong, without any secret.
        since: UTC epoch seconds.
        until: when it was over (UTC epoch seconds), or None where it is not.
    """

    platform: str
    what: str
    since: int
    until: int | None


@dataclass(slots=True)
class PlatformHealth:
    """The last outage of each platform.

    Attributes:
        database: where it is kept.
        clock: tells the time.
    """

    database: Database
    clock: Clock

    async def begin(self, platform: str, what: str) -> None:
        """Note that a platform can't be reached; one that is noted already keeps its beginning."""
        now = int(self.clock().timestamp())
        try:
            async with self.database.write() as connection:
                known = await _of(connection, platform)
                since = known.since if known and known.until is None else now
                await _put(connection, Outage(platform, what, since, None))
        except StorageError as error:
            _log.warning("the outage of %s was not recorded: %s", platform, error)

    async def end(self, platform: str) -> None:
        """Note that a platform is reached again."""
        try:
            async with self.database.write() as connection:
                known = await _of(connection, platform)
                if known and known.until is None:
                    now = int(self.clock().timestamp())
                    await _put(connection, Outage(platform, known.what, known.since, now))
        except StorageError as error:
            _log.warning("the end of the outage of %s was not recorded: %s", platform, error)


async def recent(connection: Connection, platforms: Iterable[str], *, now: int) -> list[Outage]:
    """Return the troubles that last, or ended within 24 hours."""
    known = [await _of(connection, platform) for platform in platforms]
    return [one for one in known if one and (one.until is None or now - one.until < _SHOWN)]


async def _of(connection: Connection, platform: str) -> Outage | None:
    stored = await meta.get(connection, f"trouble.{platform}")
    return Outage(**json.loads(stored)) if stored else None


async def _put(connection: Connection, one: Outage) -> None:
    value = {"platform": one.platform, "what": one.what, "since": one.since, "until": one.until}
    await meta.put(connection, f"trouble.{one.platform}", json.dumps(value))
