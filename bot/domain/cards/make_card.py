"""Makes the card of a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards.card import Card
from bot.domain.text.normalize import plain

if TYPE_CHECKING:
    from bot.domain.cards.card import Reason, Span
    from bot.domain.papers.paper import Paper


def card_of(
    paper: Paper,
    *,
    reasons: tuple[Reason, ...] = (),
    full: bool = False,
    position: int | None = None,
    title_marks: tuple[Span, ...] = (),
    abstract_marks: tuple[Span, ...] = (),
) -> Card:
    """Return the card of a paper.

    Args:
        paper: the paper.
        reasons: why it is shown.
        full: whether to show everything known.
        position: its number in a list, from 1.
        title_marks: pieces of `plain(paper.title)` to mark.
        abstract_marks: pieces of `plain(paper.abstract)` to mark.
    """
    return Card(
        paper_id=paper.canonical_id,
        title=plain(paper.title),
        url=paper.page_url,
        pdf_url=paper.pdf_url,
        authors=tuple(plain(author) for author in paper.authors),
        category=paper.categories[0] if paper.categories else None,
        day=paper.published,
        version=paper.version,
        comment=plain(paper.comment) if paper.comment else None,
        abstract=plain(paper.abstract),
        summary=paper.summary,
        takeaways=paper.takeaways,
        code_urls=paper.code_urls,
        project_urls=paper.project_urls,
        sources=paper.sources,
        reasons=reasons,
        title_marks=title_marks,
        abstract_marks=abstract_marks,
        full=full,
        position=position,
    )
