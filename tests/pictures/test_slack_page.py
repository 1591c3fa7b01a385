"""Slack's messages and views as pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictured_reply import REPLY, TEXTS, body_of, text_of
from slack_page import Post, blocks_html, home_page, messages_page, modal_page
from slack_text import mrkdwn_html, text_html
from web_page import PictureError

from bot.platforms.slack.messages.render import render

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Return a text object."""
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    """Return an option of a menu or a choice."""
    return {"text": plain(text), "value": text}


def line(*elements: Json) -> Json:
    """Return a block of rich text of one line."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Your papers :bell:")},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*#1 diffusion*"},
            "accessory": {"type": "overflow", "options": [option("Pause"), option("Remove")]},
        },
        {
            "type": "section",
            "fields": [plain("daily 08:30"), plain("Asia/Shanghai")],
            "accessory": {"type": "static_select", "initial_option": option("Daily"), "options": []},
        },
        {"type": "actions", "elements": [{"type": "button", "text": plain("Subscribe"), "style": "primary"}]},
        {"type": "divider"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
                    ],
                },
                {"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "x", "unicode": "1f525"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "@article{a}"}]},
            ],
        },
        {"type": "context", "elements": [plain("3 saved"), {"type": "mrkdwn", "text": "_seldom_"}]},
    ],
}
MODAL: Json = {
    "type": "modal",
    "title": plain("New subscription"),
    "close": plain("Cancel"),
    "submit": plain("Save it"),
    "blocks": [
        {
            "type": "input",
            "label": plain("Query"),
            "hint": plain("One a line."),
            "optional": True,
            "element": {"type": "plain_text_input", "multiline": True, "initial_value": "a <b> -c"},
        },
        {
            "type": "input",
            "label": plain("Time"),
            "element": {"type": "timepicker", "initial_time": "09:15", "placeholder": plain("when")},
        },
        {
            "type": "input",
            "label": plain("Days"),
            "element": {
                "type": "checkboxes",
                "options": [option("Monday"), {**option("Sunday"), "description": plain("of rest")}],
                "initial_options": [option("Sunday")],
            },
        },
        {
            "type": "input",
            "label": plain("Language"),
            "element": {"type": "radio_buttons", "options": [option("English"), option("中文")]},
        },
        {
            "type": "input",
            "label": plain("Where"),
            "element": {"type": "conversations_select", "placeholder": plain("a channel")},
        },
        {
            "type": "input",
            "label": plain("Topics"),
            "element": {"type": "multi_static_select", "initial_options": [option("cs.CV")], "options": []},
        },
    ],
}


def channel() -> str:
    """Return what is shown of a channel to which a card was sent."""
    posts = [Post(message.text, message.blocks, "08:31") for message in render(REPLY, "en")]
    return body_of(messages_page(posts, language="en", style=""))


@pytest.mark.parametrize("text", [*TEXTS, "Why <did> I get it?", "08:31", "paperwire"])
def test_a_channel_shows_everything_that_a_message_says(text: str) -> None:
    """Each text and each button is read in the page, as it is."""
    assert text in text_of(channel())


def test_every_button_of_a_message_is_drawn() -> None:
    """All buttons and menus of a message are there, in their order."""
    elements = [
        element
        for message in render(REPLY, "en")
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    drawn = re.findall(r'<span class="button [^>]*>(.*?)</span>', channel())
    assert list(map(text_of, drawn)) == [element.get("text", {}).get("text", "") for element in elements]
    assert len(drawn) > 1


def test_no_markup_of_a_feed_comes_alive_in_a_channel() -> None:
    """Tags in the texts of a paper stay texts."""
    assert "<script" not in channel()
    assert channel().count("<div") == channel().count("</div>")


def test_a_message_without_blocks_shows_its_text() -> None:
    """The text of a message is shown only where it has no blocks, as Slack does."""
    assert "a & b" in text_of(messages_page([Post("*a* &amp; b", (), "08:30")], language="en", style=""))
    both = Post("*a* &amp; b", [line({"type": "text", "text": "c"})], "08:30")
    assert "a & b" not in text_of(messages_page([both], language="en", style=""))


def test_only_an_ephemeral_message_is_marked_so() -> None:
    """A message that one person sees says it."""
    shown = [messages_page([Post("a", (), "08:30", only)], language="en", style="") for only in (True, False)]
    assert ["only-you" in page for page in shown] == [True, False]


HOME_TEXTS = (
    "Your papers 🔔|#1 diffusion|daily 08:30|Asia/Shanghai|Daily|Subscribe|one|🔥|@article{a}|3 saved|seldom"
)
MODAL_TEXTS = (
    "New subscription|Cancel|Save it|Query|One a line.|a <b> -c|09:15|Monday|Sunday|of rest|中文|cs.CV"
)


@pytest.mark.parametrize("text", HOME_TEXTS.split("|"))
def test_a_home_shows_everything(text: str) -> None:
    """Each text, button and chosen option of a Home is read in its page."""
    assert text in text_of(body_of(home_page(HOME, language="en", style="")))


def test_a_menu_is_drawn_closed() -> None:
    """What a menu offers is not seen before it is pressed."""
    home = body_of(home_page(HOME, language="en", style=""))
    assert 'class="button overflow"' in home
    assert "Pause" not in home


@pytest.mark.parametrize("text", MODAL_TEXTS.split("|"))
def test_a_modal_shows_everything(text: str) -> None:
    """Each label, hint, value and choice of a modal is read in its page."""
    assert text in text_of(body_of(modal_page(MODAL, language="zh_Hans", style="")))


def test_what_is_chosen_and_what_is_optional_is_marked() -> None:
    """One box is ticked, one label is optional, and fields with a value are not empty ones."""
    modal = body_of(modal_page(MODAL, language="en", style=""))
    assert modal.count('class="choice check on"') == modal.count('<label class="optional">') == 1
    assert modal.count(" empty") == 1


@pytest.mark.parametrize(("draw", "view"), [(home_page, MODAL), (modal_page, HOME)])
def test_a_view_is_drawn_as_what_it_is(draw: Callable[..., str], view: Json) -> None:
    """A modal is not drawn as a Home, nor the other way round."""
    with pytest.raises(PictureError, match="a view of type"):
        draw(view, language="en", style="")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "video"},
        {"type": "actions", "elements": [{"type": "workflow_button"}]},
        {"type": "section", "text": {"type": "markdown", "text": "a"}},
        {"type": "section", "text": plain("a"), "accessory": {"type": "image"}},
        {"type": "context", "elements": [{"type": "image", "image_url": "https://a.example/a.png"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_table"}]},
        line({"type": "user", "user_id": "U012AB3CD"}),
        line({"type": "text", "text": "a", "style": {"highlight": True}}),
        {"type": "actions", "elements": [{"type": "users_select", "initial_user": "U012AB3CD"}]},
    ],
    ids=repr,
)
def test_what_has_no_drawing_is_not_left_out(block: Json) -> None:
    """A block, element, text or style that can't be drawn makes no picture."""
    with pytest.raises(PictureError, match="no picture"):
        blocks_html([block])


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* _it_ ~no~ `*code*`", "<b>bold</b> <i>it</i> <s>no</s> <code>*code*</code>"),
        ("*_both_*", "<b><i>both</i></b>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        (
            "<https://a.example/?x=1&amp;y|a &lt;b&gt;>",
            '<a href="https://a.example/?x=1&amp;y">a &lt;b&gt;</a>',
        ),
        ("<https://a.example>", '<a href="https://a.example">https://a.example</a>'),
        ("&amp;lt; <b>", "&amp;lt; &lt;b&gt;"),
        (":bell: 08:30:15 :unheard_of:", "🔔 08:30:15 :unheard_of:"),
        ("```a\n*b*```", "<pre>\na\n*b*</pre>"),
        ("&gt; said\nthen &gt; more", "<blockquote>said</blockquote>then &gt; more"),
        ("<!date^1700000000^{date}|14 November>", "14 November"),
    ],
)
def test_slacks_markup_is_drawn(text: str, drawn: str) -> None:
    """Each mark of Slack's own markup has its look, and words that only look like one have none."""
    assert mrkdwn_html(text) == drawn


@pytest.mark.parametrize("text", ["<!channel>", "a <!here|here>", "<@U012AB3CD>", "*<#C012AB3CD|general>*"])
def test_a_mention_makes_no_picture(text: str) -> None:
    """A message that calls people is a fault that no picture hides."""
    with pytest.raises(PictureError, match="mentions"):
        mrkdwn_html(text)


@given(st.text(max_size=60))
def test_a_plain_text_is_shown_as_it_is(text: str) -> None:
    """Nothing in plain text is read as markup, neither Slack's nor the browser's."""
    drawn = text_html({"type": "plain_text", "text": text, "emoji": False})
    assert drawn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
    assert "<" not in drawn


@given(st.text(st.sampled_from("ab *_~`<>|&;\n!@#:/") | st.characters(), max_size=60))
def test_the_tags_of_a_text_are_ours(text: str) -> None:
    """Whatever a text in Slack's markup holds, a browser finds only what Slack would have drawn."""
    try:
        drawn = mrkdwn_html(text)
    except PictureError:
        assert re.search(r"<[!@#]", text)
        return
    assert set(re.findall(r"</?(\w*)", drawn)) <= {"b", "i", "s", "code", "pre", "a", "blockquote"}
