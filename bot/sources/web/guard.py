"""Decides which hosts may be contacted, and at which addresses. All web and git requests pass it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

from bot.domain.sources.ip_addresses import AllowedHosts, literal, refusal
from bot.errors import BlockedAddressError, UnreachableError

Resolve = Callable[[str, int], Awaitable[list[str]]]

WEB_PORTS = frozenset({80, 443})


async def resolve_by_system(host: str, port: int) -> list[str]:
    """Return all addresses of a host as the system's resolver knows them, the preferred first.

    Raises:
        OSError: the name has no address or the resolver failed.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Guard:
    """Allows public addresses, and the hosts that the operator allows.

    A name is resolved here once and its addresses are handed on: who connects must use these and not ask
    for the name again, or a name that changes between two questions (DNS rebinding) would slip through.
    """

    def __init__(self, *, allowed: AllowedHosts | None = None, resolve: Resolve = resolve_by_system) -> None:
        self._allowed = allowed or AllowedHosts()
        self._resolve = resolve

    async def vet(
        self, document: str, host: str, port: int, *, ports: frozenset[int] = WEB_PORTS
    ) -> tuple[str, ...]:
        """Return the addresses at which a host may be asked, at least one.

        Args:
            document: what the request is for, as errors name it.
            host: as `bot.domain.sources.ip_addresses.ascii_host` spells it.
            port: where the host is to be asked.
            ports: those that need no leave of the operator.

        Raises:
            BlockedAddressError: the port or one of the addresses is refused.
            UnreachableError: the name has no address.
            OSError: the resolver failed.
        """
        allowed = self._allowed.allows(host, port)
        if port not in ports and not allowed:
            raise BlockedAddressError(document, _refused(host, port, f"port {port} is not asked"))
        try:
            address = literal(host)
        except ValueError as error:
            raise BlockedAddressError(document, str(error)) from None
        addresses = [str(address)] if address else await self._resolve(host, port)
        if not addresses:
            raise UnreachableError(document, f"the host {host} has no address")
        if not allowed:
            # One bad address refuses the host: whoever answers with a mixture is trying something.
            for found in addresses:
                if why := refusal(found):
                    named = host if found == host else f"{host} ({found})"
                    raise BlockedAddressError(document, _refused(host, port, f"{named} is {why}"))
        return tuple(addresses)


def _refused(host: str, port: int, why: str) -> str:
    named = f"[{host}]" if ":" in host else host
    return f"{why}; the operator may allow it by FETCH_ALLOW_HOSTS={named}:{port}"
