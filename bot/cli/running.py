"""Carries out `chat` and `run`; each returns the exit status."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from bot.app import matching, open_archive, open_reader, polling, read_samples
from bot.cli import report
from bot.domain.command import Button, Reply, Text
from bot.i18n import translator
from bot.platforms.console.listener import LOCAL_CHAT, ConsoleListener
from bot.platforms.console.sender import ConsoleSender, on_terminal
from bot.settings import DEFAULT_SOURCES
from handlers import COMMANDS

if TYPE_CHECKING:
    from bot.app import Archive
    from bot.ports import Reader
    from bot.settings import Settings

_TICK = 15.0
"""Seconds between two looks at what is due."""

_log = logging.getLogger(__name__)


async def chat(settings: Settings) -> int:
    """Chat in the terminal, or answer the commands of a pipe."""
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
        return await listener.run()


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
    """Poll sources until stopped; the default source where none is configured."""
    async with open_archive(settings) as archive, open_reader(settings) as reader:
        await archive.sources.follow_settings(settings.digest_sources, DEFAULT_SOURCES)
        if settings.has_platform_token:
            report.problem("no Telegram and Slack in this version yet: it polls, `paperwire chat` answers")
        return await keep_polling(archive, reader)


async def keep_polling(archive: Archive, reader: Reader) -> int:
    """Look every 15 s for sources that are due and poll them, until a signal ends it."""
    from bot.scheduling.ticks import ticking

    poller, matcher = polling(archive, reader), matching(archive)
    stopped = asyncio.Event()
    under_way = asyncio.Lock()

    async def tick() -> None:
        async with under_way:
            try:
                reports = await poller.poll_due(on_source=report.polled) or []
                new = report.new_papers(reports)
                report.matched(new, await matcher.match(new))
            except asyncio.CancelledError:
                if not stopped.is_set():
                    raise
                return  # we end; the scheduler would report it as a failure
            except Exception:  # noqa: BLE001 (a tick must not end the ticking; the error is logged whole)
                _log.exception("polling failed; the next tick tries again")
                return
            report.problems(reports)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    labels = ", ".join(source.label for source in await archive.sources.polled())
    report.say(f"polling {labels or 'nothing'}; Ctrl-C stops")
    async with ticking({"poll": (_TICK, tick)}):
        await stopped.wait()
    async with under_way:
        pass  # a poll that was cut short rolls back and gives its lease back before the database closes
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return 0
