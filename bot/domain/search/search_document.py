"""The searchable text of a stored paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.text.analysis import PaperText

if TYPE_CHECKING:
    from bot.domain.papers.paper import Paper


def searchable(paper: Paper) -> PaperText:
    """Return the texts of a paper that queries look at; of a language model's texts only the summary."""
    return PaperText(
        title=paper.title,
        abstract=paper.abstract,
        summary=paper.summary or "",
        authors=paper.authors,
        categories=paper.categories,
        comment=paper.comment or "",
        canonical_id=paper.canonical_id,
        sources=paper.sources,
    )


def title_alone(text: PaperText) -> PaperText:
    """Return a paper's texts without what stands only in its abstract, summary or comment."""
    return replace(text, abstract="", summary="", comment="")
