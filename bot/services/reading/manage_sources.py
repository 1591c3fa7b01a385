"""Adds, lists and removes sources."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.sources.crawl_policy import refreshable_at
from bot.domain.sources.source_uri import parse_source_uri
from bot.domain.text.redaction import without_secrets
from bot.errors import SourceError
from bot.storage.archive import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.sources.source import SourceUri
    from bot.ports import Clock
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """The answer to a request to read sources now.

    Attributes:
        reading: those that are read now.
        too_soon: those that were read just before; `refreshable_at` says until when they rest.
    """

    reading: tuple[StoredSource, ...]
    too_soon: tuple[StoredSource, ...]


@dataclass(frozen=True, slots=True)
class ManageSources:
    """The sources of an installation.

    Attributes:
        database: where they are kept.
        clock: tells the time.
        base: the folder that relative paths start from.
    """

    database: Database
    clock: Clock
    base: str

    async def add(self, texts: Sequence[str]) -> list[SourceUri]:
        """Store sources where they are new; all of them or, where one can't be used, none.

        Raises:
            SourceError: one can't be used.
        """
        uris = [parse_source_uri(text, base=self.base) for text in texts]
        async with self.database.write() as connection:
            for uri in uris:
                await sources.add(connection, uri, now=int(self.clock().timestamp()))
        return uris

    async def follow_settings(self, named: Sequence[str], default: Sequence[str] = ()) -> None:
        """Poll what the settings name, no more what they don't name, and a default where nothing is named.

        Sources that were added by command stay as they are.

        Raises:
            SourceError: one can't be used; nothing changed.
        """
        now = int(self.clock().timestamp())
        wanted = {uri.text: uri for uri in (parse_source_uri(text, base=self.base) for text in named)}
        async with self.database.write() as connection:
            for uri in wanted.values():
                await sources.add(connection, uri, now=now, origin="settings")
            polled = await sources.active(connection)
            owned = [source for source in polled if source.origin != "default"]
            for source in polled:
                if source.origin == "settings" and source.uri not in wanted:
                    await sources.deactivate(connection, source.id)
                    owned.remove(source)
            for source in polled:
                if source.origin == "default" and owned:
                    await sources.deactivate(connection, source.id)
            if not owned:
                for text in default:
                    await sources.add(connection, parse_source_uri(text), now=now, origin="default")

    async def remove(self, text: str) -> str:
        """Stop polling a source, named by its URI or its label; its papers stay.

        Returns:
            Its label.

        Raises:
            SourceError: it is not polled, or the settings name it.
        """
        source = await self.find(text)
        if source.origin == "settings":
            raise SourceError(f"{source.label} is in DIGEST_SOURCES: remove it there")
        async with self.database.write() as connection:
            await sources.deactivate(connection, source.id)
        return source.label

    async def find(self, text: str) -> StoredSource:
        """Return a polled source, named by its URI or its label.

        Raises:
            SourceError: none is called so.
        """
        stored = await self.polled()
        names = {text}
        with suppress(SourceError):  # an unreadable URI can still be a label
            names.add(parse_source_uri(text, base=self.base).text)
        for source in stored:
            if source.uri in names or source.label in names:
                return source
        known = ", ".join(source.label for source in stored) or "none"
        raise SourceError(f"{without_secrets(text)}: no such source; polled now: {known}")

    async def make_due(self, chosen: Sequence[StoredSource]) -> None:
        """Let sources be read at once, by whichever process polls."""
        async with self.database.write() as connection:
            now = int(self.clock().timestamp())
            await sources.make_due(connection, [source.id for source in chosen], now=now)

    async def refresh(self, chosen: Sequence[StoredSource]) -> RefreshResult:
        """Let sources be read at once that were not read just before."""
        now = int(self.clock().timestamp())
        allowed = [source for source in chosen if refreshable_at(source.last_polled_at) <= now]
        await self.make_due(allowed)
        return RefreshResult(tuple(allowed), tuple(source for source in chosen if source not in allowed))

    async def polled(self) -> list[StoredSource]:
        """Return the sources that are polled."""
        async with self.database.read() as connection:
            return await sources.active(connection)
