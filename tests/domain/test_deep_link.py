"""Queries and papers in links."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat.deep_link import paper_of, payload_of, payload_of_paper, query_of


@given(st.text(min_size=1))
def test_a_link_brings_back_its_query_and_fits(query: str) -> None:
    """What fits into a link comes out of it unchanged, in letters that a link may hold; the rest has none."""
    try:
        payload = payload_of(query)
    except UnicodeEncodeError:
        return  # a lone surrogate; no query that was read holds one
    if payload is None:
        assert len(query.encode()) > 46
        return
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    assert query_of(payload) == query
    assert paper_of(payload) is None


def test_a_link_brings_back_its_paper() -> None:
    """A paper's link names the paper and no query."""
    payload = payload_of_paper("doi:10.1145/3592433")
    assert payload is not None
    assert paper_of(payload) == "doi:10.1145/3592433"
    assert query_of(payload) is None


@given(st.text() | st.from_regex(r"[qp]_[A-Za-z0-9_=-]{0,70}"))
def test_any_other_link_is_no_error(payload: str) -> None:
    """Whatever is in a link, it names a query, a paper or nothing."""
    query, paper = query_of(payload), paper_of(payload)
    assert query is None or query
    assert paper is None or paper
