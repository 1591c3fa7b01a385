"""Which paper each entry of a document is: the decision, made on papers that the store looked up.

An entry with an arXiv id or a DOI is decided by it; only entries without one, and papers known without
one, are compared by title (`bot.domain.same_title`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.domain.paper import found, merge, names
from bot.domain.same_title import same_paper, titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.entry import Entry
    from bot.domain.paper import Paper, PaperEvent
    from bot.domain.same_title import Titled


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows that a document's entries may be about.

    Attributes:
        by_canonical_id: papers by canonical id.
        by_doi: papers by DOI.
        by_title: papers whose titles are near, to be compared.
    """

    by_canonical_id: Mapping[str, Paper]
    by_doi: Mapping[str, Paper] = field(default_factory=dict)
    by_title: Sequence[Paper] = ()


@dataclass(frozen=True, slots=True)
class Identified:
    """What a document changes.

    Attributes:
        new: papers to store, in the document's order.
        changed: stored papers as they were and as they are now.
        sightings: each entry with its paper as it is now; a new paper has no row yet.
        events: what happened to stored papers.
    """

    new: tuple[Paper, ...]
    changed: tuple[tuple[Paper, Paper], ...]
    sightings: tuple[tuple[Paper, Entry], ...]
    events: tuple[tuple[Paper, PaperEvent], ...]


def needs_titles(entries: Iterable[Entry], known: Known, *, nameless_exist: bool) -> list[Entry]:
    """Return the entries that ids don't decide, whose titles must be looked up.

    Args:
        entries: the document's entries.
        known: what was found by ids.
        nameless_exist: whether any stored paper has no arXiv id.
    """
    return [
        entry
        for entry in entries
        if not (entry.arxiv and entry.arxiv.canonical in known.by_canonical_id)
        and not (entry.doi and entry.doi in known.by_doi)
        and (nameless_exist or not entry.arxiv)
    ]


def identify_all(
    entries: Sequence[Entry], known: Known, *, topic: str | None, source: str, now: int
) -> Identified:
    """Decide for each entry, in order, whether it is a known paper, and what it adds.

    Args:
        entries: the document's entries.
        known: what the store knows.
        topic: the topic of the digest, if it has one.
        source: the label of the source.
        now: UTC epoch seconds.
    """
    desk = _Desk(known)
    events: list[tuple[Paper, PaperEvent]] = []
    seats: list[tuple[int, Entry]] = []
    for entry in entries:
        seat = desk.find(entry)
        if seat is None:
            seat = desk.seat_new(found(entry, topic=topic, source=source, now=now), entry)
        else:
            decision = merge(desk.papers[seat], entry, topic=topic, source=source)
            desk.papers[seat] = decision.paper
            desk.name(seat)
            if desk.stored[seat]:
                events.extend((decision.paper, event) for event in decision.events)
        seats.append((seat, entry))
    pairs = list(zip(desk.stored, desk.papers, strict=True))
    return Identified(
        new=tuple(paper for before, paper in pairs if before is None),
        changed=tuple((before, after) for before, after in pairs if before is not None and before != after),
        sightings=tuple((desk.papers[seat], entry) for seat, entry in seats),
        events=tuple(events),
    )


class _Desk:
    """The papers at hand while a document is read, each with a seat: its index."""

    def __init__(self, known: Known) -> None:
        self.papers: list[Paper] = []
        self.stored: list[Paper | None] = []
        self._by_name: dict[str, int] = {}
        self._titles: dict[int, Titled] = {}
        compared = {paper.id for paper in known.by_title}
        at_hand = (*known.by_canonical_id.values(), *known.by_doi.values(), *known.by_title)
        for paper in {paper.id: paper for paper in at_hand}.values():
            seat = self._sit(paper, stored=paper)
            if paper.id in compared:
                self._titles[seat] = _titled_paper(paper)

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

    def find(self, entry: Entry) -> int | None:
        """Return the seat of the paper that an entry is about."""
        named = [
            seat
            for name in names(entry)
            if (seat := self._by_name.get(name)) is not None and not self._is_another(seat, entry)
        ]
        if named and (entry.arxiv or entry.doi):
            return named[0]
        if not named and not self._titles:
            return None
        ids = (entry.arxiv.base if entry.arxiv else None, entry.doi)
        entitled = titled(entry.title, entry.authors, ids, entry.url)
        seats = list(dict.fromkeys([*named, *self._titles]))
        index = same_paper(entitled, (self._title_of(seat) for seat in seats))
        return None if index is None else seats[index]

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
    return titled(paper.title, paper.authors, (paper.arxiv_base, paper.doi), paper.url)
