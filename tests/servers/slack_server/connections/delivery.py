"""Brings things to the app, over Socket Mode or by HTTP, and events again that were not acknowledged.

Sources: docs.slack.dev/apis/events-api/#retries (at once, after a minute, after five minutes; commands and
interactions are not brought again), docs.slack.dev/authentication/verifying-requests-from-slack (signatures).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

from slack_server.connections.sockets import Sockets

if TYPE_CHECKING:
    from slack_server.records.world import World

EnvelopeKind = Literal["slash_commands", "events_api", "interactive"]
AckError = Literal["dispatch_failed", "operation_timeout", "http_error"]

ACK_SECONDS = 3.0
RETRY_DELAYS = (0.0, 60.0, 300.0)
_OK = range(200, 300)
_REASONS = {
    "dispatch_failed": "connection_failed",
    "operation_timeout": "timeout",
    "http_error": "http_error",
}


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app took one thing.

    Attributes:
        payload: what came with the acknowledgement, as JSON; a plain text is its `text`.
        seconds: until it came, or None.
        error: `dispatch_failed` (nobody listens), `operation_timeout` or `http_error`; None if all went well.
        no_retry: whether the app asked for no other try.
    """

    payload: dict[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    error: AckError | None = None
    no_retry: bool = False


@dataclass(eq=False, slots=True)
class Delivered:
    """An event on its way.

    Attributes:
        body: the `event_callback`.
        acks: of each try so far.
        done: whether it was taken, or given up.
    """

    body: dict[str, Any]
    acks: list[Ack] = field(default_factory=list)
    done: bool = False

    @property
    def event_id(self) -> str:
        """By which the app may know that it saw it."""
        return str(self.body["event_id"])

    @property
    def event(self) -> dict[str, Any]:
        """What happened."""
        inner: dict[str, Any] = self.body["event"]
        return inner

    @property
    def taken(self) -> bool:
        """Whether the app acknowledged it."""
        return any(ack.error is None for ack in self.acks)


class Delivery:
    """Brings things to the app.

    Args:
        world: what there is.

    Attributes:
        sockets: the connections of Socket Mode.
        request_url: where to post instead, or None.
        ack_seconds: how long the app may take.
        retry_delays: seconds before each further try of an event.
    """

    def __init__(self, world: World) -> None:
        self.sockets = Sockets(world, self._acknowledge)
        self.request_url: str | None = None
        self.ack_seconds = ACK_SECONDS
        self.retry_delays: tuple[float, ...] = RETRY_DELAYS
        self._world = world
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._retry_now = asyncio.Event()
        self._client: aiohttp.ClientSession | None = None

    def publish(self, body: dict[str, Any]) -> Delivered:
        """Bring an event, again and again until it is taken or given up; return at once."""
        delivered = Delivered(body)
        task = asyncio.create_task(self._bring(delivered))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return delivered

    def retry_now(self) -> None:
        """Let all events that wait for another try have it now."""
        self._retry_now.set()
        self._retry_now = asyncio.Event()

    async def bring(
        self, kind: EnvelopeKind, payload: dict[str, Any], *, retry: int = 0, reason: str = ""
    ) -> Ack:
        """Bring something once and wait for its acknowledgement.

        Args:
            kind: what it is.
            payload: of the command, event or interaction.
            retry: how often it was brought before.
            reason: why again.
        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.ack_seconds):
                if self.request_url is not None:
                    ack = await self._post(kind, payload, retry, reason)
                else:
                    ack = await self._send(kind, payload, retry, reason)
        except TimeoutError:
            return Ack(error="operation_timeout")
        if ack.error is not None:
            return ack
        return Ack(ack.payload, time.monotonic() - started, no_retry=ack.no_retry)

    async def post(
        self, content_type: str, body: str, headers: dict[str, str] | None = None
    ) -> tuple[int, str, bool]:
        """Post a body with its signature; return the status (0: none), the answer, and no_retry.

        Args:
            content_type: of the body.
            body: as it is signed.
            headers: others, or those of the signature to be sent instead.
        """
        assert self.request_url is not None, "the app has no request URL"
        timestamp = str(int(time.time()))
        fields = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._world.signing_secret, timestamp, body),
        }
        if self._client is None:
            self._client = aiohttp.ClientSession()
        sent = self._client.post(self.request_url, data=body.encode(), headers=fields | (headers or {}))
        try:
            async with sent as answer:
                no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
                return answer.status, await answer.text(), no_retry
        except aiohttp.ClientError:
            return 0, "", False

    async def close(self) -> None:
        """Give up all that is under way and close the connections."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
        await self.sockets.close()

    async def _bring(self, delivered: Delivered) -> None:
        reason = ""
        for retry, delay in enumerate((0.0, *self.retry_delays)):
            if delay:
                await self._rest(delay)
            ack = await self.bring("events_api", delivered.body, retry=retry, reason=reason)
            delivered.acks.append(ack)
            self._world.changes.tell()
            if ack.error is None or ack.no_retry:
                break
            reason = _REASONS[ack.error]
        delivered.done = True
        self._world.changes.tell()

    async def _rest(self, delay: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._retry_now.wait()

    async def _send(self, kind: EnvelopeKind, payload: dict[str, Any], retry: int, reason: str) -> Ack:
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid4()),
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        answered = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answered
        try:
            if not await self.sockets.send(envelope):
                return Ack(error="dispatch_failed")
            return Ack(await answered)
        finally:
            del self._waiting[envelope["envelope_id"]]

    def _acknowledge(self, envelope_id: str, payload: dict[str, Any]) -> None:
        # Any connection may acknowledge: the app may have replaced the one that the envelope came by.
        answered = self._waiting.get(envelope_id)
        if answered is not None and not answered.done():
            answered.set_result(payload)

    async def _post(self, kind: EnvelopeKind, payload: dict[str, Any], retry: int, reason: str) -> Ack:
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        if reason == "timeout":
            again["X-Slack-Retry-Reason"] = "http_timeout"
        if kind == "events_api":
            status, text, no_retry = await self.post("application/json", json.dumps(payload), again)
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body = urlencode(form)
            status, text, no_retry = await self.post("application/x-www-form-urlencoded", body, again)
        if status not in _OK:
            return Ack(error="http_error" if status else "dispatch_failed", no_retry=no_retry)
        return Ack(_read_answer(text), no_retry=no_retry)


def signature(secret: str, timestamp: str, body: str) -> str:
    """Return the header `X-Slack-Signature`.

    Args:
        secret: the app's signing secret.
        timestamp: of the header `X-Slack-Request-Timestamp`.
        body: as it is sent.
    """
    signed = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={signed.hexdigest()}"


def _read_answer(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        said = json.loads(text)
    except ValueError:
        return {"text": text}
    return said if isinstance(said, dict) else {"text": text}
