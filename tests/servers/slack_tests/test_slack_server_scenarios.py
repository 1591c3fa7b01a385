"""People on the Slack of the tests, with a real slack_bolt app on the other side."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_server import HangingError, SlackServer
from slack_server.client import client_of, in_socket_mode, over_http
from slack_server.example_app import ExampleApp, modal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_server import Channel, User

pytest_plugins = ("slack_server.fixtures",)


@pytest.fixture
def example() -> ExampleApp:
    """A small app."""
    return ExampleApp()


@pytest.fixture(params=["sockets", "http"])
async def running(
    request: pytest.FixtureRequest, server: SlackServer, example: ExampleApp
) -> AsyncIterator[SlackServer]:
    """The server while the app listens, over Socket Mode and over HTTP."""
    listens = in_socket_mode if request.param == "sockets" else over_http
    async with listens(example.app(server), server):
        yield server


@asynccontextmanager
async def listening(server: SlackServer, example: ExampleApp) -> AsyncIterator[None]:
    """Let the app listen over Socket Mode."""
    async with in_socket_mode(example.app(server), server):
        yield


@pytest.fixture
def ada(server: SlackServer) -> User:
    """A person."""
    return server.user("Ada")


@pytest.fixture
def lab(server: SlackServer, ada: User) -> Channel:
    """A channel with that person and the bot."""
    return server.channel("lab", members=[ada])


async def test_commands(running: SlackServer, ada: User, lab: Channel, example: ExampleApp) -> None:
    """A command's answer is a message or comes with the acknowledgement, for the person alone."""
    said = await running.command(ada, lab, "/papers", "diffusion")
    assert (said.text, said.error) == ("*A paper*", None)
    assert said.answer.text == "diffusion"
    assert said.answer.labels == ["Similar", "Mute", "PDF", "Save", "Edit", "arXiv", "Daily", "Weekly"]
    assert 0 <= said.acked_after < 3
    private = await running.command(ada, lab, "/papers", "help")
    assert (private.text, private.answer.only_for) == ("Use it.", ada)
    assert (
        await running.command(ada, lab, "/papers", "badly", answers=0)
    ).error == "invalid_command_response"
    body = example.bodies[0]
    assert (body["channel_name"], body["user_id"], body["text"]) == ("lab", ada.id, "diffusion")


async def test_buttons_and_menus(running: SlackServer, ada: User, lab: Channel, example: ExampleApp) -> None:
    """Buttons and menus are found by label, value, option or id; links open a page and tell the bot, too."""
    card = (await running.command(ada, lab, "/papers", "x")).answer
    assert (await running.presses(ada, card, "Save")).answer.only_for is ada
    assert (await running.presses(ada, card, "/save 1")).text == "Saved."
    assert (await running.presses(ada, card, "Mute")).text == "mute"
    assert (await running.presses(ada, card, "more", "Similar")).text == "similar"
    assert (await running.presses(ada, card, "arXiv")).opens == "https://arxiv.org/abs/1"
    assert (await running.presses(ada, card, "PDF", answers=1)).opens == "https://a.example/1"
    with pytest.raises(AssertionError, match="is not in"):
        await running.presses(running.user("Bo"), card, "Save")
    replaced = await running.presses(ada, card, "when", "Weekly")
    assert replaced.edited == (card,)
    assert (card.text, card.edits[0].text, len(card.edits)) == ("weekly", "x", 1)
    action = example.bodies[1]["actions"][0]
    assert (action["type"], action["value"], action["text"]["text"]) == ("button", "/save 1", "Save")
    with pytest.raises(LookupError, match="there are"):
        await running.presses(ada, card, "Gone")


async def test_modals(running: SlackServer, ada: User, lab: Channel, example: ExampleApp) -> None:
    """A modal opens by a button, changes as somebody types, says errors, and closes when it is taken."""
    card = (await running.command(ada, lab, "/papers", "x")).answer
    view = (await running.presses(ada, card, "Edit")).view
    assert view is not None
    assert view is running.modal(ada)
    assert (view.title, view.callback_id) == ("Edit", "edit")
    assert view.values["time"]["at"] == {"type": "timepicker", "selected_time": "09:00"}
    assert view.values["where"]["to"]["selected_conversation"] == lab.id
    await running.types_into(ada, view, "Query", "diffusion")
    assert (view.title, len(view.versions)) == ("diffusion", 1)
    assert view.values["query"]["text"]["value"] == "diffusion"

    example.submission = {"response_action": "errors", "errors": {"query": "Too broad."}}
    said = await running.submits(ada, view, {"days": ["Mon", "tue"], "time/at": "10:30", "to": lab})
    assert (said.errors, view.open) == ({"query": "Too broad."}, True)
    values = example.bodies[-1]["view"]["state"]["values"]
    assert [one["value"] for one in values["days"]["on"]["selected_options"]] == ["mon", "tue"]
    assert (values["time"]["at"]["selected_time"], values["where"]["to"]["selected_conversation"]) == (
        "10:30",
        lab.id,
    )
    assert example.bodies[-1]["response_urls"][0]["channel_id"] == lab.id

    example.submission = {"response_action": "update", "view": modal("Sure?", notify_on_close=True)}
    await running.submits(ada, view)
    assert (view.title, view.open) == ("Sure?", True)
    example.submission = {"response_action": "push", "view": modal("Really?")}
    await running.submits(ada, view)
    pushed = running.modal(ada)
    assert pushed is not None
    assert (pushed.previous, pushed.title) == (view, "Really?")
    example.submission = {}
    await running.submits(ada, pushed, {"query": "x"})
    assert running.modal(ada) is view
    closed = await running.closes(ada, view)
    assert (running.modal(ada), closed.error) == (None, None)
    assert (example.bodies[-1]["type"], example.bodies[-1]["is_cleared"]) == ("view_closed", False)


async def test_what_a_client_would_not_submit(server: SlackServer, ada: User, example: ExampleApp) -> None:
    """An empty input that is not optional, or a text that is too long, never gets to the bot."""
    async with listening(server, example):
        await server.shortcut(ada, "subscribe")
        view = server.modal(ada)
        assert view is not None
        with pytest.raises(AssertionError, match="'Query' is empty"):
            await server.submits(ada, view)
        with pytest.raises(AssertionError, match="0 to 20 characters"):
            await server.submits(ada, view, {"query": "x" * 21})
        with pytest.raises(LookupError, match="no option 'Wed'"):
            await server.submits(ada, view, {"days": ["Wed"]})
        example.submission = {"response_action": "errors", "errors": {"nowhere": "x"}}
        assert (await server.submits(ada, view, {"query": "x"})).error == "invalid_view_response"
        example.submission = {"response_action": "clear"}
        await server.submits(ada, view)
    assert [body["type"] for body in example.bodies] == ["shortcut", "view_submission", "view_submission"]
    with pytest.raises(AssertionError, match="not on top"):
        await server.submits(ada, view)


async def test_home(running: SlackServer, ada: User, example: ExampleApp) -> None:
    """The Home tab is published when it is opened, and updated in place the next time."""
    said = await running.opens_home(ada)
    home = running.home(ada)
    assert home is not None
    assert said.home is home
    assert home.shown == "Home"
    old = home.hash
    await running.opens_home(ada)
    assert (home.hash != old, len(home.versions)) == (True, 1)
    assert "view" not in example.bodies[0]["event"]
    assert example.bodies[1]["event"]["view"]["id"] == home.id
    opened = await running.presses(ada, home, "Edit")
    assert opened.view is running.modal(ada)
    assert example.bodies[-1]["container"] == {"type": "view", "view_id": home.id}


async def test_writing_to_the_bot(running: SlackServer, ada: User, lab: Channel, example: ExampleApp) -> None:
    """A mention and a direct message get there, escaped as Slack does; other messages do not."""
    said = await running.mention(ada, lab, "what is <new> & good?")
    assert said.answer.text == f"<@{running.bot.id}> what is &lt;new&gt; &amp; good?"
    assert said.answer.mentions == [f"<@{running.bot.id}>"]
    assert said.acked_after < 3
    assert (await running.mention(ada, lab, "here", thread=said.answer)).answer.thread_ts == said.answer.ts
    direct = await running.direct_message(ada, "https://arxiv.org/abs/1 please")
    assert direct.answer.links == [("https://arxiv.org/abs/1", "https://arxiv.org/abs/1")]
    assert direct.answer.channel.kind == "im"
    assert (await running.posts(ada, lab, "hello all")).event is None
    away = running.channel("away", members=[ada], bot_is_in=False)
    assert (await running.mention(ada, away, "hi")).event is None
    body = example.bodies[0]
    assert body["authorizations"][0]["user_id"] == running.bot.id
    assert (body["team_id"], body["event"]["channel"], body["event"]["type"]) == (
        running.team.id,
        lab.id,
        "app_mention",
    )


async def test_links_are_unfurled(running: SlackServer, ada: User, lab: Channel) -> None:
    """Links of the app's domains come as link_shared, sent or still in the composer; others do not."""
    said = await running.posts_link(ada, lab, "see https://www.arxiv.org/abs/1 and https://other.example/2")
    assert said.message is not None
    assert list(said.message.unfurls) == ["https://www.arxiv.org/abs/1"]
    assert said.event is not None
    assert said.event.event["links"][0]["domain"] == "arxiv.org"
    composing = await running.posts_link(ada, lab, "https://doi.org/10.1/x", in_composer=True)
    assert composing.message is not None
    assert (list(composing.message.unfurls), composing.message.ts in lab.history) == (
        ["https://doi.org/10.1/x"],
        False,
    )
    assert (await running.posts_link(ada, lab, "https://other.example")).event is None


async def test_message_shortcuts(running: SlackServer, ada: User, lab: Channel) -> None:
    """A shortcut of anybody's message brings the message."""
    message = (await running.posts(ada, lab, "a paper")).message
    assert message is not None
    said = await running.message_shortcut(ada, "save_paper", message)
    assert (said.text, said.answer.only_for) == ("Saved a paper", ada)


async def test_comings_and_goings(server: SlackServer, ada: User, lab: Channel, example: ExampleApp) -> None:
    """What happens to channels, people and the app itself comes as events, in any order."""
    async with listening(server, example):
        message = (await server.command(ada, lab, "/papers", "x")).answer
        reacted = await server.reacts(ada, message, "eyes")
        assert reacted.event is not None
        told = [
            reacted.event,
            server.joins(lab, bo := server.user("Bo")),
            server.kicks(lab, bo),
            server.renames(lab, "lab-2"),
            server.archives(lab),
            server.kicks(lab, server.bot),
            server.deletes(lab),
            server.deactivates(bo),
            *server.uninstalls(),
        ]
        for one in told:
            assert one is not None
            await server.handled(one)
        kinds = [body["event"]["type"] for body in example.bodies if "event" in body]
    assert sorted(kinds) == sorted(one.event["type"] for one in told if one is not None)
    assert len(kinds) == 10
    assert server.archives(server.channel("x", private=True, bot_is_in=False)) is None


async def test_an_event_may_come_twice(
    running: SlackServer, ada: User, lab: Channel, example: ExampleApp
) -> None:
    """A repeated event has the event_id that it had before."""
    said = await running.mention(ada, lab, "hi")
    assert said.event is not None
    await running.handled(running.repeats(said.event))
    await running.until(lambda: len(lab.messages) == 2)
    assert {body["event_id"] for body in example.bodies} == {said.event.event_id}


async def test_slack_connect(server: SlackServer, lab: Channel, example: ExampleApp) -> None:
    """Somebody of another workspace writes in a shared channel, and the event says so."""
    partner = server.workspace("Partner")
    eve = server.user("Eve", team=partner)
    lab.shared_with.append(partner)
    server.joins(lab, eve)
    async with listening(server, example):
        await server.mention(eve, lab, "hi")
        body = example.bodies[-1]
        assert (body["is_ext_shared_channel"], body["event"]["user_team"]) == (True, partner.id)
        assert body["authorizations"][0]["team_id"] == server.team.id
        with pytest.raises(AssertionError, match="not in Partner"):
            await server.command(eve, lab, "/papers")


async def test_triggers_are_short_lived(
    server: SlackServer, ada: User, lab: Channel, example: ExampleApp
) -> None:
    """A trigger_id opens one view within three seconds; a stack holds three; a wrong hash is a conflict."""
    async with listening(server, example), client_of(server) as client:
        await server.command(ada, lab, "/papers", "x")
        trigger_id = example.bodies[-1]["trigger_id"]
        view = modal("One")
        opened = await client.views_open(trigger_id=trigger_id, view=view)
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await client.views_open(trigger_id=trigger_id, view=view)
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            await client.views_open(trigger_id="x", view=view)
        with pytest.raises(SlackApiError, match="hash_conflict"):
            await client.views_update(view_id=opened["view"]["id"], hash="1.x", view=view)
        for title in ("Two", "Three", "Four"):
            top = server.modal(ada)
            assert top is not None
            await server.types_into(ada, top, "query", title)
            trigger_id = example.bodies[-1]["trigger_id"]
            if title == "Four":
                with pytest.raises(SlackApiError, match="push_limit_reached"):
                    await client.views_push(trigger_id=trigger_id, view=view)
            else:
                await client.views_push(trigger_id=trigger_id, view=view)
        await server.command(ada, lab, "/papers", "x")
        server.passes(3.1)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client.views_open(trigger_id=example.bodies[-1]["trigger_id"], view=view)
        with pytest.raises(SlackApiError, match="not_found"):
            await client.views_update(view_id="V404", view=view)


async def test_response_urls_wear_out(
    server: SlackServer, ada: User, lab: Channel, example: ExampleApp
) -> None:
    """A response_url takes five messages within half an hour, deletes what was pressed, and checks blocks."""
    async with listening(server, example), client_of(server) as client:
        card = (await server.command(ada, lab, "/papers", "x")).answer
        await server.presses(ada, card, "Save")
        url = example.bodies[-1]["response_url"]

        async def sends(**body: Any) -> tuple[int, str]:
            assert client.session is not None
            async with client.session.post(url, json=body) as answer:
                text = await answer.text()
                return answer.status, text if text == "ok" else json.loads(text)["error"]

        assert await sends(text="x", blocks=[{"type": "shout"}]) == (200, "invalid_blocks")
        assert await sends(text="2") == (200, "ok")
        assert await sends(text="3", response_type="in_channel") == (200, "ok")
        assert lab.last.only_for is None
        assert await sends(delete_original=True) == (200, "ok")
        assert card.deleted
        assert await sends(text="5") == (200, "ok")
        assert await sends(text="6") == (404, "used_url")
        card = (await server.command(ada, lab, "/papers", "x")).answer
        await server.presses(ada, card, "Save")
        url = example.bodies[-1]["response_url"]
        server.passes(30 * 60 + 1)
        assert await sends(text="late") == (404, "expired_url")


async def test_hanging_is_told(server: SlackServer, ada: User, lab: Channel, example: ExampleApp) -> None:
    """Where the awaited answer does not come, the failure says what was awaited and what was requested."""
    async with listening(server, example):
        await server.command(ada, lab, "/papers", "x")
        with pytest.raises(
            HangingError, match=r"waited 0.05 s for a tenth message; 1 sockets; last requests:\n"
        ):
            await server.until(lambda: len(lab.messages) == 10, awaited="a tenth message", patience=0.05)
