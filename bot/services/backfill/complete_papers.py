"""Requests the missing authors and categories of papers from arXiv's query API."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.domain.delivery.digest import is_news
from bot.domain.papers.paper import merge
from bot.errors import DocumentError
from bot.services.backfill.api_cooldown import is_refusal
from bot.storage import search
from bot.storage.archive import incomplete, papers, unannounced
from bot.storage.delivery import waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.papers.paper import Paper
    from bot.domain.papers.parsed_entry import Entry, ParsedDocument
    from bot.ports import ArxivApi, Clock, Parse
    from bot.services.backfill.api_cooldown import ApiCooldown
    from bot.storage.engine.database import Connection, Database

_IDS: Final = 100
"""Ids in one request (issue 12)."""

_NAME: Final = "arXiv's data of papers by id"
_AGAIN_AFTER: Final = (60, 600, 86_400, 3 * 86_400, 7 * 86_400)
"""Seconds after which a paper that was not in the answer is asked for again, time after time: arXiv leaves
some out, and its API may not know for days what its feeds announced."""


@dataclass(frozen=True, slots=True)
class CompletionReport:
    """The result of one request for papers by id.

    Attributes:
        papers: how many papers it completed.
        unknown: how many arXiv does not know, or not yet.
        error: why it rests, or None.
    """

    papers: int = 0
    unknown: int = 0
    error: str | None = None


class CompletePapers:
    """Requests incomplete papers from arXiv, 100 at a time, newest first.

    What each source wrote about a paper stays as it wrote it; the paper gets what it lacks.

    Args:
        database: the archive.
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
        self._size = _IDS
        self._was_empty = False

    async def step(self) -> CompletionReport | None:
        """Ask for the papers that are due, or return None where there are none.

        Raises:
            StorageError: nothing was stored.
        """
        asked, tries = await self._due()
        if not tries:
            return None
        if not asked:
            return CompletionReport()
        ids = [paper.arxiv_base for paper in asked.values() if paper.arxiv_base]
        try:
            document = await self._api.by_ids(ids, name=_NAME)
            parsed = await asyncio.to_thread(self._parse, document)
        except DocumentError as error:
            return await self._failed(asked, tries, error)
        came = {entry.arxiv.base for entry in parsed.entries if entry.arxiv}
        if came.isdisjoint(ids) and len(ids) > 1 and not self._was_empty:
            # arXiv answers so at times, or with an earlier answer; twice in a row is believed.
            self._was_empty = True
            return await self._failed(asked, tries, None)
        self._size, self._was_empty = _IDS, False
        return await self._complete(asked, tries, parsed)

    async def is_due(self) -> bool:
        """Whether a paper is to be asked for."""
        async with self._database.read() as connection:
            return bool(await incomplete.due(connection, now=self._now(), limit=1))

    async def _due(self) -> tuple[dict[int, Paper], dict[int, int]]:
        """Return the papers to ask for; those that sources completed meanwhile wait no more."""
        async with self._database.read() as connection:
            tries = await incomplete.due(connection, now=self._now(), limit=self._size)
            stored = await papers.by_ids(connection, tries)
        asked = {row: paper for row, paper in stored.items() if paper.lacks_facts}
        if done := tries.keys() - asked.keys():
            async with self._database.write() as connection:
                await incomplete.remove(connection, done)
        return asked, tries

    async def _complete(
        self, asked: Mapping[int, Paper], tries: Mapping[int, int], parsed: ParsedDocument
    ) -> CompletionReport:
        by_id = {entry.arxiv.canonical: entry for entry in parsed.entries if entry.arxiv}
        found = {
            row: by_id[paper.canonical_id] for row, paper in asked.items() if paper.canonical_id in by_id
        }
        async with self._database.write() as connection:
            await self._rests.answered(connection)
            changed = await self._merge(connection, found)
            await incomplete.remove(connection, found)
            await self._rest(connection, {row: tries[row] for row in asked.keys() - found.keys()})
        return CompletionReport(changed, len(asked) - len(found))

    async def _merge(self, connection: Connection, found: Mapping[int, Entry]) -> int:
        """Give papers what they lack, and hold those that are news against the subscriptions once more."""
        now = self._now()
        pairs: list[tuple[Paper, Paper]] = []
        # As they are now: a source may have changed them while arXiv was asked.
        for row, before in (await papers.by_ids(connection, found)).items():
            after = merge(before, found[row], topic=None).paper
            if after != before:
                pairs.append((before, after))
        await papers.replace(connection, [after for _, after in pairs], now=now)
        await search.index(connection, new=(), changed=pairs)
        quiet = await unannounced.among(connection, found)
        today = datetime.fromtimestamp(now, UTC).date()
        again = [after.id for _, after in pairs if after.id not in quiet and is_news(after.latest_day, today)]
        await waiting.add_arrivals(connection, again, ())
        return len(pairs)

    async def _failed(
        self, asked: Mapping[int, Paper], tries: Mapping[int, int], error: DocumentError | None
    ) -> CompletionReport:
        """Let the API rest; where it refused the ids, ask for fewer of them until it is plain for which."""
        if error is not None and is_refusal(error):
            if len(asked) > 1:
                self._size = max(len(asked) // 2, 1)
                return CompletionReport(error=error.reason)
            self._size = _IDS
            async with self._database.write() as connection:
                await self._rest(connection, {row: tries[row] for row in asked})
            return CompletionReport(unknown=len(asked), error=error.reason)
        async with self._database.write() as connection:
            await self._rests.failed(connection, error)
        return CompletionReport(error=error.reason if error else "arXiv gave an empty answer")

    async def _rest(self, connection: Connection, tries: Mapping[int, int]) -> None:
        """Ask for papers that were not found again some days later, at last no more."""
        now = self._now()
        often = {row for row, count in tries.items() if count >= len(_AGAIN_AFTER)}
        await incomplete.remove(connection, often)
        later = {row: now + _AGAIN_AFTER[count] for row, count in tries.items() if row not in often}
        await incomplete.rest(connection, later)

    def _now(self) -> int:
        return int(self._clock().timestamp())
