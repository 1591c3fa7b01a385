"""Runs the due background reading, one request at a time; polls go first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.backfill.api_cooldown import ApiCooldown
    from bot.services.backfill.backfill_arxiv import BackfillArxiv, ReadBack
    from bot.services.backfill.backfill_git import BackfillGit
    from bot.services.backfill.begin_backfill import BeginBackfill
    from bot.services.backfill.complete_papers import CompletePapers, CompletionReport
    from bot.services.backfill.watch_feeds import WatchFeeds
    from bot.services.reading.poll_rounds import PollRounds


@dataclass(frozen=True, slots=True)
class RunBackfills:
    """Background reading: past days first, then incomplete papers.

    Attributes:
        rounds: the rounds of polling; each request waits for its turn among them.
        beginning: begins the past of new sources.
        rests: when arXiv's query API may be asked.
        feeds: notices what feeds left out.
        past: reads past days.
        git: reads what git sources held before.
        completing: completes papers, or None where the operator does not want it.
        tell: is told what each request gave.
    """

    rounds: PollRounds
    beginning: BeginBackfill
    rests: ApiCooldown
    feeds: WatchFeeds
    past: BackfillArxiv
    git: BackfillGit
    completing: CompletePapers | None
    tell: Callable[[ReadBack | CompletionReport], None]

    async def run(self) -> None:
        """Read until nothing is due, arXiv wants a rest, or another process polls.

        Raises:
            StorageError: the rest is read next time.
        """
        await self.beginning.begin()
        await self.feeds.look()
        # Not in turn: a repository that answers slowly is to hold up no poll of another host.
        while (past := await self.git.step()) is not None:
            self.tell(past)
        # Looked at before the turn, which is a lease: most ticks have nothing to ask for.
        while await self._is_due() and (told := await self.rounds.in_turn(self._step)) is not None:
            self.tell(told)

    async def _is_due(self) -> bool:
        if not await self.rests.is_ready():
            return False
        return await self.past.is_due() or (self.completing is not None and await self.completing.is_due())

    async def _step(self) -> ReadBack | CompletionReport | None:
        read = await self.past.step()
        if read is None and self.completing:
            return await self.completing.step()
        return read
