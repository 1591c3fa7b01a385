"""A card: one paper as people see it, independent of the platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

Span = tuple[int, int]
"""A piece of a text: start and end in code points, end exclusive."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper is shown.

    Attributes:
        query: the canonical form of the query that found it.
        words: the words it matched, as they are in the paper.
        subscription: the number of the chat's subscription, or None for a search.
        lacking: the words of the query that it has not: it only comes near.
    """

    query: str
    words: tuple[str, ...] = ()
    subscription: int | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One paper, platform-neutral. All texts are plain Unicode; renderers escape them.

    Attributes:
        paper_id: the canonical id, such as `arxiv:2403.09638`; `/paper` takes it.
        title: the title, LaTeX already converted.
        url: the page to read first, or None.
        pdf_url: the PDF, or None.
        authors: all authors; renderers cut.
        category: the primary arXiv category, or None.
        day: the day to show, or None.
        version: the newest version known, or None.
        comment: the authors' comment, or None.
        abstract: the abstract; may be empty.
        summary: text of a language model; renderers mark it so.
        takeaways: text of a language model; renderers mark it so.
        code_urls: repositories.
        project_urls: project pages.
        sources: the labels of the sources that brought it.
        reasons: why it is shown.
        title_marks: pieces of the title to mark.
        abstract_marks: pieces of the abstract to mark.
        full: True to show everything known, False for the compact card of a list.
        position: its number in a list, from 1, or None.
        headed_by: the number of the subscription that the heading above it names, or None.
    """

    paper_id: str
    title: str
    url: str | None = None
    pdf_url: str | None = None
    authors: tuple[str, ...] = ()
    category: str | None = None
    day: date | None = None
    version: int | None = None
    comment: str | None = None
    abstract: str = ""
    summary: str | None = None
    takeaways: tuple[str, ...] = ()
    code_urls: tuple[str, ...] = ()
    project_urls: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    title_marks: tuple[Span, ...] = field(default=())
    abstract_marks: tuple[Span, ...] = field(default=())
    full: bool = False
    position: int | None = None
    headed_by: int | None = None
