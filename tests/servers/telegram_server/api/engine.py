"""From an HTTP request to its answer: token, method, planned faults, flood limits, long polling."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from server_parts.faults import Broken, CutAfter, CutAmid, CutBefore, Held

from telegram_server.api.access import chat_of
from telegram_server.api.methods import METHODS, SENDS
from telegram_server.api.params import read_params
from telegram_server.api.refusal import Refusal, bad_request, conflict
from telegram_server.connections.updates import MOST_AT_ONCE
from telegram_server.faults import Refused
from telegram_server.world import Call, Logged, is_token

if TYPE_CHECKING:
    from telegram_server.api.params import Params
    from telegram_server.connections.wire import Exchange
    from telegram_server.faults import Fault, Faults
    from telegram_server.flood import FloodLimits
    from telegram_server.world import World

_MOST_WAIT = 50
"""Seconds that Telegram holds a getUpdates at most."""


class Engine:
    """Answers requests.

    Args:
        world: what there is.
        planned: the faults that tests plan.

    Attributes:
        flood: Telegram's limits of sending, or None where there are none.
    """

    def __init__(self, world: World, planned: Faults) -> None:
        self.flood: FloodLimits | None = None
        self._world = world
        self._faults = planned
        self._polling: asyncio.Event | None = None

    async def __call__(self, exchange: Exchange) -> None:
        """Answer one request, or cut its connection."""
        path = unquote(urlsplit(exchange.target).path)  # the library quotes the colon of tokens in files
        if path.startswith("/file/bot"):
            await self._answer_file(exchange, path.removeprefix("/file/bot"))
            return
        token, _, method = path.removeprefix("/bot").partition("/")
        method = method.lower()
        refused = self._refusal(path, token, method)
        if refused is not None:
            await exchange.body()
            await _answer(exchange, refused.code, refused.as_json)
            return
        early = self._faults.before_body(method)
        params = read_params(
            exchange.target,
            exchange.headers.get("content-type", ""),
            b"" if early else await exchange.body(),
        )
        logged = Logged(Call(next(self._world.numbers), method, params))
        self._world.log.append(logged)
        fault = early or self._faults.for_request(method, params)
        logged.fault = type(fault).__name__ if fault else None
        self._world.changes.tell()
        try:
            await self._meet(exchange, logged, fault)
        finally:
            self._world.changes.tell()

    def end_polls(self) -> None:
        """Let a waiting getUpdates end with a conflict, as a second one does."""
        if self._polling is not None:
            self._polling.set()
            self._world.changes.tell()

    def _refusal(self, path: str, token: str, method: str) -> Refusal | None:
        if not path.startswith("/bot") or not is_token(token):
            return Refusal(404, "Not Found")
        if token != self._world.token or self._world.logged_out:
            return Refusal(401, "Unauthorized")
        if method not in METHODS and method != "getupdates":
            return Refusal(404, "Not Found")
        return None

    async def _meet(self, exchange: Exchange, logged: Logged, fault: Fault | None) -> None:
        """Carry a request out with its fault."""
        match fault:
            case CutBefore(reset=reset):
                exchange.cut(reset=reset)
            case Refused(refusal=refusal):
                logged.refusal = refusal.description
                await self._say(exchange, logged, refusal.code, refusal.as_json)
                return
            case Broken(status=status, accepted=False):
                await _answer_page(exchange, status)
                return
            case Held(gate=gate, accepted=False):
                await gate.wait()
        code, body = await self._carry_out(logged)
        self._world.changes.tell()
        match fault:
            case CutAfter(reset=reset):
                exchange.cut(reset=reset)
            case CutAmid():
                await exchange.answer_half(code, json.dumps(body).encode())
            case Broken(status=status):
                await _answer_page(exchange, status)
                return
            case Held(gate=gate):
                await gate.wait()
        await self._say(exchange, logged, code, body)

    async def _carry_out(self, logged: Logged) -> tuple[int, dict[str, Any]]:
        call = logged.call
        try:
            if call.method == "getupdates":
                result: Any = await self._updates(call.params)
            elif call.method in SENDS and self.flood is not None:
                chat = chat_of(self._world, call.params)
                self.flood.check(chat)
                result = METHODS[call.method](self._world, call)
                self.flood.count(chat)
            else:
                result = METHODS[call.method](self._world, call)
        except Refusal as refusal:
            logged.refusal = refusal.description
            return refusal.code, refusal.as_json
        logged.accepted = True
        return 200, {"ok": True, "result": result}

    async def _updates(self, params: Params) -> Any:
        """core.telegram.org/bots/api#getupdates: the newest request ends an older one that still waits."""
        world = self._world
        if world.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self.end_polls()
        world.updates.allow(params.structure("allowed_updates"))
        world.updates.confirm(params.integer("offset") or 0)
        world.updates.asked += 1
        world.changes.tell()
        limit = params.integer("limit") or MOST_AT_ONCE
        if not 1 <= limit <= MOST_AT_ONCE:
            raise bad_request("limit must be between 1 and 100")
        timeout = min(max(params.integer("timeout") or 0, 0), _MOST_WAIT)
        ended = self._polling = asyncio.Event()
        try:
            await self._wait_for_updates(ended, timeout)
        finally:
            if self._polling is ended:
                self._polling = None
        return world.updates.first(limit)

    async def _wait_for_updates(self, ended: asyncio.Event, timeout: int) -> None:  # noqa: ASYNC109 (Telegram's)
        world = self._world
        if world.updates.waiting or not timeout:
            return
        try:
            async with asyncio.timeout(timeout):
                while not world.updates.waiting and not ended.is_set() and world.webhook is None:
                    await world.changes.next()
        except TimeoutError:
            return
        if world.webhook is not None:
            raise conflict("terminated by setWebhook request")
        if ended.is_set():
            raise conflict()

    async def _say(self, exchange: Exchange, logged: Logged, code: int, body: dict[str, Any]) -> None:
        await _answer(exchange, code, body)
        logged.answered = True

    async def _answer_file(self, exchange: Exchange, rest: str) -> None:
        token, _, path = rest.partition("/")
        upload = self._world.files.get(path.removeprefix("documents/"))
        await exchange.body()
        if token != self._world.token or upload is None:
            refused = Refusal(404, "Not Found")
            await _answer(exchange, refused.code, refused.as_json)
            return
        await exchange.answer(200, upload.content, content_type="application/octet-stream")


async def _answer(exchange: Exchange, code: int, body: dict[str, Any]) -> None:
    retry_after = body.get("parameters", {}).get("retry_after")
    headers = {"retry_after": str(retry_after)} if retry_after else {}
    await exchange.answer(code, json.dumps(body).encode(), **headers)


async def _answer_page(exchange: Exchange, status: int) -> None:
    """Answer as nginx does where what is behind it does not."""
    name = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
    title = f"{status} {name.get(status, 'Gateway Timeout')}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
    )
    await exchange.answer(status, page.encode(), content_type="text/html")
