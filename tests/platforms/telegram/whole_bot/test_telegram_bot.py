"""The whole bot on a Bot API server: what people type and press, in every kind of chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from running_bot import running
from sqlalchemy import delete
from telegram_server import Button

from bot.storage.schema import buttons

if TYPE_CHECKING:
    from pathlib import Path

    from telegram_server import BotApiServer

pytest_plugins = ("bot_api_fixtures",)


PAPER = "video editing"


async def test_the_first_subscription_is_two_taps_away(bot_api: BotApiServer, tmp_path: Path) -> None:
    """/start suggests what the sources hold; one tap subscribes, and the digest is another."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        hello = await bot_api.types(ada, chat, "/start")
        suggested = next(label for label in hello.answer.labels if label.startswith("Subscribe"))
        subscribed = await bot_api.presses(ada, hello.answer, suggested)
        assert "#1" in subscribed.answer.text
        assert "daily 08:30" in subscribed.answer.text
        digest = await bot_api.presses(ada, subscribed.answer, "Your digest now")
    assert digest.answer.text.startswith("Your digest:")
    assert "1" in digest.answer.labels


async def test_cards_open_save_and_go_on_after_a_restart(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A number opens the full card, whose buttons save and find.

    They work after the bot was started again.
    """
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        found = await bot_api.types(ada, chat, PAPER)
        card = await bot_api.presses(ada, found.answer, "1")
    async with running(bot_api, tmp_path):
        assert "Abstract" in card.answer.text or len(card.answer.text) > 200
        saved = await bot_api.presses(ada, card.answer, "Save")
        assert saved.toast or saved.answers
        listed = await bot_api.types(ada, chat, "/saved")
        assert card.answer.text.splitlines()[0][:40] in listed.text
        bibtex = await bot_api.presses(ada, card.answer, "BibTeX")
        assert bibtex.answer.text.startswith("@misc{")
        assert (await bot_api.presses(ada, card.answer, "arXiv")).does == "opens"
        similar = await bot_api.presses(ada, card.answer, "Similar")
        assert similar.answers


async def test_a_pager_turns_in_place(bot_api: BotApiServer, tmp_path: Path) -> None:
    """The next page takes the place of this one; nothing new is posted."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        found = await bot_api.types(ada, chat, "/search sample 3")
        before = found.answer.text
        label = next(
            label for label in found.answer.labels if "more" in label.casefold() or "next" in label.casefold()
        )
        await bot_api.presses(ada, found.answer, label, until=lambda: found.answer.text != before)
        assert found.answer.text != before
        assert len([message for message in chat.messages if message.text.startswith(before[:5])]) <= 1


async def test_in_a_group_only_admins_change_what_it_gets(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Members may look, admins may subscribe, anonymous ones too; commands for other bots are not ours."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    group = bot_api.group("Lab", admins=[ada], members=[bo])
    async with running(bot_api, tmp_path):
        refused = await bot_api.types(bo, group, "/subscribe diffusion")
        assert "Only admins" in refused.text
        assert (await bot_api.types(bo, group, "/search diffusion")).answer.labels
        subscribed = await bot_api.types(ada, group, f"/subscribe@{bot_api.bot.username} diffusion")
        assert "#1" in subscribed.text
        pressed = await bot_api.presses(bo, subscribed.answer, "Remove")
        assert "Only admins" in pressed.toast
        assert not pressed.answers
        assert "#1" in (await bot_api.types(bo, group, "/subscriptions")).text


async def test_an_anonymous_admin_may_change_too(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Telegram vouches for who writes in the name of the group."""
    ada = bot_api.user("Ada")
    group = bot_api.supergroup("Lab", admins=[ada])
    async with running(bot_api, tmp_path):
        assert "#1" in (await bot_api.types(ada, group, "/subscribe diffusion", anonymous=True)).text


async def test_a_topic_has_its_own_subscriptions(bot_api: BotApiServer, tmp_path: Path) -> None:
    """What is subscribed in a topic is answered there, and the other topics know nothing of it."""
    ada = bot_api.user("Ada")
    forum = bot_api.group("Lab", admins=[ada], forum=True)
    video, audio = bot_api.topic(forum, "Video"), bot_api.topic(forum, "Audio")
    async with running(bot_api, tmp_path):
        there = await bot_api.types(ada, forum, "/subscribe diffusion", thread=video)
        assert there.answer.thread == video.thread
        elsewhere = await bot_api.types(ada, forum, "/subscriptions", thread=audio)
        assert "#1" not in elsewhere.text


async def test_each_person_is_answered_in_their_language(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Who uses Telegram in Chinese is answered in Chinese, and may change that."""
    ada = bot_api.user("Ada", language="zh-hans")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        assert "订阅" in "".join((await bot_api.types(ada, chat, "/start")).answer.labels)
        assert "in English now" in (await bot_api.types(ada, chat, "/language en")).text


async def test_an_old_button_is_told_so(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A button whose command is not known any more pops up what to do."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    long = " OR ".join(["diffusion", *(f'"a rather long phrase number {number}"' for number in range(4))])
    async with running(bot_api, tmp_path) as bot:
        found = await bot_api.types(ada, chat, f"/search {long}")
        label = next(label for label in found.answer.labels if "ubscribe" in label)
        assert (found.answer.button(label).data or "").startswith("#")
        async with bot.archive.database.write() as connection:
            await connection.execute(delete(buttons))
        pressed = await bot_api.presses(ada, found.answer, label)
    assert "too old" in pressed.toast


async def test_a_shared_subscription_is_a_link(bot_api: BotApiServer, tmp_path: Path) -> None:
    """/share gives a link to the bot; who follows it is asked whether to subscribe."""
    ada, bo = bot_api.user("Ada"), bot_api.user("Bo")
    chat, other = bot_api.private(ada), bot_api.private(bo)
    async with running(bot_api, tmp_path):
        await bot_api.types(ada, chat, "/subscribe diffusion -medical")
        shared = await bot_api.types(ada, chat, "/share 1")
        opened = await bot_api.presses(ada, shared.answer, "Share")
        assert opened.does == "opens"
        payload = (opened.button.url or "").partition("start%3D")[2].partition("&")[0]
        asked = await bot_api.types(bo, other, f"/start {payload}")
        assert "diffusion" in asked.text
        subscribed = await bot_api.presses(bo, asked.answer, "Subscribe")
    assert "diffusion -medical" in subscribed.answer.text


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_had(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """The subscriptions move with the group."""
    ada = bot_api.user("Ada")
    group = bot_api.group("Lab", admins=[ada])
    async with running(bot_api, tmp_path):
        await bot_api.types(ada, group, "/subscribe diffusion")
        heir = bot_api.migrates(group)
        assert "#1" in (await bot_api.types(ada, heir, "/subscriptions")).text


async def test_a_question_in_the_supergroup_may_come_first(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Who asks there before the bot heard of the change finds the group's subscriptions nevertheless."""
    ada = bot_api.user("Ada")
    group = bot_api.group("Lab", admins=[ada])
    async with running(bot_api, tmp_path):
        await bot_api.types(ada, group, "/subscribe diffusion")
    heir = bot_api.migrates(group)
    told = [update["message"] for update in bot_api.world.updates.waiting]
    bot_api.world.updates.drop()
    async with running(bot_api, tmp_path):
        await bot_api.types(ada, heir, "/help")
        updates = [bot_api.world.tell("message", message) for message in told]
        await bot_api.handled(updates[-1])
        await bot_api.until(lambda: not bot_api.world.updates.waiting)
        await bot_api.types(ada, heir, "/subscriptions")
        assert "#1" in (await bot_api.types(ada, heir, "/subscriptions")).text


async def test_a_press_is_answered_while_the_archive_is_busy(bot_api: BotApiServer, tmp_path: Path) -> None:
    """The circle on the button ends though nothing can be stored; the answer comes later, as a message."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path) as bot:
        found = await bot_api.types(ada, chat, PAPER)
        card = await bot_api.presses(ada, found.answer, "1")
        before = len(chat.messages)
        async with bot.archive.database.write():
            pressed = await bot_api.presses(ada, card.answer, "Save", until=lambda: True)
            assert not pressed.toast
            assert len(chat.messages) == before
        await bot_api.until(lambda: len(chat.messages) > before)
        assert "Saved" in chat.last.text


async def test_nobody_writes_over_a_message_of_the_bot(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A page that no button of the message leads to comes as a message of its own."""
    ada = bot_api.user("Ada")
    group = bot_api.supergroup("Lab", members=[ada])
    async with running(bot_api, tmp_path):
        told = await bot_api.types(ada, group, "/help")
        shown = told.answer.text
        forged = Button("1", "/search diffusion page:2")
        pressed = await bot_api.presses(ada, told.answer, forged)
    assert told.answer.text == shown
    assert pressed.answers
