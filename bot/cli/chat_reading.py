"""Reads sources in the background while a person chats in the terminal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.app import clock, open_reader, polling, reading_arxiv
from bot.domain.chat.command import Reply, Text
from bot.domain.sources.source import reason_of
from bot.i18n import translator
from bot.runtime import report
from bot.runtime.backfill_progress import IN_CHAT, BackfillProgress
from bot.runtime.digest_job import logged, report_late
from bot.services.installation.hold_lease import is_held
from bot.services.reading.poll_rounds import PollRounds

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from bot.app import Archive
    from bot.platforms.console.sender import ConsoleSender
    from bot.runtime.digest_job import DigestJob
    from bot.services.backfill.run_backfills import RunBackfills
    from bot.services.reading.poll_sources import SourceReport

_PROMPT_WAITS: Final = 5.0
"""Seconds at most for which the prompt waits for sources; then they are read behind it."""

_LOOK_EVERY: Final = 1.0
"""Seconds between two looks whether somebody named a first source."""


class ChatReading:
    """Reads sources while the chat is open, unless there is none or `paperwire run` reads them.

    Args:
        archive: the open database.
        sender: shows what was read.
        language: of what it shows.
        stack: closes what was opened.
    """

    def __init__(self, archive: Archive, sender: ConsoleSender, language: str, stack: AsyncExitStack) -> None:
        self._archive = archive
        self._sender = sender
        self._language = language
        self._words = translator(language)
        self._stack = stack
        self._arxiv: RunBackfills | None = None
        self.rounds: PollRounds | None = None

    async def open(self) -> bool:
        """Build what reads, where there is something to read; return whether there is."""
        polled = await self._archive.sources.polled()
        if not self._sender.terminal:  # a pipe does not last; the library that fetches takes 0.3 s to import
            now = int(clock().timestamp())
            polled = [source for source in polled if source.next_poll_at <= now]
        if not polled or await is_held(self._archive.database, "run", clock=clock):
            return False
        reader = await self._stack.enter_async_context(open_reader(self._archive.settings))
        self.rounds = PollRounds(polling(self._archive, reader), self._archive.database, clock, self._tell)
        self._stack.push_async_callback(self.rounds.close)
        progress = BackfillProgress(self._hint, self._words, every=IN_CHAT)
        self._arxiv = reading_arxiv(self._archive, reader, self.rounds, progress)
        return True

    async def read_first(self) -> tuple[str, ...]:
        """Read what is due before the first digest; the prompt waits for a few seconds only.

        Returns:
            The labels of the sources that were not read in time.
        """
        if not self.rounds:
            return ()
        if not self._sender.terminal:
            late = await self.rounds.catch_up()
            report_late(late)
            return late
        self._hint(self._words.gettext("Reading the sources that are due …"))
        late = await self.rounds.catch_up(_PROMPT_WAITS)
        if late:
            form = self._words.gettext("Still reading {sources}; what it brings comes here.")
            self._hint(form.format(sources=", ".join(late)))
        return late

    async def keep_on(self, serving: DigestJob, *, every: float) -> None:
        """Read what is due until it is cancelled, also sources that somebody names meanwhile."""
        if self.rounds:
            await asyncio.sleep(every)
        while not self.rounds:
            await asyncio.sleep(_LOOK_EVERY)
            await logged(self.open, "poll")
        serving.rounds = self.rounds
        await asyncio.gather(self._polling(every), self._reading_arxiv(every))

    async def _polling(self, every: float) -> None:
        while self.rounds:
            await logged(self.rounds.poll, "poll")
            await asyncio.sleep(every)

    async def _reading_arxiv(self, every: float) -> None:
        while self._arxiv:
            await logged(self._arxiv.run, "arxiv")
            await asyncio.sleep(every)

    def _hint(self, line: str) -> None:
        self._sender.send(Reply((Text(line, "hint"),)), self._language)

    def _tell(self, source: SourceReport) -> None:
        if not self._sender.terminal:
            report.problems([source])
            return
        new, _, _ = report.counts(source.documents)
        if source.error:
            form = self._words.gettext("{source} could not be read: {error}")
            line = form.format(source=source.label, error=reason_of(str(source.error), source.label))
            self._sender.send(Reply((Text(line, "warning"),)), self._language)
        elif new:
            form = self._words.ngettext("{source}: {count} new paper", "{source}: {count} new papers", new)
            self._hint(form.format(source=source.label, count=new))
