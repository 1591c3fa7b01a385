"""The composition root: builds everything from the settings, in one place, and takes it down in reverse."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from bot.data import bundled_categories, bundled_glossary, bundled_holidays
from bot.ports import Finder
from bot.private_files import make_private, own_files
from bot.process_owner import dead_owners, owner_name
from bot.services.chat_services import ChatServices
from bot.services.chats import Chats
from bot.services.compile_digests import CompileDigests
from bot.services.explain_paper import ExplainPaper
from bot.services.keep_buttons import KeepButtons
from bot.services.keep_cards import KeepCards
from bot.services.keep_inbox import KeepInbox
from bot.services.keep_saved import KeepSaved
from bot.services.keep_threads import KeepThreads
from bot.services.manage_schedules import ManageSchedules
from bot.services.manage_sources import ManageSources
from bot.services.manage_subscriptions import ManageSubscriptions
from bot.services.note_trouble import NoteTrouble
from bot.services.platform_services import MenuItem, PlatformServices
from bot.services.preview_query import PreviewQuery
from bot.services.propose_mute import ProposeMute
from bot.services.queries import Queries
from bot.services.read_digests import ReadDigests
from bot.services.rebuild_index import rebuild_index
from bot.services.reread_subscriptions import reread_subscriptions
from bot.services.search_papers import SearchPapers
from bot.services.tell_status import TellStatus
from bot.storage.database import Database
from bot.storage.migrate import migrate
from handlers import COMMANDS
from handlers.dispatch import Dispatcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.domain.command import Chat, Reply
    from bot.domain.delivery import Delivery
    from bot.domain.glossary import Glossary
    from bot.platforms.slack.running import Installations, SlackSettings
    from bot.platforms.telegram.running import TelegramSettings
    from bot.ports import Clock, Platform, Reader
    from bot.sealing import Sealer
    from bot.services.deliver_outbox import DeliverOutbox
    from bot.services.keep_house import KeepHouse
    from bot.services.keep_threads import RenderDigest
    from bot.services.poll_sources import PollSources
    from bot.services.serve_schedules import ServeSchedules
    from bot.settings import Settings


def clock() -> datetime:
    """Return the time now, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Archive:
    """The open database with what works on it without fetching anything.

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
        await rebuild_index(database, owner=owner_name(), clock=clock)
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
        saved=KeepSaved(database),
        sources=ManageSources(database, clock, base=str(Path.cwd())),
        muting=ProposeMute(database, queries, searching),
    )


@asynccontextmanager
async def open_reader(settings: Settings) -> AsyncIterator[Reader]:
    """Build what fetches documents: guarded, spaced, closed at the end.

    Raises:
        SettingsError: the allowed hosts can't be read.
    """
    # These libraries take 0.3 s to import; the chat answers without them.
    from bot.domain.addresses import AllowedHosts
    from bot.sources.fetcher import Fetcher
    from bot.sources.files import FileReader
    from bot.sources.git import GitReader
    from bot.sources.guard import Guard
    from bot.sources.reader import SourceReader
    from bot.sources.spacing import HostSpacing
    from bot.sources.web import WebReader

    guard = Guard(allowed=AllowedHosts.parse(settings.fetch_allow_hosts))
    cache = Path(platformdirs.user_cache_dir("paperwire")) / "git"
    async with Fetcher(guard=guard, spacing=HostSpacing()) as fetcher:
        yield SourceReader(
            files=FileReader(),
            git=GitReader(cache=cache, guard=guard),
            web=WebReader(fetcher, clock=clock),
        )


def polling(archive: Archive, reader: Reader) -> PollSources:
    """Build what polls and ingests."""
    from bot.services.poll_sources import PollSources
    from bot.services.read_documents import DocumentStore
    from bot.sources import parse_document

    return PollSources(
        archive.database,
        reader,
        DocumentStore(archive.database, parse_document, clock),
        clock=clock,
        jitter=random.random,  # noqa: S311 (spreads polls; nothing secret hangs on it)
        interval=archive.settings.poll_interval,
        owner=owner_name(),
        base=str(Path.cwd()),
    )


def serving(archive: Archive, *, catch_up: timedelta | None = None) -> ServeSchedules:
    """Build what matches new papers and compiles the digests that are due.

    Args:
        archive: the open database.
        catch_up: how late a slot is still served; None for the operator's setting.
    """
    from bot.services.compile_due import CompileDue
    from bot.services.match_papers import MatchPapers
    from bot.services.queue_matches import QueueMatches
    from bot.services.serve_schedules import ServeSchedules

    matching = MatchPapers(archive.database, archive.chat.queries)
    return ServeSchedules(
        archive.database,
        QueueMatches(archive.database, matching, clock, owner=owner_name()),
        CompileDue(
            archive.database, clock, catch_up=catch_up or timedelta(hours=archive.settings.catch_up_hours)
        ),
        clock,
        bundled_holidays(),
    )


def rendering(archive: Archive) -> RenderDigest:
    """Build what makes the message of a digest, of its chat and its row."""
    from handlers.digest_message import message_of

    async def render(chat_id: int, digest_id: int) -> tuple[Chat, Reply]:
        chat, content = await archive.chat.reading.of_delivery(chat_id, digest_id)
        return chat, message_of(content, chat.language)

    return render


def delivering(archive: Archive, platforms: Mapping[str, Platform]) -> DeliverOutbox:
    """Build what sends the messages of the outbox to these platforms."""
    from bot.services.deliver_outbox import DeliverOutbox, Pace

    digest_message = rendering(archive)

    async def render(delivery: Delivery) -> tuple[Chat, Reply]:
        return await digest_message(delivery.chat_id, delivery.digest_id)

    settings = archive.settings
    pace = Pace(
        tick=settings.tick_seconds,
        lease=settings.lease_seconds,
        drain=settings.drain_seconds,
        in_flight=settings.deliveries_in_flight,
        on_uncertain=settings.delivery_on_uncertain,
    )
    return DeliverOutbox(
        archive.database,
        platforms,
        render,
        clock,
        owner=owner_name(),
        pace=pace,
        is_dead=dead_owners,
        finders={name: one for name, one in platforms.items() if isinstance(one, Finder)},
    )


@asynccontextmanager
async def open_platforms(archive: Archive) -> AsyncIterator[dict[str, Platform]]:
    """Start the chat platforms that have a token, and stop them at the end.

    Raises:
        SettingsError: a platform refuses its token.
    """
    settings, platforms = archive.settings, dict[str, "Platform"]()
    async with AsyncExitStack() as stack:
        if settings.telegram_bot_token:
            # The library takes 0.5 s to import; who has no token does not need it.
            from bot.platforms.telegram.running import telegram

            platforms["telegram"] = await stack.enter_async_context(
                telegram(telegram_settings(settings), platform_services(archive))
            )
        if settings.has_slack:
            from bot.platforms.slack.running import slack

            platforms["slack"] = await stack.enter_async_context(
                slack(slack_settings(settings), platform_services(archive), slack_installations(archive))
            )
        yield platforms


def platform_services(archive: Archive) -> PlatformServices:
    """Build the use cases behind the adapters of chat platforms."""
    return PlatformServices(
        dispatch=archive.dispatch,
        use_cases=archive.chat,
        chats=archive.chat.chats,
        buttons=KeepButtons(archive.database, clock),
        cards=KeepCards(archive.database, clock),
        inbox=KeepInbox(archive.database, clock),
        trouble=NoteTrouble(archive.database, clock),
        threads=KeepThreads(
            archive.database, rendering(archive), clock, owner=owner_name(), is_dead=dead_owners
        ),
        menu=tuple(
            MenuItem(
                one.name,
                one.summary,
                changes=one.changes,
                keeps=one.keeps,
                posts=one.posts,
                aliases=one.aliases,
            )
            for one in COMMANDS
        ),
    )


def telegram_settings(settings: Settings) -> TelegramSettings:
    """Return how Telegram is reached; its token must be set."""
    from bot.platforms.telegram.running import TelegramSettings

    assert settings.telegram_bot_token, "asked for only where there is a token"  # noqa: S101 (invariant)
    return TelegramSettings(
        token=settings.telegram_bot_token,
        api_url=settings.telegram_api_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=settings.telegram_webhook_secret,
        listen=settings.telegram_listen,
    )


def slack_settings(settings: Settings) -> SlackSettings:
    """Return how Slack is reached."""
    from bot.platforms.slack.running import SlackSettings

    return SlackSettings(
        api_url=settings.slack_api_url,
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        listen=settings.slack_listen,
        policy=settings.channel_policy,
        threads=settings.slack_threads,
    )


def slack_installations(archive: Archive) -> Installations | None:
    """Build what keeps the workspaces that install the app; None where they can't."""
    from bot.platforms.slack.chats import PLATFORM
    from bot.platforms.slack.running import Installations
    from bot.services.keep_installations import KeepInstallations, OAuthStates

    sealer = slack_sealer(archive.settings) if archive.settings.slack_client_id is not None else None
    if sealer is None:
        return None
    return Installations(
        KeepInstallations(archive.database, clock, sealer, PLATFORM), OAuthStates(archive.database, clock)
    )


def slack_sealer(settings: Settings) -> Sealer | None:
    """Build what seals the tokens of Slack's workspaces; None without a key.

    Raises:
        SettingsError: the key can't be used.
    """
    from bot.sealing import Sealer

    key = settings.slack_token_key
    return Sealer(key.get_secret_value(), setting="SLACK_TOKEN_KEY") if key else None


def keeping_house(archive: Archive) -> KeepHouse:
    """Build what forgets old history and makes backups."""
    from bot.services.keep_house import KeepHouse

    settings = archive.settings
    return KeepHouse(archive.database, clock, owner_name(), settings.keep_days, settings.backup_folder)


def glossary_of(settings: Settings) -> Glossary:
    """Return the bundled glossary with the operator's own terms.

    Raises:
        SettingsError: the operator's file can't be read; names the line.
    """
    glossary = bundled_glossary()
    if settings.glossary_file is None:
        return glossary
    from bot.domain.glossary import Glossary, read_glossary
    from bot.errors import SettingsError

    try:
        own = read_glossary(settings.glossary_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"GLOSSARY_FILE: {settings.glossary_file}: {error}") from error
    return Glossary({**glossary.terms, **own.terms}, glossary.compounds)
