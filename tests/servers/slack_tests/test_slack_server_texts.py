"""How the Slack of the tests reads texts: what people type, what they see, what would notify them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from slack_server.block_kit import mrkdwn

TYPED = st.text() | st.lists(
    st.sampled_from(["<!channel>", "<@U1>", "https://a.example/?b=1&c", "&amp;", "<", "|", " ", "@here", "x"])
).map("".join)


@given(TYPED)
@example("see https://arxiv.org/abs/1, please <!here>")
def test_what_is_typed_is_what_is_read(text: str) -> None:
    """Whatever a person types is shown again as it is, and can't be a mention by its brackets."""
    said = mrkdwn.typed(text)
    assert mrkdwn.shown(said) == text
    assert mrkdwn.mentions_in(said) == []


@given(TYPED)
def test_escaped_text_has_no_links_but_addresses(text: str) -> None:
    """Links of a typed text are the addresses that are in it."""
    assert all(url in text and url == label for label, url in mrkdwn.links_in(mrkdwn.typed(text)))


@pytest.mark.parametrize(
    ("text", "shown", "mentions", "links"),
    [
        ("<https://a.b|c &amp; d>", "c & d", [], [("c & d", "https://a.b")]),
        ("<mailto:a@b.c|write>", "write", [], [("write", "mailto:a@b.c")]),
        ("<@U1|ada> <#C1|lab>", "ada lab", ["<@U1|ada>", "<#C1|lab>"], []),
        ("<!subteam^S1> <!everyone>", "<!subteam^S1> <!everyone>", ["<!subteam^S1>", "<!everyone>"], []),
        ("<!date^1392734382^{date}|today>", "today", [], []),
        ("&lt;!channel&gt; a &amp;lt; b", "<!channel> a &lt; b", [], []),
        ("at https://a.b/c. Or", "at https://a.b/c. Or", [], [("https://a.b/c", "https://a.b/c")]),
    ],
)
def test_special_sequences(text: str, shown: str, mentions: list[str], links: list[tuple[str, str]]) -> None:
    """Links, mentions and dates are told apart, and only unescaped brackets make them."""
    assert mrkdwn.shown(text) == shown
    assert mrkdwn.mentions_in(text) == mentions
    assert mrkdwn.links_in(text) == links
