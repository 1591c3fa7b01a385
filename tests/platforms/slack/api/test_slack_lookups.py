"""What Slack is asked about people and channels: once for all who wait, kept for a while, not too often."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running_slack import running
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_server.flood import FloodLimits

from bot.platforms.slack.api.lookups import KEPT, PATIENCE, LookUps

if TYPE_CHECKING:
    from pathlib import Path

    from slack_server import SlackServer

pytest_plugins = ("slack_server.fixtures",)

SUBSCRIBE = "subscribe diffusion"
TEAM = "T1"


class FakeTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        await asyncio.sleep(0)


class Client:
    """Slack's client, as far as people are asked for; refuses as often as a test wants.

    Args:
        refusals: what `Retry-After` says, one answer after the other; then people are told.
    """

    def __init__(self, *refusals: str) -> None:
        self.refusals = list(refusals)
        self.asked: list[str] = []

    async def users_info(self, *, user: str, include_locale: bool) -> dict[str, Any]:
        """Tell of somebody, or refuse."""
        assert include_locale
        self.asked.append(user)
        await asyncio.sleep(0)
        if self.refusals:
            headers = {"Retry-After": self.refusals.pop(0)}
            answer = AsyncSlackResponse(
                client=None, http_verb="GET", api_url="", req_args={},
                data={"ok": False, "error": "ratelimited"}, headers=headers, status_code=429,
            )  # fmt: skip
            raise SlackApiError("ratelimited", answer)  # type: ignore[no-untyped-call]
        return {"user": {"id": user}}


def asking(time: FakeTime) -> LookUps:
    """Return what asks, on a clock of the test."""
    return LookUps(clock=time, sleep=time.sleep)


async def test_forty_channels_in_a_minute(server: SlackServer, tmp_path: Path) -> None:
    """One person sets 40 private channels up at once, within Slack's limits, and each is set up."""
    ada = server.user("Ada")
    server.flood = FloodLimits(tiers=True)
    async with running(server, tmp_path):
        labs = [server.channel(f"lab-{number}", members=[ada], private=True) for number in range(40)]
        said = await asyncio.gather(*(server.command(ada, lab, "/papers", SUBSCRIBE) for lab in labs))
    assert all("#1" in one.text for one in said)
    assert len(server.accepted("users.info")) <= 2


async def test_who_is_made_an_admin_is_asked_for_again(server: SlackServer, tmp_path: Path) -> None:
    """What was kept of a person ends with the event that changes it."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path, channel_policy="admins"):
        assert "Only admins" in (await server.command(ada, lab, "/papers", SUBSCRIBE)).text
        await server.handled(server.promotes(ada))
        assert "#1" in (await server.command(ada, lab, "/papers", SUBSCRIBE)).text


async def test_who_was_invited_is_asked_for_again(server: SlackServer, tmp_path: Path) -> None:
    """Of a private channel it is known who left it and who is back, at once."""
    ada, bo = server.user("Ada"), server.user("Bo")
    lab = server.channel("lab", members=[ada, bo], private=True)
    async with running(server, tmp_path):
        assert "#1" in (await server.command(bo, lab, "/papers", SUBSCRIBE)).text
        asked = len(server.accepted("conversations.members"))
        await server.handled(server.kicks(lab, bo))
        await server.handled(server.joins(lab, bo))
        assert "#2" in (await server.command(bo, lab, "/papers", "subscribe gan")).text
        assert len(server.accepted("conversations.members")) == asked + 1


async def test_a_slack_that_stays_busy_refuses_nobody(server: SlackServer, tmp_path: Path) -> None:
    """Where Slack wants to be asked much later, people are told that it is busy, not that they may not."""
    ada = server.user("Ada")
    lab, hall = server.channel("lab", members=[ada]), server.channel("hall", members=[ada])
    server.flood = FloodLimits(tiers=True, a_minute={"conversations.info": 1})
    async with running(server, tmp_path):
        await server.command(ada, lab, "/papers", SUBSCRIBE)
        said = await server.command(ada, hall, "/papers", SUBSCRIBE)
    assert "Slack gets too many requests just now; nothing was changed." in said.text


async def test_an_answer_is_kept_for_ten_minutes() -> None:
    """Slack is asked again only after ten minutes, or after an event that changes the answer."""
    time, client = FakeTime(), Client()
    lookups = asking(time)
    for wait in (0.0, KEPT - 1, 1.0):
        time.now += wait
        await lookups.user(client, TEAM, "U1")  # type: ignore[arg-type]
    assert client.asked == ["U1", "U1"]
    lookups.forget_user(TEAM, "U1")
    await lookups.user(client, TEAM, "U1")  # type: ignore[arg-type]
    await lookups.user(client, "T2", "U1")  # type: ignore[arg-type]
    assert len(client.asked) == 4


async def test_one_asks_for_all_who_wait() -> None:
    """Many who want the same are answered by one request, also where some of them give up."""
    time, client = FakeTime(), Client()
    lookups = asking(time)
    waiting = [asyncio.create_task(lookups.user(client, TEAM, "U1")) for _ in range(20)]  # type: ignore[arg-type]
    await asyncio.sleep(0)
    waiting[0].cancel()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [{"id": "U1"}] * 19
    assert client.asked == ["U1"]


async def test_an_event_meanwhile_makes_an_answer_old() -> None:
    """An answer that Slack was asked for before an event is given to who waited, and not kept."""
    time, client = FakeTime(), Client()
    lookups = asking(time)
    waiting = asyncio.create_task(lookups.user(client, TEAM, "U1"))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    lookups.forget_user(TEAM, "U1")
    assert await waiting == {"id": "U1"}
    await lookups.user(client, TEAM, "U1")  # type: ignore[arg-type]
    assert client.asked == ["U1", "U1"]


@given(st.lists(st.integers(0, 20), max_size=6))
async def test_a_busy_slack_is_waited_for(waits: list[int]) -> None:
    """Slack's wish to be asked later is waited out for half a minute, and is an error only after that."""
    time, client = FakeTime(), Client(*map(str, waits))
    lookups = asking(time)
    total = sum(max(wait, 1) for wait in waits)
    if total <= PATIENCE:
        assert await lookups.user(client, TEAM, "U1") == {"id": "U1"}  # type: ignore[arg-type]
        assert time.now - 100.0 == total
    else:
        with pytest.raises(SlackApiError):
            await lookups.user(client, TEAM, "U1")  # type: ignore[arg-type]
        assert time.now - 100.0 <= PATIENCE


async def test_a_failure_is_not_kept() -> None:
    """After an error the next who wants to know asks again."""
    time, client = FakeTime(), Client("60")
    lookups = asking(time)
    with pytest.raises(SlackApiError):
        await lookups.user(client, TEAM, "U1")  # type: ignore[arg-type]
    assert await lookups.user(client, TEAM, "U1") == {"id": "U1"}  # type: ignore[arg-type]
    assert time.now - 100.0 == 60.0
