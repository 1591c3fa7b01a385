"""The faults of the Slack of the tests, as the real slack_sdk sees them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import async_default_handlers
from slack_sdk.web.async_client import AsyncWebClient
from slack_server import (
    Broken,
    CutAfter,
    CutAmid,
    CutBefore,
    FloodLimits,
    Held,
    RateLimited,
    Refused,
    SlackServer,
)
from slack_server.client import client_of

if TYPE_CHECKING:
    from slack_server import Channel
    from slack_server.faults import Fault

pytest_plugins = ("slack_server.fixtures",)


@pytest.fixture
def lab(server: SlackServer) -> Channel:
    """A channel with the bot."""
    return server.channel("lab")


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (CutBefore(), False),
        (CutBefore(reset=True), False),
        (CutAfter(), True),
        (CutAfter(reset=True), True),
        (CutAmid(), True),
    ],
    ids=str,
)
async def test_cut_connections(
    client: AsyncWebClient, server: SlackServer, lab: Channel, fault: Fault, *, arrives: bool
) -> None:
    """A connection that is cut is an aiohttp error, whether the message arrived or not."""
    server.faults.plan(fault, "chat.postMessage")
    with pytest.raises((aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)):
        await client.chat_postMessage(channel=lab.id, text="hi")
    assert len(lab.messages) == int(arrives)
    [logged] = server.log
    assert (logged.accepted, logged.answered, logged.fault) == (arrives, False, type(fault).__name__)
    await client.chat_postMessage(channel=lab.id, text="again")
    assert len(lab.messages) == 1 + int(arrives)


async def test_the_sdk_sends_twice_by_default(server: SlackServer, lab: Channel) -> None:
    """With its default retry handlers slack_sdk posts again what arrived: hence `retry_handlers=[]`."""
    server.faults.plan(CutAfter(reset=True), "chat.postMessage")
    careless = AsyncWebClient(server.token, base_url=server.url, retry_handlers=async_default_handlers())
    await careless.chat_postMessage(channel=lab.id, text="hi")
    assert lab.texts == ["hi", "hi"]


@pytest.mark.parametrize("accepted", [True, False])
async def test_broken_answers(
    client: AsyncWebClient, server: SlackServer, lab: Channel, *, accepted: bool
) -> None:
    """A page of HTML with 503 is an error that says the status, whether the message arrived or not."""
    server.faults.plan(Broken(503, accepted=accepted), "chat.postMessage")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=lab.id, text="hi")
    assert caught.value.response.status_code == 503
    assert len(lab.messages) == int(accepted)


async def test_refusals_and_rate_limits(client: AsyncWebClient, server: SlackServer, lab: Channel) -> None:
    """A planned refusal has its name and fields, a rate limit its header, or none."""
    server.faults.plan(Refused("is_archived", {"needed": "x"}), "chat.postMessage")
    server.faults.plan(RateLimited(7), "chat.postMessage")
    server.faults.plan(RateLimited(None), "chat.postMessage")
    responses = []
    for _ in range(3):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=lab.id, text="hi")
        responses.append(caught.value.response)
    assert [one["error"] for one in responses] == ["is_archived", "ratelimited", "ratelimited"]
    assert [one.status_code for one in responses] == [200, 429, 429]
    assert [one.headers.get("Retry-After") for one in responses] == [None, "7", None]
    assert responses[0]["needed"] == "x"
    assert (lab.messages, [logged.refusal for logged in server.log]) == (
        [],
        ["is_archived", "ratelimited", "ratelimited"],
    )


@pytest.mark.parametrize("accepted", [True, False])
async def test_held_requests(
    client: AsyncWebClient, server: SlackServer, lab: Channel, *, accepted: bool
) -> None:
    """A held request waits for the gate, with its message posted before or after."""
    gate = asyncio.Event()
    held = server.faults.plan(Held(gate, accepted=accepted), "chat.postMessage")
    posting = asyncio.create_task(client.chat_postMessage(channel=lab.id, text="hi"))
    await server.until(lambda: held.hits and (lab.messages or not accepted))
    assert (len(lab.messages), posting.done()) == (int(accepted), False)
    gate.set()
    await posting
    assert len(lab.messages) == 1


async def test_a_timeout_while_it_is_held(server: SlackServer, lab: Channel) -> None:
    """A client that gives up does not know that its message arrived."""
    gate = asyncio.Event()
    server.faults.plan(Held(gate), "chat.postMessage")
    timeout = aiohttp.ClientTimeout(total=0.3)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = AsyncWebClient(server.token, base_url=server.url, session=session, retry_handlers=[])
        with pytest.raises(TimeoutError):
            await client.chat_postMessage(channel=lab.id, text="hi")
    gate.set()
    assert lab.texts == ["hi"]


async def test_plans_choose_their_requests(client: AsyncWebClient, server: SlackServer, lab: Channel) -> None:
    """A plan is for a method, a channel, what the request says, from the nth on, so many times."""
    other = server.channel("other")
    server.faults.plan(Refused("planned"), "chat.postMessage", channel=lab, nth=2, times=2)
    when = server.faults.plan(Refused("planned"), when=lambda params: "thread_ts" in params)
    told = []
    for number in range(5):
        await client.chat_postMessage(channel=other.id, text="hi")
        await client.auth_test()
        try:
            await client.chat_postMessage(channel=lab.id, text="hi")
        except SlackApiError:
            told.append(number)
    assert (told, when.met) == ([1, 2], 0)
    with pytest.raises(SlackApiError, match="planned"):
        await client.chat_postMessage(channel=other.id, text="hi", thread_ts=other.last.ts)
    server.faults.plan(Refused("planned"), times=None)
    server.faults.clear()
    await client.auth_test()


@pytest.mark.parametrize("seed", [1, 2])
async def test_rates_are_the_same_for_the_same_seed(seed: int) -> None:
    """Faults at a rate hit the same requests whenever the seed is the same, about as often as was asked."""
    hits = []
    for _ in range(2):
        async with SlackServer() as server, client_of(server) as client:
            lab = server.channel("lab")
            server.faults.sometimes(Refused("planned"), 0.3, seed=seed, method="chat.postMessage")
            for _ in range(60):
                with suppress(SlackApiError):
                    await client.chat_postMessage(channel=lab.id, text="hi")
            hits.append([logged.call.number for logged in server.log if logged.fault])
    assert hits[0] == hits[1]
    assert 8 <= len(hits[0]) <= 30


async def test_a_channel_takes_a_message_a_second(
    client: AsyncWebClient, server: SlackServer, lab: Channel
) -> None:
    """Beyond a burst a channel takes one message a second, whatever other channels do."""
    now = 1000.0
    server.flood = FloodLimits(clock=lambda: now, burst=2)
    for _ in range(2):
        await client.chat_postMessage(channel=lab.id, text="hi")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=lab.id, text="hi")
    assert caught.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=server.channel("other").id, text="hi")
    now += 1
    await client.chat_postMessage(channel=lab.id, text="hi")
    assert (len(lab.messages), server.flood.refused) == (3, 1)


async def test_methods_have_tiers(client: AsyncWebClient, server: SlackServer, lab: Channel) -> None:
    """A method is refused over its number a minute, until the minute is over."""
    now = 1000.0
    server.flood = FloodLimits(clock=lambda: now, tiers=True, a_minute={"conversations.info": 2})
    for _ in range(2):
        await client.conversations_info(channel=lab.id)
        now += 10
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_info(channel=lab.id)
    assert caught.value.response.headers["Retry-After"] == "40"
    now += 40
    await client.conversations_info(channel=lab.id)
    assert len((await client.users_list())["members"]) == 2


async def test_unplugged(client: AsyncWebClient, server: SlackServer, lab: Channel) -> None:
    """While the server is unplugged nobody can connect; afterwards its address is the same."""
    await client.auth_test()
    async with server.unplugged():
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.chat_postMessage(channel=lab.id, text="hi")
    await client.chat_postMessage(channel=lab.id, text="hi")
    assert lab.texts == ["hi"]
