"""A local Bot API server for tests: the real python-telegram-bot talks to it over HTTP.

    async with BotApiServer() as server:
        ada = server.user("Ada", language="en")
        chat = server.private(ada)
        ...                                 # the application, with server.token and server.base_url
        said = await server.types(ada, chat, "/subscribe diffusion")
        assert "diffusion" in said.text
        await server.presses(ada, said.answer, "Pause")

Map: tests use `bot_api_server`; `scenarios` is what people do; `faults` and `flood` are what goes wrong;
    `api`
answers requests on the `world` of the `model`; `texts` checks texts and keyboards; `connections` is HTTP.
"""

from server_parts.faults import Broken, CutAfter, CutAmid, CutBefore, Held

from telegram_server.api.refusal import Refusal, bad_request, conflict, forbidden, too_many
from telegram_server.bot_api_server import BotApiServer
from telegram_server.faults import Refused
from telegram_server.flood import FloodLimits
from telegram_server.model import Button, Chat, Message, Topic, User

__all__ = [
    "BotApiServer",
    "Broken",
    "Button",
    "Chat",
    "CutAfter",
    "CutAmid",
    "CutBefore",
    "FloodLimits",
    "Held",
    "Message",
    "Refusal",
    "Refused",
    "Topic",
    "User",
    "bad_request",
    "conflict",
    "forbidden",
    "too_many",
]
