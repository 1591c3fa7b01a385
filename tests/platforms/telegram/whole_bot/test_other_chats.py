"""The whole bot on a Bot API server: channels from a private chat, inline mode, reactions, the menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from running_bot import running

from handlers import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from telegram_server import BotApiServer

pytest_plugins = ("bot_api_fixtures",)


async def test_a_channel_is_managed_from_a_private_chat(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Its admin subscribes and pauses there by command and button; the channel sees only its digest."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    channel = bot_api.channel("Papers", admins=[ada], username="our_papers")
    async with running(bot_api, tmp_path):
        panel = await bot_api.types(ada, chat, "/manage @our_papers")
        assert panel.answer.text.startswith("Papers")
        assert "/manage @our_papers subscribe diffusion" in panel.text
        assert "/manage @" in (await bot_api.types(ada, chat, "/help")).text.replace("\u2060", "")
        subscribed = await bot_api.types(ada, chat, "/manage https://t.me/our_papers subscribe diffusion")
        assert "#1" in subscribed.text
        assert "#1" not in (await bot_api.types(ada, chat, "/subscriptions")).text
        removed = await bot_api.presses(ada, subscribed.answer, "Remove")
        assert "Papers" in removed.answer.text
        undone = await bot_api.presses(ada, removed.answer, "Undo, for 10 minutes")
        assert "#1" in undone.answer.text
        assert not channel.messages
        posted = await bot_api.presses(
            ada,
            panel.answer,
            "Post a digest now",
            until=lambda: channel.messages and "Posted" in chat.last.text,
        )
        assert posted.answer.text == "✅ Posted in Papers."
    assert channel.last.text.startswith("Your digest:")


async def test_readers_of_a_channel_open_its_papers_for_themselves(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """A paper opens in the reader's own chat, not in the channel; the rest is for its admins."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    channel = bot_api.channel("Papers", admins=[ada], members=[bo])
    chat = bot_api.private(bo)
    async with running(bot_api, tmp_path, samples=False) as bot:
        await bot.say(channel, "/subscribe rivers", "/schedule instant")
        await bot.publish("Rivers of the north", "Rivers of the south")
        digest = channel.last
        assert digest.text.startswith("Your digest: 2 papers")
        pressed = await bot_api.presses(bo, digest, "1")
        assert pressed.url.startswith(f"https://t.me/{bot_api.bot.username}?start=")
        card = await bot_api.types(bo, chat, f"/start {pressed.url.partition('=')[2]}")
        assert card.text.startswith("Rivers of the")
        assert "Save" in card.answer.labels
        await bot_api.types(ada, channel, "/subscriptions")
        before = len(channel.messages)
        refused = await bot_api.presses(bo, channel.last, "Remove")
        assert refused.alert
        assert f"Open @{bot_api.bot.username}" in refused.toast
        assert len(channel.messages) == before
        removed = await bot_api.presses(ada, channel.last, "Remove")
    assert "Removed" in removed.answer.text or "removed" in removed.answer.text


async def test_nobody_else_manages_a_channel(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Strangers, unknown channels and a bot without the right to post are told what is missing."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    bot_api.channel("Papers", admins=[ada], members=[bo], username="our_papers")
    chat = bot_api.private(bo)
    group, secret = bot_api.group("Lab", admins=[bo]), bot_api.supergroup("Secret", admins=[ada])
    async with running(bot_api, tmp_path):
        refused = await bot_api.types(bo, chat, "/manage @our_papers subscribe diffusion")
        assert refused.text == "⚠️ Only admins of Papers can do that."
        private = await bot_api.types(bo, chat, f"/manage {secret.id}")
        assert "Only admins of" in private.text
        assert "Secret" not in private.text
        assert "nowhere" in (await bot_api.types(bo, chat, "/manage @nowhere")).text
        assert "/manage @channel" in (await bot_api.types(bo, chat, "/manage")).text
        assert "private chat" in (await bot_api.types(bo, group, "/manage @our_papers")).text


async def test_a_group_is_managed_without_noise(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A group answers to its number, and what is changed there is told to its admin alone."""
    ada = bot_api.user("Ada")
    chat, group = bot_api.private(ada), bot_api.supergroup("Lab", admins=[ada])
    async with running(bot_api, tmp_path):
        told = await bot_api.types(ada, chat, f"/manage {group.id} subscribe diffusion")
        assert "#1" in told.text
        assert not group.messages
        assert "#1" in (await bot_api.types(ada, group, "/subscriptions")).text


async def test_a_card_is_put_into_any_chat(bot_api: BotApiServer, tmp_path: Path) -> None:
    """`@bot query` finds whole cards with links, page by page; without words, the newest papers."""
    ada = bot_api.user("Ada")
    async with running(bot_api, tmp_path):
        found = await bot_api.inline(ada, "diffusion")
        assert found.results
        assert found.personal
        first = found.results[0]
        assert first["title"]
        assert first["input_message_content"]["parse_mode"] == "HTML"
        assert "<blockquote expandable>" in first["input_message_content"]["message_text"]
        assert any(key.get("url") for row in first["reply_markup"]["inline_keyboard"] for key in row)
        assert not any(
            "callback_data" in key for row in first["reply_markup"]["inline_keyboard"] for key in row
        )
        newest = await bot_api.inline(ada, "")
        assert newest.results
        assert not newest.next_offset
        nothing = await bot_api.inline(ada, "zzzqqqxxx")
        assert not nothing.results
        unreadable = await bot_api.inline(ada, "video di*on")
        assert not unreadable.results


async def test_inline_pages_follow(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Scrolling asks for the next ten, none of which was there before; the last page says so."""
    ada = bot_api.user("Ada")
    async with running(bot_api, tmp_path, samples=False) as bot:
        await bot.publish(*(f"On rivers, part {number}" for number in range(13)))
        first = await bot_api.inline(ada, "rivers")
        second = await bot_api.inline(ada, "rivers", offset=first.next_offset)
    assert (len(first.results), len(second.results), second.next_offset) == (10, 3, "")
    assert not {one["title"] for one in first.results} & {one["title"] for one in second.results}


async def test_a_reaction_saves_and_drops_a_paper(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A heart saves the paper of a card, which the bot notes by a sign; without it the paper is dropped."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        found = await bot_api.types(ada, chat, "/search video editing")
        card = (await bot_api.presses(ada, found.answer, "1")).answer
        bot = bot_api.bot.id
        bot_api.reacts(ada, card, "❤")
        await bot_api.until(lambda: card.reactions.get(bot))
        title = card.text.splitlines()[0][:40]
        assert title in (await bot_api.types(ada, chat, "/saved")).text
        bot_api.reacts(ada, card)
        await bot_api.until(lambda: not card.reactions.get(bot))
        assert title not in (await bot_api.types(ada, chat, "/saved")).text


async def test_a_thumb_down_proposes_less_of_it(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A digest of one paper is a card, too; in a group only the thumb of an admin brings a proposal."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    group = bot_api.supergroup("Lab", admins=[ada, bot_api.bot], members=[bo])
    async with running(bot_api, tmp_path, samples=False) as bot:
        await bot.say(group, "/subscribe rivers", "/schedule instant")
        await bot.publish("Rivers of the north")
        digest = group.last
        assert digest.text.startswith("Your digest: 1 paper")
        before = len(group.messages)
        await bot_api.handled(bot_api.reacts(bo, digest, "👎"))
        await bot_api.types(bo, group, "/subscriptions")  # in order, so the thumb was looked at
        assert len(group.messages) == before + 1
        bot_api.reacts(ada, digest, "👎")
        await bot_api.until(lambda: group.last.text.startswith("Less like Rivers of the north"))


async def test_the_menu_fits_the_chat(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Members of groups see what they may do, admins and private chats everything, in both languages."""
    async with running(bot_api, tmp_path):
        await bot_api.until(lambda: ("description", "zh") in bot_api.world.texts)
    menus = {key: {one["command"] for one in commands} for key, commands in bot_api.world.commands.items()}
    assert len(menus) == 6
    everything = {command.name for command in COMMANDS}
    changing = {command.name for command in COMMANDS if command.changes}
    for (scope, _), names in menus.items():
        if "all_group_chats" in str(scope):
            assert names == everything - changing - {"manage"}
        elif "administrators" in str(scope):
            assert names == everything - {"manage"}
        else:
            assert names == everything


@pytest.mark.parametrize("language", ["en", "zh-hans"])
async def test_every_command_is_answered(bot_api: BotApiServer, tmp_path: Path, language: str) -> None:
    """Each command with its usual arguments is answered, and none with an error."""
    arguments = {
        "subscribe": "diffusion",
        "preview": "video editing",
        "edit": "1 video",
        "pause": "1",
        "resume": "1",
        "unsubscribe": "1",
        "share": "1",
        "manage": "@papers_of_manage",
        "schedule": "weekdays 9:00",
        "quiet": "22:00-07:00",
        "limit": "5",
        "versions": "line",
        "search": "video editing",
        "language": "zh" if language != "en" else "en",
        "timezone": "Shanghai",
    }
    about_papers = {
        "paper",
        "abstract",
        "takeaways",
        "similar",
        "explain",
        "mute",
        "bibtex",
        "save",
        "unsave",
    }
    async with running(bot_api, tmp_path) as bot:
        [paper] = await bot.archive.chat.searching.newest(limit=1)
        for command in COMMANDS:
            person = bot_api.user(command.name, language=language)
            chat = bot_api.private(person)
            bot_api.channel("Papers", admins=[person], username=f"papers_of_{command.name}")
            if command.name in {"edit", "pause", "resume", "unsubscribe", "share", "digest", "mute"}:
                await bot_api.types(person, chat, "/subscribe diffusion")
            given = paper.arxiv_base if command.name in about_papers else arguments.get(command.name, "")
            told = await bot_api.types(person, chat, f"/{command.name} {given}".strip())
            assert told.text.strip(), command.name
            assert "❌" not in told.text, command.name


async def test_every_button_of_a_card_does_something(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Each button of a full card answers, pops up or opens a page."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path) as bot:
        await bot.say(chat, "/subscribe video editing")
        found = await bot_api.types(ada, chat, "/search cutwise video editing")
        card = (await bot_api.presses(ada, found.answer, "1")).answer
        assert {
            "Save",
            "Similar",
            "BibTeX",
            "Abstract",
            "Takeaways",
            "Less like this",
            "arXiv",
            "PDF",
            "Code",
        } <= set(card.labels)
        told = {label: await bot_api.presses(ada, card, label) for label in card.labels}
    for label, pressed in told.items():
        assert pressed.does == "opens" or pressed.toast or pressed.answers, label
    assert "unverified" in told["Takeaways"].answer.text
    assert told["Less like this"].answer.text.startswith("Less like")
    assert not any("blockquote" in str(entity) for entity in told["Abstract"].answer.entities)


async def test_a_channel_answers_its_own_admins(bot_api: BotApiServer, tmp_path: Path) -> None:
    """What is posted in the channel itself is answered there; only its admins can post."""
    ada = bot_api.user("Ada")
    channel = bot_api.channel("Papers", admins=[ada])
    async with running(bot_api, tmp_path):
        assert "#1" in (await bot_api.types(ada, channel, "/subscribe diffusion")).text
        digest = await bot_api.types(ada, channel, "/digest")
        assert digest.text.startswith("Your digest:")


async def test_one_of_two_good_reactions_keeps_a_paper(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A paper is dropped when the last of somebody's good signs is gone; in a group never by one person."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    chat, group = bot_api.private(ada), bot_api.supergroup("Lab", admins=[ada, bot_api.bot], members=[bo])
    async with running(bot_api, tmp_path):
        for place, signs in ((chat, [["❤"]]), (group, [["🔥"], []])):
            found = await bot_api.types(ada, place, "/search video editing")
            card = (await bot_api.presses(ada, found.answer, "1")).answer
            bot_api.reacts(ada, card, "❤", "🔥")
            await bot_api.until(partial(card.reactions.get, bot_api.bot.id))
            for left in signs:
                bot_api.reacts(ada, card, *left)
            assert card.text.splitlines()[0][:40] in (await bot_api.types(ada, place, "/saved")).text
