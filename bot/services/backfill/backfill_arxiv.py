"""Reads past days from arXiv's query API: for a new source, and for a feed that missed papers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.sources.arxiv_window import WindowReading, next_window, page_size, within_days
from bot.errors import DocumentError, FetchTimeoutError, TooLargeError
from bot.services.backfill.api_cooldown import is_refusal
from bot.services.reading.store_document import SourceRef, StoreReport, store_document
from bot.storage.archive import backfills, sources

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.papers.parsed_entry import ParsedDocument
    from bot.domain.sources.backfill import Backfill
    from bot.ports import ArxivApi, Clock, Parse
    from bot.services.backfill.api_cooldown import ApiCooldown
    from bot.storage.engine.database import Database

_EMPTY: Final = "arXiv gave an empty page, or one that it had given before"

_KINDS: Final = ("arxiv", "arxiv-query")
_REFUSED: Final = 6 * 3_600
"""Seconds after which a query that arXiv refused is asked again."""

_QUIET: Final = 8 * 3_600
_QUIET_FOR: Final = 86_400 - _QUIET
"""Seconds after which, and for how long, news that a feed lacks are asked for again where there were none."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The result of one request for past days.

    Attributes:
        backfill: how far its reading is now.
        is_done: whether its last day was read.
        error: why it rests, or None.
    """

    backfill: Backfill
    is_done: bool = False
    error: str | None = None


class BackfillArxiv:
    """Reads past days page by page, oldest day first; an interrupted page is read again.

    The oldest first, so that papers are stored in about the order in which they were published.

    Args:
        database: where papers and the progress are kept.
        api: arXiv's query API.
        rests: told how it answers.
        parse: reads its answers.
        clock: tells the time.
    """

    def __init__(
        self, database: Database, api: ArxivApi, rests: ApiCooldown, parse: Parse, clock: Clock
    ) -> None:
        self._database = database
        self._api = api
        self._rests = rests
        self._parse = parse
        self._clock = clock
        self._readings: dict[int, WindowReading] = {}
        self._failures = 0

    async def step(self) -> ReadBack | None:
        """Read one page of what is due, or return None where nothing is.

        Raises:
            StorageError: nothing of the page was stored, or all papers and not the progress.
        """
        one = await self._due()
        return await self._read(one) if one else None

    async def is_due(self) -> bool:
        """Whether a page is to be read."""
        return await self._due() is not None

    async def _due(self) -> Backfill | None:
        async with self._database.read() as connection:
            return await backfills.due(connection, _KINDS, now=self._now())

    async def _read(self, one: Backfill) -> ReadBack:
        window = self._readings.get(one.id)
        if window is None or window.first_day != one.next_day:
            window = self._readings[one.id] = (
                WindowReading(one.next_day, one.last_day)  # one category's papers of some days
                if one.news
                else next_window(one.next_day, one.last_day, before=window)
            )
        days = _named_days(window.first_day, window.last_day)
        name = f"{one.label}, {days}"
        try:
            document, total = await self._api.search(
                within_days(one.query, window.first_day, window.last_day),
                start=window.start,
                size=page_size(self._failures),
                name=name,
            )
            parsed = await asyncio.to_thread(self._parse, document)
        except DocumentError as error:
            if isinstance(error, FetchTimeoutError | TooLargeError):
                self._failures += 1
            return await self._rest(one, error.reason, error)
        self._failures = 0
        stored = await self._store(one, parsed, name)
        # A page that arXiv repeats may be one of other days.
        ids = {
            entry.arxiv.base
            for entry in parsed.entries
            if entry.arxiv and entry.published and window.first_day <= entry.published <= window.last_day
        }
        follows = window.take(ids, total=total)
        if follows == "stuck":
            return await self._rest(one, _EMPTY, None)
        return await self._go_on(one, window, len(stored.new), is_read=follows == "done")

    async def _store(self, one: Backfill, parsed: ParsedDocument, name: str) -> StoreReport:
        return await store_document(
            self._database,
            parsed,
            source=SourceRef(one.source_id, one.label),
            document=name,
            now=self._now(),
            news=one.news,
            # What was read back before the announcement that a feed lacks was announced earlier.
            read_back_since=int(datetime.combine(one.last_day, time.min, UTC).timestamp()),
        )

    async def _go_on(self, one: Backfill, window: WindowReading, new: int, *, is_read: bool) -> ReadBack:
        next_day = window.last_day + timedelta(days=1) if is_read else one.next_day
        is_done = next_day > one.last_day
        if is_done and one.news and not one.papers + new and self._now() < one.created_at + _QUIET_FOR:
            return await self._ask_later(one)
        if is_read and window.missing:
            _log.warning(
                "%s: arXiv counts %d papers for %s and gave %d of them",
                one.label, window.total, _named_days(window.first_day, window.last_day), len(window.ids),
            )  # fmt: skip
        after = one.after(next_day, papers=new, done_at=self._now() if is_done else None)
        async with self._database.write() as connection:
            await self._rests.answered(connection)
            if one.news and new:
                await sources.brought_new(connection, one.source_id, now=self._now())
            await backfills.save_days(connection, after)
        if is_done:
            self._readings.pop(one.id, None)
        return ReadBack(after, is_done)

    async def _ask_later(self, one: Backfill) -> ReadBack:
        """Ask for news again some hours later: arXiv's API is at times behind its announcements."""
        self._readings.pop(one.id, None)
        async with self._database.write() as connection:
            await self._rests.answered(connection)
            await backfills.begin_again(connection, one.id, due_at=self._now() + _QUIET)
        return ReadBack(one)

    async def _rest(self, one: Backfill, reason: str, error: DocumentError | None) -> ReadBack:
        async with self._database.write() as connection:
            if is_refusal(error):
                until = self._now() + _REFUSED
            else:
                until = await self._rests.failed(connection, error)
            await backfills.save_failure(connection, one.id, error=reason, due_at=until)
        return ReadBack(one, error=reason)

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _named_days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
