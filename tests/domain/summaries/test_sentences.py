"""Abstracts split into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.summaries.sentences import sentences

PIECES = st.sampled_from(
    "We |e.g. |et al. |Fig. 2 |3.5 |done.|why?|J. Smith |\n| |本文提出。|(See it.) |A |x ".split("|")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        (
            "Older work (Moreau et al. 2019) fails. We repair it.",
            ("Older work (Moreau et al. 2019) fails.", "We repair it."),
        ),
        (
            "It gains 3.5 points, e.g. on video. See Fig. 2 for more.",
            ("It gains 3.5 points, e.g. on video.", "See Fig. 2 for more."),
        ),
        ("J. Okoro and K. Lind agree. Others don't.", ("J. Okoro and K. Lind agree.", "Others don't.")),
        ("It takes images, clips, etc. We edit them.", ("It takes images, clips, etc.", "We edit them.")),
        ("First line\nsecond line.", ("First line", "second line.")),
        ("It says \u201cno.\u201d Then it stops.", ("It says \u201cno.\u201d", "Then it stops.")),
        ("本文提出一种方法。效果更好！代码已公开", ("本文提出一种方法。", "效果更好！", "代码已公开")),
        ("we use nets. and more", ("we use nets. and more",)),
        ("", ()),
    ],
)
def test_where_sentences_end(text: str, expected: tuple[str, ...]) -> None:
    """They end at their marks, not at abbreviations, initials or figures."""
    assert sentences(text) == expected


@given(st.lists(PIECES).map("".join) | st.text())
def test_nothing_is_lost_or_changed(text: str) -> None:
    """The sentences are pieces of the text, in order, and together all of it but blanks."""
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
