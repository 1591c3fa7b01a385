"""Builds the services that compile digests, deliver messages, and run the daily housekeeping."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.app.archive import Archive, clock
from bot.data import bundled_holidays
from bot.ports import Finder
from bot.process_owner import dead_owners, owner_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.chat.command import Chat, Reply
    from bot.domain.delivery.delivery import Delivery
    from bot.ports import Platform
    from bot.services.delivery.deliver_outbox import DeliverOutbox
    from bot.services.digests.digest_scheduler import DigestScheduler
    from bot.services.installation.housekeeping import Housekeeping
    from bot.services.platform_state.owed_threads import RenderDigest


def serving(archive: Archive, *, catch_up: timedelta | None = None) -> DigestScheduler:
    """Build what matches new papers and compiles the digests that are due.

    Args:
        archive: the open database.
        catch_up: how late a slot is still served; None for the operator's setting.
    """
    from bot.services.digests.compile_due import CompileDue
    from bot.services.digests.digest_scheduler import DigestScheduler
    from bot.services.matching.enqueue_matches import EnqueueMatches
    from bot.services.matching.match_papers import MatchPapers

    matching = MatchPapers(archive.database, archive.chat.queries)
    return DigestScheduler(
        archive.database,
        EnqueueMatches(archive.database, matching, clock, owner=owner_name()),
        CompileDue(
            archive.database, clock, catch_up=catch_up or timedelta(hours=archive.settings.catch_up_hours)
        ),
        clock,
        bundled_holidays(),
    )


def rendering(archive: Archive) -> RenderDigest:
    """Build what makes the message of a digest, of its chat and its row."""
    from handlers.digests.digest_message import message_of

    async def render(chat_id: int, digest_id: int) -> tuple[Chat, Reply]:
        chat, content = await archive.chat.reading.of_delivery(chat_id, digest_id)
        return chat, message_of(content, chat.language)

    return render


def delivering(archive: Archive, platforms: Mapping[str, Platform]) -> DeliverOutbox:
    """Build what sends the messages of the outbox to these platforms."""
    from bot.services.delivery.deliver_outbox import DeliverOutbox, Pace

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


def keeping_house(archive: Archive) -> Housekeeping:
    """Build what forgets old history and makes backups."""
    from bot.services.installation.housekeeping import Housekeeping

    settings = archive.settings
    return Housekeeping(archive.database, clock, owner_name(), settings.keep_days, settings.backup_folder)
