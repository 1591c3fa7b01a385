"""Which paper each entry of a document is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis import given

from bot.domain.papers.arxiv_id import ArxivId
from bot.domain.papers.identification import DocumentChanges, KnownPapers, identify_all
from bot.domain.papers.parsed_entry import Entry

if TYPE_CHECKING:
    from bot.domain.papers.paper import Paper


def decide(entries: list[Entry], stored: list[Paper] | None = None) -> DocumentChanges:
    """Decide on entries beside what the store would have found for them."""
    known = KnownPapers(
        {paper.canonical_id: paper for paper in stored or ()},
        {paper.doi: paper for paper in stored or () if paper.doi},
        [paper for paper in stored or () if not paper.arxiv_base],
    )
    return identify_all(entries, known, topic=None, source="test", now=1)


def as_stored(decided: DocumentChanges, stored: list[Paper]) -> list[Paper]:
    """Return what the store has after a decision."""
    changed = {after.id: after for _, after in decided.changed}
    first = max((paper.id for paper in stored), default=0) + 1
    new = [replace(paper, id=row) for row, paper in enumerate(decided.new, start=first)]
    return [changed.get(paper.id, paper) for paper in stored] + new


def test_one_document_pasted_twice_is_one_paper_each() -> None:
    """Entries that stand twice in a document are sightings of one paper."""
    entries = [
        Entry(title=f"Paper {n}", external_id=f"{n}", arxiv=ArxivId(f"2401.0000{n}", 1)) for n in (1, 2)
    ]
    decided = decide(entries * 2)
    assert [paper.canonical_id for paper in decided.new] == ["arxiv:2401.00001", "arxiv:2401.00002"]
    assert len(decided.sightings) == 4


def test_a_later_version_in_one_document_is_no_event_of_a_new_paper() -> None:
    """A paper that is new has no history, however often its first document lists it."""
    entries = [Entry(title="T", external_id=f"v{n}", arxiv=ArxivId("2401.00001", n)) for n in (1, 3, 2)]
    decided = decide(entries)
    assert [paper.version for paper in decided.new] == [3]
    assert decided.events == ()


def test_two_arxiv_papers_with_one_doi_stay_two() -> None:
    """The arXiv id decides before the DOI does."""
    entries = [
        Entry(title=f"Part {n} of it", external_id=f"{n}", arxiv=ArxivId(f"2401.0000{n}"), doi="10.1/x")
        for n in (1, 2)
    ]
    assert len(decide(entries).new) == 2


def test_a_paper_known_by_title_gets_its_arxiv_id_later() -> None:
    """A blog names a paper first; when arXiv brings it, it is the same row."""
    title, authors = "Bounded Regret for Slow Learners in Noisy Worlds", ("Ada Lovelace", "Mary Shelley")
    blog = Entry(title=title, external_id="blog", url="https://blog.test/1", authors=authors)
    stored = as_stored(decide([blog]), [])
    decided = decide(
        [Entry(title=title, external_id="2401.00001v1", arxiv=ArxivId("2401.00001", 1), authors=authors)],
        stored,
    )
    assert decided.new == ()
    assert [after.canonical_id for _, after in decided.changed] == ["arxiv:2401.00001"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["Release notes", "Editorial", "Introduction", "A title that tells enough to be one"]
            ),
            st.sampled_from([(), ("Ada Lovelace",), ("Mary Shelley",)]),
            st.integers(1, 4),
        ),
        max_size=12,
    )
)
def test_items_with_titles_that_say_nothing_keep_apart_and_come_back_to_themselves(
    items: list[tuple[str, tuple[str, ...], int]],
) -> None:
    """Names never collide, and reading the same items again brings nothing new."""
    entries = [
        Entry(title=title, external_id=f"{page}", url=f"https://blog.test/{page}", authors=authors)
        for title, authors, page in items
    ]
    stored: list[Paper] = []
    for entry in entries:
        stored = as_stored(decide([entry], stored), stored)
    assert len({paper.canonical_id for paper in stored}) == len(stored)
    assert decide(entries, stored).new == ()
