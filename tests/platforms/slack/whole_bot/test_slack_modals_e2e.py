"""Modals as a person fills them in: the whole bot on a local Slack."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from running_slack import running
from slack_server import Held
from slack_server.client import client_of

from bot.platforms.slack.api.conversations import key_of
from bot.platforms.slack.views import open_views
from bot.platforms.slack.views.modal_layouts import opening_row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from running_slack import RunningSlack
    from slack_server import Channel, Message, SlackServer, User, View

pytest_plugins = ("slack_server.fixtures",)


@pytest.fixture
async def bot(server: SlackServer, tmp_path: Path) -> AsyncIterator[RunningSlack]:
    """The bot, running."""
    async with running(server, tmp_path) as running_bot:
        yield running_bot


@pytest.fixture
def ada(server: SlackServer) -> User:
    """A person who reads English."""
    return server.user("Ada", tz="Europe/Berlin")


async def subscribing(server: SlackServer, user: User) -> View:
    """Return the modal to subscribe, opened from an empty Home."""
    home = server.home(user) or (await server.opens_home(user)).home
    assert home is not None
    modal = (await server.presses(user, home, "My own words…")).view
    assert modal is not None
    return modal


async def with_buttons(server: SlackServer, channel: Channel) -> Message:
    """Return a message of the bot with the buttons that open modals for its conversation."""
    async with client_of(server) as client:
        await client.chat_postMessage(channel=channel.id, text="Papers", blocks=[opening_row("en")])
    return channel.last


async def test_what_is_typed_is_read_at_once(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """Below the field stand the reading of a query, what it would have brought, and titles."""
    modal = await subscribing(server, ada)
    assert "While you type" in modal.shown
    await server.types_into(ada, modal, "query", "video editing -medical")
    assert "video editing -medical" in modal.shown
    assert "3 of the 20 papers" in modal.shown
    assert "• [Sample] CutWise" in modal.shown
    assert modal.values["query"]["modal:query"]["value"] == "video editing -medical"
    assert "no subscription" in await bot.say(server.direct(ada), "/subscriptions")


async def test_a_query_that_cannot_be_read_is_mended_by_a_button(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """The problem is shown while typing and at the field when sent; the suggestion goes into the field."""
    modal = await subscribing(server, ada)
    await server.types_into(ada, modal, "query", "video ed*ing")
    assert "❌" in modal.shown
    refused = await server.submits(ada, modal)
    assert refused.errors is not None
    assert "Try: " in refused.errors["query"]
    suggestion = next(label for label in modal.labels if label.startswith("Try: "))
    await server.presses(ada, modal, suggestion)
    assert modal.values["query:1"]["modal:query"]["value"] == suggestion.removeprefix("Try: ")
    assert "❌" not in modal.shown
    assert (await server.submits(ada, modal, answers=1)).errors is None
    assert "video eding" in await bot.say(server.direct(ada), "/subscriptions")


async def test_of_what_is_typed_fast_the_newest_is_shown(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """A text that was typed over is not shown after the newer one, however long its answer takes."""
    modal = await subscribing(server, ada)
    texts = ("v", "vi", "video", "video e", "video editing")
    await asyncio.gather(
        *(server.types_into(ada, modal, "query", text, answers=0) for text in texts),
    )
    await server.until(lambda: "video editing" in modal.shown, awaited="the newest reading")
    await bot.say(server.direct(ada), "/subscriptions")
    assert "3 of the 20 papers" in modal.shown


async def test_a_reading_that_comes_late_does_not_undo_what_was_sent(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """Who types on and sends at once sees the result of it, not the form again."""
    lab = server.channel("lab", members=[ada])
    modal = (await server.presses(ada, await with_buttons(server, lab), "Subscribe…")).view
    assert modal is not None
    gate = asyncio.Event()
    reading = server.faults.plan(Held(gate, accepted=False), "views.update")
    await server.types_into(ada, modal, "query", "video editing", answers=0)
    await server.until(lambda: reading.hits, awaited="the reading to be on its way")
    await server.submits(ada, modal, {"query": "video editing"})
    assert "✅ #1" in modal.shown
    gate.set()
    await server.until(lambda: any(one.refusal == "hash_conflict" for one in server.log))
    assert "✅ #1" in modal.shown
    assert "video editing" in await bot.say(lab, "/subscriptions")


async def test_a_very_broad_query_is_asked_about(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """It is stored only once its box is ticked."""
    modal = await subscribing(server, ada)
    await server.submits(ada, modal, {"query": "x"})
    assert "very broad" in modal.shown
    assert modal.open
    assert "no subscription" in await bot.say(server.direct(ada), "/subscriptions")
    done = await server.submits(ada, modal, {"confirm": ["Subscribe all the same"]}, answers=1)
    assert done.errors is None
    assert "#1 x" in await bot.say(server.direct(ada), "/subscriptions")


async def test_a_query_that_is_there_already_is_refused_at_its_field(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """The words of `/subscribe` stand below the field, and the modal stays."""
    modal = await subscribing(server, ada)
    await bot.say(server.direct(ada), "/subscribe diffusion")
    said = await server.submits(ada, modal, {"query": "diffusion"})
    assert said.errors == {"query": "You have this already: #1 diffusion"}
    assert modal.open


async def test_a_modal_of_a_channel_is_for_that_channel(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """Whoever is in may subscribe it; the modal says the result of it, and the own chat gets nothing."""
    lab = server.channel("lab", members=[ada])
    modal = (await server.presses(ada, await with_buttons(server, lab), "Subscribe…")).view
    assert modal is not None
    said = await server.submits(ada, modal, {"query": "diffusion"})
    assert said.errors is None
    assert "✅ #1 diffusion" in modal.shown
    assert "#1 diffusion" in await bot.say(lab, "/subscriptions")
    assert "no subscription" in await bot.say(server.direct(ada), "/subscriptions")


async def test_rights_are_asked_when_a_modal_is_sent(server: SlackServer, ada: User, tmp_path: Path) -> None:
    """Who opened it while a member of a private channel, and was removed meanwhile, changes nothing."""
    bob = server.user("Bob")
    secret = server.channel("secret", members=[bob, ada], private=True)
    async with running(server, tmp_path) as bot:
        message = await with_buttons(server, secret)
        modal = (await server.presses(ada, message, "Subscribe…")).view
        settings = (await server.presses(bob, message, "Settings…")).view
        assert modal is not None
        assert settings is not None
        server.kicks(secret, ada)
        server.kicks(secret, bob)
        said = await server.submits(ada, modal, {"query": "diffusion"})
        assert said.errors == {"query": "Only members of this channel can change what it gets."}
        said = await server.submits(bob, settings, {"most": "3"})
        assert said.errors == {"most": "Only members of this channel can change what it gets."}
        assert "no subscription" in await bot.say(secret, "/subscriptions")


async def test_what_a_modal_keeps_gives_no_rights(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """Metadata that names a private channel of others, another workspace or nothing is refused."""
    secret = server.channel("secret", members=[server.user("Bob")], private=True)
    kept = {"tenant": server.team.id, "channel": secret.id, "number": None, "home": None}
    elsewhere = {**kept, "tenant": "T0OTHER", "channel": ""}
    for forged in map(json.dumps, (kept, elsewhere, {}, "x", [])):
        modal = await subscribing(server, ada)
        modal.said["private_metadata"] = forged
        said = await server.submits(ada, modal, {"query": "diffusion"})
        assert said.errors is not None
        assert list(said.errors) == ["query"]
        await server.closes(ada, modal)
    assert "no subscription" in await bot.say(secret, "/subscriptions")
    assert "no subscription" in await bot.say(server.direct(ada), "/subscriptions")


async def settings_of(server: SlackServer, user: User) -> View:
    """Return the modal of the settings, opened from an empty Home."""
    home = (await server.opens_home(user)).home
    assert home is not None
    modal = (await server.presses(user, home, "Settings…")).view
    assert modal is not None
    return modal


async def test_settings_are_those_of_the_commands(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """The form begins with what the chat has; what is changed in it, the commands tell."""
    modal, chat, home = await settings_of(server, ada), server.direct(ada), server.home(ada)
    assert home is not None
    await bot.say(chat, "/subscribe diffusion")
    assert modal.values["zone"]["modal:zone"]["value"] == "Europe/Berlin"
    assert modal.values["when"]["modal:when"]["selected_option"]["value"] == "daily"
    filled = {
        "when": "on the days chosen below",
        "days": ["Monday", "Thursday"],
        "time": "18:00",
        "zone": "tokyo",
        "most": "5",
        "quiet": "22:00 - 7:00",
        "versions": "as cards",
        "language": "中文",
    }
    said = await server.submits(ada, modal, filled, answers=1)
    assert (said.error, said.errors) == (None, None)
    assert "周一、周四" in home.shown or "星期一" in home.shown or "Monday, Thursday" in home.shown
    assert "Asia/Tokyo" in home.shown
    opened = await bot.archive.chat.chats.open(key_of(server.team.id, chat.id))
    stored = await bot.archive.chat.schedules.of_chat(opened.id)
    assert stored is not None
    assert (stored.rule, stored.zone, stored.most) == ("mon,thu 18:00", "Asia/Tokyo", 5)
    assert (stored.quiet, stored.versions) == ("22:00-07:00", "card")
    assert "中文" in await bot.say(chat, "/language")


async def test_nothing_is_stored_while_a_setting_cannot_be_read(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """Each problem is at its field, in the words of the command."""
    modal = await settings_of(server, ada)
    filled = {"when": "on the days chosen below", "zone": "Atlantis", "quiet": "late", "most": "7"}
    said = await server.submits(ada, modal, filled)
    assert said.errors is not None
    assert set(said.errors) == {"days", "zone", "quiet"}
    assert said.errors["days"] == "On which day of the week?"
    assert "Atlantis" in said.errors["zone"]
    assert "at most 10 papers" in await bot.say(server.direct(ada), "/limit")


async def test_settings_of_a_channel(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """A channel's form changes the channel, and says so in the modal."""
    lab = server.channel("lab", members=[ada])
    modal = (await server.presses(ada, await with_buttons(server, lab), "Settings…")).view
    assert modal is not None
    said = await server.submits(ada, modal, {"when": "from Monday to Friday", "time": "07:15"})
    assert said.errors is None
    assert "weekdays 07:15" in modal.shown
    assert "weekdays 07:15" in await bot.say(lab, "/schedule")


async def test_papers_are_found_in_a_modal(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """The shortcut opens it with the newest papers; results have pages, cards and buttons."""
    found = (await server.shortcut(ada, "find_papers")).view
    assert found is not None
    assert "Newest" in found.shown
    said = await server.submits(ada, found, {"query": "model sort:new"})
    assert said.error is None
    assert "· 1–5" in found.shown
    await server.presses(ada, found, "More papers")
    assert "· 6–" in found.shown
    assert found.values["query"]["find:query"]["value"] == "model sort:new"
    await server.presses(ada, found, "Save")
    assert "✅ Saved: " in found.shown
    await server.presses(ada, found, "Save", nth=1)
    assert found.shown.count("✅ Saved: ") == 1, "a notice stays only until the next one"
    paper = (await server.presses(ada, found, "More")).view
    assert paper is not None
    assert paper is not found
    assert "Abstract" in paper.shown
    assert "2 saved papers" in await bot.say(server.direct(ada), "/saved")


async def test_enter_searches(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """Who presses Enter in the field need not press the button; a search that finds nothing says so."""
    await bot.say(server.direct(ada), "/help")
    found = (await server.shortcut(ada, "find_papers")).view
    assert found is not None
    await server.types_into(ada, found, "query", "video editing")
    assert "video editing: 3 papers" in found.shown
    await server.types_into(ada, found, "query", "vidoe")
    assert "near it is video" in found.shown
    await server.presses(ada, found, "Try")
    assert "Video" in server.modal(ada).shown  # type: ignore[union-attr] # it is open


async def test_a_search_becomes_a_subscription(bot: RunningSlack, server: SlackServer, ada: User) -> None:
    """Its button opens the modal to subscribe, on top, with the query."""
    found = (await server.shortcut(ada, "find_papers")).view
    assert found is not None
    await server.submits(ada, found, {"query": "video editing"})
    modal = (await server.presses(ada, found, "Subscribe to this search")).view
    assert modal is not None
    assert modal.previous is found
    await server.submits(ada, modal)
    assert "✅ #1 video editing" in modal.shown
    assert "video editing" in await bot.say(server.direct(ada), "/subscriptions")


async def test_a_fourth_modal_takes_the_place_of_the_third(
    bot: RunningSlack, server: SlackServer, ada: User
) -> None:
    """Slack stacks three; who reads on and on reads on in the last one."""
    await bot.say(server.direct(ada), "/help")
    top = (await server.shortcut(ada, "find_papers")).view
    for wanted in ("More", "Similar", "More", "Similar", "More"):
        assert top is not None
        top = (await server.presses(ada, top, wanted)).view
    assert top is not None
    assert "Abstract" in top.shown
    assert len(server.world.stacks[ada.id]) == 3


async def test_late_answers_of_a_sent_modal_are_shown_all_the_same(
    bot: RunningSlack, server: SlackServer, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack is answered before its three seconds are over; the result of it is shown once it is known."""
    monkeypatch.setattr(open_views, "PATIENCE", 0.0)
    modal = await subscribing(server, ada)
    await server.until(lambda: "What do you look for" in modal.shown, awaited="the form")
    await server.submits(ada, modal, {"query": "ed*ing"}, until=lambda: "❌" in modal.shown)
    assert modal.values["query:1"]["modal:query"]["value"] == "ed*ing"
    await server.submits(ada, modal, {"query:1": "diffusion"}, until=lambda: "✅" in modal.shown)
    assert "#1 diffusion" in await bot.say(server.direct(ada), "/subscriptions")
