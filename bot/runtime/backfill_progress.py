"""Reports how far the backfill of arXiv's past days is.

Operators read it on stdout, people in the terminal as a message of the chat.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from bot.services.backfill.complete_papers import CompletionReport
from handlers.backfill_line import past_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.i18n import Translator
    from bot.services.backfill.backfill_arxiv import ReadBack

_log = logging.getLogger(__name__)

EVERY: Final = 10.0
"""Seconds between two lines of `run`; a page is read in some four."""

IN_CHAT: Final = 60.0
"""Seconds between two lines in the chat, where somebody types."""


class BackfillProgress:
    """Prints a line for some of the requests of a backfill.

    That arXiv wants a rest is no line: it ends by itself, and `/status` and `doctor` say so meanwhile.

    Args:
        say: prints a line.
        words: the language of the lines.
        every: seconds between two lines of one source.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        words: Translator,
        *,
        every: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._words = words
        self._every = every
        self._clock = clock
        self._said_at: dict[int, float] = {}

    def __call__(self, told: ReadBack | CompletionReport) -> None:
        """Take what a request gave."""
        if isinstance(told, CompletionReport):
            if told.error:
                _log.info("completing papers pauses: arXiv: %s", told.error)
            elif told.papers:
                _log.info("%d papers were completed from arXiv", told.papers)
            return
        if told.error:
            _log.info("%s: the backfill pauses: %s", told.backfill.label, told.error)
            return
        if told.backfill.news:
            self._left_out(told)
        else:
            self._progress(told)

    def _left_out(self, told: ReadBack) -> None:
        if told.is_done and told.backfill.papers:
            self._say(past_line(told.backfill, self._words))

    def _progress(self, told: ReadBack) -> None:
        one, now = told.backfill, self._clock()
        said_at = self._said_at.get(one.id)
        if not told.is_done and said_at is not None and now - said_at < self._every:
            return
        self._said_at[one.id] = now
        if not told.is_done:
            self._say(past_line(one, self._words))
            return
        form = self._words.ngettext(
            "{source}: {days} past days read, {count} paper; /search finds it.",
            "{source}: {days} past days read, {count} papers; /search finds them.",
            one.papers,
        )
        self._say(form.format(source=one.label, days=one.days, count=f"{one.papers:,}"))
