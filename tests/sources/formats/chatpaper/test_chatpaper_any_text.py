"""The ChatPaperFree digest: any text is read or refused, and in one pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import MalformedDocumentError
from bot.sources.formats.chatpaper import chatpaper

_START = "---\ntitle: X\n---\n\n# 2024-08-28 更新\n\n"
_PAPER = "## T\n\n**Authors:A**\n\nB\n\n[PDF](http://arxiv.org/abs/2408.99001v1) c\n\n"
_REVIEW = "**[ChatPaperFree](x)**\n\n7. Methods:\n"
_PIECES = (
    *(
        "#",
        "## ",
        "\n## ",
        "\n",
        "\n\n",
        " ",
        "**",
        "**Authors:",
        "[PDF](",
        "http://arxiv.org/abs/2408.99001v1",
        ")",
    ),
    *(
        "---\n",
        "title: ",
        "# 2024-08-28 更新\n",
        "**[ChatPaperFree]",
        "<details>",
        "</details>",
        '<img src="',
        '">',
    ),
    *(">", "- ", "1. ", "要点", "：", "(1)", "<p>", "\x00", "\u2028", "a, b"),
)
_FLOODS = (
    *(
        "#",
        "## ",
        "## a\n",
        "##\n",
        " ",
        "\n",
        "---\n",
        "**",
        "**a**\n",
        "- ",
        "1.\n",
        "[PDF](",
        "\n[PDF](x\n",
    ),
    *("<img ", "<details>\n", "# 2024-08-28 更新\n", "## a\n\n**Authors:", "title: a\n", ">\n", "(1) a\n"),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join) | st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is below the heading or a link line, there is a result or the one error."""
    chatpaper.recognises(text)
    for start in (_START, _START + _PAPER):
        try:
            parsed = chatpaper.parse(start + text, "a.md")
        except MalformedDocumentError:
            continue
        assert all(entry.title for entry in parsed.entries)


@pytest.mark.parametrize("piece", _FLOODS)
def test_a_flood_is_read_in_one_pass(piece: str) -> None:
    """Half a megabyte of one piece does not make a pattern backtrack; it would not end if it did."""
    flood = piece * (500_000 // len(piece))
    starts = ("---\n", _START, f"{_START}## T", _START + _PAPER, _START + _PAPER + _REVIEW)
    reasons = []
    for text in (start + flood for start in starts):
        chatpaper.recognises(text[:65_536])
        try:
            chatpaper.parse(text, "a.md")
        except MalformedDocumentError as error:
            reasons.append(error.reason)

    assert all(len(reason) < 300 for reason in reasons)
