"""The `chat` subcommand; returns the exit status."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import platformdirs

from bot.app import clock, delivering, open_archive, renew_index, serving
from bot.cli.chat_reading import ChatReading
from bot.cli.samples import read_samples
from bot.domain.chat.command import Button, Reply, Text
from bot.errors import SourceError
from bot.i18n import translator
from bot.platforms.console.listener import LOCAL_CHAT, ConsoleListener
from bot.platforms.console.platform import ConsolePlatform
from bot.platforms.console.sender import ConsoleSender, on_terminal
from bot.runtime import report
from bot.runtime.digest_job import DigestJob, logged
from handlers import COMMANDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import Archive
    from bot.services.delivery.deliver_outbox import DeliverOutbox
    from bot.settings import Settings

_CHAT_CATCH_UP = timedelta(days=7)

_ANSWER: Final = 1.0
"""Seconds that a name server may take."""


async def chat(settings: Settings) -> int:
    """Chat in the terminal, or answer the commands of a pipe; news and digests that are due come first."""
    async with AsyncExitStack() as stack:
        archive = await stack.enter_async_context(open_archive(settings))
        terminal = on_terminal()
        sender = ConsoleSender(terminal=terminal)
        language = (await archive.chat.chats.open(LOCAL_CHAT)).language
        await _follow_settings(archive)
        welcome = await _first_run(archive, language, offers=terminal)
        reading = ChatReading(archive, sender, language, stack)
        await reading.open()
        late = await reading.read_first()
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
        every = settings.tick_seconds
        in_turn = DigestJob(serve, deliver, reading.rounds, every, None if late else clock())
        async with _served_meanwhile(archive, in_turn, deliver, reading, every=every):
            return await listener.run()


async def _follow_settings(archive: Archive) -> None:
    """Poll what the settings name; where they name something else, say so and continue with what is there."""
    try:
        await archive.sources.follow_settings(archive.settings.digest_sources)
    except SourceError as error:
        report.problem(error)


@asynccontextmanager
async def _served_meanwhile(
    archive: Archive,
    serving: DigestJob,
    deliver: DeliverOutbox,
    reading: ChatReading,
    *,
    every: float,
) -> AsyncIterator[None]:
    """Read, make and deliver what is due while the context is open."""

    async def keep_serving() -> None:
        if serving.last_served is not None:
            await asyncio.sleep(every)
        while True:
            await logged(serving.tick, "serve")
            await asyncio.sleep(every)

    works = [
        asyncio.create_task(keep_serving(), name="serve"),
        asyncio.create_task(reading.keep_on(serving, every=every), name="poll"),
        asyncio.create_task(logged(partial(renew_index, archive), "index"), name="index"),
    ]
    sending = asyncio.create_task(deliver.run(), name="deliver")
    try:
        yield
    finally:
        for work in works:
            work.cancel()
        deliver.stop()
        await asyncio.gather(*works, sending, return_exceptions=True)


async def _first_run(archive: Archive, language: str, *, offers: bool) -> Reply | None:
    """Read the bundled samples where the archive is empty and no source is configured, and say so.

    Args:
        archive: the open database.
        language: of what it says.
        offers: whether to offer arXiv itself, where there is a network.
    """
    if await archive.chat.searching.count() or await archive.sources.polled():
        return None
    words = translator(language)
    papers, online = await asyncio.gather(read_samples(archive), _is_online(archive, offers=offers))
    line = words.ngettext(
        "First run: read {count} invented sample paper. Type a command, or words to search for.",
        "First run: read {count} invented sample papers. Type a command, or words to search for.",
        papers,
    ).format(count=papers)
    arxiv = Button(words.gettext("Read arXiv: today's and the past days"), "/sources arxiv")
    return Reply(
        (Text(line, "hint"),),
        (
            *((arxiv,) if online else ()),
            Button(words.gettext("Try"), "/search video editing"),
            Button(words.gettext("Subscribe"), "/subscribe diffusion"),
            Button(words.gettext("All commands"), "/help"),
        ),
    )


async def _is_online(archive: Archive, *, offers: bool) -> bool:
    """Whether arXiv's name is known here; where nobody answers in a second, there is no network."""
    host = urlsplit(archive.settings.arxiv_rss_url).hostname
    if not offers or not host:
        return False
    try:
        async with asyncio.timeout(_ANSWER):
            return bool(await asyncio.get_running_loop().getaddrinfo(host, None))
    except (OSError, TimeoutError):
        return False
