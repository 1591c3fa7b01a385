"""Which sources are polled, and who named them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.errors import SourceError
from bot.services.reading.manage_sources import ManageSources

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

DEFAULT = ("arxiv:cs.CV",)


@pytest.fixture
def managing(database: Database) -> ManageSources:
    """The use case on an empty database."""
    return ManageSources(database, lambda: datetime(2026, 11, 21, tzinfo=UTC), base="/here")


async def labels(managing: ManageSources) -> list[str]:
    """Return what is polled."""
    return [source.label for source in await managing.polled()]


async def test_the_default_is_polled_only_while_nothing_is_named(managing: ManageSources) -> None:
    """Naming a source ends the default; it comes back when nothing is named any more."""
    await managing.follow_settings((), DEFAULT)
    assert await labels(managing) == ["arxiv:cs.CV"]
    await managing.follow_settings(("https://a.test/feed",), DEFAULT)
    assert await labels(managing) == ["https://a.test/feed"]
    await managing.follow_settings((), DEFAULT)
    assert await labels(managing) == ["arxiv:cs.CV"]


async def test_what_leaves_the_settings_is_no_longer_polled(managing: ManageSources) -> None:
    """The settings are the whole list of what they named; what a command added stays."""
    await managing.add(["hf-daily:"])
    await managing.follow_settings(("https://a.test/1", "https://a.test/2"))
    await managing.follow_settings(("https://a.test/2",))
    assert sorted(await labels(managing)) == ["hf-daily:", "https://a.test/2"]


async def test_a_source_of_both_stays_when_the_settings_drop_it(managing: ManageSources) -> None:
    """Who adds a source by command owns it."""
    await managing.follow_settings(("hf-daily:",))
    await managing.add(["hf-daily:"])
    await managing.follow_settings(())
    assert await labels(managing) == ["hf-daily:"]


async def test_a_source_of_the_settings_is_removed_there(managing: ManageSources) -> None:
    """It would come back at the next start, so the command says where it stands."""
    await managing.follow_settings(("hf-daily:",))
    with pytest.raises(SourceError, match="DIGEST_SOURCES"):
        await managing.remove("hf-daily:")


async def test_one_bad_source_adds_none(managing: ManageSources) -> None:
    """A list is taken whole or not at all."""
    with pytest.raises(SourceError):
        await managing.add(["hf-daily:", "gopher://x.test"])
    assert await labels(managing) == []


async def test_relative_paths_start_where_the_command_was_given(managing: ManageSources) -> None:
    """The stored path names the same place tomorrow; it can be removed as it was written."""
    await managing.add(["digests"])
    assert await labels(managing) == ["/here/digests"]
    assert await managing.remove("digests") == "/here/digests"
