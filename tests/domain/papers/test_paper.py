"""What papers are called and how they grow."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers.arxiv_id import ArxivId
from bot.domain.papers.paper import Paper, PaperEvent, found, merge, names
from bot.domain.papers.parsed_entry import Entry, Review

NOW = 1_750_000_000
TITLE = "Bounded Regret for Slow Learners"

texts = st.text("abc .…", max_size=8) | st.sampled_from(["", "one", "one two", "one two three", "one two…"])
some_texts = st.none() | texts
lists = st.lists(st.sampled_from(["https://a.test", "https://b.test", "c"]), max_size=3).map(tuple)
days = st.none() | st.dates(date(2020, 1, 1), date(2025, 1, 1))
arxiv_ids = st.builds(ArxivId, st.just("2401.00001"), st.none() | st.integers(1, 4))

entries = st.builds(
    Entry,
    title=st.sampled_from([TITLE, TITLE[:20] + "…", TITLE + ": Extended", "Other"]),
    external_id=st.just("x"),
    arxiv=st.none() | arxiv_ids,
    doi=st.sampled_from([None, "10.1/x"]),
    url=st.sampled_from([None, "https://x.test/1"]),
    authors=lists,
    abstract=texts,
    published=days,
    comment=some_texts | st.just("This paper has been withdrawn"),
    categories=lists,
    license_url=some_texts,
    code_urls=lists,
    project_urls=lists,
    summary=some_texts,
    takeaways=lists,
    votes=st.none() | st.integers(0, 3),
)
topics = st.sampled_from([None, "A", "B"])


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """A paper that grew out of one to four entries."""
    paper = found(draw(entries), topic=draw(topics), source=draw(topics), now=NOW)
    for entry in draw(st.lists(entries, max_size=3)):
        paper = merge(paper, entry, topic=draw(topics), source=draw(topics)).paper
    return paper


def entry(**changes: Any) -> Entry:
    """Return an invented entry."""
    return replace(Entry(title=TITLE, external_id="x"), **changes)


@given(papers(), entries, topics)
def test_merging_again_changes_nothing(paper: Paper, more: Entry, topic: str | None) -> None:
    """The second time there is neither a change nor an event."""
    once = merge(paper, more, topic=topic, source=topic)
    assert once.changed == (once.paper != paper)
    again = merge(once.paper, more, topic=topic, source=topic)
    assert again.paper == once.paper
    assert not again.changed
    assert again.events == ()


@given(entries, topics)
def test_the_entry_that_founded_a_paper_adds_nothing(first: Entry, topic: str | None) -> None:
    """A document that is read twice stores one paper and no change."""
    paper = found(first, topic=topic, source=topic, now=NOW)
    again = merge(paper, first, topic=topic, source=topic)
    assert not again.changed
    assert again.paper.canonical_id == paper.canonical_id == names(first)[0]


@given(entries, entries, topics, topics)
def test_the_order_of_two_sightings_of_one_version_does_not_matter(
    one: Entry, other: Entry, topic: str | None, other_topic: str | None
) -> None:
    """Id, DOI, version, days, votes and what is collected are the same; lists may be in another order."""
    version = one.arxiv.version if one.arxiv else None
    if other.arxiv:
        other = replace(other, arxiv=ArxivId(other.arxiv.base, version))
    other = replace(other, title=one.title)
    there = merge(found(one, topic=topic, now=NOW), other, topic=other_topic).paper
    back = merge(found(other, topic=other_topic, now=NOW), one, topic=topic).paper
    for name in ("canonical_id", "doi", "version", "published", "votes"):
        assert getattr(there, name) == getattr(back, name), name
    for name in ("code_urls", "project_urls", "topics"):
        assert set(getattr(there, name)) == set(getattr(back, name)), name


@given(papers(), entries)
def test_nothing_known_is_lost(paper: Paper, more: Entry) -> None:
    """The version never falls, the day never gets later, lists only grow, texts never become empty."""
    after = merge(paper, more, topic="C").paper
    assert (after.version or 0) >= (paper.version or 0)
    assert paper.published is None or (after.published is not None and after.published <= paper.published)
    assert (after.votes or 0) >= (paper.votes or 0)
    for name in ("code_urls", "project_urls", "topics", "sources"):
        assert set(getattr(paper, name)) <= set(getattr(after, name)), name
    for field in fields(Paper):
        assert bool(getattr(after, field.name)) >= bool(getattr(paper, field.name)), field.name
    assert (after.id, after.first_seen_at) == (paper.id, paper.first_seen_at)


@given(papers(), entries)
def test_an_id_only_becomes_surer(paper: Paper, more: Entry) -> None:
    """Title, then DOI, then arXiv id; an arXiv id stays, even where an entry has another one."""
    kinds = ["arxiv", "doi", "title"]
    after = merge(paper, more, topic=None).paper
    before_kind, after_kind = (p.canonical_id.partition(":")[0] for p in (paper, after))
    assert kinds.index(after_kind) <= kinds.index(before_kind)
    assert after_kind != before_kind or after.canonical_id == paper.canonical_id
    other = replace(more, arxiv=ArxivId("2402.00002"))
    if paper.arxiv_base:
        assert merge(paper, other, topic=None).paper.canonical_id == paper.canonical_id


@given(papers(), entries, st.integers(1, 3))
def test_an_older_version_changes_no_text(paper: Paper, more: Entry, version: int) -> None:
    """What the paper has stays as it is, also where the older text is longer; only gaps are filled."""
    paper = replace(paper, version=4)
    older = replace(more, arxiv=ArxivId("2401.00001", version))
    after = merge(paper, older, topic=None)
    for name in ("title", "abstract", "authors", "comment", "license_url", "categories", "url"):
        known = getattr(paper, name)
        assert not known or getattr(after.paper, name) == known, name
    assert after.paper.comment == paper.comment
    assert after.paper.license_url == paper.license_url
    assert not any(event.kind == "version" for event in after.events)


_MARK = "https://model.test/2401.99999v9 10.9/model"


@given(papers(), entries)
def test_text_of_language_models_is_only_ever_a_summary(paper: Paper, more: Entry) -> None:
    """It never becomes an id, an author, a link or any other fact, and never replaces a summary."""
    review = Review(title=_MARK, authors=_MARK, urls=_MARK, summary=(_MARK,), raw=_MARK)
    marked = replace(more, summary=_MARK, takeaways=(_MARK,), review=review)
    for grown in (merge(paper, marked, topic=None).paper, found(marked, topic=None, now=NOW)):
        facts = replace(grown, summary=None, takeaways=())
        assert "model.test" not in repr(facts)
        assert "model.test" not in "".join(names(marked))
    if paper.summary:
        assert merge(paper, marked, topic=None).paper.summary == paper.summary


def test_a_newer_version_brings_its_texts_and_an_event() -> None:
    """Title, authors, abstract, comment and licence are replaced where the new version gives them."""
    paper = found(
        entry(arxiv=ArxivId("2401.00001", 1), abstract="old", authors=("A",), comment="c"),
        topic=None,
        now=NOW,
    )
    newer = entry(
        title="Another Title", arxiv=ArxivId("2401.00001", 3), abstract="new", authors=("B",), license_url="L"
    )
    after = merge(paper, newer, topic=None)
    assert (after.paper.title, after.paper.abstract, after.paper.authors) == ("Another Title", "new", ("B",))
    assert (after.paper.comment, after.paper.license_url, after.paper.version) == ("c", "L", 3)
    assert after.events == (PaperEvent("version", 3),)


@pytest.mark.parametrize(("version", "expected"), [(1, "whole text here"), (2, "whole text here")])
def test_a_cut_copy_never_replaces_the_whole_text(version: int, expected: str) -> None:
    """Digests cut long texts, of a newer version too; and the whole text replaces a cut one."""
    whole = entry(arxiv=ArxivId("2401.00001", 1), abstract="whole text here")
    cut = entry(arxiv=ArxivId("2401.00001", version), abstract="whole text…")
    assert merge(found(whole, topic=None, now=NOW), cut, topic=None).paper.abstract == expected
    same = replace(whole, arxiv=cut.arxiv)
    assert merge(found(cut, topic=None, now=NOW), same, topic=None).paper.abstract == "whole text here"


def test_a_withdrawal_and_a_repository_are_events_once() -> None:
    """Readers of a paper want to know, but only the first time."""
    paper = found(entry(arxiv=ArxivId("2401.00001", 1)), topic=None, now=NOW)
    more = entry(
        arxiv=ArxivId("2401.00001", 2), comment="This paper has been Withdrawn", code_urls=("https://c.test",)
    )
    after = merge(paper, more, topic=None)
    assert [event.kind for event in after.events] == ["version", "withdrawn", "code"]
    assert after.paper.withdrawn
    assert merge(after.paper, replace(more, code_urls=("https://d.test",)), topic=None).events == ()


def test_an_entry_is_named_by_its_surest_id_first() -> None:
    """ArXiv id without version, then DOI; the title only where there is neither."""
    arxiv = ArxivId("2401.00001", 2)
    assert names(entry(arxiv=arxiv, doi="10.1/x")) == ("arxiv:2401.00001", "doi:10.1/x")
    assert names(entry(doi="10.1/x")) == ("doi:10.1/x",)
    assert names(entry(authors=("Ada L.",))) == names(entry(title=TITLE.upper(), authors=("ada l",)))
    assert names(entry())[0] == "title:boundedregretforslowlearners"


@given(st.text(min_size=1), st.lists(st.text(), max_size=2).map(tuple))
def test_names_of_titles_fit_an_index_and_are_never_empty(title: str, authors: tuple[str, ...]) -> None:
    """Whatever the title is written in; a title of signs only is its own name."""
    found_names = names(entry(title=title * 50, authors=authors))
    assert found_names[0] != "title:"
    assert len(set(found_names)) == 3
    assert max(len(name.encode()) for name in found_names) <= 1_200


def test_the_page_of_a_paper() -> None:
    """ArXiv first, then its own page, then its DOI, else none."""
    paper = Paper(
        canonical_id="arxiv:2401.00001", title="t", url="https://x.test", doi="10.1/x", first_seen_at=0
    )
    assert paper.page_url == "https://arxiv.org/abs/2401.00001"
    paper = replace(paper, canonical_id="doi:10.1/x")
    assert (paper.arxiv_base, paper.page_url) == (None, "https://x.test")
    assert replace(paper, url=None).page_url == "https://doi.org/10.1/x"
    assert replace(paper, url=None, doi=None).page_url is None
