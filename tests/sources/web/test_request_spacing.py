"""Requests to one host wait for each other; arXiv's hosts are one."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.sources.crawl_policy import ARXIV_GAP, HOST_GAP
from bot.sources.web.request_spacing import HostSpacing


class _Time:
    """A clock that only sleeping and working move."""

    def __init__(self) -> None:
        self.now = 100.0
        self.log: list[tuple[str, float]] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        await asyncio.sleep(0)

    async def work(self, spacing: HostSpacing, host: str, seconds: float) -> None:
        async with spacing.turn(host):
            self.log.append((f"begin {host}", self.now))
            await asyncio.sleep(0)
            self.now += seconds
            self.log.append((f"end {host}", self.now))


async def test_arxiv_hosts_share_one_slot_in_three_seconds() -> None:
    """The feed's, the API's and the main host queue together: one at a time, 3 s of rest before each.

    The first waits as well: a process that was killed a moment ago may have asked.
    """
    time = _Time()
    spacing = HostSpacing(clock=time.clock, sleep=time.sleep)
    hosts = ["rss.arxiv.org", "export.arxiv.org", "arxiv.org"]
    await asyncio.gather(*(time.work(spacing, host, 1.0) for host in hosts))
    assert time.log == [
        ("begin rss.arxiv.org", 103.0),
        ("end rss.arxiv.org", 104.0),
        ("begin export.arxiv.org", 107.0),
        ("end export.arxiv.org", 108.0),
        ("begin arxiv.org", 111.0),
        ("end arxiv.org", 112.0),
    ]


async def test_different_hosts_do_not_wait() -> None:
    """A request to one host begins while another host's is still running."""
    time = _Time()
    spacing = HostSpacing(clock=time.clock, sleep=time.sleep)
    await asyncio.gather(time.work(spacing, "a.example", 1.0), time.work(spacing, "notarxiv.org", 1.0))
    assert [name for name, _ in time.log[:2]] == ["begin a.example", "begin notarxiv.org"]


async def test_failed_request_counts_and_frees_its_slot() -> None:
    """A request that fails frees the host, and the next one still rests."""
    time = _Time()
    spacing = HostSpacing(clock=time.clock, sleep=time.sleep)
    with pytest.raises(ZeroDivisionError):
        async with spacing.turn("a.example"):
            raise ZeroDivisionError
    await time.work(spacing, "a.example", 0.0)
    assert time.log[0] == ("begin a.example", 100.0 + HOST_GAP)


async def test_cancelled_waiting_frees_the_queue() -> None:
    """Who gives up waiting does not block those behind."""
    time = _Time()
    spacing = HostSpacing(clock=time.clock, sleep=time.sleep)
    async with spacing.turn("a.example"):
        waiting = asyncio.create_task(time.work(spacing, "a.example", 0.0))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await time.work(spacing, "a.example", 0.0)
    assert len(time.log) == 2


@given(st.lists(st.tuples(st.sampled_from(["arxiv.org", "rss.arxiv.org", "b.example"]), st.floats(0, 5))))
@settings(deadline=None)
async def test_no_two_requests_of_a_lane_overlap_or_follow_too_fast(jobs: list[tuple[str, float]]) -> None:
    """Whatever the requests' lengths: within a lane the next begins a full rest after the last one's end."""
    time = _Time()
    spacing = HostSpacing(clock=time.clock, sleep=time.sleep)
    await asyncio.gather(*(time.work(spacing, host, seconds) for host, seconds in jobs))
    arxiv = [(name, at) for name, at in time.log if "arxiv.org" in name]
    for (end, ended), (begin, began) in zip(arxiv[1::2], arxiv[2::2], strict=False):
        assert (end.partition(" ")[0], begin.partition(" ")[0]) == ("end", "begin")
        assert began - ended >= ARXIV_GAP - 1e-6
