"""A Telegram chat as a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictured_reply import REPLY, TEXTS, body_of, text_of
from telegram_page import Sent, Typed, telegram_html, telegram_page
from web_page import PictureError

from bot.domain.chat.command import Reply, Text
from bot.platforms.telegram.messages.render import render

MESSAGES = render(REPLY, "en")
KEYS = [key for message in MESSAGES for row in message.keys for key in row]


def chat() -> str:
    """Return what is shown of a chat in which a command was answered with a card."""
    sent = (Sent(message, "08:31") for message in MESSAGES)
    return body_of(telegram_page([Typed("/digest <now>", "08:30"), *sent], language="en", style=""))


@pytest.mark.parametrize(
    "text", [*TEXTS, "Why <did> I get it?", "/digest <now>", "08:30", "08:31", "paperwire"]
)
def test_a_chat_shows_everything_that_is_said_in_it(text: str) -> None:
    """Each text, button and time is read in the page, as it is."""
    assert text in text_of(chat())


def test_no_markup_of_a_feed_comes_alive_in_a_chat() -> None:
    """Tags in the texts of a paper stay texts."""
    assert "<script" not in chat()
    assert chat().count("<div") == chat().count("</div>")


def test_every_button_is_drawn_and_shows_whether_it_leads_away() -> None:
    """All buttons are there in their order, and those that open an address have Telegram's arrow."""
    drawn = re.findall(r'class="key (\w+)"><span>(.*?)</span>', chat())
    assert [(kind, text_of(label)) for kind, label in drawn] == [
        ("leads" if key.url else "asks", key.label) for key in KEYS
    ]
    assert {kind for kind, _ in drawn} == {"leads", "asks"}


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a\n<blockquote expandable>b\nc</blockquote>\n\nd", "a<blockquote expandable>b\nc</blockquote>\nd"),
        ("<blockquote>a</blockquote>\n<i>b</i>", "<blockquote>a</blockquote><i>b</i>"),
        ("a\n<pre>\nb</pre>\nc", "a<pre>\n\nb</pre>c"),
        ("<pre>a</pre><b>\nc</b>", "<pre>\na</pre><b>c</b>"),
        ("type /help, not a/b", "type <a>/help</a>, not a/b"),
        ('<code>/help</code> <a href="https://a.example/?b=1&amp;c">/d</a>',) * 2,
        ("<b>&lt;i&gt; &amp;amp;</b>", "<b>&lt;i&gt; &amp;amp;</b>"),
    ],
)
def test_telegrams_html_reads_the_same_in_a_browser(text: str, drawn: str) -> None:
    """Blocks bring no empty line that Telegram does not show, and what Telegram marks itself is marked."""
    assert telegram_html(text) == drawn


@given(st.text(max_size=60))
def test_a_rendered_text_is_read_in_a_browser_as_on_telegram(text: str) -> None:
    """Nothing of a text is lost or added on the way into the page."""
    (message,) = render(Reply((Text(f"start {text} end"),)), "en")
    assert text_of(telegram_html(message.html)) == text_of(message.html)


@pytest.mark.parametrize(
    "text",
    [
        "<div>a</div>",
        "<b onclick='x'>a</b>",
        "<i>a",
        "a</i>",
        "<b><i>a</b></i>",
        "<!-- a -->",
        "<!doctype a>",
        "<?a>",
        "<![a]>",
    ],
)
def test_markup_that_telegram_does_not_have_makes_no_picture(text: str) -> None:
    """What Telegram would refuse is not drawn as if it did not."""
    with pytest.raises(PictureError):
        telegram_html(text)


def test_a_chinese_chat_asks_for_chinese_shapes() -> None:
    """The page says its language, by which a browser chooses the shapes of characters."""
    assert '<html lang="zh-Hans">' in telegram_page([], language="zh_Hans", style="")
