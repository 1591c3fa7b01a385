"""Links to papers and the shortcut that saves them: the whole bot on a local Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running_slack import running
from slack_server.block_kit.shown import Control
from slack_server.client import client_of

from bot.platforms.slack.api.conversations import key_of
from bot.platforms.slack.messages.render import render

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from running_slack import RunningSlack
    from slack_server import Channel, SlackServer, User

pytest_plugins = ("slack_server.fixtures",)

PAPER = "2411.99001"
"""A sample."""


@pytest.fixture
async def bot(server: SlackServer, tmp_path: Path) -> AsyncIterator[RunningSlack]:
    """The bot, running; it asks for the links of Hugging Face, too."""
    server.unfurl_domains |= {"huggingface.co"}
    async with running(server, tmp_path) as running_bot:
        yield running_bot


@pytest.fixture
def ada(server: SlackServer) -> User:
    """A person who reads English."""
    return server.user("Ada")


@pytest.fixture
def lab(server: SlackServer, ada: User) -> Channel:
    """A channel that the bot is not in."""
    return server.channel("lab", members=[ada], bot_is_in=False)


async def settle(server: SlackServer, user: User) -> None:
    """Wait until what was heard before is done: another act of the same kind is answered after it."""
    said = await server.posts_link(user, server.direct(user), f"https://arxiv.org/abs/{PAPER}")
    assert said.message is not None
    assert said.message.unfurls


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "link",
    [
        f"https://arxiv.org/abs/{PAPER}",
        f"https://arxiv.org/abs/{PAPER}v1",
        f"http://www.arxiv.org/pdf/{PAPER}v2.pdf?download=1&x=2",
        f"https://arxiv.org/html/{PAPER}v1#S1",
        f"https://doi.org/10.48550/arXiv.{PAPER}",
        f"https://huggingface.co/papers/{PAPER}",
    ],
)
async def test_a_link_to_a_paper_gets_a_card(server: SlackServer, ada: User, lab: Channel, link: str) -> None:
    """Any page of it is known, and the card needs no membership."""
    said = await server.posts_link(ada, lab, f"look: {link}")
    assert said.message is not None
    [(url, card)] = said.message.unfurls.items()
    assert url == link
    texts = str(card["blocks"])
    assert "CutWise" in texts
    assert "Mira Okonjo" in texts
    assert [element["text"]["text"] for element in card["blocks"][-1]["elements"]] == [
        "Save", "Details…", "PDF", "Code",
    ]  # fmt: skip


async def test_a_card_below_a_link_is_pressed(
    bot: RunningSlack, server: SlackServer, ada: User, lab: Channel
) -> None:
    """Whoever presses its buttons is answered in a modal, and saves for himself or herself."""
    said = await server.posts_link(ada, lab, f"https://arxiv.org/abs/{PAPER}")
    assert said.message is not None
    [card] = said.message.unfurls.values()
    row = {"block_id": "row", **card["blocks"][-1]}
    save, details, pdf, _ = (Control(row, element) for element in row["elements"])
    saved = (await server.presses(ada, said.message, save)).view
    assert saved is not None
    assert "✅ Saved: " in saved.shown
    await server.closes(ada, saved)
    paper = (await server.presses(ada, said.message, details)).view
    assert paper is not None
    assert "Abstract" in paper.shown
    assert (await server.presses(ada, said.message, pdf)).opens == f"https://arxiv.org/pdf/{PAPER}"
    assert "1 saved paper" in await bot.say(server.direct(ada), "/saved")
    assert "no paper" in await bot.say(lab, "/saved")


@pytest.mark.usefixtures("bot")
async def test_what_is_not_in_the_archive_is_left_alone(server: SlackServer, ada: User, lab: Channel) -> None:
    """Of several links only the known ones get cards, and each event is answered once."""
    both = f"https://arxiv.org/abs/2301.00001 https://arxiv.org/list/cs.CV/new https://arxiv.org/abs/{PAPER}"
    said = await server.posts_link(ada, lab, both)
    assert said.message is not None
    assert list(said.message.unfurls) == [f"https://arxiv.org/abs/{PAPER}"]
    assert said.event is not None
    unknown = await server.posts_link(ada, lab, "https://doi.org/10.1000/182", answers=0)
    await server.handled(server.repeats(said.event))
    await settle(server, ada)
    assert unknown.message is not None
    assert not unknown.message.unfurls
    assert len(server.accepted("chat.unfurl")) == 2


@pytest.mark.usefixtures("bot")
async def test_links_of_our_own_messages_get_no_cards(server: SlackServer, ada: User) -> None:
    """They are cards already."""
    lab = server.channel("room", members=[ada])
    said = await server.posts_link(server.bot, lab, f"https://arxiv.org/abs/{PAPER}", answers=0)
    await settle(server, ada)
    assert said.message is not None
    assert not said.message.unfurls


@pytest.mark.usefixtures("bot")
async def test_a_link_that_is_not_sent_yet_gets_a_card(server: SlackServer, ada: User, lab: Channel) -> None:
    """While a message is written, its link shows what it will look like."""
    url = f"https://arxiv.org/abs/{PAPER}"
    said = await server.posts_link(
        ada, lab, url, in_composer=True, until=lambda: server.accepted("chat.unfurl")
    )
    assert said.message is not None
    assert len(said.message.unfurls) == 1


async def test_a_paper_is_saved_from_its_link(
    bot: RunningSlack, server: SlackServer, ada: User, lab: Channel
) -> None:
    """The shortcut of a message saves the paper for the person, and says so to nobody else."""
    posted = await server.posts_link(ada, lab, f"https://arxiv.org/abs/{PAPER}")
    assert posted.message is not None
    said = await server.message_shortcut(ada, "save_paper", posted.message)
    assert said.view is not None
    assert "✅ Saved: [Sample] CutWise" in said.view.shown
    assert not lab.messages
    assert "1 saved paper" in await bot.say(server.direct(ada), "/saved")
    assert "no paper" in await bot.say(lab, "/saved")
    await server.presses(ada, said.view, "Remove")
    assert "No longer saved" in said.view.shown


async def test_a_message_with_several_papers_lets_choose(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """Of a digest of ours every paper is offered, each with its buttons."""
    room = server.channel("room", members=[ada])
    await bot.say(server.direct(ada), "/help")
    chat = await bot.archive.chat.chats.open(key_of(server.team.id, room.id))
    digest = await bot.archive.dispatch("/search video editing --exact", chat)
    [message] = render(digest, "en")
    async with client_of(server) as client:
        await client.chat_postMessage(channel=room.id, text=message.text, blocks=list(message.blocks))
    said = await server.message_shortcut(ada, "save_paper", room.last)
    assert said.view is not None
    assert "Which of them?" in said.view.shown
    assert said.view.labels.count("Save") == 3
    await server.presses(ada, said.view, "Save", nth=1)
    assert "✅ Saved: " in said.view.shown
    assert "1 saved paper" in await bot.say(server.direct(ada), "/saved")


async def test_a_message_without_a_paper_says_so(
    bot: RunningSlack, server: SlackServer, ada: User, lab: Channel
) -> None:
    """Nothing is saved; a paper that is not known is named."""
    for text, told in (("hello", "names no paper"), ("arXiv:2301.00001", "is not in the archive")):
        message = (await server.posts(ada, lab, text, answers=0)).message
        assert message is not None
        said = await server.message_shortcut(ada, "save_paper", message)
        assert said.view is not None
        assert told in said.view.shown
        await server.closes(ada, said.view)
    assert "no paper" in await bot.say(server.direct(ada), "/saved")
