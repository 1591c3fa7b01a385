"""The whole bot on a local Slack: what people type and press, in channels and in direct messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running_slack import running
from sqlalchemy import delete

from bot.storage.schema import buttons
from handlers import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from running_slack import Transport
    from slack_server import SlackServer

pytest_plugins = ("slack_server.fixtures",)

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])


@BOTH
async def test_a_command_in_a_channel_is_answered_to_one_person(
    server: SlackServer, tmp_path: Path, transport: Transport
) -> None:
    """The answer is ephemeral, acknowledged at once, and needs no membership; --share shows it to all."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada], bot_is_in=False)
    async with running(server, tmp_path, transport=transport):
        said = await server.command(ada, lab, "/papers", "search video editing")
        assert said.acked_after < 1
        assert said.answer.only_for is ada
        assert "ideo" in said.text
        assert "More" in said.answer.labels
        shared = await server.command(ada, lab, "/papers", "video editing --share")
        assert shared.answer.only_for is None
        assert "ideo" in shared.text
        assert shared.answer.unfurl_links is False
        assert shared.answer.unfurl_media is False
        for slip in ("/paprs digest --share", "search diffusion page:x --share"):
            assert (await server.command(ada, lab, "/papers", slip)).answer.only_for is ada
    assert not server.warnings


async def test_words_that_are_no_command_are_a_search(server: SlackServer, tmp_path: Path) -> None:
    """`/papers diffusion` searches, `/papers` alone helps, and `/subscribe` is a slash command of its own."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path):
        found = await server.command(ada, lab, "/papers", "diffusion")
        assert "iffusion" in found.text
        assert "/papers subscribe" in (await server.command(ada, lab, "/papers")).text
        assert "/papers subscribe" in (await server.command(ada, lab, "/papers", "help")).text
        subscribed = await server.command(ada, lab, "/subscribe", "diffusion")
        assert "#1" in subscribed.text
        assert "#1" in (await server.command(ada, lab, "/papers", "subscriptions")).text
        removed = await server.command(ada, lab, "/unsubscribe", "1")
        assert "Undo" in " ".join(removed.answer.labels)


async def test_a_slip_in_a_command_is_offered_as_the_command(server: SlackServer, tmp_path: Path) -> None:
    """A search that finds nothing and begins almost like a command has a button for that."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path):
        slip = await server.command(ada, lab, "/papers", "subscrib diffusion")
        assert slip.answer.labels[0] == "/papers subscribe diffusion"
        assert "#1 diffusion" in (await server.presses(ada, slip.answer, slip.answer.labels[0])).text
        assert "/papers digest" in (await server.command(ada, lab, "/papers", "digets")).answer.labels
        found = await server.command(ada, lab, "/papers", "video editing")
        assert not [label for label in found.answer.labels if label.startswith("/papers")]


async def test_a_mention_is_answered_where_it_stands(server: SlackServer, tmp_path: Path) -> None:
    """A mention is answered to who wrote it, in a thread where it is in one, and shared on demand."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path):
        said = await server.mention(ada, lab, "search video editing")
        assert said.answer.only_for is ada
        assert said.answer.thread_ts is None
        assert said.message is not None
        inside = await server.mention(ada, lab, "latest", thread=said.message)
        assert inside.answer.thread_ts == said.message.ts
        shared = await server.mention(ada, lab, "latest --share", thread=said.message)
        assert shared.answer.only_for is None
        assert shared.answer.thread_ts == said.message.ts
        # A thread is no chat of its own.
        await server.mention(ada, lab, "subscribe diffusion", thread=said.message)
        assert "#1" in (await server.command(ada, lab, "/papers", "subscriptions")).text


async def test_direct_messages_are_an_ordinary_talk(server: SlackServer, tmp_path: Path) -> None:
    """Direct messages need no command and no mention, and what Slack makes of links is undone."""
    ada = server.user("Ada")
    async with running(server, tmp_path) as bot:
        found = await server.direct_message(ada, "video editing")
        assert found.answer.only_for is None
        card = await server.presses(ada, found.answer, "More")
        assert "Abstract" in card.text or len(card.text) > 200
        [paper] = await bot.archive.chat.searching.newest(limit=1)
        named = await server.direct_message(ada, f"paper https://arxiv.org/abs/{paper.arxiv_base}")
        assert paper.title[:30] in named.text
        unreadable = await server.direct_message(ada, "search a <b> & c")
        assert "&amp;" not in unreadable.text
        assert "/papers" in (await server.direct_message(ada, "help")).text


async def test_in_somebody_elses_direct_messages_the_own_chat_is_meant(
    server: SlackServer, tmp_path: Path
) -> None:
    """A command between two people is about the asker's own chat, and seen by nobody else."""
    ada, bo = server.user("Ada"), server.user("Bo")
    async with running(server, tmp_path):
        between = server.direct(bo)
        between.members = {ada.id: ada, bo.id: bo}
        between.person = bo
        said = await server.command(ada, between, "/papers", "subscribe diffusion")
        assert "#1" in said.text
        assert said.answer.only_for is ada
        assert "#1" in (await server.direct_message(ada, "subscriptions")).text


async def test_buttons_work_after_a_restart(server: SlackServer, tmp_path: Path) -> None:
    """Buttons and menus hold commands; short good news passes by, and a card's BibTeX is a file."""
    ada = server.user("Ada")
    async with running(server, tmp_path):
        found = await server.direct_message(ada, "video editing")
    async with running(server, tmp_path):
        saved = await server.presses(ada, found.answer, "Save")
        assert saved.answer.only_for is ada or saved.answer.labels
        similar = await server.presses(ada, found.answer, "Similar")
        assert similar.answers
        card = await server.presses(ada, found.answer, "More")
        quoted = await server.presses(ada, card.answer, "BibTeX")
        [file] = [file for answer in quoted.answers for file in answer.files]
        assert file.name.endswith(".bib")
        assert (file.content or b"").startswith(b"@misc{")
        assert (await server.presses(ada, card.answer, "arXiv")).opens


async def test_bibtex_without_the_right_to_upload_is_a_text(tmp_path: Path) -> None:
    """Where files:write is missing, and in channels, the entry is in the message."""
    from slack_server import SlackServer
    from slack_server.records.world import DEFAULT_SCOPES

    async with SlackServer(scopes=DEFAULT_SCOPES - {"files:write"}) as server:
        ada = server.user("Ada")
        lab = server.channel("lab", members=[ada])
        async with running(server, tmp_path) as bot:
            [paper] = await bot.archive.chat.searching.newest(limit=1)
            direct = await server.direct_message(ada, f"bibtex {paper.arxiv_base}")
            assert direct.text.startswith("@misc{")
            assert "@misc{" in (await server.command(ada, lab, "/papers", f"bibtex {paper.arxiv_base}")).text


async def test_a_page_takes_the_place_of_the_one_before(server: SlackServer, tmp_path: Path) -> None:
    """The next page replaces what only one person sees, and what all see; nothing new is posted."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path):
        for said in (
            await server.command(ada, lab, "/papers", "search sample 3"),
            await server.direct_message(ada, "search sample 3"),
        ):
            message, before = said.answer, said.answer.shown
            label = next(
                label for label in message.labels if label == "More papers" or "next" in label.casefold()
            )
            paging = [
                control
                for control in range(message.labels.count(label))
                if "page:" in (message.control(label, nth=control).value or "")
            ]
            turned = await server.presses(ada, message, label, nth=paging[0])
            assert turned.edited == (message,)
            assert message.shown != before
            assert not turned.answers


async def test_an_old_button_is_told_so(server: SlackServer, tmp_path: Path) -> None:
    """A button whose command is not known any more says what to do, to who pressed it alone."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    long = " OR ".join(["diffusion", *(f'"a rather long phrase number {number}"' for number in range(6))])
    async with running(server, tmp_path) as bot:
        found = await server.command(ada, lab, "/papers", f"search {long} --share")
        label = next(label for label in found.answer.labels if "ubscribe" in label)
        assert (found.answer.control(label).value or "").startswith("#")
        async with bot.archive.database.write() as connection:
            await connection.execute(delete(buttons))
        pressed = await server.presses(ada, found.answer, label)
    assert "too old" in pressed.text
    assert pressed.answer.only_for is ada


async def test_a_digest_that_is_asked_for_is_for_the_whole_channel(
    server: SlackServer, tmp_path: Path
) -> None:
    """/papers digest posts the cards for all; without any, only who asked is told so."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path):
        nothing = await server.command(ada, lab, "/papers", "digest")
        assert nothing.answer.only_for is ada
        await server.command(ada, lab, "/papers", "subscribe diffusion")
        posted = await server.command(ada, lab, "/papers", "digest")
        assert posted.answer.only_for is None
        assert "digest" in posted.text


async def test_people_are_met_in_their_language_and_time_zone(server: SlackServer, tmp_path: Path) -> None:
    """A new chat takes what the profile says, once: what the chat chooses later stays."""
    ada = server.user("Ada", locale="zh-CN", tz="Asia/Shanghai")
    async with running(server, tmp_path):
        assert "订阅" in "".join((await server.direct_message(ada, "start")).answer.labels)
        assert "Asia/Shanghai" in (await server.direct_message(ada, "timezone")).text
        assert "in English now" in (await server.direct_message(ada, "language en")).text
    async with running(server, tmp_path):
        assert "Subscribe" in "".join((await server.direct_message(ada, "start")).answer.labels)


async def test_home_shortcuts_and_links_are_heard(server: SlackServer, tmp_path: Path) -> None:
    """The Home tab, the shortcuts and the links are answered by the same app."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path) as bot:
        assert (await server.opens_home(ada)).home is not None
        assert (await server.shortcut(ada, "find_papers")).view is not None
        [paper] = await bot.archive.chat.searching.newest(limit=1)
        linked = await server.posts_link(ada, lab, f"https://arxiv.org/abs/{paper.arxiv_base}")
        assert linked.message is not None
        assert linked.message.unfurls


@pytest.mark.parametrize(("transport", "locale"), [("socket", "en-US"), ("http", "zh-CN")])
async def test_every_slack_command_is_answered(
    server: SlackServer, tmp_path: Path, transport: Transport, locale: str
) -> None:
    """Each command with its usual arguments is answered, and none with an error."""
    arguments = {
        "subscribe": "diffusion",
        "preview": "video editing",
        "edit": "1 video",
        "pause": "1",
        "resume": "1",
        "unsubscribe": "1",
        "share": "1",
        "schedule": "weekdays 9:00",
        "quiet": "22:00-07:00",
        "limit": "5",
        "versions": "line",
        "search": "video editing",
        "language": "zh" if locale == "en-US" else "en",
        "timezone": "Shanghai",
    }
    about_papers = set("paper abstract takeaways similar explain mute bibtex save unsave".split())
    async with running(server, tmp_path, transport=transport) as bot:
        [paper] = await bot.archive.chat.searching.newest(limit=1)
        for command in COMMANDS:
            person = server.user(command.name, locale=locale)
            lab = server.channel(f"lab-{command.name}", members=[person])
            if command.name in {"edit", "pause", "resume", "unsubscribe", "share", "digest", "mute"}:
                await bot.say(lab, "/subscribe diffusion")
            given = paper.arxiv_base if command.name in about_papers else arguments.get(command.name, "")
            told = await server.command(person, lab, "/papers", f"{command.name} {given}".strip())
            assert told.acked_after < 2, command.name
            assert told.text.strip(), command.name
            assert "❌" not in told.text, command.name
            assert not [one for answer in told.answers for one in answer.mentions], command.name
    assert not server.warnings
    assert not [str(logged) for logged in server.log if logged.refusal]
