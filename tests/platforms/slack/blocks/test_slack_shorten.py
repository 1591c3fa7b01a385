"""What happens to messages and views that Slack would refuse."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_reading import Json, objects, rows, seen
from slack_rendering import CARD, FULL, numbered
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.chat.command import Button, Reply, Text
from bot.platforms.slack.blocks.block_kit import context, divider, header, plain_text, rich_text, section
from bot.platforms.slack.blocks.message import SlackMessage
from bot.platforms.slack.blocks.shorten import shortened, shortened_blocks, shortened_view
from bot.platforms.slack.blocks.validate import problems, view_problems
from bot.platforms.slack.messages.render import render

if TYPE_CHECKING:
    from collections.abc import Callable

REPLY = Reply(
    (
        Text("Your digest", "heading"),
        *numbered(3),
        Text("3 more", "hint"),
        Text("@misc{x}", "code"),
        FULL,
    ),
    (Button("More", "/digest"),),
)
(RENDERED,) = render(REPLY, "en")
FORM: Json = {
    "type": "modal",
    "title": plain_text("Subscribe"),
    "submit": plain_text("Go"),
    "private_metadata": '{"chat": 1}',
    "callback_id": "subscribe",
    "blocks": [
        header("A query"),
        {
            "type": "input",
            "block_id": "query",
            "label": plain_text("Query"),
            "hint": plain_text("Words"),
            "element": {"type": "plain_text_input", "action_id": "text", "focus_on_load": True},
        },
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*When*"},
            "accessory": {
                "type": "static_select",
                "action_id": "when",
                "options": [{"text": plain_text("Daily"), "value": "daily"}],
                "initial_option": {"text": plain_text("Daily"), "value": "daily"},
            },
        },
    ],
}

_NAMES = st.sampled_from(
    "type text elements blocks fields accessory element options option_groups initial_option value url "
    "action_id block_id label style emoji focus_on_load title submit private_metadata".split()
)
_TYPES = st.sampled_from(
    "section header context divider actions rich_text rich_text_section rich_text_list text link button "
    "overflow static_select rich_text_preformatted plain_text_input input image plain_text mrkdwn modal home "
    "broadcast".split()
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 9_000),
    st.floats(),
    _TYPES,
    st.text(max_size=8),
    st.sampled_from(
        ["https://x.example", "<!channel> & <@U1>", "\ud800", "x" * 200, "词" * 4_000, "&" * 3_000]
    ),
)


def _typed(pair: tuple[str, Json]) -> Json:
    return {**pair[1], "type": pair[0]}


ODD: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(_NAMES, inner, max_size=5),
        st.tuples(_TYPES, st.dictionaries(_NAMES, inner, max_size=4)).map(_typed),
    ),
    max_leaves=25,
)


def _changed(value: Any, draw: Callable[[Any], Any]) -> Any:
    """Return a copy of a JSON document in which some places hold something else, or are not there."""
    value = copy.deepcopy(value)
    places = list(objects(value))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.sampled_from(places))
        if not place:
            continue
        name = draw(st.sampled_from(sorted(place)))
        match draw(st.sampled_from(["replace", "remove", "repeat", "add"])):
            case "replace":
                place[name] = draw(ODD)
            case "remove":
                del place[name]
            case "repeat" if isinstance(place[name], list):
                place[name] = place[name] * draw(st.sampled_from([2, 20, 120]))
            case _:
                place[draw(_NAMES)] = draw(ODD)
    return value


@st.composite
def blocks_like(draw: Callable[[Any], Any]) -> Any:
    """Blocks that are nearly right."""
    return _changed({"blocks": list(RENDERED.blocks)}, draw).get("blocks", [])


@st.composite
def views_like(draw: Callable[[Any], Any]) -> Any:
    """Views that are nearly right."""
    return _changed(FORM, draw)


def test_what_is_right_stays_as_it_is() -> None:
    """What Slack takes is not touched."""
    assert shortened(RENDERED) is RENDERED
    assert shortened_view(FORM) == FORM
    assert list(shortened_blocks(RENDERED.blocks)) == list(RENDERED.blocks)


@settings(max_examples=examples(20))
@given(st.one_of(st.lists(ODD, max_size=6), blocks_like()), st.text(max_size=50) | st.just("<!here>" * 900))
def test_every_message_becomes_one_that_slack_takes(blocks: Any, text: str) -> None:
    """Whatever should have been sent, what is sent is valid, for slack_sdk too, and then stays as it is."""
    content = tuple(blocks) if isinstance(blocks, list | tuple) else ()
    message = shortened(SlackMessage(text, content))

    assert problems(message) == []
    assert shortened(message) is message
    for block in Block.parse_all(message.blocks):
        block.to_dict()


@given(st.one_of(st.dictionaries(_NAMES, ODD, max_size=6), views_like()))
def test_every_view_becomes_one_that_slack_takes(view: Json) -> None:
    """The same holds of modals and Home tabs, and what is given is not changed."""
    before = copy.deepcopy(view)
    made = shortened_view(view)

    assert view_problems(made) == []
    assert repr(view) == repr(before)
    View(**made).to_dict()


def test_texts_are_cut_and_say_so() -> None:
    """A text that is too long ends in an ellipsis; the rest of its message stays."""
    message = shortened(SlackMessage("word " * 900, (header("title " * 40), divider(), context("c"))))

    assert message.text.endswith("word…")
    assert len(message.text) <= 3000
    assert seen(message) == "title " * 24 + "title…\nc"


def test_what_programs_read_is_never_cut() -> None:
    """A part of a command is another command: a button whose command is too long goes, the others stay."""
    long = {"type": "button", "text": plain_text("Save"), "action_id": "a", "value": "/save " + "x" * 2_000}
    good = {"type": "button", "text": plain_text("Help"), "action_id": "b", "value": "/help"}

    [block] = shortened_blocks([{"type": "actions", "elements": [long, good]}])
    assert block["elements"] == [good]
    assert shortened_blocks([{"type": "actions", "elements": [long]}]) == ()


def test_options_over_five_go() -> None:
    """A menu keeps its first five options."""
    options = [{"text": plain_text(str(n)), "value": str(n)} for n in range(8)]
    blocks = shortened_blocks([{"type": "actions", "elements": [{"type": "overflow", "options": options}]}])

    assert [value for _, value in rows(blocks)[0]] == ["0", "1", "2", "3", "4"]


def test_blocks_over_fifty_are_an_ellipsis() -> None:
    """A message says where blocks were left out."""
    blocks = shortened_blocks([context(str(number)) for number in range(51)])

    assert [block["elements"][0]["text"] for block in blocks] == [*map(str, range(49)), "…"]


def test_a_message_that_is_too_large_says_less_of_everything() -> None:
    """Before a block is left out all long texts are cut to the same length."""
    blocks = shortened_blocks([context("word " * 500), context("short")] * 8)

    assert len(blocks) == 16
    assert {len(block["elements"][0]["text"]) for block in blocks} == {5, 1000}


def test_nobody_is_called() -> None:
    """A broadcast in markup becomes text; as an element of rich text it goes."""
    sneaked = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "Hi <!channel> and <https://x.example|x>"},
    }
    loud = rich_text(section(({"type": "text", "text": "Hi"}, {"type": "broadcast", "range": "here"})))
    message = shortened(SlackMessage("<!everyone>", (sneaked, loud)))

    assert message.text == "&lt;!everyone>"
    assert seen(message) == "Hi &lt;!channel> and <https://x.example|x>\nHi"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": plain_text("x" * 30)}, {"title": plain_text("x" * 23 + "…")}),
        ({"private_metadata": "x" * 3001}, {"private_metadata": None}),
        ({"submit": None}, {"submit": plain_text("✓")}),
        ({"type": "home"}, {"submit": None, "title": None}),
        ({"blocks": []}, {"blocks": [context("…")]}),
        ({"blocks": [divider()] * 101}, {"blocks": [*[divider()] * 99, context("…")]}),
    ],
)
def test_views_keep_what_they_can(change: Json, expected: Json) -> None:
    """Titles are cut, what programs read goes, a modal that asks something can be sent."""
    made = shortened_view({**FORM, **change})

    assert {name: made.get(name) for name in expected} == expected


def test_a_paper_comes_through_whole() -> None:
    """What the renderer makes needs no shortening, a full card's texts least of all."""
    (message,) = render(Reply((FULL,)), "en")

    assert CARD.abstract in seen(shortened(message))
