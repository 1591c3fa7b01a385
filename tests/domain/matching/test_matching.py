"""The batch matcher finds exactly the pairs that the oracle finds."""

from __future__ import annotations

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from query_strategies import papers, parse, query_texts

from bot.domain.matching import BATCH, Matcher
from bot.domain.matching.postings import indexes
from bot.domain.query import Query, UnreadableQueryError, evaluate
from bot.domain.text.analysis import PaperText, analyse


def _readable(texts: list[str]) -> list[Query]:
    queries = []
    for text in texts:
        try:
            queries.append(parse(text))
        except UnreadableQueryError:
            continue
    return queries


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(query_texts, min_size=1, max_size=6), st.lists(papers, min_size=1, max_size=4), st.data())
def test_matcher_equals_oracle_on_every_pair(
    texts: list[str], made: list[PaperText], data: st.DataObject
) -> None:
    """Any queries, any papers, English and Chinese: the same pairs, also after queries were removed."""
    queries = _readable(texts)
    analysed = [analyse(paper) for paper in made]
    matcher = Matcher()
    for key, query in enumerate(queries):
        matcher.add(key, query)
    expected = {
        (at, key)
        for at, paper in enumerate(analysed)
        for key, query in enumerate(queries)
        if evaluate(query, paper)
    }
    assert sorted(matcher.match(analysed)) == sorted(expected)
    gone = data.draw(st.sets(st.sampled_from(range(len(queries)))) if queries else st.just(set[int]()))
    for key in gone:
        matcher.remove(key)
    assert sorted(matcher.match(analysed)) == sorted(pair for pair in expected if pair[1] not in gone)


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(query_texts, min_size=1, max_size=6))
def test_removing_every_query_leaves_nothing_behind(texts: list[str]) -> None:
    """A matcher that people come and go from does not grow."""
    queries = _readable(texts)
    matcher = Matcher()
    for key, query in enumerate(queries):
        matcher.add(key, query)
    for key in range(len(queries)):
        matcher.remove(key)
    assert len(matcher) == 0
    table = matcher._table
    assert not any(table._holders)
    for index in (*table._terms.values(), table._authors, table._categories, table._papers):
        left = [value for name, value in vars(index).items() if name != "_fields"]
        assert not any(left), left
    assert not (matcher._entries)
    assert not (matcher._single)
    assert not (matcher._hanging)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ('"physics class"', "Physics classes"),
        ('"physics class"', "physicsclass"),
        ('"physic class"', "physics class"),
        ('"video edi*"', "video editing"),
        ('"video edi*"', "videoediting"),
        ('"a very long phrase of words"', "what a very long phrase of words"),
        ("视频编辑", "视频编辑"),
        ("的transformer", "新的transformer"),
        ("transformer的", "transformer的方法"),
        ("-(-video -image)", "image"),
        ("(video OR (image -text)) -audio", "image"),
    ],
)
def test_rare_shapes_match_as_the_oracle_says(query: str, title: str) -> None:
    """Closed-up phrases, open ends, long phrases, mixed scripts and nested negation."""
    paper = analyse(PaperText(title))
    matcher = Matcher()
    matcher.add("key", parse(query))
    assert evaluate(parse(query), paper)
    assert list(matcher.match([paper])) == [(0, "key")]


def test_equal_queries_share_one_entry() -> None:
    """The order of terms and the spelling don't matter; every subscriber is named."""
    matcher = Matcher()
    for key, text in enumerate(["video editing", "editing video", "editing AND Videos", "image"]):
        matcher.add(key, parse(text))
    assert len(matcher._entries) == 2
    papers_found = [analyse(PaperText("Video editing")), analyse(PaperText("x"))]
    assert sorted(matcher.match(papers_found)) == [(0, 0), (0, 1), (0, 2)]
    matcher.remove(1)
    assert sorted(matcher.match(papers_found)) == [(0, 0), (0, 2)]


def test_a_key_has_one_query() -> None:
    """Adding again replaces; removing what is not there is no error."""
    matcher = Matcher()
    matcher.add("key", parse("video"))
    matcher.add("key", parse("image"))
    matcher.remove("other")
    assert "key" in matcher
    assert len(matcher) == 1
    assert list(matcher.match([analyse(PaperText("video")), analyse(PaperText("image"))])) == [(1, "key")]


def test_many_papers_are_matched_in_batches() -> None:
    """Indexes continue over batches, and a query that matches all papers is found in all."""
    count = BATCH * 2 + 5
    paper, other = analyse(PaperText("video editing")), analyse(PaperText("image"))
    matcher = Matcher()
    matcher.add(1, parse("video"))
    matcher.add(2, parse("video editing -image"))
    found = sorted(matcher.match([paper] * count + [other]))
    assert found == [(at, key) for at in range(count) for key in (1, 2)]


def test_an_archive_may_say_what_is_rare() -> None:
    """With frequencies given, a query hangs on its rarest word; the pairs are the same."""
    matcher = Matcher(frequency={"a1": 0.9, "zz": 0.0001}.__getitem__)
    matcher.add("key", parse("a1 zz"))
    assert len(matcher._hanging) == 1
    (atom,) = matcher._hanging
    assert matcher._table._keys[atom] == "zz"
    assert list(matcher.match([analyse(PaperText("zz a1"))])) == [(0, "key")]


@given(st.sets(st.integers(0, BATCH - 1)))
def test_bits_are_read_back(chosen: set[int]) -> None:
    """A bitmap gives its indexes, ascending, however many there are."""
    assert indexes(sum(1 << at for at in chosen)) == sorted(chosen)
