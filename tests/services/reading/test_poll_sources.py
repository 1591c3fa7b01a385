"""Polling: what is due, cursors, failures, leases; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from invented_digests import entry
from programmable_reader import PollingBench, poller

from bot.domain.papers.parsed_entry import Document
from bot.domain.sources.source import Cursor, Reading
from bot.errors import HttpStatusError, MalformedDocumentError, StorageError, UnreachableError
from bot.storage.archive import sources

if TYPE_CHECKING:
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

A, B = "https://a.example.org/feed", "https://b.example.org/feed"
RIVERS = entry("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
LAKES = entry("2503.00002v1", "Lakes of Tokens", "Language models of still water.")
MISSING = Document("cut.md", b"nobody put entries into it")


class Bench(PollingBench):
    """A poller with everything around it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.poller = poller(database, self.reader, self.library, self.clock)

    async def source(self, uri: str) -> StoredSource:
        """Return a source as it is stored."""
        async with self.database.read() as connection:
            found = await sources.by_uri(connection, uri)
        assert found
        return found

    async def waits(self, uri: str) -> float:
        """Return in how many seconds a source is due."""
        return (await self.source(uri)).next_poll_at - self.now.timestamp()


@pytest.fixture
def bench(database: Database) -> Bench:
    """A poller on an empty archive."""
    return Bench(database)


async def test_a_cursor_is_given_back(bench: Bench) -> None:
    """What a reading ended with is where the next one begins; in between the source rests."""
    await bench.watch(A)
    after = Cursor(etag='"1"', last_modified="Fri", commit="c" * 40, files={"x.md": "1:2:3"})
    bench.reader.steps[A] = [
        Reading((bench.library.holds("x.md", RIVERS, LAKES),), after),
        Reading((), after, unchanged=True),
    ]
    (first,) = await bench.poller.poll_due() or []
    assert (first.label, first.failed, first.unchanged) == (A, False, False)
    assert [len(document.stored.new) for document in first.documents] == [2]
    assert await bench.poller.poll_due() == []
    bench.now += timedelta(seconds=599)
    assert await bench.poller.poll_due() == []
    bench.now += timedelta(seconds=1)
    (second,) = await bench.poller.poll_due() or []
    assert second.unchanged
    assert [cursor for _, cursor in bench.reader.asked] == [Cursor(), after]
    assert await bench.papers() == 2


async def test_what_waits_is_read_at_once(bench: Bench) -> None:
    """A source that comes in pieces is read to the end, each piece from where the last one ended."""
    await bench.watch(A)
    pieces = [Cursor(files={"1": "a"}), Cursor(files={"1": "a", "2": "b"})]
    bench.reader.steps[A] = [
        Reading((bench.library.holds("1", RIVERS),), pieces[0], next_poll_in=0.0),
        Reading((bench.library.holds("2", LAKES),), pieces[1]),
    ]
    (told,) = await bench.poller.poll_due() or []
    assert [document.name for document in told.documents] == ["1", "2"]
    assert [cursor for _, cursor in bench.reader.asked] == [Cursor(), pieces[0]]
    assert await bench.waits(A) == 600


async def test_a_bad_document_does_not_stop_the_rest(bench: Bench) -> None:
    """Documents that can't be parsed or had are reported; the others are stored and the cursor moves on."""
    await bench.watch(A, B)
    lost = UnreachableError("gone.md", "no such file")
    bench.reader.steps[A] = [
        Reading((MISSING, bench.library.holds("good.md", RIVERS)), Cursor(etag='"1"'), failures=(lost,))
    ]
    bench.reader.steps[B] = [Reading((bench.library.holds("other.md", LAKES),))]
    first, second = await bench.poller.poll_due() or []
    assert [type(document.error) for document in first.documents] == [
        MalformedDocumentError, type(None), UnreachableError,
    ]  # fmt: skip
    assert first.failed
    assert not second.failed
    stored = await bench.source(A)
    assert (stored.etag, stored.failures) == ('"1"', 0)
    assert stored.last_error == "cut.md: it is cut off"
    assert await bench.papers() == 2


async def test_back_off_and_recovery(bench: Bench) -> None:
    """A dead host is left twice as long after each failure; the cursor stays, and a success resets it."""
    await bench.watch(A)
    bench.reader.steps[A] = [
        Reading((bench.library.holds("1", RIVERS),), Cursor(etag='"1"')),
        *[UnreachableError(A, "no connection to the host") for _ in range(3)],
        Reading((), Cursor(etag='"2"'), unchanged=True),
    ]
    await bench.poller.poll_due()
    for wait in (600, 1200, 2400):
        bench.now += timedelta(days=2)
        (told,) = await bench.poller.poll_due() or []
        assert isinstance(told.error, UnreachableError)
        assert await bench.waits(A) == wait
    assert (await bench.source(A)).failures == 3
    assert bench.reader.asked[-1][1] == Cursor(etag='"1"')
    bench.now += timedelta(days=2)
    await bench.poller.poll_due()
    healthy = await bench.source(A)
    assert (healthy.failures, healthy.last_error, healthy.etag) == (0, None, '"2"')


async def test_retry_after_is_kept(bench: Bench) -> None:
    """A server that says when to come back is asked then, however often it failed."""
    await bench.watch(A)
    bench.reader.steps[A] = [HttpStatusError(A, "busy", status=503, retry_after=7200.0)]
    await bench.poller.poll_due()
    assert await bench.waits(A) == 7200


async def test_one_dead_source_does_not_stop_the_others(bench: Bench) -> None:
    """Sources are polled one after the other, whatever becomes of each, and each is told as it is done."""
    await bench.watch(A, B)
    bench.reader.steps[A] = [UnreachableError(A, "no connection to the host")]
    bench.reader.steps[B] = [Reading((bench.library.holds("1", RIVERS),))]
    told: list[str] = []
    reports = await bench.poller.poll_due(on_source=lambda source: told.append(source.label))
    assert told == [A, B]
    assert [bool(source.error) for source in reports or []] == [True, False]


async def test_a_reading_that_fails_half_way_keeps_what_was_read(bench: Bench) -> None:
    """Pieces that were stored stay and are not read again."""
    await bench.watch(A)
    piece = Cursor(files={"1": "a"})
    bench.reader.steps[A] = [
        Reading((bench.library.holds("1", RIVERS),), piece, next_poll_in=0.0),
        UnreachableError(A, "the connection broke"),
        Reading((bench.library.holds("2", LAKES),), Cursor(files={"1": "a", "2": "b"})),
    ]
    (told,) = await bench.poller.poll_due() or []
    assert told.error
    assert len(told.documents) == 1
    bench.now += timedelta(days=2)
    await bench.poller.poll_due()
    assert bench.reader.asked[-1][1] == piece
    assert await bench.papers() == 2


async def test_a_failing_database_moves_no_cursor(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a document can't be stored its source is read again from the same place."""
    await bench.watch(A)
    bench.reader.steps[A] = [Reading((bench.library.holds("1", RIVERS),), Cursor(etag='"1"'))] * 2

    async def full(*_: object, **__: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("bot.services.reading.store_document.sightings.record_events", full)
        with pytest.raises(StorageError):
            await bench.poller.poll_due()
    assert await bench.papers() == 0
    assert (await bench.source(A)).etag is None
    await bench.poller.poll_due()
    assert bench.reader.asked[-1][1] == Cursor()
    assert await bench.papers() == 1


async def test_one_process_polls_at_a_time(bench: Bench) -> None:
    """While one polls the other is told so and asks nobody; afterwards it may."""
    await bench.watch(A)
    other = poller(bench.database, bench.reader, bench.library, bench.clock, owner="two")
    inside: list[object] = []

    async def meanwhile() -> None:
        inside.append(await other.poll_due())

    bench.reader.steps[A] = [Reading((bench.library.holds("1", RIVERS),))]
    bench.reader.meanwhile = meanwhile
    reports = await bench.poller.poll_due()
    assert inside == [None]
    assert len(reports or []) == 1
    assert await other.poll_due() == []


async def test_ingest_reads_from_the_beginning(bench: Bench) -> None:
    """Ingesting ignores cursors and due times, tells progress, and makes no source that is polled."""
    sizes: list[int] = []
    names: list[str] = []
    reading = Reading((bench.library.holds("1", RIVERS), MISSING), Cursor(etag='"1"'))
    bench.reader.steps[A] = [reading, reading]
    for new in (1, 0):
        told = await bench.poller.ingest(
            [A], on_reading=sizes.append, on_document=lambda document: names.append(document.name)
        )
        assert [len(document.stored.new) for document in told[0].documents] == [new, 0]
    assert sizes == [2, 2]
    assert names == ["1", "cut.md"] * 2
    assert [cursor for _, cursor in bench.reader.asked] == [Cursor(), Cursor()]
    assert await bench.poller.poll_due() == []


async def test_ingest_goes_on_after_a_bad_source(bench: Bench) -> None:
    """A source that can't be used or had is a report; the ones after it are read."""
    bench.reader.steps[A] = [UnreachableError(A, "no such host")]
    bench.reader.steps[B] = [Reading((bench.library.holds("1", RIVERS),))]
    told = await bench.poller.ingest(["nosuch:x", A, B])
    assert [bool(source.error) for source in told] == [True, True, False]
    assert await bench.papers() == 1
