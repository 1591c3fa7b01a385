"""A client for arXiv's query API: pages of a query, and papers by id.

Source: its manual, info.arxiv.org/help/api/user-manual.html.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.papers.parsed_entry import Document
from bot.errors import MalformedDocumentError
from bot.sources.web.web_source import ARXIV_ACCEPT, Endpoints, query_string

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sources.web.fetcher import Fetcher

# The format reads the entries; how many results there are is before them.
_TOTAL: Final = re.compile(rb"<(?:\w{1,20}:)?totalResults[^>]{0,200}>\s{0,20}(\d{1,9})\s{0,20}<")
_HEAD: Final = 4_096


class QueryApi:
    """The `bot.ports.ArxivApi` over HTTP; the fetcher keeps arXiv's pace for all requests of the process."""

    def __init__(self, fetcher: Fetcher, *, endpoints: Endpoints | None = None) -> None:
        self._fetcher = fetcher
        self._url = (endpoints or Endpoints()).arxiv_api

    async def search(self, query: str, *, start: int, size: int, name: str) -> tuple[Document, int | None]:
        """Return a page of what a query finds, the oldest first, and how many results there are in all.

        Raises:
            FetchError: it could not be fetched.
        """
        answer = await self._ask(
            {
                "search_query": query,
                "sortBy": "submittedDate",
                "sortOrder": "ascending",
                "start": start,
                "max_results": size,
            },
            name,
        )
        total = _TOTAL.search(answer.body[:_HEAD])
        return answer, int(total[1]) if total else None

    async def by_ids(self, ids: Sequence[str], *, name: str) -> Document:
        """Return the newest versions of papers; ids that arXiv does not know are not in it.

        Raises:
            FetchError: it could not be fetched.
        """
        return await self._ask({"id_list": ",".join(ids), "max_results": len(ids)}, name)

    async def _ask(self, parameters: dict[str, object], name: str) -> Document:
        answer = await self._fetcher.get(
            f"{self._url}?{query_string(parameters)}", name=name, accept=ARXIV_ACCEPT
        )
        if not isinstance(answer, Document):
            raise MalformedDocumentError(name, "arXiv answered 304 to a request without a validator")
        return answer
