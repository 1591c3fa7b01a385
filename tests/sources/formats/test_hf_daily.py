"""Hugging Face daily papers, beyond their samples."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedDocumentError
from bot.sources.formats import hf_daily

VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.lists(st.text(max_size=3), max_size=2)
)
KEYS = (
    "title",
    "summary",
    "authors",
    "publishedAt",
    "submittedOnDailyAt",
    "upvotes",
    "githubRepo",
    "projectPage",
)


def paper(**values: Any) -> dict[str, Any]:
    """Return one item of the list."""
    return {"paper": {"id": "2505.99001", "title": "T", **values}}


def test_votes_are_the_papers() -> None:
    """The votes stand on the paper."""
    (entry,) = hf_daily.parse(json.dumps([paper(upvotes=42)]), "x").entries
    assert entry.votes == 42


@pytest.mark.parametrize("votes", [None, True, -1, "7", 1.5, 2**40])
def test_votes_that_are_no_count_are_unknown(votes: object) -> None:
    """What is no sensible count is dropped."""
    (entry,) = hf_daily.parse(json.dumps([paper(upvotes=votes)]), "x").entries
    assert entry.votes is None


def test_days_are_the_lists_first_and_last() -> None:
    """A list over several days has their range."""
    days = ["2025-05-20T00:00:00.000Z", "2025-05-18T00:00:00.000Z", "2025-05-19T00:00:00.000Z", None]
    items = [paper(id=f"2505.9900{i}", submittedOnDailyAt=day) for i, day in enumerate(days, 1)]
    assert hf_daily.parse(json.dumps(items), "x").dates == (date(2025, 5, 18), date(2025, 5, 20))


@pytest.mark.parametrize("text", ["{}", '[{"paper": {', "[1, 2", '"x"'])
def test_other_json_is_refused(text: str) -> None:
    """What is no whole list is refused."""
    with pytest.raises(MalformedDocumentError):
        hf_daily.parse(text, "x")


@given(values=st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_values_of_any_type_are_survived(values: dict[str, Any]) -> None:
    """Whatever stands where a text should, the item is read or left out."""
    for entry in hf_daily.parse(json.dumps([paper(**values)]), "x").entries:
        assert entry.title
