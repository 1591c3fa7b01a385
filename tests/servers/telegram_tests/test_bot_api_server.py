"""The Bot API server of the tests, driven by the real python-telegram-bot client: methods and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, Forbidden, InvalidToken
from telegram_server.client import client_of, request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot
    from telegram_server import BotApiServer


pytest_plugins = ("bot_api_fixtures",)


@pytest.fixture
async def bot(bot_api: BotApiServer) -> AsyncIterator[Bot]:
    """The real client of that server."""
    async with client_of(bot_api) as client:
        yield client


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Return a keyboard of rows."""
    return InlineKeyboardMarkup(rows)


def key(label: str = "Save", data: str = "/save 1") -> InlineKeyboardButton:
    """Return a button that calls the bot."""
    return InlineKeyboardButton(label, callback_data=data)


async def test_the_bot_knows_itself(bot: Bot, bot_api: BotApiServer) -> None:
    """Method getMe gives the bot's own user."""
    assert (bot.id, bot.username) == (bot_api.bot.id, bot_api.bot.username)


async def test_html_is_read_and_shown(bot: Bot, bot_api: BotApiServer) -> None:
    """A message holds what is shown, entities in UTF-16 units, buttons, and the HTML as it was sent."""
    chat = bot_api.private(bot_api.user("Ada"))
    html = '😀 <b>A</b> &lt; <a href="https://example.org/p">B</a>'
    buttons = [
        [key(), InlineKeyboardButton("arXiv", url="https://arxiv.org/abs/2401.00001")],
        [InlineKeyboardButton("BibTeX", copy_text=CopyTextButton("@misc{x}"))],
    ]
    sent = await bot.send_message(
        chat.id,
        html,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard(*buttons),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
    )

    [message] = chat.messages
    assert sent.text == message.text == "😀 A < B"
    assert [entity.type for entity in sent.entities] == ["bold", "text_link"]
    assert [(entity["offset"], entity["length"]) for entity in message.entities] == [(3, 1), (7, 1)]
    assert message.links == [("B", "https://example.org/p")]
    assert message.html == html
    assert message.labels == ["Save", "arXiv", "BibTeX"]
    assert (message.button("Save").data, message.button("BibTeX").copy) == ("/save 1", "@misc{x}")
    assert sent.reply_markup == keyboard(*buttons)
    assert (message.preview, message.silent) == ({"is_disabled": True}, True)


async def test_text_without_parse_mode_is_taken_as_it_is(bot: Bot, bot_api: BotApiServer) -> None:
    """Without parse_mode `<b>` is text; blanks around a message go."""
    chat = bot_api.private(bot_api.user("Ada"))
    sent = await bot.send_message(chat.id, "\n <b>1 < 2</b> \n")
    assert sent.text == "<b>1 < 2</b>"
    assert chat.last.html is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<b>open", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ("a < b", "Can't parse entities: unsupported start tag"),
        ("<script>", 'Can\'t parse entities: unsupported start tag "script" at byte offset 0'),
        ("<b> </b>", "Message text is empty"),
        ("x" * 4097, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
    ],
)
async def test_texts_that_telegram_refuses(bot: Bot, bot_api: BotApiServer, text: str, reason: str) -> None:
    """Broken markup, nothing to show, or over 4096 UTF-16 units is a BadRequest that says which."""
    chat = bot_api.private(bot_api.user("Ada"))
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(chat.id, text, parse_mode=ParseMode.HTML)
    assert refused.value.message.casefold().startswith(reason.casefold())
    assert not chat.messages
    assert bot_api.log[-1].refusal is not None


async def test_length_counts_after_the_markup_was_read(bot: Bot, bot_api: BotApiServer) -> None:
    """4096 UTF-16 units of shown text are accepted, however long their markup is."""
    chat = bot_api.private(bot_api.user("Ada"))
    html = f'<a href="https://example.org/{"p" * 500}">{"&amp;" * 2048}{"😀" * 1024}</a>'
    await bot.send_message(chat.id, html, parse_mode=ParseMode.HTML)
    assert chat.last.text == "&" * 2048 + "😀" * 1024


async def test_entities_over_a_hundred_are_dropped(bot: Bot, bot_api: BotApiServer) -> None:
    """Telegram keeps the first hundred entities; the server says how many it dropped."""
    chat = bot_api.private(bot_api.user("Ada"))
    await bot.send_message(chat.id, "<b>a</b> " * 103, parse_mode=ParseMode.HTML)
    assert (len(chat.last.entities), chat.last.content.dropped) == (100, 3)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[key(data="x" * 65)]], "BUTTON_DATA_INVALID"),
        ([[key(data="😀" * 17)]], "BUTTON_DATA_INVALID"),
        ([[key()] * 8] * 13, "Reply markup is too long"),
        ([[key()] * 9], "Reply markup is too long"),
        ([[InlineKeyboardButton("x", url="example.org")]], "Inline keyboard button url"),
        ([[InlineKeyboardButton("x")]], "Text buttons are unallowed"),
    ],
)
async def test_keyboards_that_telegram_refuses(
    bot: Bot, bot_api: BotApiServer, rows: list[list[InlineKeyboardButton]], reason: str
) -> None:
    """Over 64 bytes in a button, over 100 buttons, a row of nine, or a bad address is a BadRequest."""
    chat = bot_api.private(bot_api.user("Ada"))
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(chat.id, "hi", reply_markup=keyboard(*rows))
    assert refused.value.message.casefold().startswith(reason.casefold())
    await bot.send_message(
        chat.id, "hi", reply_markup=keyboard(*[[key(data="x" * 64)] * 8] * 12, [key()] * 4)
    )
    assert len(chat.last.labels) == 100


async def test_where_the_bot_may_not_write(bot: Bot, bot_api: BotApiServer) -> None:
    """Blocked, deleted, kicked, muted and unknown are told apart, as Telegram tells them."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    blocked, gone = bot_api.private(ada), bot_api.private(bo)
    bot_api.blocks(ada)
    bot_api.deletes_account(bo)
    group, big = bot_api.group("Lab", admins=[ada]), bot_api.supergroup("Hall", admins=[ada])
    bot_api.kicks(group, bot_api.bot)
    bot_api.kicks(big, bot_api.bot)
    muted, lost = bot_api.group("Quiet", admins=[ada]), bot_api.group("Lost", admins=[ada])
    bot_api.mutes(muted)
    bot_api.deletes(lost)
    channel = bot_api.channel("News", admins=[ada], bot_is_admin=False)
    expected: list[tuple[int, type[Exception], str]] = [
        (blocked.id, Forbidden, "Forbidden: bot was blocked by the user"),
        (gone.id, Forbidden, "Forbidden: user is deactivated"),
        (group.id, Forbidden, "Forbidden: bot was kicked from the group chat"),
        (big.id, Forbidden, "Forbidden: bot was kicked from the supergroup chat"),
        (lost.id, Forbidden, "Forbidden: the group chat was deleted"),
        (channel.id, Forbidden, "Forbidden: bot is not a member of the channel chat"),
        (muted.id, BadRequest, "Not enough rights to send text messages to the chat"),
        (5, BadRequest, "Chat not found"),
    ]
    for chat_id, kind, said in expected:
        with pytest.raises(kind) as refused:
            await bot.send_message(chat_id, "hi")
        assert str(refused.value) == said

    bot_api.returns(ada)
    await bot.send_message(blocked.id, "hi")
    assert blocked.texts == ["hi"]


async def test_a_migrated_group_names_its_heir(bot: Bot, bot_api: BotApiServer) -> None:
    """Who writes to a group that became a supergroup learns the new id, where messages arrive."""
    group = bot_api.group("Lab", admins=[bot_api.user("Ada")])
    heir = bot_api.migrates(group)
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(group.id, "hi")
    assert migrated.value.new_chat_id == heir.id
    await bot.send_message(heir.id, "hi")
    assert heir.texts == ["hi"]


async def test_topics(bot: Bot, bot_api: BotApiServer) -> None:
    """Messages are in their topic; unknown, deleted and General's number are refused, and closed topics."""
    forum = bot_api.group("Lab", admins=[bot_api.user("Ada")], forum=True)
    topic = bot_api.topic(forum, "Video")
    sent = await bot.send_message(forum.id, "hi", message_thread_id=topic.thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.thread, True)
    assert (await bot.send_message(forum.id, "hi")).is_topic_message is None

    for thread in (1, 999):
        with pytest.raises(BadRequest, match="thread not found"):
            await bot.send_message(forum.id, "hi", message_thread_id=thread)
    bot_api.closes_topic(topic)
    with pytest.raises(BadRequest, match="Topic_closed"):  # the library writes constants so
        await bot.send_message(forum.id, "hi", message_thread_id=topic.thread)
    bot_api.reopens_topic(topic)
    await bot.send_message(forum.id, "hi", message_thread_id=topic.thread)
    bot_api.deletes_topic(topic)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(forum.id, "hi", message_thread_id=topic.thread)


async def test_editing(bot: Bot, bot_api: BotApiServer) -> None:
    """An edit replaces text and buttons; the same again is refused, as is another's message."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    sent = await bot.send_message(chat.id, "one", reply_markup=keyboard([key()]))
    with pytest.raises(BadRequest, match="is not modified"):
        await sent.edit_text("one", reply_markup=keyboard([key()]))
    await sent.edit_text("two", reply_markup=keyboard([key("Next")]))
    await sent.edit_reply_markup(None)

    assert (chat.last.text, chat.last.labels) == ("two", [])
    assert [(version.text, len(version.buttons)) for version in chat.last.edits] == [("one", 1), ("two", 1)]
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", chat.id, sent.message_id + 50)
    said = await bot_api.types(ada, chat, "hi", answers=0)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", chat.id, said.message.id)


async def test_deleting_reacting_and_answering(bot: Bot, bot_api: BotApiServer) -> None:
    """A message can be answered, reacted to and deleted while it is there."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    said = await bot_api.types(ada, chat, "hi", answers=0)
    answer = await bot.send_message(chat.id, "hello", reply_parameters=ReplyParameters(said.message.id))
    assert chat.last.reply_to is said.message
    await bot.set_message_reaction(chat.id, said.message.id, "👀")
    assert said.message.reactions[bot.id] == ("👀",)
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(chat.id, said.message.id, "x")
    await answer.delete()
    assert chat.texts == []
    with pytest.raises(BadRequest, match="to delete not found"):
        await answer.delete()
    with pytest.raises(BadRequest, match="to be replied not found"):
        await bot.send_message(chat.id, "x", reply_parameters=ReplyParameters(9999))
    await bot.send_chat_action(chat.id, ChatAction.TYPING)
    assert bot_api.world.actions == [(chat, "typing")]


async def test_files_go_up_and_come_back(bot: Bot, bot_api: BotApiServer) -> None:
    """A document arrives byte by byte with its name and caption, and can be fetched again."""
    chat = bot_api.private(bot_api.user("Ada"))
    content = bytes(range(256)) * 40 + b"\r\n--x\r\n"
    sent = await bot.send_document(
        chat.id, content, filename="all ✓.opml", caption="<b>yours</b>", parse_mode="HTML"
    )
    assert chat.last.document is not None
    assert (chat.last.document.name, chat.last.document.content) == ("all ✓.opml", content)
    assert (sent.caption, sent.caption_entities[0].type) == ("yours", "bold")
    assert sent.document is not None
    fetched = await (await sent.document.get_file()).download_as_bytearray()
    assert bytes(fetched) == content


async def test_menus_and_descriptions(bot: Bot, bot_api: BotApiServer) -> None:
    """Commands are kept by scope and language, texts by language; what breaks Telegram's rules is refused."""
    await bot.set_my_commands([BotCommand("start", "What this is")])
    await bot.set_my_commands([BotCommand("start", "这是什么")], language_code="zh")
    await bot.set_my_commands([("x", "y")], scope=BotCommandScopeChat(5))
    assert [command.description for command in await bot.get_my_commands(language_code="zh")] == ["这是什么"]
    assert bot_api.world.commands["chat:5", ""] == [{"command": "x", "description": "y"}]
    for command in (("Start", "x"), ("a" * 33, "x"), ("a", "x" * 257), ("a-b", "x")):
        with pytest.raises(BadRequest):
            await bot.set_my_commands([command])
    await bot.set_my_description("Papers", language_code="zh")
    await bot.set_my_short_description("short")
    assert (await bot.get_my_description("zh")).description == "Papers"
    assert (await bot.get_my_short_description("de")).short_description == "short"
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("x" * 121)


async def test_chats_and_members(bot: Bot, bot_api: BotApiServer) -> None:
    """The bot reads a chat, its admins and what somebody is there."""
    ada, bo, cy = bot_api.user("Ada"), bot_api.user("Bo"), bot_api.user("Cy")
    group = bot_api.group("Lab", admins=[ada, bo], members=[cy])
    assert (await bot.get_chat(group.id)).title == "Lab"
    assert [admin.user.id for admin in await bot.get_chat_administrators(group.id)] == [ada.id, bo.id]
    statuses = [
        (await bot.get_chat_member(group.id, user.id)).status for user in (ada, bo, cy, bot_api.user("Di"))
    ]
    assert statuses == ["creator", "administrator", "member", "left"]
    assert await bot.get_chat_member_count(group.id) == 4
    with pytest.raises(BadRequest, match="user_id"):
        await bot.get_chat_member(group.id, 5)
    with pytest.raises(BadRequest, match="no administrators"):
        await bot.get_chat_administrators(bot_api.private(ada).id)
    bot_api.kicks(group, cy)
    assert (await bot.get_chat_member(group.id, cy.id)).status == "kicked"
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(group.id, "hi")


async def test_channels_by_name(bot: Bot, bot_api: BotApiServer) -> None:
    """A channel is written to by its name too, in the channel's own name."""
    channel = bot_api.channel("News", username="news")
    sent = await bot.send_message("@news", "hi")
    assert (sent.sender_chat and sent.sender_chat.id, sent.from_user) == (channel.id, None)


@pytest.mark.parametrize(
    ("token", "status", "said"),
    [
        ("1:abc", 404, "Not Found"),
        ("871000:AAF-another-token-of-nobody-at-all-00", 401, "Unauthorized"),
    ],
)
async def test_wrong_tokens(bot_api: BotApiServer, token: str, status: int, said: str) -> None:
    """A malformed token is not found, a wrong one unauthorized; the library says InvalidToken to both."""
    with pytest.raises(InvalidToken):
        async with client_of(bot_api, token=token):
            pass
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501
        answer = await client.get(f"{bot_api.base_url}{token}/getMe")
    assert answer.status_code == status
    assert answer.json() == {"ok": False, "error_code": status, "description": said}


async def test_unknown_methods_and_logging_out(bot: Bot) -> None:
    """A method that there is not is a 404; after logOut no token is good."""
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendRichMessage")
    assert await bot.close()
    assert await bot.log_out()
    with pytest.raises(InvalidToken, match="Unauthorized"):
        await bot.get_me()


async def test_json_bodies_and_capitals(bot_api: BotApiServer) -> None:
    """Parameters may come as JSON or in the address, a method's name in any case."""
    chat = bot_api.private(bot_api.user("Ada"))
    said: dict[str, Any] = {"chat_id": chat.id, "text": "hi", "reply_parameters": None}
    async with httpx.AsyncClient(trust_env=False, verify=False, base_url=bot_api.base_url) as client:  # noqa: S501
        as_json = await client.post(f"{bot_api.base_url}{bot_api.token}/SENDMESSAGE", json=said)
        by_address = await client.get(
            f"{bot_api.base_url}{bot_api.token}/sendMessage?chat_id={chat.id}&text=h%26o"
        )
    assert [answer.json()["result"]["text"] for answer in (as_json, by_address)] == ["hi", "h&o"]
    assert chat.texts == ["hi", "h&o"]


async def test_the_log_numbers_all_requests(bot: Bot, bot_api: BotApiServer) -> None:
    """Each request has a number of its own, rising; a message knows which request brought it."""
    chat = bot_api.private(bot_api.user("Ada"))
    await bot.send_message(chat.id, "one")
    with pytest.raises(BadRequest):
        await bot.send_message(chat.id, "<", parse_mode=ParseMode.HTML)
    await bot.send_message(chat.id, "two")
    numbers = [logged.call.number for logged in bot_api.log]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [logged.call.number for logged in bot_api.accepted("sendMessage")] == [
        m.number for m in chat.messages
    ]
    assert all(logged.answered for logged in bot_api.log)


async def test_one_connection_serves_many_requests(bot_api: BotApiServer) -> None:
    """Connections are kept open: with a single one, all requests go through."""
    chat = bot_api.private(bot_api.user("Ada"))
    async with client_of(bot_api, carrier=request(connections=1)) as bot:
        for number in range(20):
            await bot.send_message(chat.id, str(number))
    assert chat.texts == [str(number) for number in range(20)]
