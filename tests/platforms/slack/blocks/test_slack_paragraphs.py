"""Paragraphs of an answer as Slack's blocks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_reading import Json, seen, seen_block, spans
from slack_rendering import rendered

from bot.domain.chat.command import Button, Reply, Text
from bot.platforms.slack.blocks.paragraphs import slack_command, with_slack_commands
from bot.platforms.slack.messages.render import render
from handlers import COMMANDS

NAMES = frozenset(name for spec in COMMANDS for name in (spec.name, *spec.aliases))


def _only(*parts: Text) -> Json:
    (block,) = rendered(*parts).blocks
    return block


def test_texts_have_signs_and_tones() -> None:
    """Success, warnings and errors begin with a sign, before the first of their lines only."""
    message = rendered(
        Text("Done", "heading"), Text("It is.\nReally.", "ok"), Text("Late.", "warning"), Text("No.", "error")
    )

    assert seen(message) == "Done\n✅ It is.\nReally.\n⚠️ Late.\n❌ No."
    assert message.text == seen(message)


def test_each_tone_has_its_block() -> None:
    """Hints are small, code is in letters of one width, what somebody else said has a bar beside it."""
    assert _only(Text("Done", "heading"))["type"] == "header"
    assert _only(Text("By the way", "hint"))["type"] == "context"
    assert _only(Text("@misc{key}", "code"))["elements"][0]["type"] == "rich_text_preformatted"
    assert _only(Text("We show.\nThey tell.", "quote"))["elements"][0]["type"] == "rich_text_quote"
    assert seen_block(_only(Text("We show.\nThey tell.", "quote"))) == "We show.\nThey tell."


def test_a_heading_that_is_too_long_is_bold() -> None:
    """A title of more than 150 characters is no header block, and is not cut."""
    title = "A very long title " * 9
    message = rendered(Text(title, "heading"))

    assert message.blocks[0]["type"] == "rich_text"
    assert spans(message, "bold") == [title.strip()]


def test_tables_become_sentences() -> None:
    """Columns that blanks would align are parted by a dash; empty lines stay."""
    message = rendered(Text("/help                 all commands\nti:sam  au:song   in a field\n\nend"))

    assert seen(message) == "/help — all commands\nti:sam  au:song — in a field\n\nend"


@pytest.mark.parametrize(("before", "after"), [(3, 0), (3, 30), (60, 3), (60, 60), (0, 90)])
def test_a_caret_points_at_its_place(before: int, after: int) -> None:
    """What a caret points at is shown in letters of one width, on a line that a window does not break."""
    text = f"A word is missing.\n{'a' * before}X{'b' * after}\n{' ' * before}^"
    block = rendered(Text(text, "error")).blocks[-1]

    assert block["elements"][0]["type"] == "rich_text_preformatted"
    line, caret = seen_block(block).split("\n")
    assert line[caret.index("^")] == "X"
    assert len(line) <= 62


@given(
    st.lists(st.sampled_from(["a", " ", "\n", "扩散", "e\u0301", "&", "word ", "\t", "/help "]), max_size=60)
)
@pytest.mark.parametrize("tone", ["plain", "ok", "code", "quote", "hint"])
def test_a_long_text_goes_on_in_the_next_block(tone: str, pieces: list[str]) -> None:
    """Nothing of our own text is cut, however long it is."""
    text = "".join(pieces) * 90
    messages = render(Reply((Text(text, tone),)), "en")  # type: ignore[arg-type]

    shown = "".join("".join(map(seen, messages)).split()).removeprefix("✅").replace("—", "")
    assert shown == ("".join(text.split()) or "…")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Type /subscribe video", "Type /papers subscribe video"),
        ("/help", "/papers help"),
        ("see (/help), “/search x”.", "see (/papers help), “/papers search x”."),
        ("请输入：/订阅 视频", "请输入：/papers 订阅 视频"),
        ("https://x.example/help and a/help", "https://x.example/help and a/help"),
        ("/helpful /search/x /unknown", "/helpful /search/x /unknown"),
        ("/papers help", "/papers help"),
    ],
)
def test_commands_are_those_of_slack(text: str, expected: str) -> None:
    """Our own commands stand behind the app's slash command; paths, addresses and other words stay."""
    assert slack_command(text, NAMES) == expected


@given(st.lists(st.sampled_from([*"/ \n(:ap", "help", "search", "papers"]), max_size=30))
def test_commands_are_changed_once(words: list[str]) -> None:
    """What was changed is not changed again, and nothing but the slash command is put in."""
    text = "".join(words)
    changed = slack_command(text, NAMES)

    assert slack_command(changed, NAMES) == changed
    assert changed.replace("/papers ", "/") == text.replace("/papers ", "/")


def test_only_texts_of_ours_name_commands() -> None:
    """Code, quotations, headings and what a caret points at are left alone."""
    for tone in ("code", "quote", "heading"):
        text = Text("/help", tone)
        assert with_slack_commands(text, NAMES) == text
    pointed = with_slack_commands(Text("See /help.\n/search (\n        ^", "error"), NAMES)
    assert pointed.text == "See /papers help.\n/search (\n        ^"


def test_buttons_name_commands_too() -> None:
    """The label of an example is what can be typed; its value stays our own command."""
    (message,) = render(
        Reply((Text("For example:"),), (Button("/search x", "/search x"),)), "en", commands=NAMES
    )

    (button,) = message.blocks[-1]["elements"]
    assert (button["text"]["text"], button["value"]) == ("/papers search x", "/search x")


def test_no_command_is_called_like_the_slash_command() -> None:
    """The app's slash command is no name of ours, or it would be put before itself."""
    assert not any(re.match(r"papers\b", name) for name in NAMES)
