"""Carries out `chat`; returns the exit status."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from bot.app import clock, delivering, open_archive, open_reader, polling, reading_arxiv, serving
from bot.cli import report
from bot.cli.arxiv_progress import IN_CHAT, ArxivProgress
from bot.cli.samples import read_samples
from bot.cli.serving import ServeAfterReading, logged, report_late
from bot.domain.command import Button, Reply, Text
from bot.domain.source import reason_of
from bot.errors import SourceError
from bot.i18n import translator
from bot.platforms.console.listener import LOCAL_CHAT, ConsoleListener
from bot.platforms.console.platform import ConsolePlatform
from bot.platforms.console.sender import ConsoleSender, on_terminal
from bot.services.hold_lease import is_held
from bot.services.poll_rounds import PollRounds
from handlers import COMMANDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from bot.app import Archive
    from bot.cli.serving import Work
    from bot.services.arxiv.read_arxiv import ReadArxiv
    from bot.services.deliver_outbox import DeliverOutbox
    from bot.services.poll_sources import SourceReport
    from bot.services.serve_schedules import ServeSchedules
    from bot.settings import Settings

_CHAT_CATCH_UP = timedelta(days=7)

_PROMPT_WAITS: Final = 5.0
"""Seconds at most for which the prompt waits for sources; then they are read behind it."""


async def chat(settings: Settings) -> int:
    """Chat in the terminal, or answer the commands of a pipe; news and digests that are due come first."""
    async with AsyncExitStack() as stack:
        archive = await stack.enter_async_context(open_archive(settings))
        terminal = on_terminal()
        sender = ConsoleSender(terminal=terminal)
        language = (await archive.chat.chats.open(LOCAL_CHAT)).language
        await _follow_settings(archive)
        welcome = await _first_run(archive, language)
        rounds, arxiv = await _reading(stack, archive, sender, language)
        late = await _read_first(rounds, sender, language) if rounds else ()
        if welcome is None and terminal:
            welcome = await archive.dispatch("/start", await archive.chat.chats.open(LOCAL_CHAT))
        if welcome:
            sender.send(welcome, language)
        words = translator(language)
        listener = ConsoleListener(
            archive.dispatch,
            archive.chat.chats.open,
            sender,
            history=Path(platformdirs.user_state_dir("paperwire")) / "chat_history",
            commands=[(command.name, words.gettext(command.summary)) for command in COMMANDS],
        )
        # Somebody sits here now: who comes each evening gets the morning's digest.
        serve = serving(archive, catch_up=_CHAT_CATCH_UP)
        deliver = delivering(archive, {"console": ConsolePlatform(sender)})
        if not (terminal and late):
            await logged(serve.tick, "serve")
            await deliver.flush()
        if not terminal:
            return await listener.run()
        served = None if late else clock()
        async with _served_meanwhile(serve, deliver, rounds, arxiv, served, every=settings.tick_seconds):
            return await listener.run()


async def _follow_settings(archive: Archive) -> None:
    """Poll what the settings name; where they name something else, say so and go on with what is there."""
    try:
        await archive.sources.follow_settings(archive.settings.digest_sources)
    except SourceError as error:
        report.problem(error)


async def _reading(
    stack: AsyncExitStack, archive: Archive, sender: ConsoleSender, language: str
) -> tuple[PollRounds, ReadArxiv] | tuple[None, None]:
    """Build what reads while the chat is open; nothing where there is nothing to poll, or `run` does it."""
    polled = await archive.sources.polled()
    if not sender.terminal:  # a pipe does not last; the library that fetches takes 0.3 s to import
        now = int(clock().timestamp())
        polled = [source for source in polled if source.next_poll_at <= now]
    if not polled or await is_held(archive.database, "run", clock=clock):
        return None, None
    words = translator(language)

    def hint(line: str) -> None:
        sender.send(Reply((Text(line, "hint"),)), language)

    def tell(source: SourceReport) -> None:
        if not sender.terminal:
            report.problems([source])
            return
        new, _, _ = report.counts(source.documents)
        if source.error:
            form = words.gettext("{source} could not be read: {error}")
            line = form.format(source=source.label, error=reason_of(str(source.error), source.label))
            sender.send(Reply((Text(line, "warning"),)), language)
        elif new:
            form = words.ngettext("{source}: {count} new paper", "{source}: {count} new papers", new)
            hint(form.format(source=source.label, count=new))

    reader = await stack.enter_async_context(open_reader(archive.settings))
    rounds = PollRounds(polling(archive, reader), archive.database, clock, tell)
    stack.push_async_callback(rounds.close)
    return rounds, reading_arxiv(archive, reader, rounds, ArxivProgress(hint, words, every=IN_CHAT))


async def _read_first(rounds: PollRounds, sender: ConsoleSender, language: str) -> tuple[str, ...]:
    """Read what is due before the first digest; the prompt waits for a few seconds only."""
    words = translator(language)
    if not sender.terminal:
        late = await rounds.catch_up()
        report_late(late)
        return late
    sender.send(Reply((Text(words.gettext("Reading the sources that are due …"), "hint"),)), language)
    late = await rounds.catch_up(_PROMPT_WAITS)
    if late:
        form = words.gettext("Still reading {sources}; what it brings comes here.")
        sender.send(Reply((Text(form.format(sources=", ".join(late)), "hint"),)), language)
    return late


@asynccontextmanager
async def _served_meanwhile(
    serve: ServeSchedules,
    deliver: DeliverOutbox,
    rounds: PollRounds | None,
    arxiv: ReadArxiv | None,
    last_served: datetime | None,
    *,
    every: float,
) -> AsyncIterator[None]:
    """Read, make and deliver what falls due while the context is open."""
    in_turn = ServeAfterReading(serve, deliver, rounds, every, last_served)

    async def keep_on(work: Work, name: str, *, rest_first: bool) -> None:
        if rest_first:
            await asyncio.sleep(every)
        while True:
            await logged(work, name)
            await asyncio.sleep(every)

    def task(work: Work, name: str, *, rest_first: bool) -> asyncio.Task[None]:
        return asyncio.create_task(keep_on(work, name, rest_first=rest_first), name=name)

    works = [task(in_turn.tick, "serve", rest_first=last_served is not None)]
    if rounds and arxiv:
        works += [
            task(rounds.poll, "poll", rest_first=True),
            task(arxiv.run, "arxiv", rest_first=False),
        ]
    sending = asyncio.create_task(deliver.run(), name="deliver")
    try:
        yield
    finally:
        for work in works:
            work.cancel()
        deliver.stop()
        await asyncio.gather(*works, sending, return_exceptions=True)


async def _first_run(archive: Archive, language: str) -> Reply | None:
    """Read the bundled samples where the archive is empty and no source is configured, and say so."""
    if await archive.chat.searching.count() or await archive.sources.polled():
        return None
    words = translator(language)
    papers = await read_samples(archive)
    line = words.ngettext(
        "First run: read {count} invented sample paper. Type a command, or words to search for.",
        "First run: read {count} invented sample papers. Type a command, or words to search for.",
        papers,
    ).format(count=papers)
    return Reply(
        (Text(line, "hint"),),
        (
            Button(words.gettext("Try"), "/search video editing"),
            Button(words.gettext("Subscribe"), "/subscribe diffusion"),
            Button(words.gettext("All commands"), "/help"),
        ),
    )
