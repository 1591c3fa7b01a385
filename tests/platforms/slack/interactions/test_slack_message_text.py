"""What people typed and pressed, read out of what Slack sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_server.block_kit.mrkdwn import typed as as_slack_writes

from bot.platforms.slack.interactions.events import read_command, read_mention, read_message, read_press
from bot.platforms.slack.interactions.message_text import asked_for, decoded, taken_share, without_mention
from bot.platforms.slack.messages.metadata import delivery_of, of_delivery

NAMES = frozenset({"search", "subscribe", "订阅", "help", "digest"})

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def escaped(text: str) -> str:
    """Escape a text as Slack does (docs.slack.dev/messaging/formatting-message-text#escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(TEXTS)
def test_what_slack_escapes_is_read_as_it_was_typed(text: str) -> None:
    """Escaping is undone once, whatever was typed: entities that somebody typed stay."""
    assert decoded(escaped(text)) == text


@given(st.text("ab &<>|@#!/:.x", max_size=40))
def test_decoding_never_fails_and_leaves_no_escape_of_its_own(text: str) -> None:
    """Whatever comes is read; a text without Slack's signs stays as it is."""
    read = decoded(text)
    if not set(text) & set("&<>"):
        assert read == text


@pytest.mark.parametrize(
    ("encoded", "read"),
    [
        ("a &amp;lt; b", "a &lt; b"),
        ("<https://arxiv.org/abs/2403.09638>", "https://arxiv.org/abs/2403.09638"),
        ("<http://arxiv.org|arxiv.org> x", "arxiv.org x"),
        ("<http://a.org/|a.org>", "a.org"),
        ("<https://a.org/x?a=1&amp;b=2|my link>", "https://a.org/x?a=1&b=2"),
        ("<mailto:ada@a.org|ada@a.org>", "ada@a.org"),
        ("<#C012|lab> <#C012|> <#C012>", "#lab #C012 #C012"),
        ("<@U012|ada> <@U012>", "@ada @U012"),
        ("<!here> <!channel|channel> <!subteam^S1|@team> <!subteam^S1>", "@here channel @team @subteam"),
        ("<!date^1700000000^{date}|yesterday>", "yesterday"),
        ("<>", "<>"),
        ("a < b", "a < b"),
    ],
)
def test_slacks_signs_are_read(encoded: str, read: str) -> None:
    """Links, people, channels and dates read as they were typed, or as near as can be."""
    assert decoded(encoded) == read


@given(st.text("ab &<>|@#!", max_size=40))
def test_the_servers_writing_is_undone(text: str) -> None:
    """What the test server's clients make of a text is read as that text again."""
    if "://" not in text:
        assert decoded(as_slack_writes(text)) == text


@given(TEXTS, TEXTS)
def test_a_mention_of_us_is_taken_out(before: str, after: str) -> None:
    """Of the text around it nothing is lost, and mentions of others stay."""
    encoded = f"{escaped(before)}<@U1>{escaped(after)} <@U12>"
    assert decoded(without_mention(encoded, "U1")) == f"{before} {after} @U12"


@pytest.mark.parametrize(
    ("words", "dispatched"),
    [
        ("", "/help"),
        ("   ", "/help"),
        ("search diffusion", "/search diffusion"),
        ("SUBSCRIBE  a\nb", "/SUBSCRIBE  a\nb"),
        ("订阅 扩散", "/订阅 扩散"),
        ("diffusion", "diffusion"),
        ("searching diffusion", "searching diffusion"),
        ("/search x", "/search x"),
    ],
)
def test_a_known_first_word_is_a_command(words: str, dispatched: str) -> None:
    """Whatever has no known first word is looked for; nothing at all asks for help."""
    assert asked_for(words, NAMES) == dispatched


@pytest.mark.parametrize(
    ("words", "rest", "share"),
    [
        ("search x --share", "search x", True),
        ("--share latest", "latest", True),
        ("latest —share", "latest", True),
        ("x --shared", "x --shared", False),
        ("x--share", "x--share", False),
        ("", "", False),
    ],
)
def test_the_option_share_is_taken_out(words: str, rest: str, share: bool) -> None:  # noqa: FBT001 (a column)
    """Only as a word of its own, also with the dash that Slack makes of two hyphens."""
    assert taken_share(words) == (rest, share)


def test_other_slash_commands_stand_for_their_own_name() -> None:
    """`/subscribe x` needs no first word."""
    body = {"channel_id": "C1", "user_id": "U1", "command": "/subscribe", "text": "a &lt; b --share"}
    asked = read_command(body, NAMES)
    assert (asked.text, asked.share, asked.once) == ("/subscribe a < b", True, "")


def press(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a press as Slack brings it."""
    container = {"message_ts": "1.2", "channel_id": "C1", "is_ephemeral": True}
    return {"user": {"id": "U1"}, "container": container, "actions": [action], "trigger_id": "t", **more}


def test_presses_are_read() -> None:
    """Buttons and options give their value; those that lead to a page give nothing to do."""
    button = read_press(press({"action_id": "command:0", "value": "/save x"}))
    assert button is not None
    assert (button.text, button.pressed_ts, button.is_ephemeral) == ("/save x", "1.2", True)
    option = {"action_id": "overflow:3", "selected_option": {"value": "/mute x"}}
    chosen = read_press(press(option, channel={"id": "C2"}))
    assert chosen is not None
    assert (chosen.text, chosen.channel_id) == ("/mute x", "C2")
    assert read_press(press({"action_id": "overflow:3", "selected_option": {"value": "link:0"}})) is None
    assert read_press(press({"action_id": "link:0"})) is None
    assert read_press(press({"action_id": "command:0"})) is None


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"bot_id": "B1"},
        {"user": None},
        {"channel_type": "channel"},
        {"text": " "},
    ],
)
def test_only_what_people_write_is_answered(change: dict[str, Any]) -> None:
    """Edits, bots, other conversations and empty messages ask nothing."""
    event = {"channel": "D1", "channel_type": "im", "user": "U1", "text": "help", "thread_ts": "1.0"}
    asked = read_message({"event_id": "Ev1", "event": event}, NAMES, bot_user_id="U0")
    assert asked is not None
    assert (asked.text, asked.thread_ts, asked.once) == ("/help", "1.0", "Ev1")
    assert read_message({"event": {**event, **change}}, NAMES, bot_user_id="U0") is None


def test_a_mention_alone_asks_for_help() -> None:
    """Who only calls us is told what we can do."""
    event = {"channel": "C1", "user": "U1", "text": "<@U0>"}
    asked = read_mention({"event": event}, NAMES, bot_user_id="U0")
    assert asked is not None
    assert asked.text == "/help"


@given(st.integers(min_value=1, max_value=2**53))
def test_a_delivery_is_known_by_its_metadata(number: int) -> None:
    """What is sent along is read again."""
    assert delivery_of({"metadata": of_delivery(number)}) == number


@given(JSON)
def test_foreign_metadata_is_no_delivery(anything: Any) -> None:
    """Whatever other apps send along is not ours."""
    assert delivery_of({"metadata": anything}) is None
    assert delivery_of({"metadata": {"event_type": "paperwire_delivery", "event_payload": anything}}) is None
