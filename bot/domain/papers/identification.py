"""Decides which paper each entry of a document belongs to, given the stored papers that it may be.

An entry with an id (`bot.domain.papers.paper_id`) that is known is decided by it; one that its source calls
by a name that it used before, by that name (`bot.domain.papers.same_entry`). Only the others, and papers
known without an arXiv id, are compared by title (`bot.domain.papers.same_title`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.domain.papers.paper import found, ids_of, merge, names
from bot.domain.papers.paper_id import KINDS, by_kind
from bot.domain.papers.same_entry import is_same_entry
from bot.domain.papers.same_title import same_paper, titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.papers.paper import Paper, PaperEvent
    from bot.domain.papers.parsed_entry import Entry
    from bot.domain.papers.same_title import Titled


@dataclass(frozen=True, slots=True)
class KnownPapers:
    """The stored papers that a document's entries may belong to.

    Attributes:
        by_canonical_id: papers by canonical id, and by other ids that they are known under.
        by_doi: papers by DOI.
        by_title: papers whose titles are near, to be compared.
        by_entry_name: papers by what the source called their items before, the latest first.
    """

    by_canonical_id: Mapping[str, Paper]
    by_doi: Mapping[str, Paper] = field(default_factory=dict)
    by_title: Sequence[Paper] = ()
    by_entry_name: Mapping[str, Sequence[Paper]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """What a document adds and changes.

    Attributes:
        new: papers to store, in the document's order.
        changed: stored papers as they were and as they are now.
        sightings: each entry with its paper as it is now; a new paper has no row yet.
        events: what happened to stored papers.
        joined: stored papers that an edit showed to be another stored one, and that other one.
    """

    new: tuple[Paper, ...]
    changed: tuple[tuple[Paper, Paper], ...]
    sightings: tuple[tuple[Paper, Entry], ...]
    events: tuple[tuple[Paper, PaperEvent], ...]
    joined: tuple[tuple[Paper, Paper], ...] = ()


def needs_titles(entries: Iterable[Entry], known: KnownPapers, *, nameless_exist: bool) -> list[Entry]:
    """Return the entries that ids don't decide, whose titles must be looked up.

    Args:
        entries: the document's entries.
        known: what was found by ids.
        nameless_exist: whether any stored paper has no arXiv id.
    """
    return [
        entry
        for entry in entries
        if not any(name in known.by_canonical_id for name in ids_of(entry))
        and not (entry.doi and entry.doi in known.by_doi)
        and (nameless_exist or not entry.arxiv)
    ]


def identify_all(
    entries: Sequence[Entry],
    known: KnownPapers,
    *,
    topic: str | None,
    source: str,
    now: int,
    past: bool = False,
) -> DocumentChanges:
    """Decide for each entry, in order, whether it is a known paper, and what it adds.

    Args:
        entries: the document's entries.
        known: what the store knows.
        topic: the topic of the digest, if it has one.
        source: the label of the source.
        now: UTC epoch seconds.
        past: whether the document is an older one than those that were read: it edits nothing.
    """
    desk = _Desk(known)
    events: list[tuple[Paper, PaperEvent]] = []
    seats: dict[int, int] = {}
    # Edited entries first: an id that one of them got is then no new paper for another entry that has it too.
    for at in sorted(range(len(entries)), key=lambda at: desk.edited(entries[at]) is None):
        entry = entries[at]
        edited = desk.edited(entry)
        seat = desk.find(entry, edited)
        if seat is None:
            seat = desk.seat_new(found(entry, topic=topic, source=source, now=now), entry)
        else:
            if edited is not None and edited != seat and not past:
                desk.join(edited, seat, source=source)
            decision = merge(
                desk.papers[seat], entry, topic=topic, source=source, edited=edited == seat and not past
            )
            desk.papers[seat] = decision.paper
            desk.name(seat)
            if desk.stored[seat]:
                events.extend((decision.paper, event) for event in decision.events)
        seats[at] = seat
    pairs = [
        pair
        for seat, pair in enumerate(zip(desk.stored, desk.papers, strict=True))
        if seat not in desk.joined
    ]
    return DocumentChanges(
        new=tuple(paper for before, paper in pairs if before is None),
        changed=tuple((before, after) for before, after in pairs if before is not None and before != after),
        sightings=tuple((desk.papers[desk.place(seats[at])], entry) for at, entry in enumerate(entries)),
        events=tuple(events),
        joined=tuple(desk.pairs_joined()),
    )


class _Desk:
    """The papers at hand while a document is read, each with a seat: its index."""

    def __init__(self, known: KnownPapers) -> None:
        self.papers: list[Paper] = []
        self.stored: list[Paper | None] = []
        self._by_name: dict[str, int] = {}
        self._titles: dict[int, Titled] = {}
        compared = {paper.id for paper in known.by_title}
        self.joined: dict[int, int] = {}
        edited = (paper for found in known.by_entry_name.values() for paper in found)
        at_hand = (*known.by_canonical_id.values(), *known.by_doi.values(), *known.by_title, *edited)
        seats: dict[int, int] = {}
        for paper in {paper.id: paper for paper in at_hand}.values():
            seat = seats[paper.id] = self._sit(paper, stored=paper)
            if paper.id in compared:
                self._titles[seat] = _titled_paper(paper)
        for name, paper in known.by_canonical_id.items():
            self._by_name.setdefault(name, seats[paper.id])
        self._by_entry_name = {
            name: [seats[paper.id] for paper in found] for name, found in known.by_entry_name.items()
        }

    def seat_new(self, paper: Paper, entry: Entry) -> int:
        """Take a new paper to hand, under the first of its names that is free."""
        free = [name for name in names(entry) if name not in self._by_name]
        if not free:  # the same title, author and page: another reading of one item
            return self._by_name[names(entry)[-1]]
        if paper.canonical_id != free[0]:
            paper = replace(paper, canonical_id=free[0])
        seat = self._sit(paper, stored=None)
        if not paper.arxiv_base:
            self._titles[seat] = _titled_paper(paper)
        return seat

    def name(self, seat: int) -> None:
        """Make a paper findable by the ids it has now."""
        paper = self.papers[seat]
        self._by_name.setdefault(paper.canonical_id, seat)
        if paper.doi:
            self._by_name.setdefault(f"doi:{paper.doi}", seat)

    def edited(self, entry: Entry) -> int | None:
        """Return the seat of the stored paper of which an entry is an edit, or None where it is none."""
        if not entry.lasting:
            return None
        seats = map(self.place, self._by_entry_name.get(entry.external_id, ()))
        return next((seat for seat in seats if is_same_entry(self.papers[seat], entry)), None)

    def place(self, seat: int) -> int:
        """Return the seat of a paper, or of the one that it was joined to."""
        while seat in self.joined:
            seat = self.joined[seat]
        return seat

    def find(self, entry: Entry, edited: int | None) -> int | None:
        """Return the seat of the paper that an entry is about.

        Args:
            entry: the entry.
            edited: the seat of the paper of which it is an edit, or None.
        """
        named = [
            seat
            for name in names(entry)
            if (seat := self._by_name.get(name)) is not None and not self._is_another(seat, entry)
        ]
        if named and ids_of(entry):
            return self.place(named[0])
        if edited is not None:
            return edited
        if not named and not self._titles:
            return None
        entitled = titled(entry.title, entry.authors, _ids(ids_of(entry)), entry.url)
        seats = list(dict.fromkeys(map(self.place, [*named, *self._titles])))
        index = same_paper(entitled, (self._title_of(seat) for seat in seats))
        return None if index is None else seats[index]

    def join(self, seat: int, into: int, *, source: str) -> None:
        """Note that a stored paper, if only this source knows it, is another stored one."""
        paper, other = self.papers[seat], self.papers[into]
        if not (self.stored[seat] and self.stored[into]) or paper.sources != (source,):
            return
        self.joined[seat] = into
        self._titles.pop(seat, None)
        self.papers[into] = replace(
            other,
            doi=other.doi or paper.doi,
            code_urls=tuple(dict.fromkeys((*other.code_urls, *paper.code_urls))),
            project_urls=tuple(dict.fromkeys((*other.project_urls, *paper.project_urls))),
            topics=tuple(dict.fromkeys((*other.topics, *paper.topics))),
        )

    def pairs_joined(self) -> Iterable[tuple[Paper, Paper]]:
        """Yield the joined papers as they were stored, each with the paper that it became."""
        for seat, into in self.joined.items():
            stored = self.stored[seat]
            if stored is not None:
                yield stored, self.papers[self.place(into)]

    def _sit(self, paper: Paper, *, stored: Paper | None) -> int:
        self.papers.append(paper)
        self.stored.append(stored)
        self.name(len(self.papers) - 1)
        return len(self.papers) - 1

    def _is_another(self, seat: int, entry: Entry) -> bool:
        """Tell whether a seated paper has another arXiv id: two of them may carry one DOI."""
        base = self.papers[seat].arxiv_base
        return bool(entry.arxiv and base and base != entry.arxiv.base)

    def _title_of(self, seat: int) -> Titled:
        return self._titles.get(seat) or _titled_paper(self.papers[seat])


def _titled_paper(paper: Paper) -> Titled:
    return titled(paper.title, paper.authors, _ids(paper.ids), paper.url)


def _ids(ids: Sequence[str]) -> tuple[str | None, ...]:
    """Return the id of each kind but titles, in one order; None where there is none."""
    known = by_kind(ids)
    return tuple(known.get(kind) for kind in KINDS[:-1])
