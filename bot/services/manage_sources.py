"""Adds, lists and removes sources."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.masking import without_secrets
from bot.domain.source_uri import parse_source_uri
from bot.errors import SourceError
from bot.storage import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.source import SourceUri
    from bot.ports import Clock
    from bot.storage.database import Database
    from bot.storage.sources import StoredSource


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
        stored = await self.polled()
        names = {text}
        with suppress(SourceError):  # an unreadable URI can still be a label
            names.add(parse_source_uri(text, base=self.base).text)
        for source in stored:
            if source.uri in names or source.label in names:
                if source.origin == "settings":
                    raise SourceError(f"{source.label} stands in DIGEST_SOURCES: take it out there")
                async with self.database.write() as connection:
                    await sources.deactivate(connection, source.id)
                return source.label
        known = ", ".join(source.label for source in stored) or "none"
        raise SourceError(f"{without_secrets(text)}: no such source; polled now: {known}")

    async def polled(self) -> list[StoredSource]:
        """Return the sources that are polled."""
        async with self.database.read() as connection:
            return await sources.active(connection)
