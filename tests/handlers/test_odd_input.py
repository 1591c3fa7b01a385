"""What can't be understood: one concrete suggestion, in the language of the chat, and it works."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import COMMANDS

if TYPE_CHECKING:
    from conversation import Conversation

pytest_plugins = ("conversation_fixtures",)

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# The table of bad input in the specification of the query language: what is typed, how it is read.
READ_AS = {
    '"video editing': '"video editing"',
    "(video editing": "video editing",
    "(diffusion, (gan video": "diffusion OR (gan video)",
    "video) editing": "video editing",
    "video AND AND editing": "video editing",
    "video editing OR": "video editing",
    "Segment Anything: SAM": "segment anything sam",
    "/video|editing/": "video OR editing",
    "<b>video</b> editing": "video editing",
    "<@U123> video <!channel> editing": "video editing",
    "@somebody video editing": "video editing",
    "video\x00\x1b editing": "video editing",
    "“video editing”": '"video editing"',
    "video –editing": "video -editing",
}
REFUSED = {
    "-medical": "diffusion -medical",
    "the of": "diffusion",
    "ab*": "ab",
    "*diffusion": "diffusion",
    "di*on": "dion",
    "auther:song": "au:song",
    "cat:cs.XX": "cat:cs.AI",
    "video -video": "video",
    "x" * 301: "x" * 300,
    "...": "diffusion",
}


@LANGUAGES
@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
async def test_every_command_without_arguments(samples: Conversation, command: str, language: str) -> None:
    """Every command answers without arguments, in the chat's language, and each thing it offers works."""
    await samples.say("/subscribe diffusion")
    await samples.say(f"/language {language}")
    told = await samples.say(f"/{command}")
    assert told.text or told.cards
    assert "error" not in told.tones
    for part in [part for part in told.text.splitlines() if not part.startswith(("/", "#", "·"))][:1]:
        assert bool(CHINESE.search(part)) == (language == "zh"), part
    for offered in told.commands:
        assert "error" not in (await samples.say(offered)).tones, offered


@LANGUAGES
@pytest.mark.parametrize(("typed", "reading"), READ_AS.items())
async def test_what_is_read_all_the_same(
    samples: Conversation, typed: str, reading: str, language: str
) -> None:
    """Slips that leave no doubt are read, and the reading is shown with what was done."""
    await samples.say(f"/language {language}")
    told = await samples.say(f"/subscribe {typed}")
    assert told.text.startswith(f"#1 {reading} · ")
    assert told.tones[0] == "ok"


@LANGUAGES
@pytest.mark.parametrize(("typed", "suggestion"), REFUSED.items())
@pytest.mark.parametrize("command", ["subscribe", "preview", "search"])
async def test_what_is_refused_with_a_suggestion(
    samples: Conversation, command: str, typed: str, suggestion: str, language: str
) -> None:
    """What can't be read is refused with one thing to type instead, which works; nothing is stored."""
    await samples.say(f"/language {language}")
    told = await samples.say(f"/{command} {typed}")
    assert told.tones == ["error"]
    assert bool(CHINESE.search(told.text)) == (language == "zh")
    assert told.commands == [f"/{command} {suggestion}"]
    assert "error" not in (await samples.say(told.commands[0])).tones
    if command != "subscribe":
        assert "#1" not in (await samples.say("/subscriptions")).text


@pytest.mark.parametrize(("typed", "column"), [("video di*on", 8), ("*diffusion", 0), ("标题 di*on", 4)])
async def test_a_caret_shows_the_place(samples: Conversation, typed: str, column: int) -> None:
    """Where a star stands wrongly a caret stands under it, also in Chinese text and at the very beginning."""
    told = await samples.say(f"/preview {typed}")
    _, shown, caret = told.text.split("\n")
    assert shown == typed
    wide = sum(2 if char == "\u3000" else 1 for char in caret[:-1])
    assert wide >= column
    assert caret.endswith("^")


@LANGUAGES
@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("/serach", "/search"),
        ("/digests", "/digest"),
        ("/xyzzy", "/help"),
        ("/订", "/help"),
        ("/subscribed", "/subscribe"),
    ],
)
async def test_unknown_commands(samples: Conversation, typed: str, suggestion: str, language: str) -> None:
    """An unknown command leads to the nearest one, with what was asked, or to /help."""
    await samples.say(f"/language {language}")
    told = await samples.say(f"{typed} something")
    assert told.tones == ["error"]
    assert typed in told.text
    assert bool(CHINESE.search(told.text.replace(typed, ""))) == (language == "zh")
    assert told.commands == [suggestion if suggestion == "/help" else f"{suggestion} something"]


@pytest.mark.parametrize(
    "name", [alias for command in COMMANDS for alias in (command.name, *command.aliases)]
)
async def test_every_name_of_a_command_is_its_own(name: str) -> None:
    """No two commands share a name or an alias."""
    owners = [command.name for command in COMMANDS if name in (command.name, *command.aliases)]
    assert len(owners) == 1


async def test_help_lists_every_command(samples: Conversation) -> None:
    """/help names each command that works here, its arguments and what it does, in columns that line up."""
    told = await samples.say("/help")
    rows = told.text.splitlines()
    here = [command for command in COMMANDS if not command.only_on]
    assert not any(row.startswith("/manage") for row in rows)
    for command in here:
        row = next(row for row in rows if row.split()[0] == f"/{command.name}")
        assert command.summary in row
    starts = {
        row.index(command.summary) for command in here for row in rows if row.startswith(f"/{command.name} ")
    }
    assert len(starts) == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("zh", "现在用简体中文回答。"),
        ("中文", "现在用简体中文回答。"),
        ("en-US", "Answers are in English now."),
    ],
)
async def test_language(samples: Conversation, typed: str, answer: str) -> None:
    """Tags and names are understood, and the answer is in the new language."""
    assert (await samples.say(f"/language {typed}")).text == answer


async def test_a_language_that_is_not_spoken(samples: Conversation) -> None:
    """Another language is refused with those there are."""
    told = await samples.say("/language tlh")
    assert told.text == "tlh is not spoken here. Choose:"
    assert told.commands == ["/language en", "/language zh"]


@pytest.mark.parametrize(
    "command",
    ["subscribe", "search", "edit 1", "preview", "unsubscribe", "pause", "paper", "latest", "language", ""],
)
@settings(
    max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    typed=st.one_of(
        st.text(max_size=60),
        st.text(alphabet='()"“”*:-|,，/\\<>@#&;\n \u3000', max_size=40),
        st.lists(
            st.sampled_from(
                [
                    "sort:new",
                    "page:2",
                    "after:2024",
                    "NOT",
                    "OR",
                    "(",
                    "cat:",
                    "ti:",
                    "9" * 12,
                    "yes:",
                    "all",
                    "扩散",
                ]
            ),
            max_size=8,
        ).map(" ".join),
    )
)
async def test_anything_may_be_typed(samples: Conversation, command: str, typed: str) -> None:
    """Nothing that is typed raises; there is always an answer."""
    told = await samples.say(f"/{command} {typed}" if command else typed)
    assert told.parts
