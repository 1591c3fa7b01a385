"""The words around a request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search.request_words import without_request


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("find me papers about editing videos with text", "editing videos with text"),
        ("Please show us some recent papers on river ice", "river ice"),
        ("can you find papers on lakes?", "lakes?"),
        ("I'm looking for articles on snow", "snow"),
        ("are there any papers about glaciers", "glaciers"),
        ("latest papers on tides", "tides"),
        ("papers: tides", "tides"),
        ("river ice papers", "river ice"),
        ("list the newest research on dams please", "dams"),
        ("帮我找关于视频编辑的论文", "视频编辑"),
        ("请推荐几篇扩散模型的文章", "扩散模型"),
        ("有没有最新的三维重建方面的论文？", "三维重建"),
        ("关于图像修复的研究", "图像修复"),
        ("我想看视频生成的论文", "视频生成"),
    ],
)
def test_a_request_is_read_for_what_it_asks(text: str, asked: str) -> None:
    """What frames a request is left out, in English and Chinese."""
    assert without_request(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "video editing",
        "needle in haystack",
        '"find me papers about" lakes',
        "paper folding",
        "finding minima",
        "看图说话",
        "找茬",
        "papers",
        "find me papers",
        "论文",
        "show",
        "working memory",
    ],
)
def test_other_words_stay(text: str) -> None:
    """Words that only look like a request, quotations, and a request for nothing stay as they are."""
    assert without_request(text) == text


@given(st.text(max_size=60))
def test_something_is_always_left(text: str) -> None:
    """Of any text with words something is left to look for, and nothing is added."""
    left = without_request(text)
    assert left in text
    assert bool(left.strip()) == bool(text.strip())
