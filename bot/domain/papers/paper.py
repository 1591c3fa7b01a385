"""A paper, and how it is merged from the entries of several sources.

Identity, in this order: arXiv id without version, DOI, the id of another site (`bot.domain.papers.paper_id`),
the name that a source keeps for its item, title (see `bot.domain.papers.same_title`). Versions are events on
a paper, never a new paper: of 2,284 entries counted in digest-formats 412 bring a paper again.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from bot.domain.papers.paper_id import other_names, page_of, pdf_of, rank
from bot.domain.text.normalize import bounded_key, title_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.papers.parsed_entry import Entry

_WITHDRAWN = "withdrawn"
_CUT = ("…", "...")
_ARXIV_MONTH = re.compile(r"(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The canonical work that one or more entries describe.

    Attributes:
        id: its row, or 0 before it is stored.
        canonical_id: the surest of its ids, see `bot.domain.papers.paper_id`.
        doi: the DOI, lower case, or None.
        title: the best title known, as written.
        authors: full names, in order.
        abstract: the abstract of the newest version known; may be empty.
        published: the earliest day any source gave.
        version: the newest arXiv version known, or None.
        comment: the authors' comment on that version.
        categories: arXiv categories, the primary first.
        license_url: the licence of that version.
        url: the page to read where the paper is not on arXiv.
        code_urls: repositories that abstracts and comments name.
        project_urls: other pages they name.
        topics: the topics of the digests that listed it.
        sources: the labels of the sources that brought it, the first one first.
        summary: the first summary of a language model or editor that a source gave.
        takeaways: that source's key points.
        votes: the most readers who liked it at a source.
        first_seen_at: when it was first stored, UTC epoch seconds; of one that was read back, its own day.
    """

    id: int = 0
    canonical_id: str
    doi: str | None = None
    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    published: date | None = None
    version: int | None = None
    comment: str | None = None
    categories: tuple[str, ...] = ()
    license_url: str | None = None
    url: str | None = None
    code_urls: tuple[str, ...] = ()
    project_urls: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    summary: str | None = None
    takeaways: tuple[str, ...] = ()
    votes: int | None = None
    first_seen_at: int

    @property
    def arxiv_base(self) -> str | None:
        """The arXiv id without version, or None."""
        return self.canonical_id.removeprefix("arxiv:") if self.canonical_id.startswith("arxiv:") else None

    @property
    def ids(self) -> tuple[str, ...]:
        """Its canonical id, and its DOI as one."""
        return (self.canonical_id, f"doi:{self.doi}") if self.doi else (self.canonical_id,)

    @property
    def page_url(self) -> str | None:
        """The page to read first."""
        own = None if self.canonical_id.startswith("doi:") else page_of(self.canonical_id)
        return own or self.url or (page_of(f"doi:{self.doi}") if self.doi else None)

    @property
    def pdf_url(self) -> str | None:
        """Its PDF, where the site of its canonical id has it at a known address."""
        return pdf_of(self.canonical_id)

    @property
    def sort_day(self) -> date:
        """About how old it is: its day, the month in its arXiv id, or the day (UTC) it was first seen."""
        month = _ARXIV_MONTH.match(self.arxiv_base or "")
        if self.published:
            return self.published
        if month:
            return date(2000 + int(month["year"]), int(month["month"]), 1)
        return datetime.fromtimestamp(self.first_seen_at, UTC).date()

    @property
    def latest_day(self) -> date:
        """The latest day that it may be of: as `sort_day`, but the last day of the month in its arXiv id."""
        if self.published or not _ARXIV_MONTH.match(self.arxiv_base or ""):
            return self.sort_day
        return self.sort_day.replace(day=monthrange(self.sort_day.year, self.sort_day.month)[1])

    @property
    def lacks_facts(self) -> bool:
        """Whether arXiv has it and no source gave its authors or its categories."""
        return self.arxiv_base is not None and not (self.authors and self.categories)

    @property
    def withdrawn(self) -> bool:
        """Whether the authors withdrew it; arXiv says so in the comment of a new version."""
        return bool(self.comment) and _WITHDRAWN in (self.comment or "").casefold()


@dataclass(frozen=True, slots=True)
class PaperEvent:
    """Something that happened to a known paper.

    Attributes:
        kind: `version` (a newer version), `withdrawn`, `code` (a repository became known).
        version: the version it happened with, or None.
    """

    kind: Literal["version", "withdrawn", "code"]
    version: int | None


@dataclass(frozen=True, slots=True)
class Merge:
    """The result of merging one entry into a known paper.

    Attributes:
        paper: the paper as it should be stored.
        changed: whether it differs from the stored one.
        events: what readers of the paper may want to know.
    """

    paper: Paper
    changed: bool
    events: tuple[PaperEvent, ...] = ()


def names(entry: Entry) -> tuple[str, ...]:
    """Return the canonical ids that an entry's own link line gives it; a new paper is stored by the first."""
    return ids_of(entry) or _names_of_title(entry)


def ids_of(entry: Entry) -> tuple[str, ...]:
    """Return the canonical ids that an entry's own link line gives it but for its title, the surest first."""
    ids = [entry.arxiv.canonical] if entry.arxiv else []
    if entry.doi:
        ids.append(f"doi:{entry.doi}")
    if entry.page_id:
        ids.append(entry.page_id)
    implied = [name for one in ids for name in other_names(one)]
    return tuple(dict.fromkeys((*ids, *implied)))


def doi_of(entry: Entry) -> str | None:
    """Return the DOI of an entry, also where only the address of its page carries it."""
    return next((name.removeprefix("doi:") for name in ids_of(entry) if name.startswith("doi:")), None)


def _names_of_title(entry: Entry) -> tuple[str, ...]:
    """Return the canonical ids of a paper known by title only.

    The second, with the first author, is for papers of one title by different authors; the third, with
    its page, for titles that say nothing ("Release notes"), of which a feed brings one after the other.
    """
    key = title_key(entry.title) or entry.title
    first = title_key(entry.authors[0]) if entry.authors else ""
    page = entry.url or entry.external_id
    keys = (key, f"{key}:{first}", f"{key}:{first}:{page}")
    return tuple(f"title:{bounded_key(name)}" for name in keys)


def found(entry: Entry, *, topic: str | None, now: int, source: str | None = None) -> Paper:
    """Return the paper that an entry describes, where no stored paper is it.

    Args:
        entry: the entry.
        topic: the topic of its digest, if it has one.
        now: UTC epoch seconds.
        source: the label of the source that brought it.
    """
    return Paper(
        canonical_id=names(entry)[0],
        doi=doi_of(entry),
        title=entry.title,
        authors=entry.authors,
        abstract=entry.abstract,
        published=entry.published,
        version=entry.arxiv.version if entry.arxiv else None,
        comment=entry.comment,
        categories=entry.categories,
        license_url=entry.license_url,
        url=entry.url,
        code_urls=_union((), entry.code_urls),
        project_urls=_union((), entry.project_urls),
        topics=(topic,) if topic else (),
        sources=(source,) if source else (),
        summary=entry.summary,
        takeaways=entry.takeaways if entry.summary else (),
        votes=entry.votes,
        first_seen_at=now,
    )


def merge(
    paper: Paper, entry: Entry, *, topic: str | None, source: str | None = None, edited: bool = False
) -> Merge:
    """Return a stored paper with what another entry adds.

    A newer version's texts win; else what is known stays, gaps are filled, and of a text and its cut
    copy the whole one is kept. An older version changes no text. Text of language models never
    replaces anything and never becomes an id, an author or a link.

    Args:
        paper: as it is stored.
        entry: what a source wrote.
        topic: the topic of its digest, if it has one.
        source: the label of the source.
        edited: whether the source wrote this entry before under the same name, so that what it says now
            takes the place of what it said, as long as no other source was first with the paper.
    """
    before = paper
    if edited and _owns_texts(paper, entry, source):
        paper = _with_edited_texts(paper, entry)
    version = entry.arxiv.version if entry.arxiv else None
    newer = version is not None and paper.version is not None and version > paper.version
    older = version is not None and paper.version is not None and version < paper.version
    takes_summary = bool(entry.summary) and not paper.summary
    merged = replace(
        paper,
        canonical_id=min(paper.canonical_id, names(entry)[0], key=rank),
        doi=paper.doi or doi_of(entry),
        title=_better(paper.title, entry.title, newer=newer, older=older),
        authors=entry.authors if entry.authors and (newer or not paper.authors) else paper.authors,
        abstract=_better(paper.abstract, entry.abstract, newer=newer, older=older),
        published=min((day for day in (paper.published, entry.published) if day), default=None),
        version=max(version or 0, paper.version or 0) or None,
        comment=entry.comment if entry.comment and (newer or not (paper.comment or older)) else paper.comment,
        categories=paper.categories or entry.categories,
        license_url=entry.license_url
        if entry.license_url and (newer or not (paper.license_url or older))
        else paper.license_url,
        url=paper.url or entry.url,
        code_urls=_union(paper.code_urls, entry.code_urls),
        project_urls=_union(paper.project_urls, entry.project_urls),
        topics=_union(paper.topics, (topic,) if topic else ()),
        sources=_union(paper.sources, (source,) if source else ()),
        summary=entry.summary if takes_summary else paper.summary,
        takeaways=entry.takeaways if takes_summary else paper.takeaways,
        votes=max((votes for votes in (paper.votes, entry.votes) if votes is not None), default=None),
    )
    return Merge(merged, merged != before, tuple(_events(before, merged, newer=newer)))


def _owns_texts(paper: Paper, entry: Entry, source: str | None) -> bool:
    """Tell whether a paper's texts are those of this source, and of no newer version."""
    known = paper.version or 0
    return (
        bool(paper.sources)
        and paper.sources[0] == source
        and (paper.sources == (source,) or known <= (entry.arxiv.version or 0 if entry.arxiv else 0))
    )


def _with_edited_texts(paper: Paper, entry: Entry) -> Paper:
    """Return a paper with the texts and the page of an edited entry; what the entry leaves out stays."""
    return replace(
        paper,
        title=entry.title,
        authors=entry.authors or paper.authors,
        abstract=entry.abstract or paper.abstract,
        url=entry.url or paper.url,
        comment=entry.comment or paper.comment,
    )


def _events(before: Paper, after: Paper, *, newer: bool) -> Iterable[PaperEvent]:
    if newer:
        yield PaperEvent("version", after.version)
    if after.withdrawn and not before.withdrawn:
        yield PaperEvent("withdrawn", after.version)
    if after.code_urls and not before.code_urls:
        yield PaperEvent("code", after.version)


def _better(known: str, other: str, *, newer: bool, older: bool) -> str:
    if not known or not other:
        return known or other
    if newer:
        return known if other.endswith(_CUT) and _is_cut(other, of=known) else other
    return other if not older and _is_cut(known, of=other) else known


def _is_cut(text: str, *, of: str) -> bool:
    """Digests cut long titles and abstracts; the whole text has the cut one as its beginning."""
    return len(of) > len(text) and of.startswith(text.rstrip(" .…"))


def _union(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(known + more)) if more else known
