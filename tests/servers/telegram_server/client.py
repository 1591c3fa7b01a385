"""python-telegram-bot's own client, set up for the local server."""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from server_parts.changes import PATIENCE
from telegram import Bot
from telegram.request import HTTPXRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram_server.bot_api_server import BotApiServer

# Loading the system's certificates for each client would take most of a test's time.
_TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def request(
    *,
    connect: float = PATIENCE,
    write: float = PATIENCE,
    read: float = PATIENCE,
    pool: float = PATIENCE,
    connections: int = 256,
) -> HTTPXRequest:
    """Return what carries a client's requests.

    Args:
        connect: seconds until a connection stands.
        write: seconds for a piece to be sent.
        read: seconds for a piece to come.
        pool: seconds to wait for a free connection.
        connections: how many there are.
    """
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=connect,
        read_timeout=read,
        write_timeout=write,
        media_write_timeout=write,
        pool_timeout=pool,
        httpx_kwargs={"trust_env": False, "verify": _TRUSTS_NOBODY},
    )


@asynccontextmanager
async def client_of(
    server: BotApiServer, *, carrier: HTTPXRequest | None = None, token: str | None = None
) -> AsyncIterator[Bot]:
    """Give a client that has asked who it is.

    Args:
        server: whom it talks to.
        carrier: carries its requests, by default with the patience of a test.
        token: by default the server's.
    """
    bot = Bot(
        token or server.token,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=carrier or request(),
        get_updates_request=request(),
    )
    async with bot:
        yield bot
