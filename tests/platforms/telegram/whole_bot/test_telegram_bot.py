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


async def test_the_first_subscription_is_two_taps_away(server: BotApiServer, tmp_path: Path) -> None:
    """/start suggests what the sources hold; one tap subscribes, and the digest is another."""
    ada = server.user("Ada")
    chat = server.private(ada)
    async with running(server, tmp_path):
        hello = await server.types(ada, chat, "/start")
        suggested = next(label for label in hello.answer.labels if label.startswith("Subscribe"))
        subscribed = await server.presses(ada, hello.answer, suggested)
        assert "#1" in subscribed.answer.text
        assert "daily 08:30" in subscribed.answer.text
        digest = await server.presses(ada, subscribed.answer, "Your digest now")
    assert digest.answer.text.startswith("Your digest:")
    assert "1" in digest.answer.labels


async def test_cards_open_save_and_go_on_after_a_restart(server: BotApiServer, tmp_path: Path) -> None:
    """A number opens the full card, whose buttons save and find; they work after the bot was started anew."""
    ada = server.user("Ada")
    chat = server.private(ada)
    async with running(server, tmp_path):
        found = await server.types(ada, chat, PAPER)
        card = await server.presses(ada, found.answer, "1")
    async with running(server, tmp_path):
        assert "Abstract" in card.answer.text or len(card.answer.text) > 200
        saved = await server.presses(ada, card.answer, "Save")
        assert saved.toast or saved.answers
        listed = await server.types(ada, chat, "/saved")
        assert card.answer.text.splitlines()[0][:40] in listed.text
        bibtex = await server.presses(ada, card.answer, "BibTeX")
        assert bibtex.answer.text.startswith("@misc{")
        assert (await server.presses(ada, card.answer, "arXiv")).does == "opens"
        similar = await server.presses(ada, card.answer, "Similar")
        assert similar.answers


async def test_a_pager_turns_in_place(server: BotApiServer, tmp_path: Path) -> None:
    """The next page takes the place of this one; nothing new is posted."""
    ada = server.user("Ada")
    chat = server.private(ada)
    async with running(server, tmp_path):
        found = await server.types(ada, chat, "/search sample 3")
        before = found.answer.text
        label = next(
            label for label in found.answer.labels if "more" in label.casefold() or "next" in label.casefold()
        )
        await server.presses(ada, found.answer, label, until=lambda: found.answer.text != before)
        assert found.answer.text != before
        assert len([message for message in chat.messages if message.text.startswith(before[:5])]) <= 1


async def test_in_a_group_only_admins_change_what_it_gets(server: BotApiServer, tmp_path: Path) -> None:
    """Members may look, admins may subscribe, anonymous ones too; commands for other bots are not ours."""
    ada, bo = server.user("Ada"), server.user("Bo")
    group = server.group("Lab", admins=[ada], members=[bo])
    async with running(server, tmp_path):
        refused = await server.types(bo, group, "/subscribe diffusion")
        assert "Only admins" in refused.text
        assert (await server.types(bo, group, "/search diffusion")).answer.labels
        subscribed = await server.types(ada, group, f"/subscribe@{server.bot.username} diffusion")
        assert "#1" in subscribed.text
        pressed = await server.presses(bo, subscribed.answer, "Remove")
        assert "Only admins" in pressed.toast
        assert not pressed.answers
        assert "#1" in (await server.types(bo, group, "/subscriptions")).text


async def test_an_anonymous_admin_may_change_too(server: BotApiServer, tmp_path: Path) -> None:
    """Telegram vouches for who writes in the name of the group."""
    ada = server.user("Ada")
    group = server.supergroup("Lab", admins=[ada])
    async with running(server, tmp_path):
        assert "#1" in (await server.types(ada, group, "/subscribe diffusion", anonymous=True)).text


async def test_a_topic_has_its_own_subscriptions(server: BotApiServer, tmp_path: Path) -> None:
    """What is subscribed in a topic is answered there, and the other topics know nothing of it."""
    ada = server.user("Ada")
    forum = server.group("Lab", admins=[ada], forum=True)
    video, audio = server.topic(forum, "Video"), server.topic(forum, "Audio")
    async with running(server, tmp_path):
        there = await server.types(ada, forum, "/subscribe diffusion", thread=video)
        assert there.answer.thread == video.thread
        elsewhere = await server.types(ada, forum, "/subscriptions", thread=audio)
        assert "#1" not in elsewhere.text


async def test_each_person_is_answered_in_their_language(server: BotApiServer, tmp_path: Path) -> None:
    """Who uses Telegram in Chinese is answered in Chinese, and may change that."""
    ada = server.user("Ada", language="zh-hans")
    chat = server.private(ada)
    async with running(server, tmp_path):
        assert "订阅" in "".join((await server.types(ada, chat, "/start")).answer.labels)
        assert "in English now" in (await server.types(ada, chat, "/language en")).text


async def test_an_old_button_is_told_so(server: BotApiServer, tmp_path: Path) -> None:
    """A button whose command is not known any more pops up what to do."""
    ada = server.user("Ada")
    chat = server.private(ada)
    long = " OR ".join(["diffusion", *(f'"a rather long phrase number {number}"' for number in range(4))])
    async with running(server, tmp_path) as bot:
        found = await server.types(ada, chat, f"/search {long}")
        label = next(label for label in found.answer.labels if "ubscribe" in label)
        assert (found.answer.button(label).data or "").startswith("#")
        async with bot.archive.database.write() as connection:
            await connection.execute(delete(buttons))
        pressed = await server.presses(ada, found.answer, label)
    assert "too old" in pressed.toast


async def test_a_shared_subscription_is_a_link(server: BotApiServer, tmp_path: Path) -> None:
    """/share gives a link to the bot; who follows it is asked whether to subscribe."""
    ada, bo = server.user("Ada"), server.user("Bo")
    chat, other = server.private(ada), server.private(bo)
    async with running(server, tmp_path):
        await server.types(ada, chat, "/subscribe diffusion -medical")
        shared = await server.types(ada, chat, "/share 1")
        opened = await server.presses(ada, shared.answer, "Share")
        assert opened.does == "opens"
        payload = (opened.button.url or "").partition("start%3D")[2].partition("&")[0]
        asked = await server.types(bo, other, f"/start {payload}")
        assert "diffusion" in asked.text
        subscribed = await server.presses(bo, asked.answer, "Subscribe")
    assert "diffusion -medical" in subscribed.answer.text


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_had(
    server: BotApiServer, tmp_path: Path
) -> None:
    """The subscriptions move with the group."""
    ada = server.user("Ada")
    group = server.group("Lab", admins=[ada])
    async with running(server, tmp_path):
        await server.types(ada, group, "/subscribe diffusion")
        heir = server.migrates(group)
        assert "#1" in (await server.types(ada, heir, "/subscriptions")).text


async def test_a_question_in_the_supergroup_may_come_first(server: BotApiServer, tmp_path: Path) -> None:
    """Who asks there before the bot heard of the change finds the group's subscriptions nevertheless."""
    ada = server.user("Ada")
    group = server.group("Lab", admins=[ada])
    async with running(server, tmp_path):
        await server.types(ada, group, "/subscribe diffusion")
    heir = server.migrates(group)
    told = [update["message"] for update in server.world.updates.waiting]
    server.world.updates.drop()
    async with running(server, tmp_path):
        await server.types(ada, heir, "/help")
        updates = [server.world.tell("message", message) for message in told]
        await server.handled(updates[-1])
        await server.until(lambda: not server.world.updates.waiting)
        await server.types(ada, heir, "/subscriptions")
        assert "#1" in (await server.types(ada, heir, "/subscriptions")).text


async def test_a_press_is_answered_while_the_archive_is_busy(server: BotApiServer, tmp_path: Path) -> None:
    """The circle on the button ends though nothing can be stored; the answer comes later, as a message."""
    ada = server.user("Ada")
    chat = server.private(ada)
    async with running(server, tmp_path) as bot:
        found = await server.types(ada, chat, PAPER)
        card = await server.presses(ada, found.answer, "1")
        before = len(chat.messages)
        async with bot.archive.database.write():
            pressed = await server.presses(ada, card.answer, "Save", until=lambda: True)
            assert not pressed.toast
            assert len(chat.messages) == before
        await server.until(lambda: len(chat.messages) > before)
        assert "Saved" in chat.last.text


async def test_nobody_writes_over_a_message_of_the_bot(server: BotApiServer, tmp_path: Path) -> None:
    """A page that no button of the message leads to comes as a message of its own."""
    ada = server.user("Ada")
    group = server.supergroup("Lab", members=[ada])
    async with running(server, tmp_path):
        told = await server.types(ada, group, "/help")
        shown = told.answer.text
        forged = Button("1", "/search diffusion page:2")
        pressed = await server.presses(ada, told.answer, forged)
    assert told.answer.text == shown
    assert pressed.answers
