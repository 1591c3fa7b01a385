"""The App Home as a person sees and presses it: the whole bot on a local Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running_slack import held_archive, running

from bot.platforms.slack.blocks.validate import view_problems
from bot.platforms.slack.views import open_views

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from running_slack import RunningSlack
    from slack_server import SlackServer, User, View


pytest_plugins = ("slack_server.fixtures",)

PAPER = "2411.99001"
"""A sample with everything that a paper may have."""


@pytest.fixture
async def bot(server: SlackServer, tmp_path: Path) -> AsyncIterator[RunningSlack]:
    """The bot, running."""
    async with running(server, tmp_path) as running_bot:
        yield running_bot


@pytest.fixture
def ada(server: SlackServer) -> User:
    """A person who reads English."""
    return server.user("Ada", tz="Europe/Berlin")


async def opened(server: SlackServer, user: User) -> View:
    """Return a Home that somebody opens for the first time."""
    home = (await server.opens_home(user)).home
    assert home is not None
    return home


async def queries(bot: RunningSlack, server: SlackServer, user: User) -> str:
    """Return what a person subscribes to, as text."""
    return await bot.say(server.direct(user), "/subscriptions")


async def test_an_empty_home_leads_to_a_subscription_in_two_clicks(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """A suggested topic opens the modal with its preview, and sending that subscribes."""
    home = await opened(server, ada)
    assert "Welcome" in home.shown
    topic = next(label for label in home.labels if label.startswith("Subscribe: "))
    modal = (await server.presses(ada, home, topic)).view
    assert modal is not None
    assert "papers" in modal.shown
    said = await server.submits(ada, modal, answers=1)
    assert (said.error, said.errors) == (None, None)
    assert server.modal(ada) is None
    assert said.home is not None
    assert "✅" in said.home.shown
    assert "Your subscriptions" in said.home.shown
    assert "tomorrow at 08:30" in said.home.shown or "today at 08:30" in said.home.shown
    assert "#1" in await queries(bot, server, ada)


async def test_a_home_speaks_the_language_and_the_time_of_its_person(
    bot: RunningSlack, server: SlackServer
) -> None:
    """Language and time zone come from the profile."""
    li = server.user("Li", locale="zh-CN", tz="Asia/Shanghai")
    assert "欢迎" in (await opened(server, li)).shown
    await bot.say(server.direct(li), "/subscribe 扩散")
    home = (await server.opens_home(li)).home
    assert home is not None
    assert "Asia/Shanghai" in home.shown
    assert "我的订阅" in home.shown


async def test_subscriptions_are_paused_resumed_and_removed(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """Each press shows what was done, with what undoes it, in a Home published again."""
    await bot.say(server.direct(ada), "/subscribe video editing", "/subscribe diffusion")
    home = await opened(server, ada)
    paused = (await server.presses(ada, home, "Pause", nth=1)).home
    assert paused is not None
    assert "Paused #2" in paused.shown
    assert "paused" in (await queries(bot, server, ada)).splitlines()[-1]
    await server.presses(ada, home, "Resume")
    assert "paused" not in await queries(bot, server, ada)
    await server.presses(ada, home, "Remove", nth=0)
    assert "Removed #1" in home.shown
    assert "video" not in await queries(bot, server, ada)
    await server.presses(ada, home, "Undo, for 10 minutes")
    assert "Back again: #1" in home.shown
    assert "video" in await queries(bot, server, ada)


async def test_a_subscription_is_changed_in_its_modal(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """The modal begins with the query as it is, and what is sent takes its place under the same number."""
    await bot.say(server.direct(ada), "/subscribe video editing")
    home = await opened(server, ada)
    modal = (await server.presses(ada, home, "Change…")).view
    assert modal is not None
    assert modal.title == "Change #1"
    assert modal.values["query"]["modal:query"]["value"] == "video editing"
    said = await server.submits(ada, modal, {"query": "diffusion -medical"}, answers=1)
    assert said.errors is None
    assert "diffusion -medical" in home.shown
    assert "video" not in await queries(bot, server, ada)


async def test_long_lists_are_seen_page_by_page(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """What does not fit is counted and shown by a button; removing the last of a page leads to one before."""
    topics = [f"topic{number}" for number in range(1, 22)]
    await bot.say(server.direct(ada), *(f"/subscribe {topic}" for topic in topics))
    found = await bot.archive.chat.searching.newest(limit=50)
    saved = [paper.arxiv_base for paper in found]
    await bot.say(server.direct(ada), *(f"/save {paper}" for paper in saved))
    home = await opened(server, ada)
    assert len(home.blocks) <= 100
    assert "#20  topic20" in home.shown
    assert "topic21" not in home.shown
    await server.presses(ada, home, "… 1 more")
    assert "#21  topic21" in home.shown
    assert "topic20" not in home.shown
    await server.presses(ada, home, "Remove")
    assert "#1  topic1\n" in home.shown
    assert "… " not in "".join(label for label in home.labels if "more" in label)
    assert view_problems({name: home.said[name] for name in ("type", "private_metadata", "blocks")}) == []


async def test_saved_papers_are_read_and_removed(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """A saved paper opens in a modal; what is pressed there changes the Home below, too."""
    await bot.say(server.direct(ada), f"/save {PAPER}", "/subscribe rivers")
    home = await opened(server, ada)
    assert "CutWise" in home.shown
    assert home.control("Open its page").url == f"https://arxiv.org/abs/{PAPER}"
    paper = (await server.presses(ada, home, "Details…")).view
    assert paper is not None
    assert "Abstract" in paper.shown
    await server.presses(ada, paper, "Save")
    assert "It is saved already" in paper.shown
    await server.presses(ada, paper, "Remove", until=lambda: "CutWise" not in home.shown)
    assert "No longer saved" in paper.shown
    assert "Saved papers" not in home.shown


async def test_long_commands_of_menus_are_kept_for_them(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """A menu holds 150 characters; the papers of a longer query are shown all the same."""
    words = " ".join(f"longword{number}" for number in range(20))
    await bot.say(server.direct(ada), f"/subscribe {words}")
    home = await opened(server, ada)
    assert str(home.control("Show its papers").value).startswith("#")
    await server.presses(ada, home, "Show its papers")
    assert "No paper matches longword0" in home.shown


async def test_the_digest_of_now_opens_in_a_modal(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """Its papers are cards with buttons, and count as shown."""
    await bot.say(server.direct(ada), "/subscribe video editing")
    home = await opened(server, ada)
    modal = (await server.presses(ada, home, "Your digest now", until=lambda: server.modal(ada))).view
    assert modal is not None
    assert "Your digest: 3 papers" in modal.shown
    assert "Save" in modal.labels
    assert "Nothing new" in await bot.say(server.direct(ada), "/digest")


async def test_a_home_that_shows_everything_already_is_not_published_again(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """Opening it twice costs one request; the Messages tab costs none."""
    await bot.say(server.direct(ada), "/subscribe diffusion")
    home = await opened(server, ada)
    await server.opens_home(ada, answers=0)
    await server.opens_home(ada, tab="messages", answers=0)
    await server.presses(ada, home, "Pause")
    assert len(server.accepted("views.publish")) == 2
    await server.opens_home(ada)
    assert "Paused" not in home.shown, "what was just done is old by now"


async def test_what_takes_long_is_waited_for_in_an_open_modal(
    bot: RunningSlack, server: SlackServer, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A modal opens at once, since its trigger lives three seconds, and is filled in later."""
    monkeypatch.setattr(open_views, "PATIENCE", 0.0)
    await bot.say(server.direct(ada), "/subscribe video editing")
    home = await opened(server, ada)

    def filled() -> bool:
        modal = server.modal(ada)
        return modal is not None and "Your digest" in modal.shown

    await server.presses(ada, home, "Your digest now", until=filled)
    modal = server.modal(ada)
    assert modal is not None
    assert [len(version["blocks"]) for version in modal.versions] == [1]
    assert "Your digest: 3 papers" in modal.shown


@pytest.mark.usefixtures("bot")
async def test_a_slow_archive_keeps_no_modal_from_opening(
    server: SlackServer, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button in a modal opens another one at once, even if the archive does not answer yet."""
    monkeypatch.setattr(open_views, "PATIENCE", 0.0)
    find = (await server.presses(ada, await opened(server, ada), "Find papers…")).view
    assert find is not None
    await server.until(lambda: "More" in find.labels)
    gate = held_archive(monkeypatch)
    await server.presses(ada, find, "More", until=lambda: server.modal(ada) is not find)
    gate.set()
    await server.until(lambda: "BibTeX" in (server.modal(ada) or find).labels)


async def test_what_comes_too_late_for_a_modal_is_done_all_the_same(
    bot: RunningSlack, server: SlackServer, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A press that waited for an earlier one is carried out, and the Home shows it."""
    monkeypatch.setattr(open_views, "PATIENCE", 0.0)
    await bot.say(server.direct(ada), "/subscribe diffusion", "/subscribe rivers")
    home = await opened(server, ada)
    gate = held_archive(monkeypatch)
    await server.presses(ada, home, "Pause", answers=0)
    await server.presses(ada, home, "Pause", nth=1, answers=0)
    server.passes(4)
    gate.set()
    await server.until(lambda: (server.home(ada) or home).labels.count("Resume") == 2)


async def test_two_people_have_homes_of_their_own(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """What one subscribes to, the other does not see."""
    bob = server.user("Bob")
    await bot.say(server.direct(ada), "/subscribe video editing")
    assert "video" in (await opened(server, ada)).shown
    assert "Welcome" in (await opened(server, bob)).shown
