"""An answer with markup in its texts, and what a reader sees of a page."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Final

from bot.domain.cards.card import Card, Reason
from bot.domain.chat.command import Button, Reply, Text
from bot.platforms.telegram.messages.html import JOINER

CARD: Final = Card(
    paper_id="arxiv:2401.99001",
    title='Walking <b>backwards</b> & "forwards"',
    url="https://arxiv.org/abs/2401.99001",
    pdf_url="https://arxiv.org/pdf/2401.99001",
    authors=("Ada <First>", "Ben Second"),
    day=date(2024, 1, 2),
    comment="9 pages </div>",
    abstract="Walking <script>alert(1)</script> is known to go forwards.",
    summary="模型按相反的顺序遍历视频帧。",
    takeaways=("倒序遍历。",),
    code_urls=("https://github.com/walk/back",),
    sources=("weekly.md",),
    reasons=(Reason("video -survey", ("Video", "frames"), 3),),
    full=True,
)
REPLY: Final = Reply(
    (Text("Your digest: 1 paper", "heading"), CARD), (Button("Why <did> I get it?", "/explain 2401.99001"),)
)
TEXTS: Final = (
    "Your digest: 1 paper",
    CARD.title,
    *CARD.authors,
    "2401.99001",
    "2024-01-02",
    "9 pages </div>",
    CARD.abstract,
    "模型按相反的顺序遍历视频帧。",
    "倒序遍历。",
    "weekly.md",
    "video -survey",
)
_TAG = re.compile(r"<[^>]*>")


def text_of(html: str) -> str:
    """Return the text of a piece of HTML."""
    return unescape(_TAG.sub("", html)).replace(JOINER, "")


def body_of(page: str) -> str:
    """Return what a page shows, without our own script."""
    return page.partition("<body>")[2].rpartition("<script")[0]
