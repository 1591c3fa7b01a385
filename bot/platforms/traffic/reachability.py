"""Records when a platform becomes unreachable and when it is reachable again, for `/status`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.services.platform_state.platform_health import PlatformHealth

_UNKNOWN: Final = "unknown"

_log = logging.getLogger(__name__)


class ReachabilityWatch:
    """Records the beginning and the end of each outage once.

    Args:
        trouble: where it is noted.
        platform: whose, as in `ChatKey.platform`.
        name: how people call the platform.
    """

    def __init__(self, trouble: PlatformHealth, platform: str, name: str) -> None:
        self._trouble = trouble
        self._platform = platform
        self._name = name
        # A trouble that an earlier process noted ends with the first answer to this one.
        self._now: str | None = _UNKNOWN

    async def failed(self, what: str) -> None:
        """Note that the platform does not answer as it should.

        Args:
            what: what is wrong; never with an address, since those hold tokens and tickets.
        """
        if what != self._now:
            self._now = what
            _log.warning("%s: %s; trying again", self._name, what)
            await self._trouble.begin(self._platform, what)

    async def answered(self) -> None:
        """Note that the platform answers."""
        if self._now is not None:
            if self._now != _UNKNOWN:
                _log.warning("%s: reachable again", self._name)
            self._now = None
            await self._trouble.end(self._platform)
