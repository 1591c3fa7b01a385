"""Chooses the reader for each kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.domain.sources.source import Cursor, Reading, SourceKind, SourceUri
    from bot.ports import ArxivApi, Histories, Reader

    class GitSources(Reader, Histories, Protocol):
        """Reads git sources, and what they held before."""


class SourceReader:
    """Reads any source by its kind; the `bot.ports.Reader` of the composition root.

    Attributes:
        arxiv: arXiv's query API, at the pace that all requests to arXiv share.
        histories: what files of git sources held before.
    """

    def __init__(self, *, files: Reader, git: GitSources, web: Reader, arxiv: ArxivApi) -> None:
        self.arxiv = arxiv
        self.histories: Histories = git
        self._readers: dict[SourceKind, Reader] = {
            "file": files,
            "folder": files,
            "git": git,
            "url": web,
            "arxiv": web,
            "arxiv-query": web,
            "hf-daily": web,
        }

    async def read(self, source: SourceUri, cursor: Cursor) -> Reading:
        """Return what is new since the cursor.

        `Reading.next_poll_in` is 0 where more is waiting than one reading holds: read on at once.

        Raises:
            FetchError: nothing of the source could be fetched.
            SourceError: the source can't be used as it is written.
        """
        return await self._readers[source.kind].read(source, cursor)
