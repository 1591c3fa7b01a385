"""How the Slack of the tests brings things to an app: acknowledgements, retries, sockets, signatures."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_server.client import client_of, in_socket_mode, over_http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_sdk.socket_mode.request import SocketModeRequest
    from slack_server import Channel, SlackServer, User

    Answer = Callable[[SocketModeRequest], dict[str, Any] | None]

pytest_plugins = ("slack_server.fixtures",)


@pytest.fixture
def ada(server: SlackServer) -> User:
    """A person."""
    return server.user("Ada")


@pytest.fixture
def lab(server: SlackServer, ada: User) -> Channel:
    """A channel with that person and the bot."""
    return server.channel("lab", members=[ada])


class Ears:
    """A Socket Mode client that notes what comes and acknowledges it, or not.

    Attributes:
        came: the envelopes.
        payload: what goes with acknowledgements; None sends none.
    """

    def __init__(self) -> None:
        self.came: list[SocketModeRequest] = []
        self.payload: dict[str, Any] | None = {}

    async def __call__(self, client: SocketModeClient, envelope: SocketModeRequest) -> None:
        """Take an envelope."""
        self.came.append(envelope)
        if self.payload is not None:
            payload = self.payload or None
            await client.send_socket_mode_response(SocketModeResponse(envelope.envelope_id, payload))


@asynccontextmanager
async def hearing(server: SlackServer, ears: Ears) -> AsyncIterator[SocketModeClient]:
    """Connect a Socket Mode client."""
    async with client_of(server) as web_client:
        client = SocketModeClient(server.app_token, web_client=web_client, ping_interval=0.05)
        client.socket_mode_request_listeners.append(ears)  # type: ignore[arg-type]
        already = len(server.sockets)
        try:
            await client.connect()  # type: ignore[no-untyped-call]
            await server.connected(already + 1)
            yield client
        finally:
            await client.close()  # type: ignore[no-untyped-call]
            await server.until(lambda: len(server.sockets) <= already)


async def test_an_unacknowledged_event_comes_again(server: SlackServer, ada: User, lab: Channel) -> None:
    """An event that is not acknowledged comes again at once, then later, three times, with its number."""
    server.delivery.ack_seconds = 0.05
    ears = Ears()
    ears.payload = None
    async with hearing(server, ears):
        event = (await server.mention(ada, lab, "hi", answers=0)).event
        assert event is not None
        await server.until(lambda: len(event.acks) == 2)
        assert not event.done
        server.retries_now()
        await server.until(lambda: len(event.acks) == 3)
        ears.payload, server.delivery.ack_seconds = {}, 3.0
        server.retries_now()
        await server.handled(event)
    assert [(one.retry_attempt, one.retry_reason) for one in ears.came] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert len({one.envelope_id for one in ears.came}) == 4
    assert {one.payload["event_id"] for one in ears.came} == {event.event_id}
    assert [ack.error for ack in event.acks] == ["operation_timeout"] * 3 + [None]


async def test_events_wait_for_an_app_that_is_away(server: SlackServer, ada: User, lab: Channel) -> None:
    """An event comes when the app is there again; after three retries it is given up."""
    missed = (await server.mention(ada, lab, "hi", answers=0)).event
    server.delivery.retry_delays = (0.0, 0.0, 0.0)
    lost = (await server.mention(ada, lab, "anybody?", answers=0)).event
    assert missed is not None
    assert lost is not None
    await server.handled(lost)
    assert (lost.taken, len(lost.acks)) == (False, 4)
    ears = Ears()
    async with hearing(server, ears):
        server.retries_now()
        await server.handled(missed)
    assert [one.payload["event"]["text"] for one in ears.came] == [missed.event["text"]]


async def test_commands_come_once(server: SlackServer, ada: User, lab: Channel) -> None:
    """A command fails where nobody listens or acknowledges in time, and does not come again."""
    said = await server.command(ada, lab, "/papers")
    assert (said.error, said.answers) == ("dispatch_failed", ())
    server.delivery.ack_seconds = 0.05
    ears = Ears()
    ears.payload = None
    async with hearing(server, ears):
        said = await server.command(ada, lab, "/papers", answers=0)
        ears.payload, server.delivery.ack_seconds = {"text": "hi", "response_type": "in_channel"}, 3.0
        late = await server.command(ada, lab, "/papers")
    assert (said.error, len(ears.came)) == ("operation_timeout", 2)
    assert (late.text, late.answer.only_for) == ("hi", None)
    with pytest.raises(LookupError, match="not acknowledged"):
        assert said.acked_after


async def test_sockets_share_the_load(server: SlackServer, ada: User, lab: Channel) -> None:
    """Envelopes go to one of several connections each, in turn."""
    first, second = Ears(), Ears()
    async with hearing(server, first), hearing(server, second):
        for _ in range(4):
            await server.command(ada, lab, "/papers", answers=0)
    assert (len(first.came), len(second.came)) == (2, 2)


async def test_a_connection_is_replaced(server: SlackServer, ada: User, lab: Channel) -> None:
    """Told to leave, or cut off, the SDK's client opens another connection with a new ticket."""
    ears = Ears()
    async with hearing(server, ears):
        await server.asks_to_reconnect("warning")
        await server.command(ada, lab, "/papers", answers=0)
        server.drops_sockets()
        await server.until(lambda: server.delivery.sockets.opened == 3)
        await server.command(ada, lab, "/papers", answers=0)
    assert len(ears.came) == 2
    assert len(server.accepted("apps.connections.open")) == 3


async def test_at_most_ten_connections(server: SlackServer) -> None:
    """The eleventh socket is told that there are too many; a ticket opens one socket."""
    async with client_of(server) as client:
        session = client.session
        assert session is not None

        async def address() -> str:
            return str((await client.apps_connections_open(app_token=server.app_token))["url"])

        url = await address()
        sockets = [await session.ws_connect(url)]
        assert (await sockets[0].receive_json())["type"] == "hello"
        async with session.get(url) as answer:
            assert answer.status == 403
        sockets += [await session.ws_connect(await address()) for _ in range(9)]
        await server.connected(10)
        eleventh = await session.ws_connect(await address())
        assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
        for socket in [*sockets, eleventh]:
            await socket.close()


@asynccontextmanager
async def endpoint(
    server: SlackServer, answer: Callable[[web.Request, str], Awaitable[web.Response]]
) -> AsyncIterator[None]:
    """Listen for what Slack posts, as something else than slack_bolt."""

    async def take(request: web.Request) -> web.Response:
        return await answer(request, await request.text())

    pages = web.Application()
    pages.router.add_post("/events", take)
    runner = web.AppRunner(pages, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.posts_to(f"http://127.0.0.1:{runner.addresses[0][1]}/events")
    try:
        yield
    finally:
        await runner.cleanup()


async def test_requests_are_signed(server: SlackServer, ada: User, lab: Channel) -> None:
    """Events, commands and interactions carry a signature that the SDK's verifier takes."""
    verifier = SignatureVerifier(server.signing_secret)
    checked = []

    async def answer(request: web.Request, body: str) -> web.Response:
        checked.append((request.content_type, verifier.is_valid_request(body, dict(request.headers))))
        challenge = json.loads(body).get("challenge", "") if body.startswith("{") else ""
        return web.Response(text=challenge)

    async with endpoint(server, answer):
        assert await server.verifies_url()
        await server.mention(ada, lab, "字", answers=0)
        await server.command(ada, lab, "/papers", "字 & =", answers=0)
        await server.shortcut(ada, "x", answers=0)
        await server.posts_as_stranger({"type": "event_callback"})
    form = "application/x-www-form-urlencoded"
    assert checked == [
        ("application/json", True),
        ("application/json", True),
        (form, True),
        (form, True),
        ("application/json", False),
    ]


async def test_retries_over_http(server: SlackServer, ada: User, lab: Channel) -> None:
    """A try that failed or took too long comes again with number and reason, unless the app wants none."""
    came, gate = [], asyncio.Event()

    async def answer(request: web.Request, _: str) -> web.Response:
        headers = request.headers
        came.append((headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")))
        if len(came) == 1:
            return web.Response(status=500)
        if len(came) == 2:
            with suppress(TimeoutError):
                await asyncio.wait_for(gate.wait(), 5)
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    server.delivery.ack_seconds = 0.5  # seconds; the second try takes them all
    server.delivery.retry_delays = (0.0, 0.0, 0.0)
    async with endpoint(server, answer):
        event = (await server.mention(ada, lab, "hi", answers=0)).event
        await server.handled(event)
        gate.set()
    assert came == [(None, None), ("1", "http_error"), ("2", "http_timeout")]
    assert event is not None
    assert [ack.error for ack in event.acks] == ["http_error", "operation_timeout", "http_error"]


async def test_bolt_refuses_what_is_not_signed(server: SlackServer) -> None:
    """A stranger who found the request URL is turned away by slack_bolt, and Slack's own challenge is not."""
    app = AsyncApp(
        client=AsyncWebClient(server.token, base_url=server.url), signing_secret=server.signing_secret
    )
    async with over_http(app, server):
        assert await server.posts_as_stranger({"type": "event_callback", "event": {"type": "x"}}) == 401
        assert await server.verifies_url()


async def test_menus_from_outside(server: SlackServer, ada: User, lab: Channel) -> None:
    """An external menu offers what the app answers to what is typed, and that can be chosen."""
    ears = Ears()
    menu = {"type": "external_select", "action_id": "find", "min_query_length": 1}
    asks = {"type": "input", "label": {"type": "plain_text", "text": "Paper"}, "element": menu}
    title = {"type": "plain_text", "text": "x"}
    view = {"type": "modal", "title": title, "submit": title, "blocks": [asks]}
    async with hearing(server, ears), client_of(server) as client:
        await server.command(ada, lab, "/papers", answers=0)
        await client.views_open(trigger_id=ears.came[-1].payload["trigger_id"], view=view)
        modal = server.modal(ada)
        assert modal is not None
        ears.payload = {"options": [{"text": {"type": "plain_text", "text": "Diffusion"}, "value": "1"}]}
        found = await server.searches_menu(ada, modal, "find", "diff")
        assert (found.options, ears.came[-1].payload["value"]) == (("Diffusion",), "diff")
        ears.payload = {}
        await server.submits(ada, modal, {"Paper": "Diffusion"})
    [values] = ears.came[-1].payload["view"]["state"]["values"].values()
    assert values["find"]["selected_option"]["value"] == "1"


async def test_two_apps_steal_each_others_events(server: SlackServer, ada: User, lab: Channel) -> None:
    """Two copies of an app with one token each get a part of what comes."""
    seen: list[str] = []

    def heard(times: int) -> bool:
        return len(seen) == times

    def copy_of_the_app(name: str) -> AsyncApp:
        app = AsyncApp(client=AsyncWebClient(server.token, base_url=server.url))

        @app.event("app_mention")
        async def mentioned() -> None:
            seen.append(name)

        return app

    async with (
        in_socket_mode(copy_of_the_app("one"), server),
        in_socket_mode(copy_of_the_app("two"), server),
    ):
        for number in range(1, 5):
            await server.mention(ada, lab, "hi", answers=0)
            await server.until(partial(heard, number))
    assert sorted(seen) == ["one", "one", "two", "two"]
