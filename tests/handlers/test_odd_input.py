"""What can't be understood: one concrete suggestion, in the language of the chat, and it works."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conversation import Conversation
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import COMMANDS

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

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


async def new_chat(archive: Database, name: str, language: str) -> Conversation:
    """Return a chat of its own that speaks a language."""
    chat = Conversation(archive, name)
    await chat.say(f"/language {language}")
    return chat


@pytest.mark.usefixtures("samples")
@LANGUAGES
async def test_every_command_without_arguments(archive: Database, language: str) -> None:
    """Every command answers without arguments, in the chat's language, and each thing it offers works."""
    for command in COMMANDS:
        chat = await new_chat(archive, command.name, language)
        await chat.say("/subscribe diffusion")
        told = await chat.say(f"/{command.name}")
        assert told.text or told.cards, command.name
        assert "error" not in told.tones, command.name
        for part in [part for part in told.text.splitlines() if not part.startswith(("/", "#", "·"))][:1]:
            assert bool(CHINESE.search(part)) == (language == "zh"), (command.name, part)
        for offered in told.commands:
            assert "error" not in (await chat.say(offered)).tones, (command.name, offered)


@pytest.mark.usefixtures("samples")
@LANGUAGES
async def test_what_is_read_all_the_same(archive: Database, language: str) -> None:
    """Slips that leave no doubt are read, and the reading is shown with what was done."""
    for typed, reading in READ_AS.items():
        told = await (await new_chat(archive, typed, language)).say(f"/subscribe {typed}")
        assert told.text.startswith(f"#1 {reading} · "), typed
        assert told.tones[0] == "ok", typed


@pytest.mark.usefixtures("samples")
@LANGUAGES
@pytest.mark.parametrize("command", ["subscribe", "preview", "search"])
async def test_what_is_refused_with_a_suggestion(archive: Database, command: str, language: str) -> None:
    """What can't be read is refused with one thing to type instead, which works; nothing is stored."""
    for typed, suggestion in REFUSED.items():
        chat = await new_chat(archive, typed[:20], language)
        told = await chat.say(f"/{command} {typed}")
        assert told.tones == ["error"], typed
        assert bool(CHINESE.search(told.text)) == (language == "zh"), typed
        assert told.commands == [f"/{command} {suggestion}"], typed
        assert "error" not in (await chat.say(told.commands[0])).tones, typed
        if command != "subscribe":
            assert "#1" not in (await chat.say("/subscriptions")).text, typed


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
async def test_unknown_commands(samples: Conversation, language: str) -> None:
    """An unknown command leads to the nearest one, with what was asked, or to /help."""
    await samples.say(f"/language {language}")
    for typed, suggestion in {
        "/serach": "/search",
        "/digests": "/digest",
        "/xyzzy": "/help",
        "/订": "/help",
        "/subscribed": "/subscribe",
    }.items():
        told = await samples.say(f"{typed} something")
        assert told.tones == ["error"], typed
        assert typed in told.text
        assert bool(CHINESE.search(told.text.replace(typed, ""))) == (language == "zh"), typed
        assert told.commands == [suggestion if suggestion == "/help" else f"{suggestion} something"], typed


def test_every_name_of_a_command_is_its_own() -> None:
    """No two commands share a name or an alias."""
    names = Counter(name for command in COMMANDS for name in (command.name, *command.aliases))
    assert [name for name, count in names.items() if count > 1] == []


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
    assert told.text == "There is no translation into tlh. Choose:"
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
