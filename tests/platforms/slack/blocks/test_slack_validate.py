"""What our validator refuses of messages and views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.platforms.slack.blocks.block_kit import context, divider, header, plain_text, rich_text, section
from bot.platforms.slack.blocks.limits import BLOCKS_SIZE, MESSAGE_TEXT, VIEW_SIZE
from bot.platforms.slack.blocks.message import SlackMessage
from bot.platforms.slack.blocks.validate import problems, view_problems

if TYPE_CHECKING:
    from slack_reading import Json


def _button(**changes: Any) -> Json:
    return {
        "type": "button",
        "text": plain_text("Save"),
        "action_id": "command:1",
        "value": "/save 1",
        **changes,
    }


def _actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def _option(value: str = "1", **changes: Any) -> Json:
    return {"text": plain_text("One"), "value": value, **changes}


def _input(element: Json, **changes: Any) -> Json:
    return {"type": "input", "label": plain_text("Query"), "element": element, **changes}


def _mrkdwn(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _rich(*elements: Json) -> Json:
    return rich_text(section(elements))


def _select(**changes: Any) -> Json:
    return {"type": "static_select", "options": [_option()], **changes}


GOOD = (
    header("h" * 150),
    divider(),
    context("c" * 3000),
    _mrkdwn("*Bold*, <https://x.example|a link> and <@U1>"),
    {"type": "section", "fields": [plain_text("f" * 2000)] * 2, "accessory": _button()},
    {"type": "section", "text": plain_text("With a picture"), "accessory": {
        "type": "image", "image_url": "https://x.example/a.png", "alt_text": "A picture"}},
    _actions(
        _button(style="primary", confirm={
            "title": plain_text("Sure?"), "text": plain_text("All of it."), "confirm": plain_text("Yes"),
            "deny": plain_text("No")}),
        {"type": "overflow", "action_id": "o", "options": [_option(), _option("2", url="https://x.example")]},
        {**_select(initial_option=_option()), "action_id": "s", "placeholder": plain_text("Which?")},
        {"type": "timepicker", "action_id": "t", "initial_time": "08:30"},
        {"type": "conversations_select", "action_id": "c", "default_to_current_conversation": True,
         "filter": {"include": ["private", "public"]}},
        {"type": "checkboxes", "action_id": "k", "options": [_option()], "initial_options": [_option()]},
    ),
    _rich({"type": "text", "text": "Bold", "style": {"bold": True}}, {"type": "link", "url": "https://x.example"},
          {"type": "emoji", "name": "tada"}, {"type": "user", "user_id": "U1"}),
    rich_text({"type": "rich_text_list", "style": "ordered", "elements": [
        section(({"type": "text", "text": "1"},))]}),
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A", "title": plain_text("A")},
)  # fmt: skip

BAD = {
    "an unknown block": {"type": "carousel"},
    "no type": {"text": plain_text("x")},
    "no object": "text",
    "an unknown field": {**divider(), "colour": "red"},
    "an empty text": context(""),
    "a header of 151 characters": header("h" * 151),
    "a header in mrkdwn": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    "a section of nothing": {"type": "section"},
    "a section of 3001 characters": _mrkdwn("x" * 3001),
    "a field of 2001 characters": {"type": "section", "fields": [plain_text("f" * 2001)]},
    "eleven fields": {"type": "section", "fields": [plain_text("f")] * 11},
    "a context of 3001 characters": context("c" * 3001),
    "eleven elements in a context": {"type": "context", "elements": [plain_text("c")] * 11},
    "26 buttons": _actions(*(_button(action_id=f"command:{n}") for n in range(26))),
    "no button": _actions(),
    "a label of 76 characters": _actions(_button(text=plain_text("x" * 76))),
    "a value of 2001 characters": _actions(_button(value="x" * 2001)),
    "an action_id of 256 characters": _actions(_button(action_id="x" * 256)),
    "two buttons with one action_id": _actions(_button(), _button()),
    "a button that runs a script": _actions(_button(url="javascript:alert(1)")),
    "an unknown style": _actions(_button(style="loud")),
    "six options": _actions({"type": "overflow", "options": [_option(str(n)) for n in range(6)]}),
    "an option of 151 characters": _actions({"type": "overflow", "options": [_option("x" * 151)]}),
    "101 options": _actions(_select(options=[_option(str(n)) for n in range(101)])),
    "no options": _actions({"type": "static_select"}),
    "options and groups": _actions(
        _select(option_groups=[{"label": plain_text("G"), "options": [_option()]}])
    ),
    "a choice that is not there": _actions(_select(initial_option=_option("9"))),
    "a time of 25 hours": _actions({"type": "timepicker", "initial_time": "25:00"}),
    "an address in a select's option": _actions(_select(options=[_option(url="https://x.example")])),
    "a text input among buttons": _actions({"type": "plain_text_input"}),
    "half of a character": context("\ud800"),
    "a broadcast": _rich({"type": "broadcast", "range": "channel"}),
    "a group": _rich({"type": "usergroup", "usergroup_id": "S1"}),
    "a broadcast in mrkdwn": _mrkdwn("Hello <!channel>"),
    "an escaped group in mrkdwn": _mrkdwn("Hello <!subteam^S1|@all>"),
    "a link that is none": _rich({"type": "link", "url": "x.example", "text": "x"}),
    "a text that is a number": _rich({"type": "text", "text": 5}),
    "a style that is a text": _rich({"type": "text", "text": "x", "style": {"bold": "yes"}}),
    "a section of a rich text without elements": rich_text(section(())),
    "a button in a rich text": rich_text(_button()),
    "a picture that nobody describes": {"type": "image", "image_url": "https://x.example/a.png"},
    "a block_id of 256 characters": {**divider(), "block_id": "x" * 256},
}


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_good_blocks_pass(block: Json) -> None:
    """What Slack takes is no problem, for slack_sdk neither."""
    assert problems([block]) == []
    [parsed] = Block.parse_all([block])
    parsed.to_dict()


@pytest.mark.parametrize("name", BAD)
def test_bad_blocks_are_told(name: str) -> None:
    """What Slack refuses is told with its place: the number of the block and a pointer into it."""
    found = problems([divider(), BAD[name]])  # type: ignore[list-item]

    assert found
    assert all(problem.index == 1 and problem.where.startswith("/blocks/1") for problem in found)
    assert all(problem.what for problem in found)


def test_the_place_is_a_json_pointer() -> None:
    """Whoever reads the log finds the very text."""
    [problem] = problems([_actions(_button(text=plain_text("x" * 76)))])

    assert problem.where == "/blocks/0/elements/0/text/text"
    assert problem.what == "has 76 characters, more than 75"


@pytest.mark.parametrize(
    "message",
    [
        SlackMessage("", (divider(),)),
        SlackMessage("x" * (MESSAGE_TEXT + 1), (divider(),)),
        SlackMessage("<!here> look", (divider(),)),
        SlackMessage("x", (divider(),) * 51),
        SlackMessage("x", ({**divider(), "block_id": "a"}, {**divider(), "block_id": "a"})),
        SlackMessage("x", (context("x" * 2_500),) * 5),
    ],
    ids=["no text", "a long text", "a broadcast", "51 blocks", "one id twice", "too many characters"],
)
def test_bad_messages_are_told(message: SlackMessage) -> None:
    """What is wrong with a message as a whole is told too."""
    assert problems(message)


def test_good_messages_pass() -> None:
    """Fifty blocks pass, a text alone, and blocks just below the size that Slack takes."""
    assert problems(SlackMessage("x", (divider(),) * 50)) == []
    assert problems(SlackMessage("x", ())) == []
    assert problems([context("x" * 2_900)] * 4) == []
    assert 4 * 2_900 < BLOCKS_SIZE < 5 * 2_900


def _modal(*blocks: Json, **changes: Any) -> Json:
    return {"type": "modal", "title": plain_text("Subscribe"), "blocks": list(blocks), **changes}


ASKING = _input({"type": "plain_text_input", "action_id": "query", "max_length": 300})


@pytest.mark.parametrize(
    "view",
    [
        _modal(ASKING, submit=plain_text("Go"), close=plain_text("Cancel"), private_metadata="{}"),
        _modal(_input(_select(), optional=True, hint=plain_text("One of them")), submit=plain_text("Go")),
        _modal(*GOOD, callback_id="subscribe", clear_on_close=True, notify_on_close=False),
        {"type": "home", "blocks": [divider()] * 100},
    ],
    ids=["a form", "a choice", "every block", "a Home tab"],
)
def test_good_views_pass(view: Json) -> None:
    """Modals and Home tabs that Slack takes pass, with slack_sdk too."""
    assert view_problems(view) == []
    View(**view).to_dict()


@pytest.mark.parametrize(
    "view",
    [
        {"type": "workflow_step", "blocks": [divider()]},
        {"type": "modal", "blocks": [divider()]},
        _modal(),
        _modal(divider(), title=plain_text("x" * 25)),
        _modal(divider(), submit={"type": "mrkdwn", "text": "Go"}),
        _modal(ASKING),
        _modal(divider(), private_metadata="x" * 3001),
        _modal(_input({"type": "plain_text_input", "max_length": 3001}), submit=plain_text("Go")),
        _modal(_input(_button()), submit=plain_text("Go")),
        _modal(
            *(_input({"type": "plain_text_input", "focus_on_load": True}) for _ in range(2)),
            submit=plain_text("Go"),
        ),
        {"type": "home", "blocks": [divider()] * 101},
        {"type": "home", "blocks": [divider()], "submit": plain_text("Go")},
        {"type": "home", "blocks": [context("扩" * (VIEW_SIZE // 90))] * 30},
    ],
    ids=lambda view: view["type"],
)
def test_bad_views_are_told(view: Json) -> None:
    """What Slack refuses of a view is told."""
    assert view_problems(view)


def test_slack_sdk_does_not_check_everything() -> None:
    """Why there is a validator of ours: the library lets through what Slack refuses."""
    for name in ("a field of 2001 characters", "a context of 3001 characters", "a broadcast", "no button"):
        [parsed] = Block.parse_all([BAD[name]])  # type: ignore[list-item]
        parsed.to_dict()
    with pytest.raises(SlackObjectFormationError):
        Block.parse_all([BAD["a header of 151 characters"]])[0].to_dict()  # type: ignore[list-item]
