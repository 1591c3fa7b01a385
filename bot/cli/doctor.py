"""The `doctor` and `backup` subcommands; each returns the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.app import clock, open_archive, slack_sealer
from bot.data import bundled_holidays
from bot.domain.operations.health import findings
from bot.process_owner import dead_owners, owner_name
from bot.runtime import report
from bot.services.installation.diagnostics import examine
from bot.services.installation.make_backup import make_backup
from bot.storage.engine.database import Database

if TYPE_CHECKING:
    from bot.settings import Settings


async def doctor(settings: Settings) -> int:
    """Print one line a check; 1 where something does not work."""
    # Not `open_archive`: that migrates and indexes, and what is examined must stay as it is.
    database = Database(settings.database_url)
    now = clock()
    try:
        facts = await examine(
            database,
            now=now,
            settings=shown_settings(settings),
            poll_interval=settings.poll_interval,
            backup_folder=settings.backup_folder,
            is_dead=dead_owners,
            sealer=slack_sealer(settings),
        )
    finally:
        await database.close()
    found = findings(facts, now, bundled_holidays())
    for finding in found:
        report.say(" ".join(f"{finding.level:<8}{finding.check}: {finding.text}".split("\n")))
    return int(any(finding.level == "problem" for finding in found))


async def backup(settings: Settings) -> int:
    """Make a backup at once and print its path."""
    async with open_archive(settings) as archive:
        made = await make_backup(archive.database, settings.backup_folder, owner=owner_name(), clock=clock)
    report.say(str(made))
    return 0


def shown_settings(settings: Settings) -> list[str]:
    """Return which settings are set, with their values where these can hold no secret."""
    shown = []
    for name in sorted(settings.model_fields_set):
        value = getattr(settings, name)
        hidden = isinstance(value, SecretStr) or not type(settings).model_fields[name].repr
        text = " ".join(value) if isinstance(value, tuple) else str(value)
        shown.append(f"{name.upper()} set" if hidden else f"{name.upper()}={text}")
    return shown
