"""Reading days of arXiv's query API whole: the decisions alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sources.arxiv_window import (
    MOST_PASSES,
    PAGE,
    SMALLEST_PAGE,
    WindowReading,
    categories_query,
    next_window,
    page_size,
    within_days,
)

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def window() -> WindowReading:
    """Return the reading of one day."""
    return WindowReading(FIRST, FIRST)


@given(
    count=st.integers(0, 60),
    size=st.integers(1, 20),
    faults=st.lists(st.sampled_from(["empty", "repeated", "short", "none"]), max_size=40),
)
def test_no_paper_is_missing_whatever_a_page_lacks(count: int, size: int, faults: list[str]) -> None:
    """However pages are empty, repeated or short, all papers come where arXiv gives them at last."""
    papers = [f"2611.{number:05}" for number in range(count)]
    reading, before, asked = window(), list[str](), 0
    while True:
        asked += 1
        fault = faults.pop() if faults else "none"
        page = papers[reading.start : reading.start + size]
        if fault == "short":
            page = page[: len(page) // 2]
        elif fault == "repeated":
            page = before
        elif fault == "empty":
            page = []
        before = page
        total = 0 if fault == "empty" else count
        if reading.take(page, total=total) == "done":
            break
        assert asked < 1_000
    # Faults that last longer than arXiv is asked again may hide papers; then it is known how many.
    assert len(reading.ids) + reading.missing >= (count if reading.total else 0)
    if reading.passes < MOST_PASSES and reading.total:
        assert reading.ids == set(papers)


def test_an_empty_answer_is_asked_for_again() -> None:
    """That there is nothing is believed at the third time, and not where papers came before."""
    reading = window()
    assert [reading.take([], total=0) for _ in range(3)] == ["stuck", "stuck", "done"]
    reading = window()
    assert reading.take(["2611.00001"], total=2) == "more"
    assert reading.take([], total=0) == "stuck"
    assert reading.take(["2611.00002"], total=2) == "done"


def test_papers_that_moved_to_another_page_are_found() -> None:
    """Where the last page was read and papers are missing, the pages are read once more from the first."""
    reading = window()
    assert reading.take(["2611.00001", "2611.00003"], total=3) == "more"
    assert {reading.take(["2611.00003"], total=3) for _ in range(3)} == {"stuck"}
    assert (reading.start, reading.passes) == (0, 1)
    assert reading.take(["2611.00001", "2611.00002"], total=3) == "done"


def test_a_total_that_stays_wrong_ends() -> None:
    """Where arXiv counts more papers than it gives, the reading ends and says how many are missing."""
    reading, asked = window(), 0
    while reading.take(["2611.00001"], total=2) != "done":
        asked += 1
    assert asked < 20
    assert reading.missing == 1


def test_an_answer_without_a_total_is_read_until_nothing_comes() -> None:
    """Where arXiv does not say how many there are, pages are read until one brings nothing twice."""
    reading = window()
    assert reading.take(["2611.00001"], total=None) == "more"
    assert [reading.take([], total=None) for _ in range(3)] == ["stuck", "stuck", "done"]


def test_an_empty_day_among_full_ones_is_doubted() -> None:
    """After full days an empty one must be so five times to be believed, after quiet days twice."""
    full = next_window(FIRST, LAST, before=WindowReading(FIRST, FIRST, total=645))
    assert [full.take([], total=0) for _ in range(5)] == [*["stuck"] * 4, "done"]
    quiet = next_window(FIRST, LAST, before=WindowReading(FIRST, FIRST, total=0))
    assert [quiet.take([], total=0) for _ in range(2)] == ["stuck", "done"]


@given(totals=st.lists(st.integers(0, 5_000), max_size=40))
def test_windows_cover_all_days_once(totals: list[int]) -> None:
    """Whatever days hold, one window begins where the one before ended, and the last ends at the last day."""
    day, before = FIRST, None
    covered = []
    while day <= LAST:
        one = next_window(day, LAST, before=before)
        assert one.first_day == day
        assert day <= one.last_day <= LAST
        covered += [day + timedelta(days=at) for at in range((one.last_day - day).days + 1)]
        one.total = totals.pop() if totals else None
        day, before = one.last_day + timedelta(days=1), one
    assert covered == [FIRST + timedelta(days=at) for at in range(30)]


def test_quiet_days_are_asked_for_together() -> None:
    """Days with few papers are asked for in ever longer ranges, full ones in shorter ones."""
    quiet = WindowReading(FIRST, FIRST, total=3)
    assert next_window(FIRST, LAST, before=quiet).last_day == FIRST + timedelta(days=1)
    full = WindowReading(FIRST, FIRST + timedelta(days=3), total=4_000)
    assert next_window(FIRST, LAST, before=full).last_day == FIRST + timedelta(days=1)


@pytest.mark.parametrize(("failures", "size"), [(0, PAGE), (1, PAGE // 2), (99, SMALLEST_PAGE)])
def test_a_slow_arxiv_is_asked_for_less(failures: int, size: int) -> None:
    """After a page that did not arrive in time the next one is half as long, down to a smallest one."""
    assert page_size(failures) == size


def test_queries_are_written_as_arxiv_reads_them() -> None:
    """Categories stand side by side, an archive means all its categories, and days are whole."""
    assert categories_query(["cs.CV", "math"]) == "cat:cs.CV OR cat:math OR cat:math.*"
    wanted = "(cat:cs.CV) AND submittedDate:[202611010000 TO 202611302359]"
    assert within_days("cat:cs.CV", FIRST, LAST) == wanted
