"""The stand-in for TDLib's reader of HTML, matched against TDLib, and what the server makes of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_server.api.params import Params
from telegram_server.texts.entities import (
    HAS_TDLIB,
    cut_utf16,
    find_entities,
    read_html,
    read_html_without_tdlib,
    read_text,
    utf16,
)
from telegram_server.texts.html_subset import UnreadableHtmlError

if TYPE_CHECKING:
    from collections.abc import Callable

needs_tdlib = pytest.mark.skipif(not HAS_TDLIB, reason="tdjson is not installed")

TAGS = ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "tg-spoiler", "blockquote")
WITH_ATTRIBUTES = (
    "blockquote expandable",
    'blockquote cite="x"',
    'a href="https://example.org/a?b=1&amp;c=2"',
    "a href='http://example.org'",
    'a href="javascript:alert(1)"',
    "a",
    'span class="tg-spoiler"',
    "b id=x",
)
PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in TAGS),
        *(f"</{tag}>" for tag in TAGS),
        '<a href="https://example.org/a?b=1&amp;c=2">',
        "<a href='http://example.org'>",
        "</a>",
        "<A>",
        '<span class="tg-spoiler">',
        "</span>",
        "<span>",
        "<blockquote expandable>",
        "<blockquote expandable=''>",
        "<script>",
        "<b",
        "<b ",
        "</",
        "</>",
        "</b >",
        "<",
        ">",
        "&",
        "&amp;",
        "&lt",
        "&nbsp;",
        "&#65;",
        "&#x1F600;",
        "&#0;",
        "&#;",
        "😀",
        "扩散",
        "\u202e",
        " ",
        "\n",
        '"',
        "word",
    ]
)
BALANCED = st.recursive(
    st.sampled_from(["x", "😀 ", "&lt;b&gt;", "扩散", "a < b".replace("<", "&lt;")]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.partition(' ')[0]}>",
        st.sampled_from(TAGS + WITH_ATTRIBUTES),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def outcome(read: Callable[[str], tuple[str, list[dict[str, Any]]]], source: str) -> object:
    """Return what a reader makes of a text, the order of equal entities apart, or that it refuses."""
    try:
        text, entities = read(source)
    except UnreadableHtmlError:
        return "refused"
    return text, sorted(sorted(entity.items()) for entity in entities)


@needs_tdlib
@settings(max_examples=examples(100))
@given(st.one_of(st.lists(PIECES, max_size=12).map("".join), BALANCED))
def test_the_stand_in_reads_what_tdlib_reads(source: str) -> None:
    """Any text is refused by both readers or becomes the same text with the same entities."""
    assert outcome(read_html_without_tdlib, source) == outcome(read_html, source)


@needs_tdlib
@pytest.mark.parametrize(
    "source",
    [
        "<b>open",
        "a < b",
        "<x>",
        "a</b>",
        "<b>x</i>",
        "<b>x</b",
        "<b x",
        "<span>x</span>",
        "x<script>alert(1)</script>",
        "扩散 <br>",
    ],
)
def test_the_stand_in_says_what_tdlib_says(source: str) -> None:
    """The reason of a refusal is TDLib's own, its byte offset too."""
    said = []
    for read in (read_html_without_tdlib, read_html):
        with pytest.raises(UnreadableHtmlError) as refused:
            read(source)
        said.append(str(refused.value))
    assert said[0] == said[1]


@needs_tdlib
def test_tdlib_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    """Reading writes nothing to the terminal."""
    read_html("<b>x</b>")
    assert capfd.readouterr() == ("", "")


@given(st.text(max_size=40), st.text(max_size=40))
def test_pieces_are_cut_in_utf16_units(before: str, after: str) -> None:
    """A piece that begins behind a text in UTF-16 units is the rest of it."""
    assert cut_utf16(before + after, utf16(before), utf16(after)) == after


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("  <b>a</b> ", "a", [("bold", 0, 1)]),
        ("<b> a </b>", " a", [("bold", 0, 2)]),
        ("x <b> </b>", "x", []),
        ("x <i>/help</i>", "x /help", [("italic", 2, 5), ("bot_command", 2, 5)]),
        ("<code>/help</code>", "/help", [("code", 0, 5)]),
        ('<a href="https://example.org">/help</a>', "/help", [("text_link", 0, 5)]),
    ],
)
def test_texts_are_trimmed_and_searched(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    """Blanks at the ends go and entities shrink with them; commands are found where no link or code is."""
    content = read_text(Params({"text": html, "parse_mode": "HTML"}))
    found = [(entity["type"], entity["offset"], entity["length"]) for entity in content.entities]
    assert (content.text, found) == (text, entities)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("/subscribe diffusion", [(0, 10)]),
        ("/help@paperwire_test_bot", [(0, 24)]),
        ("😀 /help", [(3, 5)]),
        ("and/or a/b", []),
    ],
)
def test_commands_are_found(text: str, commands: list[tuple[int, int]]) -> None:
    """A word behind a slash is a command where nothing stands right before the slash."""
    found = [entity for entity in find_entities(text) if entity["type"] == "bot_command"]
    assert [(entity["offset"], entity["length"]) for entity in found] == commands
