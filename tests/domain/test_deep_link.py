"""Queries in links."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deep_link import payload_of, query_of


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


@given(st.text() | st.from_regex(r"q_[A-Za-z0-9_=-]{0,70}"))
def test_any_other_link_is_no_error(payload: str) -> None:
    """Whatever stands in a link, it names a query or none."""
    query = query_of(payload)
    assert query is None or query
