"""Builds the database, the search index, and the services behind the chat commands."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.data import bundled_categories, bundled_glossary, bundled_holidays
from bot.private_files import make_private, own_files
from bot.process_owner import owner_name
from bot.services.chat_services import ChatServices
from bot.services.chats.chat_settings import Chats
from bot.services.chats.manage_schedules import ManageSchedules
from bot.services.chats.tell_status import TellStatus
from bot.services.digests.compile_digests import CompileDigests
from bot.services.digests.explain_paper import ExplainPaper
from bot.services.digests.read_digests import ReadDigests
from bot.services.installation.rebuild_index import rebuild_at_start, rebuild_index
from bot.services.papers.saved_papers import SavedPapers
from bot.services.papers.search_papers import SearchPapers
from bot.services.reading.manage_sources import ManageSources
from bot.services.subscriptions.manage_subscriptions import ManageSubscriptions
from bot.services.subscriptions.preview_query import PreviewQuery
from bot.services.subscriptions.propose_mute import ProposeMute
from bot.services.subscriptions.queries import Queries
from bot.services.subscriptions.reread_subscriptions import reread_subscriptions
from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate
from handlers import COMMANDS
from handlers.dispatch import Dispatcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.text.glossary import Glossary
    from bot.ports import Clock
    from bot.settings import Settings


_log = logging.getLogger(__name__)


def clock() -> datetime:
    """Return the time now, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Archive:
    """The open database, and the services that need no network.

    Attributes:
        settings: the settings.
        database: the database, at the newest revision.
        sources: adds, lists and removes sources.
        chat: the use cases behind the commands of a chat.
        dispatch: answers what is typed in a chat.
    """

    settings: Settings
    database: Database
    sources: ManageSources
    chat: ChatServices
    dispatch: Dispatcher


@asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[Archive]:
    """Open the database, bring it to the newest revision and its index up to date.

    Raises:
        SettingsError: the database URL or the glossary can't be used.
        StorageError: the database can't be opened.
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        await migrate(database)
        if database.path:
            await asyncio.to_thread(make_private, own_files(database.path, settings.backup_folder))
        await rebuild_at_start(database, owner=owner_name(), clock=clock)
        queries = Queries(glossary_of(settings), bundled_categories())
        await reread_subscriptions(database, queries, clock)
        chat = chat_services(
            database,
            queries,
            clock,
            language=settings.default_language,
            zone=settings.default_tz,
            quota=settings.quota_subscriptions,
        )
        yield Archive(
            settings=settings,
            database=database,
            sources=chat.sources,
            chat=chat,
            dispatch=Dispatcher(COMMANDS, chat, clock),
        )


async def renew_index(archive: Archive) -> None:
    """Bring the search index up to date behind the answers, where that takes longer than a start may."""
    if papers := await rebuild_index(archive.database, owner=owner_name(), clock=clock):
        _log.warning("the search index is rebuilt: %d papers indexed", papers)


def chat_services(
    database: Database, queries: Queries, clock: Clock, *, language: str, zone: str, quota: int
) -> ChatServices:
    """Build the use cases behind the commands of chats.

    Args:
        database: a migrated database.
        queries: reads queries.
        clock: tells the time.
        language: of new chats.
        zone: the time zone of new chats.
        quota: how many subscriptions a chat may have.
    """
    searching = SearchPapers(database)
    previews = PreviewQuery(database, searching)
    return ChatServices(
        chats=Chats(database, clock, language, zone),
        queries=queries,
        searching=searching,
        previews=previews,
        subscriptions=ManageSubscriptions(database, queries, previews, quota=quota),
        digests=CompileDigests(database, queries, searching),
        explaining=ExplainPaper(database, queries),
        schedules=ManageSchedules(database),
        reading=ReadDigests(database, queries),
        status=TellStatus(database, bundled_holidays()),
        saved=SavedPapers(database),
        sources=ManageSources(database, clock, base=str(Path.cwd())),
        muting=ProposeMute(database, queries, searching),
    )


def glossary_of(settings: Settings) -> Glossary:
    """Return the bundled glossary with the operator's own terms.

    Raises:
        SettingsError: the operator's file can't be read; names the line.
    """
    glossary = bundled_glossary()
    if settings.glossary_file is None:
        return glossary
    from bot.domain.text.glossary import Glossary, read_glossary
    from bot.errors import SettingsError

    try:
        own = read_glossary(settings.glossary_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"GLOSSARY_FILE: {settings.glossary_file}: {error}") from error
    return Glossary({**glossary.terms, **own.terms}, glossary.compounds)
