"""Carries out `chat` and `run`; each returns the exit status."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from bot.app import (
    clock,
    delivering,
    keeping_house,
    open_archive,
    open_platforms,
    open_reader,
    polling,
    read_samples,
    serving,
)
from bot.cli import report
from bot.domain.command import Button, Reply, Text
from bot.i18n import translator
from bot.platforms.console.listener import LOCAL_CHAT, ConsoleListener
from bot.platforms.console.platform import ConsolePlatform
from bot.platforms.console.sender import ConsoleSender, on_terminal
from bot.process_owner import owner_name
from bot.services.hold_lease import hold_lease
from bot.settings import DEFAULT_SOURCES
from handlers import COMMANDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.app import Archive
    from bot.ports import Platform, Reader
    from bot.services.deliver_outbox import DeliverOutbox
    from bot.services.serve_schedules import ServeSchedules
    from bot.settings import Settings

    Work = Callable[[], Awaitable[object]]

_KEEP_HOUSE_EVERY = 1800.0
"""Seconds between two looks whether the day's housekeeping was done."""

_CHAT_CATCH_UP = timedelta(days=7)

_log = logging.getLogger(__name__)


async def chat(settings: Settings) -> int:
    """Chat in the terminal, or answer the commands of a pipe; digests that are due come first."""
    async with open_archive(settings) as archive:
        terminal = on_terminal()
        sender = ConsoleSender(terminal=terminal)
        language = (await archive.chat.chats.open(LOCAL_CHAT)).language
        welcome = await _first_run(archive, language)
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
        await _logged(serve.tick, "serve")
        await deliver.flush()
        if not terminal:
            return await listener.run()
        async with _served_meanwhile(serve, deliver, every=settings.tick_seconds):
            return await listener.run()


@asynccontextmanager
async def _served_meanwhile(
    serve: ServeSchedules, deliver: DeliverOutbox, *, every: float
) -> AsyncIterator[None]:
    """Make and deliver what falls due while the context is open."""

    async def tick() -> None:
        await serve.tick()
        deliver.wake()

    async def keep_ticking() -> None:
        while True:
            await asyncio.sleep(every)
            await _logged(tick, "serve")

    ticking, sending = asyncio.create_task(keep_ticking()), asyncio.create_task(deliver.run())
    try:
        yield
    finally:
        ticking.cancel()
        deliver.stop()
        await asyncio.gather(ticking, sending, return_exceptions=True)


async def _first_run(archive: Archive, language: str) -> Reply | None:
    """Read the bundled samples where the archive is empty and no source is configured, and say so."""
    if await archive.chat.searching.count():
        return None
    words = translator(language)
    if archive.settings.digest_sources or await archive.sources.polled():
        line = words.gettext("No paper is known yet. In a shell, `paperwire poll --once` reads your sources.")
        return Reply((Text(line, "hint"),))
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


async def run(settings: Settings) -> int:
    """Poll sources and serve chats until stopped; the default source where none is configured."""
    async with AsyncExitStack() as stack:
        archive = await stack.enter_async_context(open_archive(settings))
        if archive.database.path:
            # One file, one bot: two would both poll, and one of them was surely started by mistake.
            alone = await stack.enter_async_context(
                hold_lease(
                    archive.database, "run", owner=owner_name(), clock=clock, seconds=settings.lease_seconds
                )
            )
            if not alone:
                report.problem(
                    f"another `paperwire run` works on {archive.database.path}: stop it first "
                    f"(one that was killed on another machine counts for {settings.lease_seconds} s more)"
                )
                return 1
        reader = await stack.enter_async_context(open_reader(settings))
        await archive.sources.follow_settings(settings.digest_sources, DEFAULT_SOURCES)
        platforms = await stack.enter_async_context(open_platforms(archive))
        return await _keep_running(archive, reader, platforms)


async def keep_polling(archive: Archive, reader: Reader) -> int:
    """Poll what is due until a signal ends it."""
    return await _keep_on(archive, {"poll": (archive.settings.tick_seconds, _polling(archive, reader))})


async def _keep_running(archive: Archive, reader: Reader, platforms: Mapping[str, Platform]) -> int:
    """Poll, make digests, deliver them and keep house until a signal ends it."""
    serve, house = serving(archive), keeping_house(archive)
    deliver = delivering(archive, platforms)

    async def make_digests() -> None:
        made = await serve.tick()
        if made:
            report.say(f"{made:,} digest{'s' * (made > 1)} made")
            deliver.wake()

    async def keep_house() -> None:
        await house.run()

    every = archive.settings.tick_seconds
    works = {
        "poll": (every, _polling(archive, reader)),
        "serve": (every, make_digests),
        "house": (_KEEP_HOUSE_EVERY, keep_house),
    }
    if not platforms:
        return await _keep_on(archive, works)
    sending = asyncio.create_task(deliver.run())
    try:
        return await _keep_on(archive, works)
    finally:
        deliver.stop()
        await sending


def _polling(archive: Archive, reader: Reader) -> Work:
    poller = polling(archive, reader)

    async def poll() -> None:
        report.problems(await poller.poll_due(on_source=report.polled) or [])

    return poll


async def _keep_on(archive: Archive, works: Mapping[str, tuple[float, Work]]) -> int:
    """Do each work every so many seconds until a signal ends it; return the exit status."""
    from bot.scheduling.ticks import ticking

    stopped = asyncio.Event()
    turns = {name: asyncio.Lock() for name in works}

    def ending_quietly(name: str, work: Work) -> Callable[[], Awaitable[None]]:
        async def in_turn() -> None:
            async with turns[name]:
                try:
                    await _logged(work, name)
                except asyncio.CancelledError:
                    if not stopped.is_set():
                        raise  # else the scheduler would report it as a failure

        return in_turn

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    labels = ", ".join(source.label for source in await archive.sources.polled())
    report.say(f"polling {labels or 'nothing'}; Ctrl-C stops")
    async with ticking({name: (every, ending_quietly(name, work)) for name, (every, work) in works.items()}):
        await stopped.wait()
    for turn in turns.values():
        async with turn:
            pass  # what was cut short rolls back and gives its lease back before the database closes
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return 0


async def _logged(work: Work, what: str) -> None:
    """Do a work; an error is logged whole, and the next tick tries again."""
    try:
        await work()
    except Exception:  # noqa: BLE001 (a tick must not end the ticking)
        _log.exception("%s failed; the next tick tries again", what)
