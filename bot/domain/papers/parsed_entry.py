"""The records that a format returns for a document, before papers are identified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.domain.papers.paper_id import paper_id_of_page

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.papers.arxiv_id import ArxivId

Announcement = Literal["new", "cross", "replace", "replace-cross"]


@dataclass(frozen=True, slots=True)
class Review:
    """A review by a language model; shown only as such, never a source of facts.

    Of the reviews counted in digest-formats (2,284), 107 name another paper's arXiv id and 256 match
    under half of the real authors. Every section may be missing.

    Attributes:
        title: its title line, both languages where it has both.
        authors: its authors, as one text.
        affiliation: its affiliation line.
        keywords: its keywords, as one text.
        urls: its links line, as text, never followed.
        summary: the items of its summary.
        methods: the items of its methods.
        conclusion: the items of its conclusion.
        raw: the review as it is in the document.
    """

    title: str | None = None
    authors: str | None = None
    affiliation: str | None = None
    keywords: str | None = None
    urls: str | None = None
    summary: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    conclusion: tuple[str, ...] = ()
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a document.

    All texts are normalised by `bot.domain.text.normalize.collapse` and verbatim otherwise (LaTeX stays).

    Attributes:
        title: the title; never empty.
        external_id: what the source calls this item: its versioned arXiv id, a feed's guid, or its link.
        lasting: whether the source keeps that name when it edits the item, and calls no other item so.
        arxiv: the arXiv id, from the item's own link line only.
        doi: the DOI, lower case, without `https://doi.org/`.
        url: the item's own web page where it is not on arXiv.
        authors: full names, in order.
        abstract: the abstract; may be empty.
        published: the day the first version was submitted or, failing that, published.
        comment: the authors' comment.
        categories: arXiv categories, the primary first.
        announcement: arXiv's announce type, relative to the feed's categories.
        license_url: the licence of this version.
        code_urls: repositories named in abstract, comment or a column of the document.
        project_urls: the other pages named there.
        summary: a summary that a language model or an editor wrote.
        takeaways: key points that a language model wrote.
        review: the review that a language model wrote.
        images: addresses of pictures; never needed to show a paper.
        votes: how many readers liked it at the source.
    """

    title: str
    external_id: str
    lasting: bool = False
    arxiv: ArxivId | None = None
    doi: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    abstract: str = ""
    published: date | None = None
    comment: str | None = None
    categories: tuple[str, ...] = ()
    announcement: Announcement | None = None
    license_url: str | None = None
    code_urls: tuple[str, ...] = ()
    project_urls: tuple[str, ...] = ()
    summary: str | None = None
    takeaways: tuple[str, ...] = ()
    review: Review | None = None
    images: tuple[str, ...] = ()
    votes: int | None = None

    @property
    def page_id(self) -> str | None:
        """The canonical id that the address of its own page carries (`bot.domain.papers.paper_sites`).

        Or None.
        """
        return paper_id_of_page(self.url) if self.url else None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """The contents of one document.

    Attributes:
        format: the name of the format that read it, as in `bot.sources.FORMATS`.
        topic: the digest's topic, such as `Diffusion Models`, or None.
        dates: the digest's own day or range (first and last day), ascending; not the papers' days.
        entries: its items in the document's order; one that stands twice is here twice.
        warnings: what was odd but harmless, one line each.
    """

    format: str
    topic: str | None = None
    dates: tuple[date, ...] = ()
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Fetched bytes, with the validators for a conditional request.

    Attributes:
        name: its path or URL as a person would name it; without credentials.
        body: the bytes, already decompressed.
        content_type: the media type the server gave, without parameters, or None.
        charset: the character set the server gave, or None.
        etag: the validator for `If-None-Match`, or None.
        last_modified: the validator for `If-Modified-Since`, or None.
    """

    name: str
    body: bytes
    content_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
