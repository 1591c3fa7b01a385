"""What the Slack of the tests takes as blocks and views, and what it says of others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as sdk
from slack_sdk.models import views as sdk_views
from slack_server.block_kit.block_kit import complaints_about_message, complaints_about_view, too_long

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_server import SlackServer

pytest_plugins = ("slack_server.fixtures",)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "options", "element", "blocks", "rows"]) | st.text(),
            inner
            | st.sampled_from(
                ["section", "actions", "rich_text", "static_select", "modal", "table", "input"]
            ),
            max_size=5,
        )
    ),
    max_leaves=20,
)
TEXTS = st.text(min_size=1, max_size=75)


def plain(text: str = "x") -> dict[str, Any]:
    """Return a text object."""
    return {"type": "plain_text", "text": text}


def options(count: int, value: str = "v") -> list[dict[str, Any]]:
    """Return options."""
    return [{"text": plain(f"o{number}"), "value": f"{value}{number}"} for number in range(count)]


def button(**fields: Any) -> dict[str, Any]:
    """Return a button."""
    return {"type": "button", "text": plain(), **fields}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """Return an actions block."""
    return {"type": "actions", "elements": list(elements)}


def question(element: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return an input block."""
    return {"type": "input", "label": plain(), "element": element, **fields}


def rich(*inline: dict[str, Any]) -> dict[str, Any]:
    """Return a rich_text block with one section."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(inline)}]}


def modal(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a modal that can be submitted."""
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **fields}


def section(text: str = "x", **fields: Any) -> dict[str, Any]:
    """Return a section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **fields}


SELECT: dict[str, Any] = {"type": "static_select", "options": options(2)}
IMAGE = {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "x"}
GOOD: list[dict[str, Any]] = [
    section("x" * 3000),
    section(accessory={"type": "overflow", "options": options(5)}, expand=True),
    section(accessory={"type": "multi_static_select", "options": options(100), "placeholder": plain()}),
    section(accessory=IMAGE),
    {"type": "section", "fields": [plain("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [plain("x")] * 9 + [IMAGE]},
    {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "x", "title": plain()},
    actions(*(button(action_id=f"a{number}", value="v" * 2000) for number in range(25))),
    actions(button(url="https://a.example/?q=1", style="danger"), SELECT | {"initial_option": options(2)[1]}),
    actions({"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/Berlin"}),
    actions({"type": "datepicker", "initial_date": "2026-11-21"}, {"type": "users_select"}),
    actions({"type": "static_select", "option_groups": [{"label": plain(), "options": options(100)}]}),
    actions({"type": "checkboxes", "options": options(10), "initial_options": options(2)}),
    question({"type": "plain_text_input", "min_length": 1, "max_length": 3000, "multiline": True}),
    question({"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}),
    question({"type": "conversations_select", "default_to_current_conversation": True}, optional=True),
    question({"type": "radio_buttons", "options": options(10)}, dispatch_action=True, hint=plain()),
    rich(
        {"type": "text", "text": "x", "style": {"bold": True}}, {"type": "link", "url": "https://a.example"}
    ),
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}]},
            {"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "eyes"}]},
        ],
    },
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100},
]
KNOWN = {block["type"] for block in GOOD} | {"video", "context_actions"}
BAD: list[tuple[Any, str]] = [
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    (
        {"type": "section", "fields": [plain()] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        {"type": "section", "fields": [plain("x" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    (
        {"type": "context", "elements": [plain()] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ({"type": "context", "elements": []}, "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(*[button()] * 26), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    (
        actions(button(text=plain("x" * 76))),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        actions(button(value="x" * 2001)),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        actions(button(url="javascript:alert(1)")),
        "must be a valid url [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        actions(button(disabled=True)),
        "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
    ),
    (
        actions(button(action_id="a"), button(action_id="a")),
        "`action_id` a already exists in this block [json-pointer:/blocks/0]",
    ),
    (
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        actions({"type": "overflow", "options": options(6)}),
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions({"type": "overflow", "options": options(1, "x" * 150)}),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    (
        actions({"type": "static_select", "options": options(101)}),
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions(SELECT | {"option_groups": []}),
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    (
        actions(SELECT | {"initial_option": options(3)[2]}),
        "initial option must be one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        actions({"type": "radio_buttons", "options": options(11)}),
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions({"type": "timepicker", "initial_time": "24:00"}),
        "must be a time of the form HH:mm [json-pointer:/blocks/0/elements/0/initial_time]",
    ),
    (question(button()), "unsupported type: button [json-pointer:/blocks/0/element/type]"),
    (
        question({"type": "plain_text_input", "max_length": 3001}),
        "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    (
        question({"type": "plain_text_input"}, optional="true"),
        "must be a boolean [json-pointer:/blocks/0/optional]",
    ),
    (
        rich({"type": "text", "text": ""}),
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    (
        rich({"type": "link", "url": "data:text/html,x"}),
        "must be a valid url [json-pointer:/blocks/0/elements/0/elements/0/url]",
    ),
    (
        rich({"type": "text", "text": "x", "style": {"big": True}}),
        "invalid additional property: big [json-pointer:/blocks/0/elements/0/elements/0/style]",
    ),
    (
        {"type": "image", "alt_text": "x"},
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    (
        {"type": "markdown", "text": "x" * 12_001},
        "must be less than 12001 characters [json-pointer:/blocks/0/text]",
    ),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101},
        "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ),
    (
        {"type": "divider", "block_id": "x" * 256},
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
    ({"type": "paragraph"}, "unsupported type: paragraph [json-pointer:/blocks/0/type]"),
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: json.dumps(block)[:60])
def test_blocks_within_the_limits(block: dict[str, Any]) -> None:
    """A block at its limits is taken."""
    assert complaints_about_message([block]) == []


@pytest.mark.parametrize(("block", "complaint"), BAD, ids=[complaint for _, complaint in BAD])
def test_blocks_over_a_limit(block: Any, complaint: str) -> None:
    """A block over a limit, or of another form, is refused with what is wrong and where."""
    assert complaint in complaints_about_message([block])


def test_messages_as_a_whole() -> None:
    """A message has 50 blocks, no block_id twice, 12,000 characters of markdown and one table."""
    divider: dict[str, Any] = {"type": "divider"}
    assert complaints_about_message([divider] * 50) == []
    assert complaints_about_message([divider] * 51) == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]
    [twice] = complaints_about_message([divider | {"block_id": "a"}] * 2)
    assert twice.startswith("Block ID needs to be unique")
    markdown = {"type": "markdown", "text": "x" * 6001}
    assert len(complaints_about_message([markdown] * 2)) == 1
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert len(complaints_about_message([table] * 2)) == 1


def test_views_as_a_whole() -> None:
    """A modal has a title of 24 characters, a button if it asks, 100 blocks; a Home tab has no title."""
    asks = question({"type": "plain_text_input", "focus_on_load": True})
    assert complaints_about_view(modal(asks)) == []
    assert complaints_about_view({"type": "home", "blocks": [section()] * 100}) == []
    bad: list[tuple[dict[str, Any], str]] = [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(*[section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (
            modal(private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (modal(asks, asks), "only one element may have focus_on_load [json-pointer:/view/blocks]"),
        (
            {"type": "modal", "title": plain(), "blocks": [asks]},
            "missing required field: submit [json-pointer:/view]",
        ),
        (
            {"type": "home", "title": plain(), "blocks": []},
            "invalid additional property: title [json-pointer:/view]",
        ),
        (
            modal({"type": "markdown", "text": "x"}),
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        (modal(id="V1"), "invalid additional property: id [json-pointer:/view]"),
        ({"type": "page"}, "unsupported type: page [json-pointer:/view/type]"),
    ]
    for view, complaint in bad:
        assert complaint in complaints_about_view(view)


@given(JSON)
def test_no_json_breaks_the_checks(said: Any) -> None:
    """Whatever JSON is sent is checked to the end, and an unknown type is never taken."""
    complaints = complaints_about_message(said)
    assert complaints or {block["type"] for block in said} <= KNOWN
    assert complaints_about_view(said) or said["type"] in {"modal", "home"}


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_what_the_sdk_makes_is_taken(pairs: list[tuple[str, str]]) -> None:
    """Blocks and views of slack_sdk's own models, with any texts within the limits, are taken."""
    listed = [sdk.Option(text=label, value=value) for label, value in pairs]
    made: list[sdk.Block] = [
        sdk.HeaderBlock(text=pairs[0][0]),
        sdk.SectionBlock(
            text=sdk.MarkdownTextObject(text=pairs[0][1]),
            accessory=sdk.OverflowMenuElement(action_id="more", options=listed),
        ),
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(text=label, value=value, action_id=f"press:{number}")
                for number, (label, value) in enumerate(pairs)
            ]
        ),
        sdk.ContextBlock(elements=[sdk.PlainTextObject(text=pairs[0][0])]),
        sdk.RichTextBlock(
            elements=[sdk.RichTextSectionElement(elements=[sdk.RichTextElementParts.Text(text=pairs[0][0])])]
        ),
    ]
    assert complaints_about_message([block.to_dict() for block in made]) == []
    asks = sdk.InputBlock(
        label=pairs[0][0], element=sdk.StaticSelectElement(placeholder=pairs[0][1], options=listed)
    )
    view = sdk_views.View(type="modal", title=pairs[0][0][:24], submit="Save", blocks=[*made, asks])
    assert complaints_about_view(view.to_dict()) == []


async def test_refusals_say_where(client: AsyncWebClient, server: SlackServer) -> None:
    """Over the wire, blocks are refused with pointers, views with invalid_arguments, too much by its name."""
    lab = server.channel("lab")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=lab.id, text="x", blocks=[section("x" * 3001)])
    response = caught.value.response
    [complaint] = response["errors"]
    assert (response["error"], response["response_metadata"]["messages"]) == (
        "invalid_blocks",
        [f"[ERROR] {complaint}"],
    )
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        await client.chat_postMessage(channel=lab.id, text="x", blocks=[section("x" * 2900)] * 5)
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        await client.api_call("chat.postMessage", json={"channel": lab.id, "blocks": {"type": "section"}})
    with pytest.raises(SlackApiError) as caught:
        await client.views_publish(user_id=server.owner.id, view={"type": "home"})
    assert caught.value.response["error"] == "invalid_arguments"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
        "[ERROR] missing required field: blocks [json-pointer:/view]",
    ]
    assert (lab.messages, server.home(server.owner)) == ([], None)


def test_the_size_of_all_blocks() -> None:
    """About 13,200 characters of blocks are taken, as compact JSON, whatever alphabet they are in."""
    empty = len('[{"type":"markdown","text":""}]')
    assert not too_long([{"type": "markdown", "text": "字" * (13_200 - empty)}])
    assert too_long([{"type": "markdown", "text": "字" * (13_201 - empty)}])
