"""The whole bot on a Bot API server: what in a group, or put there by itself, is not for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from running_bot import running
from telegram_server.model import User
from telegram_server.world import Query

if TYPE_CHECKING:
    from pathlib import Path

    from telegram_server import BotApiServer, Chat

pytest_plugins = ("bot_api_fixtures",)

FORWARDED = {"type": "hidden_user", "sender_user_name": "Bo", "date": 1_700_000_000}
TELEGRAM = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}


def tell(bot_api: BotApiServer, chat: Chat, author: User, **fields: Any) -> int | None:
    """Let Telegram tell of a message that the server's own people do not write."""
    message = {"message_id": 9_000, "date": bot_api.world.now, "chat": chat.as_json, "from": author.as_json}
    return bot_api.world.tell("message", message | fields)


async def silent(bot_api: BotApiServer, chat: Chat, user: User, **fields: Any) -> bool:
    """Whether the bot says nothing to a message; what is asked after it is answered after it."""
    before = len(chat.messages)
    tell(bot_api, chat, user, **fields)
    await bot_api.types(user, chat, "/latest 1")
    return len(chat.messages) == before + 1


@pytest.mark.parametrize(
    "text", ["/weather Paris", "/home/ada is full", "// to do", "/help@another_bot", "diffusion"]
)
async def test_what_is_not_for_us_in_a_group_is_not_answered(
    bot_api: BotApiServer, tmp_path: Path, text: str
) -> None:
    """A bot that sees all messages says nothing to commands of other bots, to paths, to talk."""
    ada = bot_api.user("Ada")
    group = bot_api.supergroup("Lab", admins=[ada, bot_api.bot])
    async with running(bot_api, tmp_path):
        assert await silent(bot_api, group, ada, text=text)


async def test_a_slip_of_the_fingers_is_answered_with_what_was_meant(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """A command that is nearly one of ours leads to it, with what was asked; in a group, too."""
    ada = bot_api.user("Ada")
    group = bot_api.supergroup("Lab", admins=[ada])
    async with running(bot_api, tmp_path):
        told = await bot_api.types(ada, group, "/subscibe diffusion")
        assert "There is no command /subscibe" in told.text
        assert "#1" in (await bot_api.presses(ada, told.answer, "Try")).answer.text
        named = await bot_api.types(ada, group, f"/weather@{bot_api.bot.username}")
        assert "There is no command /weather" in named.text


async def test_talk_below_a_digest_is_not_a_search(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Who answers the bot's message in a group talks to the others; a mention asks the bot."""
    ada = bot_api.user("Ada")
    group = bot_api.supergroup("Lab", admins=[ada])
    async with running(bot_api, tmp_path):
        found = await bot_api.types(ada, group, "/search diffusion")
        assert await silent(bot_api, group, ada, text="thanks!", reply_to_message=found.answer.as_json)
        asked = tell(bot_api, group, ada, text=f"@{bot_api.bot.username} diffusion")
        assert asked is not None
        before = len(group.messages)
        await bot_api.until(lambda: len(group.messages) > before)


async def test_a_channels_post_in_its_discussion_group_is_not_answered_again(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """Telegram forwards a channel's posts to its group by itself; the channel has answered them."""
    ada = bot_api.user("Ada")
    group, channel = bot_api.supergroup("Talk", admins=[ada]), bot_api.channel("Papers", admins=[ada])
    forwarded = {"sender_chat": channel.as_json, "is_automatic_forward": True, "from": TELEGRAM}
    async with running(bot_api, tmp_path):
        assert await silent(bot_api, group, ada, text="/subscribe diffusion", **forwarded)


async def test_a_card_of_inline_mode_is_no_question(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Who puts a card into the private chat by `@bot query` gets no search for all its words."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        assert await silent(bot_api, chat, ada, text="A card\nof a paper", via_bot=bot_api.bot.as_json)


async def test_what_bots_write_is_not_answered(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A bot's message, or one that a person sent by a bot's inline mode, asks nothing: bots make no loops."""
    ada, robot = bot_api.user("Ada"), User(4_242, "Weather", is_bot=True, username="weather_bot")
    group, chat = bot_api.supergroup("Lab", admins=[ada, bot_api.bot]), bot_api.private(ada)
    async with running(bot_api, tmp_path):
        assert await silent(bot_api, group, ada, text="/search diffusion", **{"from": robot.as_json})
        assert await silent(bot_api, chat, ada, text="diffusion", via_bot=robot.as_json)


async def test_who_writes_as_the_group_is_answered(bot_api: BotApiServer, tmp_path: Path) -> None:
    """An anonymous admin seems to be a bot of Telegram's, and is none."""
    ada = bot_api.user("Ada")
    group = bot_api.supergroup("Lab", admins=[ada])
    async with running(bot_api, tmp_path):
        assert "#1" in (await bot_api.types(ada, group, "/subscribe diffusion", anonymous=True)).text


@pytest.mark.parametrize("command", ["/subscribe gan", "/save 2301.00001", "/digest", "/delete_my_data now"])
async def test_a_forwarded_command_is_offered(bot_api: BotApiServer, tmp_path: Path, command: str) -> None:
    """Who forwards a command does not give it: nothing changes until the button is pressed."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        tell(bot_api, chat, ada, text=command, forward_origin=FORWARDED)
        await bot_api.until(lambda: chat.messages)
        assert "changes nothing" in chat.last.text
        assert chat.last.labels == [command]
        assert "no subscription yet" in (await bot_api.types(ada, chat, "/subscriptions")).text


async def test_a_forwarded_command_is_carried_out_for_who_presses(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """The button below a forwarded command does what the command says; in a group for its admins only."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    group = bot_api.supergroup("Lab", admins=[ada, bot_api.bot], members=[bo])
    async with running(bot_api, tmp_path):
        tell(bot_api, group, bo, text="/subscribe gan", forward_origin=FORWARDED)
        await bot_api.until(lambda: group.messages)
        offer = group.last
        assert "admins" in (await bot_api.presses(bo, offer, "/subscribe gan")).toast
        assert "#1" in (await bot_api.presses(ada, offer, "/subscribe gan")).answer.text


async def test_what_is_forwarded_to_be_looked_up_is_answered(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Forwarded words and commands that only look something up are answered."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        for number, text in enumerate(("/search diffusion", "diffusion")):
            tell(bot_api, chat, ada, text=text, forward_origin=FORWARDED)
            await bot_api.until(lambda: len(chat.messages) > number)  # noqa: B023 (waited for at once)
            assert "1" in chat.last.labels


async def test_a_button_without_its_message_is_told_so(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A press below a message that Telegram does not know any more ends with what to do."""
    ada = bot_api.user("Ada")
    bot_api.private(ada)
    async with running(bot_api, tmp_path):
        press = Query("1", ada)
        bot_api.world.presses["1"] = press
        query = {"id": "1", "from": ada.as_json, "chat_instance": "1", "data": "/unsubscribe 1"}
        bot_api.world.tell("callback_query", query | {"inline_message_id": "x"})
        await bot_api.until(lambda: press.answer is not None)
        assert press.answer is not None
        assert "too old" in press.answer.text("text")


async def test_a_press_that_can_not_be_answered_is_answered_by_a_message(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """Where Telegram has forgotten the press (the bot was down), what would have popped up is sent."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        message = {"chat": chat.as_json, "message_id": 7, "date": 0}
        query = {"id": "long ago", "from": ada.as_json, "chat_instance": "1", "data": "#unknown"}
        bot_api.world.tell("callback_query", query | {"message": message})
        await bot_api.until(lambda: chat.messages)
        assert "too old" in chat.last.text


async def test_a_caption_is_read_as_a_text(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A forwarded picture with words below it is a search, as the words alone would be."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        tell(bot_api, chat, ada, caption="diffusion", photo=[])
        await bot_api.until(lambda: chat.messages)
        assert "1" in chat.last.labels


async def test_a_button_of_a_message_that_is_gone_changes_no_other_topic(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """Telegram does not say any more in which topic it was: General keeps its subscriptions."""
    ada = bot_api.user("Ada")
    forum = bot_api.group("Lab", admins=[ada], forum=True)
    async with running(bot_api, tmp_path):
        await bot_api.types(ada, forum, "/subscribe diffusion")
        gone = {"chat": forum.as_json, "message_id": 7, "date": 0}
        query = {"id": "1", "from": ada.as_json, "chat_instance": "1", "data": "/unsubscribe 1"}
        press = bot_api.world.presses["1"] = Query("1", ada)
        bot_api.world.tell("callback_query", query | {"message": gone})
        await bot_api.until(lambda: press.answer is not None)
        assert press.answer is not None
        assert "too old" in press.answer.text("text")
        assert "#1" in (await bot_api.types(ada, forum, "/subscriptions")).text
