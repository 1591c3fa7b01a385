"""People on the Bot API server, with the real python-telegram-bot application on the other side."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from server_parts.changes import HangingError
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest, Conflict, TelegramError
from telegram.ext import Application, TypeHandler
from telegram_server import BotApiServer, Refused, conflict
from telegram_server.client import client_of, request
from telegram_server.connections.wire import Exchange, Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytest_plugins = ("bot_api_fixtures",)


KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Next", callback_data="next"),
            InlineKeyboardButton("Save", callback_data="save"),
        ],
        [InlineKeyboardButton("arXiv", url="https://arxiv.org/abs/2401.00001")],
    ]
)


class Echo:
    """A small bot: repeats commands with buttons, edits at Next, pops up at Save, finds a thing inline."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.troubles: list[TelegramError] = []

    @property
    def kinds(self) -> list[str]:
        """What came, in order."""
        return [next(name for name in update.to_dict() if name != "update_id") for update in self.updates]

    async def __call__(self, update: Update, _: Any) -> None:
        """Answer an update."""
        self.updates.append(update)
        bot = update.get_bot()
        if update.inline_query:
            found = InlineQueryResultArticle("1", "A paper", InputTextMessageContent("<b>A</b>", "HTML"))
            await update.inline_query.answer([found], is_personal=True, cache_time=10)
        elif (query := update.callback_query) is not None:
            await query.answer("Saved." if query.data == "save" else None)
            if query.data == "next":
                await query.edit_message_text("page 2", reply_markup=KEYS)
        elif (message := update.effective_message) is not None and (message.text or message.document):
            thread = message.message_thread_id if message.is_topic_message else None
            said = message.text or "a file"
            await bot.send_message(message.chat.id, said, reply_markup=KEYS, message_thread_id=thread)


@asynccontextmanager
async def running(bot_api: BotApiServer, echo: Echo, *kinds: str) -> AsyncIterator[None]:
    """Run a bot that asks for updates, of those kinds if any are named."""
    builder = Application.builder().token(bot_api.token).base_url(bot_api.base_url)
    builder = builder.base_file_url(bot_api.base_file_url).request(request()).get_updates_request(request())
    application = builder.build()
    application.add_handler(TypeHandler(Update, echo))
    assert application.updater is not None
    async with application:
        await application.start()
        await application.updater.start_polling(
            poll_interval=0, allowed_updates=list(kinds) or None, error_callback=echo.troubles.append
        )
        await bot_api.until(lambda: bot_api.world.updates.asked)
        try:
            yield
        finally:
            # The getUpdates that waits is cancelled by the library; the last one confirms.
            await application.updater.stop()
            await application.stop()


@pytest.fixture
def echo() -> Echo:
    """A bot."""
    return Echo()


async def test_typing_and_pressing(bot_api: BotApiServer, echo: Echo) -> None:
    """A command has its entity; buttons edit, pop up, or open a page; slow clients may press old buttons."""
    ada = bot_api.user("Ada", language="zh-hans")
    chat = bot_api.private(ada)
    async with running(bot_api, echo):
        said = await bot_api.types(ada, chat, "/subscribe diffusion")
        assert (said.text, said.answer.labels) == ("/subscribe diffusion", ["Next", "Save", "arXiv"])
        saved = await bot_api.presses(ada, said.answer, "Save")
        assert (saved.does, saved.toast, saved.alert, saved.answers) == ("calls", "Saved.", False, ())
        old = said.answer.button("Next")
        await bot_api.presses(ada, said.answer, "Next")
        opened = await bot_api.presses(ada, said.answer, "arXiv")
        await bot_api.presses(ada, said.answer, old, until=lambda: True)
    assert said.answer.text == "page 2"
    assert (opened.does, opened.button.url) == ("opens", "https://arxiv.org/abs/2401.00001")
    message = echo.updates[0].message
    assert message is not None
    assert message.from_user is not None
    assert message.from_user.language_code == "zh-hans"
    assert list(message.parse_entities(["bot_command"]).values()) == ["/subscribe"]
    assert echo.kinds == ["message", "callback_query", "callback_query", "callback_query"]
    with pytest.raises(LookupError, match="there are"):
        await bot_api.presses(ada, said.answer, "Gone")


async def test_privacy_mode(bot_api: BotApiServer, echo: Echo) -> None:
    """In a group the bot sees commands, those that name it, and answers to it; as an admin, all."""
    ada = bot_api.user("Ada")
    group = bot_api.group("Lab", admins=[ada])
    async with running(bot_api, echo):
        said = await bot_api.types(ada, group, "/help")
        assert (await bot_api.types(ada, group, "hello all")).update_id is None
        assert (await bot_api.types(ada, group, "/help@another_bot")).update_id is None
        assert (await bot_api.types(ada, group, "/help@paperwire_test_bot")).update_id is not None
        assert (await bot_api.types(ada, group, "thanks", reply_to=said.answer)).text == "thanks"
        bot_api.promotes(group, bot_api.bot)
        assert (await bot_api.types(ada, group, "hello all")).text == "hello all"


async def test_topics_and_anonymous_admins(bot_api: BotApiServer, echo: Echo) -> None:
    """A topic's messages carry its number, General's none; an anonymous admin writes as the group."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    forum = bot_api.group("Lab", admins=[ada], members=[bo], forum=True)
    video = bot_api.topic(forum, "Video")
    async with running(bot_api, echo):
        said = await bot_api.types(bo, forum, "/help", thread=video)
        assert said.answer.thread == video.thread
        assert (await bot_api.types(bo, forum, "/help")).answer.thread is None
        await bot_api.types(ada, forum, "/help", anonymous=True)
    message = echo.updates[-1].message
    assert message is not None
    assert message.sender_chat is not None
    assert message.sender_chat.id == forum.id
    assert message.from_user is not None
    assert message.from_user.username == "GroupAnonymousBot"
    with pytest.raises(AssertionError, match="no admin"):
        await bot_api.types(bo, forum, "/help", anonymous=True)


async def test_comings_and_goings(bot_api: BotApiServer, echo: Echo) -> None:
    """The bot hears of its own membership, of others' as an admin that asked for it, and of migrations."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    group = bot_api.group("Lab", admins=[ada], members=[bo])
    async with running(bot_api, echo, "message", "my_chat_member", "chat_member"):
        bot_api.blocks(ada)
        bot_api.returns(ada)
        assert bot_api.promotes(group, bo) is None
        bot_api.promotes(group, bot_api.bot)
        bot_api.demotes(group, bo)
        bot_api.kicks(group, bot_api.bot)
        bot_api.joins(group, bot_api.bot)
        heir = bot_api.migrates(group)
        await bot_api.until(lambda: len(echo.updates) == 9)
    members = [update.my_chat_member or update.chat_member for update in echo.updates]
    told = [member.new_chat_member.status for member in members if member]
    assert told == ["kicked", "member", "administrator", "member", "kicked", "member"]
    moved = [update.message for update in echo.updates if update.message][-2:]
    assert [message.migrate_to_chat_id or message.migrate_from_chat_id for message in moved] == [
        heir.id,
        group.id,
    ]


async def test_updates_that_must_be_asked_for(bot_api: BotApiServer, echo: Echo) -> None:
    """Reactions come where they were named, in groups to admins only; what was not named never comes."""
    ada = bot_api.user("Ada")
    chat, group = bot_api.private(ada), bot_api.group("Lab", admins=[ada])
    async with client_of(bot_api) as bot:
        await bot.send_message(chat.id, "hi")
        await bot.send_message(group.id, "hi")
    assert bot_api.reacts(ada, chat.last, "👍") is None
    async with running(bot_api, echo, "message_reaction"):
        assert bot_api.reacts(ada, group.last, "👍") is None
        bot_api.promotes(group, bot_api.bot)
        bot_api.reacts(ada, group.last)
        bot_api.reacts(ada, chat.last)
        assert (await bot_api.types(ada, chat, "/help")).update_id is None
        await bot_api.until(lambda: len(echo.updates) == 2)
    async with client_of(bot_api) as bot:
        await bot.get_updates(allowed_updates=[])
    assert bot_api.reacts(ada, chat.last, "👍") is None
    reaction = echo.updates[1].message_reaction
    assert reaction is not None
    assert [len(reaction.old_reaction), len(reaction.new_reaction)] == [1, 0]


async def test_channels_files_edits_and_inline_queries(bot_api: BotApiServer, echo: Echo) -> None:
    """Posts of a channel, files, edits and inline queries come as their own kinds."""
    ada = bot_api.user("Ada")
    chat, channel = bot_api.private(ada), bot_api.channel("News", admins=[ada])
    async with running(bot_api, echo):
        assert (await bot_api.types(ada, channel, "/help")).text == "/help"
        assert (await bot_api.uploads(ada, chat, "subscriptions.opml", b"<opml/>")).text == "a file"
        said = await bot_api.types(ada, chat, "/hlep")
        bot_api.edits(said.message, "/help")
        await bot_api.until(lambda: chat.texts[-1] == "/help")
        found = await bot_api.inline(ada, "video editing")
    assert [result["title"] for result in found.results] == ["A paper"]
    assert (found.personal, found.cache_seconds) == (True, 10)
    assert echo.kinds == ["channel_post", "message", "message", "edited_message", "inline_query"]


async def test_offsets_confirm_updates(bot_api: BotApiServer) -> None:
    """An update comes again until an offset above it is asked for; a negative offset keeps the last ones."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    for text in ("a", "b", "c", "d"):
        await bot_api.types(ada, chat, text, answers=0)
    async with client_of(bot_api) as bot:
        first = await bot.get_updates(limit=2)
        assert [update.update_id for update in await bot.get_updates(limit=2)] == [
            one.update_id for one in first
        ]
        rest = await bot.get_updates(offset=first[-1].update_id + 1)
        assert [update.message and update.message.text for update in rest] == ["c", "d"]
        [last] = await bot.get_updates(offset=-1)
        assert last.message is not None
        assert last.message.text == "d"
        assert not await bot.get_updates(offset=last.update_id + 1)
        assert not bot_api.world.updates.waiting


async def test_long_polling(bot_api: BotApiServer) -> None:
    """A getUpdates ends with the first update; a second one, or another instance, ends it by Conflict."""
    ada = bot_api.user("Ada")
    async with client_of(bot_api) as bot:
        polling = asyncio.create_task(bot.get_updates(timeout=50))
        await bot_api.until(lambda: bot_api.world.updates.asked == 1)
        said = await bot_api.types(ada, bot_api.private(ada), "hi", answers=0)
        [update] = await polling
        assert update.update_id == said.update_id

        polling = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=50))
        await bot_api.handled(said.update_id)
        second = asyncio.create_task(bot.get_updates(timeout=50))
        with pytest.raises(Conflict, match="other getUpdates request"):
            await polling
        bot_api.conflicts()
        with pytest.raises(Conflict):
            await second


async def test_a_press_is_answered_once(bot_api: BotApiServer) -> None:
    """The answer to a pressed button pops up; a second one, or one that is too long, is refused."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with client_of(bot_api) as bot:
        await bot.send_message(chat.id, "hi", reply_markup=KEYS)
        pressing = asyncio.create_task(bot_api.presses(ada, chat.last, "Save"))
        [update] = await bot.get_updates(timeout=50)
        assert update.callback_query is not None
        assert update.callback_query.data == "save"
        with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
            await update.callback_query.answer("x" * 201)
        await update.callback_query.answer("x" * 200, show_alert=True)
        with pytest.raises(BadRequest, match="too old"):
            await update.callback_query.answer("x")
        pressed = await pressing
    assert (pressed.toast, pressed.alert) == ("x" * 200, True)


async def test_a_bot_goes_on_after_a_conflict(bot_api: BotApiServer, echo: Echo) -> None:
    """A planned conflict reaches the library's error callback, and it continues asking."""
    ada = bot_api.user("Ada")
    async with running(bot_api, echo):
        planned = bot_api.faults.plan(Refused(conflict()), "getUpdates")
        await bot_api.types(ada, bot_api.private(ada), "/help")
        await bot_api.until(lambda: planned.hits and echo.troubles)
    assert [type(trouble) for trouble in echo.troubles] == [Conflict]


async def test_a_webhook_gets_updates_with_its_secret(bot_api: BotApiServer) -> None:
    """Updates are posted in order with the secret; one that is not taken stays, and is posted again."""
    statuses, came = [200, 500, 200, 200], []

    async def endpoint(exchange: Exchange) -> None:
        came.append((exchange.headers.get("x-telegram-bot-api-secret-token"), await exchange.body()))
        await exchange.answer(statuses[len(came) - 1] if len(came) <= len(statuses) else 403, b"")

    ada = bot_api.user("Ada")
    chat, wire = bot_api.private(ada), Wire(endpoint)
    await wire.plug_in()
    try:
        async with client_of(bot_api) as bot:
            await bot.set_webhook(f"http://127.0.0.1:{wire.port}/hook", secret_token="s-1")
            with pytest.raises(Conflict, match="webhook is active"):
                await bot.get_updates()
            await bot_api.handled((await bot_api.types(ada, chat, "one", answers=0)).update_id)
            second = await bot_api.types(ada, chat, "two", answers=0)
            await bot_api.until(lambda: bot_api.world.webhook and bot_api.world.webhook.error)
            info = await bot.get_webhook_info()
            assert (info.pending_update_count, info.last_error_message) == (
                1,
                "Wrong response from the webhook: 500 Internal Server Error",
            )
            assert await bot_api.post_waiting() == [200]
            await bot_api.handled(second.update_id)
            assert await bot_api.post_as_stranger({"update_id": 1}, secret="guess") == 200
            await bot.delete_webhook()
            assert not (await bot.get_webhook_info()).url
    finally:
        await wire.unplug()
    assert [secret for secret, _ in came] == ["s-1", "s-1", "s-1", "guess"]
    assert [b'"two"' in body for _, body in came] == [False, True, True, False]


async def test_what_hangs_is_told(bot_api: BotApiServer) -> None:
    """Where no bot answers, the failure says what was waited for and what came last."""
    with pytest.raises(HangingError, match=r"a condition; 0 updates wait, asked for 0 times"):
        await bot_api.until(lambda: False, patience=0.01)
