"""From an HTTP request to its answer: token, method, planned faults, flood limits."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from server_parts.faults import Broken, CutAfter, CutAmid, CutBefore, Held

from slack_server.api.access import writable_channel
from slack_server.api.methods import METHODS
from slack_server.api.params import Params
from slack_server.api.refusal import Refusal
from slack_server.faults import RateLimited, Refused
from slack_server.records.world import Call, Logged

if TYPE_CHECKING:
    from slack_server.api.response_urls import ResponseUrls
    from slack_server.connections.exchange import Exchange
    from slack_server.connections.sockets import Sockets
    from slack_server.faults import Fault, Faults
    from slack_server.flood import FloodLimits
    from slack_server.records.workspace import Installation
    from slack_server.records.world import World

_BY_APP = "apps.connections.open"
_AT_RESPONSE_URL = "response_url"


class Engine:
    """Answers requests.

    Args:
        world: what there is.
        planned: the faults that tests plan.
        sockets: what apps.connections.open makes an address for.
        response_urls: what answers there.

    Attributes:
        flood: Slack's limits, or None where there are none.
    """

    def __init__(self, world: World, planned: Faults, sockets: Sockets, response_urls: ResponseUrls) -> None:
        self.flood: FloodLimits | None = None
        self._world = world
        self._faults = planned
        self._sockets = sockets
        self._response_urls = response_urls

    async def __call__(self, exchange: Exchange, method: str, path: str = "") -> None:
        """Answer one request, or cut its connection.

        Args:
            exchange: the request, and how to answer it.
            method: of the Web API, or `response_url`.
            path: of the response_url.
        """
        world = self._world
        unreadable: Refusal | None = None
        try:
            params = _with_client(await exchange.params(), exchange.authorization)
        except Refusal as refusal:
            unreadable, params = refusal, Params()
        token = exchange.authorization.removeprefix("Bearer ").strip() or params.text("token")
        by = world.installations.get(token)
        logged = Logged(Call(next(world.numbers), method, params, by, world.now))
        world.log.append(logged)
        fault = self._faults.for_request(method, params)
        logged.fault = type(fault).__name__ if fault else None
        world.changes.tell()
        try:
            refused = unreadable or self._refusal(method, token, by)
            await self._meet(exchange, logged, fault, refused, path)
        finally:
            world.changes.tell()

    def _refusal(self, method: str, token: str, by: Installation | None) -> Refusal | None:
        """Return why a request is refused before its method is looked at (errors of every method's page)."""
        if method == _AT_RESPONSE_URL:
            return None
        if method not in METHODS and method != _BY_APP:
            return Refusal("unknown_method")
        if method in METHODS and METHODS[method].token == "none":
            return None
        error = None
        if not token:
            error = "not_authed"
        elif by is None and token != self._world.app_token:
            error = "invalid_auth"
        elif (by is None) != (method == _BY_APP):
            error = "not_allowed_token_type"
        elif by is not None:
            error = by.refused_as
        return Refusal(error) if error else None

    async def _meet(
        self, exchange: Exchange, logged: Logged, fault: Fault | None, refused: Refusal | None, path: str
    ) -> None:
        """Carry a request out with its fault."""
        match fault:
            case CutBefore(reset=reset):
                exchange.cut(reset=reset)
                return
            case Refused() | RateLimited():
                refused = fault.refusal
            case Broken(status=status, accepted=False):
                exchange.answer_page(status)
                return
            case Held(gate=gate, accepted=False):
                await gate.wait()
        said, refusal = self._carry_out(logged, refused, path)
        self._world.changes.tell()
        match fault:
            case CutAfter(reset=reset):
                exchange.cut(reset=reset)
                return
            case CutAmid():
                await exchange.answer_half(said)
                return
            case Broken(status=status):
                exchange.answer_page(status)
                return
            case Held(gate=gate):
                await gate.wait()
        by = logged.call.by
        scopes = {"x-oauth-scopes": ",".join(sorted(by.scopes))} if by else {}
        if logged.call.method == _AT_RESPONSE_URL and refusal is None:
            exchange.answer_text("ok")
        else:
            exchange.answer(said, refusal, scopes)
        logged.answered = True

    def _carry_out(
        self, logged: Logged, refused: Refusal | None, path: str
    ) -> tuple[dict[str, Any], Refusal | None]:
        try:
            if refused is not None:
                raise refused
            said = {"ok": True, **self._run(logged.call, path)}
        except Refusal as refusal:
            logged.refusal = refusal.error
            return refusal.as_json, refusal
        logged.accepted = True
        return said, None

    def _run(self, call: Call, path: str) -> dict[str, Any]:
        if call.method == _AT_RESPONSE_URL:
            return self._response_urls.answer(path, call)
        if call.method == _BY_APP:
            return self._sockets.open_address()
        if self.flood is None or call.by is None:
            return METHODS[call.method].run(self._world, call)
        self.flood.check(call.method, call.team)
        if call.method != "chat.postMessage":
            return METHODS[call.method].run(self._world, call)
        channel = writable_channel(self._world, call)
        self.flood.check_message(channel)
        said = METHODS[call.method].run(self._world, call)
        self.flood.count_message(channel)
        return said


def _with_client(params: Params, authorization: str) -> Params:
    """Add client_id and client_secret where they come as HTTP Basic authentication."""
    if not authorization.startswith("Basic "):
        return params
    try:
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
    except ValueError:
        return params
    client_id, _, secret = pair.partition(":")
    return Params(
        {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret), **params.values}
    )
