"""A paper, and what happens to it in Slack; every promise is checked each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from slack_promises import check

from bot.domain.cards.card import Card, Reason
from bot.domain.chat.command import Button, Reply
from bot.platforms.slack.messages.render import render, thread_of

if TYPE_CHECKING:
    from bot.domain.chat.command import Text
    from bot.platforms.slack.messages.render import SlackMessage

CARD = Card(
    paper_id="arxiv:2401.99001",
    title="Editing Video by Walking Backwards",
    url="https://arxiv.org/abs/2401.99001",
    pdf_url="https://arxiv.org/pdf/2401.99001",
    authors=("Ada First", "Ben Second", "Cy Third", "Di Fourth", "Eve Fifth"),
    category="cs.CV",
    day=date(2024, 1, 2),
    version=2,
    comment="9 pages",
    abstract=(
        "Walking is known to go forwards. We show that frames walked backwards keep the identity of what "
        "they show. A last sentence tells that diffusion was never needed, and that nobody had asked for it."
    ),
    summary="模型按相反的顺序遍历视频帧，保持画面主体一致。",
    takeaways=("倒序遍历。", "无需训练。"),
    code_urls=("https://github.com/walk/back",),
    project_urls=("https://walk.example/",),
    sources=("weekly.md", "arXiv cs.CV"),
    reasons=(Reason("video -survey", ("Video", "frames"), 3),),
    title_marks=((8, 13),),
    position=1,
)
FULL = replace(CARD, full=True, position=None)
WHY = Button("Why did I (not) get it?", "/explain 2401.99001")


def rendered(*parts: Text | Card, buttons: tuple[Button, ...] = (), language: str = "en") -> SlackMessage:
    """Return the one message of a reply, with all promises checked."""
    (message,) = all_rendered(*parts, buttons=buttons, language=language)
    return message


def all_rendered(
    *parts: Text | Card, buttons: tuple[Button, ...] = (), language: str = "en"
) -> tuple[SlackMessage, ...]:
    """Return the messages of a reply, with all promises checked."""
    reply = Reply(parts, buttons)
    messages = render(reply, language)
    check(reply, messages)
    return messages


def thread(*parts: Text | Card, language: str = "en") -> tuple[SlackMessage, ...]:
    """Return the thread of a digest, with all promises checked."""
    messages = thread_of(Reply(parts), language)
    cards = tuple(replace(part, full=True) for part in parts if isinstance(part, Card) and not part.full)
    if cards:
        check(Reply(cards), messages)
    return messages


def numbered(count: int, **changes: Any) -> list[Card]:
    """Return a list of papers."""
    return [
        replace(
            CARD,
            paper_id=f"arxiv:2401.{99_000 + number}",
            url=f"https://arxiv.org/abs/2401.{99_000 + number}",
            pdf_url=f"https://arxiv.org/pdf/2401.{99_000 + number}",
            position=number,
            **changes,
        )
        for number in range(1, count + 1)
    ]
