"""Commands that are too long for a button of Slack, and links in menus."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from slack_reading import rows
from slack_rendering import CARD, rendered

from bot.domain.chat.command import Button, Text
from bot.platforms.slack.blocks.buttons import commands_of, commands_to_store, sendable, with_stored
from bot.platforms.slack.blocks.validate import problems


def test_long_commands_are_stored() -> None:
    """What a button or an option can't hold is named, and what is stored takes its place."""
    paper = replace(CARD, paper_id=f"title:{'long-' * 40}")
    message = rendered(paper, buttons=(Button("Save", f"/save {paper.paper_id}"), Button("Help", "/help")))
    long = commands_to_store(message.blocks)

    assert [command.split()[0] for command in long] == [
        *("/paper", "/save", "/similar", "/mute", "/abstract", "/takeaways", "/bibtex"),
    ]
    sent = with_stored(message.blocks, {command: f"#{number}" for number, command in enumerate(long)})
    assert [command for row in rows(sent) for _, command in row] == [
        *("#0", "#1", "#2", "#3", "#4", "#5", "#6"),
        "/help",
    ]
    assert problems(message.blocks) != []
    assert problems(sent) == []
    assert commands_to_store(sent) == ()


def test_a_list_has_nothing_to_store() -> None:
    """Papers with an arXiv id and short queries are held by their buttons."""
    message = rendered(CARD, buttons=(Button("More", "/search video editing page:2"),))

    assert commands_to_store(message.blocks) == ()
    assert with_stored(message.blocks, {}) == message.blocks


@given(st.lists(st.text(max_size=400), min_size=1, max_size=40))
def test_every_button_can_be_sent(texts: list[str]) -> None:
    """Whatever a reply's buttons stand for, each command is there once, and JSON can carry it."""
    commands = [f"/search {text}" for text in texts]
    buttons = tuple(Button("Again", command) for command in commands)
    message = rendered(Text("Again?"), buttons=buttons)

    assert commands_of(message.blocks) == list(dict.fromkeys(map(sendable, commands)))
    stored = dict.fromkeys(commands_to_store(message.blocks), "#1")
    assert problems(with_stored(message.blocks, stored)) == []
