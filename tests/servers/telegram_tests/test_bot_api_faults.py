"""What python-telegram-bot makes of each fault; the sender's mapping of errors relies on these tables."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram_server import (
    BotApiServer,
    Broken,
    CutAfter,
    CutAmid,
    CutBefore,
    FloodLimits,
    Held,
    Refusal,
    Refused,
    bad_request,
    conflict,
    forbidden,
    too_many,
)
from telegram_server.client import client_of, request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram.request import HTTPXRequest
    from telegram_server import Chat
    from telegram_server.faults import Fault

pytest_plugins = ("bot_api_fixtures",)


SHORT = 0.2
"""Seconds of a timeout that is to run out."""
LARGE = b"x" * 16_000_000
"""Bytes of a file that no socket takes at once."""


@pytest.fixture(autouse=True)
def _seconds_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this variable the library warns at each RetryAfter, and here warnings are errors."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def bot(bot_api: BotApiServer) -> AsyncIterator[Bot]:
    """The real client of that server."""
    async with client_of(bot_api) as client:
        yield client


@pytest.fixture
def chat(bot_api: BotApiServer) -> Chat:
    """A private chat."""
    return bot_api.private(bot_api.user("Ada"))


async def outcome(bot: Bot, chat: Chat) -> tuple[type[TelegramError], str]:
    """Send a message that fails; return the error's class and the name of its cause's."""
    with pytest.raises(TelegramError) as failed:
        await bot.send_message(chat.id, "hi")
    return type(failed.value), type(failed.value.__cause__).__name__


@pytest.mark.parametrize(
    ("fault", "error", "cause", "arrives"),
    [
        (CutBefore(), NetworkError, "RemoteProtocolError", False),
        (CutBefore(reset=True), NetworkError, "ReadError", False),
        (CutAfter(), NetworkError, "RemoteProtocolError", True),
        (CutAfter(reset=True), NetworkError, "ReadError", True),
        (CutAmid(), NetworkError, "RemoteProtocolError", True),
        (Broken(500), NetworkError, "TelegramError", False),
        (Broken(502), NetworkError, "TelegramError", False),
        (Broken(503), NetworkError, "TelegramError", False),
        (Broken(504), NetworkError, "TelegramError", False),
        (Broken(502, accepted=True), NetworkError, "TelegramError", True),
        (Refused(Refusal(500, "Internal Server Error: restart")), NetworkError, "NoneType", False),
        (Refused(too_many(7)), RetryAfter, "NoneType", False),
        (Refused(forbidden("bot was blocked by the user")), Forbidden, "NoneType", False),
        (Refused(bad_request("can't parse entities: x")), BadRequest, "NoneType", False),
        (Refused(conflict()), Conflict, "NoneType", False),
        (Refused(Refusal(401, "Unauthorized")), InvalidToken, "NoneType", False),
        (Refused(Refusal(404, "Not Found")), InvalidToken, "NoneType", False),
    ],
    ids=str,
)
async def test_faults_of_a_send(
    *,
    bot: Bot,
    bot_api: BotApiServer,
    chat: Chat,
    fault: Fault,
    error: type[TelegramError],
    cause: str,
    arrives: bool,
) -> None:
    """Each fault is one class of error with one class of cause, which may not say whether it arrived."""
    plan = bot_api.faults.plan(fault, "sendMessage")
    assert await outcome(bot, chat) == (error, cause)
    assert bool(chat.messages) == arrives
    assert (plan.hits, bot_api.log[-1].fault) == (1, type(fault).__name__)

    await bot.send_message(chat.id, "again")
    assert chat.texts[-1] == "again"


async def test_a_fault_may_wait_for_the_body(bot: Bot, bot_api: BotApiServer, chat: Chat) -> None:
    """To cut in one chat only, the body is read; the client sees the same."""
    bot_api.faults.plan(CutBefore(), "sendMessage", chat=chat)
    assert await outcome(bot, chat) == (NetworkError, "RemoteProtocolError")
    assert not chat.messages


async def test_an_upload_that_is_cut(bot: Bot, bot_api: BotApiServer, chat: Chat) -> None:
    """A cut while a large file goes up is a ReadError or a WriteError, whichever is first."""
    bot_api.faults.plan(CutBefore(), "sendDocument")
    with pytest.raises(NetworkError) as failed:
        await bot.send_document(chat.id, LARGE, filename="x")
    assert type(failed.value.__cause__).__name__ in {"ReadError", "WriteError"}


async def test_a_refused_connection(bot_api: BotApiServer, chat: Chat) -> None:
    """Where nobody listens the cause is a ConnectError; afterwards the same client works on."""
    async with client_of(bot_api) as bot:
        async with bot_api.unplugged():
            assert await outcome(bot, chat) == (NetworkError, "ConnectError")
        await bot.send_message(chat.id, "again")
    assert chat.texts == ["again"]


async def test_a_connection_that_is_slammed(bot_api: BotApiServer, chat: Chat) -> None:
    """A connection that is accepted and closed unread looks like one that was cut later."""
    async with client_of(bot_api) as bot, bot_api.slamming():
        error, cause = await outcome(bot, chat)
    assert error is NetworkError
    assert cause in {"ReadError", "RemoteProtocolError"}
    assert bot_api.slams == 1
    assert not chat.messages


async def test_an_idle_connection_that_the_server_closed(bot_api: BotApiServer, chat: Chat) -> None:
    """A kept connection that has ended is noticed before anything is sent on it: no error at all."""
    async with client_of(bot_api) as bot:
        await bot.send_message(chat.id, "one")
        async with bot_api.unplugged():
            pass
        await bot.send_message(chat.id, "two")
    assert chat.texts == ["one", "two"]


async def test_a_slow_answer(bot_api: BotApiServer, chat: Chat) -> None:
    """An answer that does not come in time is TimedOut by ReadTimeout, whether the message arrived or not."""
    gate = asyncio.Event()
    async with client_of(bot_api, carrier=request(read=SHORT)) as bot:
        bot_api.faults.plan(Held(gate), "sendMessage")
        assert await outcome(bot, chat) == (TimedOut, "ReadTimeout")
        await bot_api.until(lambda: chat.texts == ["hi"])
        held = bot_api.faults.plan(Held(gate, accepted=False), "sendMessage")
        assert await outcome(bot, chat) == (TimedOut, "ReadTimeout")
        await bot_api.until(lambda: held.hits)
        assert chat.texts == ["hi"]
        # The request is not called back: it is carried out when its turn has come.
        gate.set()
        await bot_api.until(lambda: len(chat.messages) == 2, awaited="the late message")


async def test_a_held_answer_comes_when_the_gate_opens(bot: Bot, bot_api: BotApiServer, chat: Chat) -> None:
    """A held request is answered as ever when the test opens its gate."""
    gate = asyncio.Event()
    bot_api.faults.plan(Held(gate), "sendMessage")
    sending = asyncio.create_task(bot.send_message(chat.id, "hi"))
    await bot_api.until(lambda: chat.messages)
    assert not sending.done()
    gate.set()
    assert (await sending).message_id == chat.last.id


async def test_no_free_connection(bot_api: BotApiServer, chat: Chat) -> None:
    """Where all connections are taken it is TimedOut by PoolTimeout, and nothing was sent."""
    gate = asyncio.Event()
    async with client_of(bot_api, carrier=request(connections=1, pool=SHORT)) as bot:
        bot_api.faults.plan(Held(gate), "sendMessage")
        first = asyncio.create_task(bot.send_message(chat.id, "first"))
        await bot_api.until(lambda: chat.messages)
        assert await outcome(bot, chat) == (TimedOut, "PoolTimeout")
        gate.set()
        await first
    assert chat.texts == ["first"]


async def test_a_host_that_does_not_answer(chat: Chat) -> None:
    """A host that takes no connections, though it does not refuse them, is TimedOut by ConnectTimeout."""
    with ExitStack() as sockets:
        full = sockets.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # more than wait in its queue, which Linux makes one longer
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(full.getsockname())
        assert await lonely_outcome(full, chat, request(connect=SHORT)) == (TimedOut, "ConnectTimeout")


async def test_a_host_that_does_not_read(chat: Chat) -> None:
    """A large file that nobody reads is TimedOut by WriteTimeout."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        assert await lonely_outcome(deaf, chat, request(write=SHORT), LARGE) == (TimedOut, "WriteTimeout")


async def lonely_outcome(
    listening: socket.socket, chat: Chat, carrier: HTTPXRequest, content: bytes | None = None
) -> tuple[type[TelegramError], str]:
    """Send to a socket of the test; return the error's class and the name of its cause's."""
    bot = Bot("1:x", base_url=f"http://127.0.0.1:{listening.getsockname()[1]}/bot", request=carrier)
    async with carrier:
        if content is None:
            return await outcome(bot, chat)
        with pytest.raises(TelegramError) as failed:
            await bot.send_document(chat.id, content, filename="x")
        return type(failed.value), type(failed.value.__cause__).__name__


async def test_retry_after_carries_seconds(bot: Bot, bot_api: BotApiServer, chat: Chat) -> None:
    """A 429 says for how many seconds to wait."""
    bot_api.faults.plan(Refused(too_many(7)), "sendMessage")
    with pytest.raises(RetryAfter) as flooded:
        await bot.send_message(chat.id, "hi")
    seconds = flooded.value.retry_after
    assert not isinstance(seconds, int)
    assert seconds.total_seconds() == 7


async def test_plans_choose_their_requests(bot: Bot, bot_api: BotApiServer, chat: Chat) -> None:
    """A plan is for a method, a chat, what the request says, from the nth on, so many times."""
    other = bot_api.private(bot_api.user("Bo"))
    refused = Refused(bad_request("planned"))
    bot_api.faults.plan(refused, "sendMessage", chat=chat, nth=2, times=2)
    html = bot_api.faults.plan(refused, "sendMessage", when=lambda params: bool(params.text("parse_mode")))
    told = []
    for number in range(5):
        await bot.send_message(other.id, "hi")
        await bot.send_chat_action(chat.id, "typing")
        try:
            await bot.send_message(chat.id, str(number))
        except BadRequest:
            told.append(number)
    assert told == [1, 2]
    assert html.met == 0
    with pytest.raises(BadRequest, match="Planned"):
        await bot.send_message(chat.id, "hi", parse_mode="HTML")
    await bot.send_message(chat.id, "hi", parse_mode="HTML")


@pytest.mark.parametrize("seed", [1, 2])
async def test_rates_are_the_same_for_the_same_seed(seed: int) -> None:
    """Faults at a rate hit the same requests whenever the seed is the same, about as often as was asked."""
    hits = []
    for _ in range(2):
        async with BotApiServer() as bot_api, client_of(bot_api) as bot:
            chat = bot_api.private(bot_api.user("Ada"))
            bot_api.faults.sometimes(Refused(bad_request("planned")), 0.3, seed=seed, method="sendMessage")
            for _ in range(60):
                with suppress(BadRequest):
                    await bot.send_message(chat.id, "hi")
            hits.append([logged.call.number for logged in bot_api.log if logged.fault])
    assert hits[0] == hits[1]
    assert 8 <= len(hits[0]) <= 30


async def test_flood_limits_answer_by_themselves(bot: Bot, bot_api: BotApiServer, chat: Chat) -> None:
    """A burst over one message a second in a chat, 20 a minute in a group or 30 a second in all is a 429."""
    now = 1000.0
    bot_api.flood = FloodLimits(clock=lambda: now, chat_burst=2)
    for text in ("zero", "one"):
        await bot.send_message(chat.id, text)
    with pytest.raises(RetryAfter) as flooded:
        await bot.send_message(chat.id, "two")
    assert str(flooded.value.retry_after) == "0:00:01"
    now += 1
    await bot.send_message(chat.id, "two")

    group = bot_api.group("Lab")
    for _ in range(20):
        now += 1
        await bot.send_message(group.id, "hi")
    now += 1
    with pytest.raises(RetryAfter) as flooded:
        await bot.send_message(group.id, "hi")
    assert str(flooded.value.retry_after) == "0:00:40"

    now += 60
    chats = [bot_api.private(bot_api.user("x")) for _ in range(31)]
    for one in chats[:30]:
        await bot.send_message(one.id, "hi")
    with pytest.raises(RetryAfter):
        await bot.send_message(chats[30].id, "hi")
    assert bot_api.flood.refused == 3
    assert [len(one.messages) for one in (chat, group, chats[30])] == [3, 20, 0]
