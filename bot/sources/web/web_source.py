"""Reads a source on the web with conditional GET requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from bot.domain.sources.crawl_policy import until_arxiv_update
from bot.domain.sources.source import Cursor, Reading
from bot.errors import SourceError
from bot.sources.web.fetcher import FEEDS_FIRST, NotModified

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.sources.source import SourceUri
    from bot.ports import Clock
    from bot.sources.web.fetcher import Explain, Fetcher

# Without an Accept header arXiv's API answered 406 in three tries of three (2026).
ARXIV_ACCEPT = "application/atom+xml, */*;q=0.5"
_QUERY_RESULTS = 200


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The base URLs of the named sources.

    Attributes:
        arxiv_rss: arXiv's feeds of a day's announcements.
        arxiv_api: arXiv's query API.
        hf_daily: Hugging Face's daily papers.
    """

    arxiv_rss: str = "https://rss.arxiv.org/rss"
    arxiv_api: str = "https://export.arxiv.org/api/query"
    hf_daily: str = "https://huggingface.co/api/daily_papers"


@dataclass(frozen=True, slots=True)
class WebRequest:
    """The request of a source.

    Attributes:
        url: the address.
        accept: the header Accept.
        explain: reads the reason out of an error's body, or None.
    """

    url: str
    accept: str = FEEDS_FIRST
    explain: Explain | None = None


def request_for(source: SourceUri, endpoints: Endpoints) -> WebRequest:
    """Return what a source on the web asks for.

    Raises:
        SourceError: the source is not on the web.
    """
    if source.kind == "url":
        return WebRequest(source.target)
    if source.kind == "arxiv":
        return WebRequest(f"{endpoints.arxiv_rss}/{source.target}", ARXIV_ACCEPT, explain_arxiv_refusal)
    if source.kind == "arxiv-query":
        newest = {
            "search_query": source.target,
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "max_results": _QUERY_RESULTS,
        }
        return WebRequest(f"{endpoints.arxiv_api}?{query_string(newest)}", ARXIV_ACCEPT)
    if source.kind == "hf-daily":
        day = f"?date={source.target}" if source.target else ""
        return WebRequest(f"{endpoints.hf_daily}{day}", "application/json")
    raise SourceError(f"{source.label} is not on the web")


def query_string(parameters: Mapping[str, object]) -> str:
    """Return parameters as arXiv's API takes them: a plus sign would be read as a blank."""
    return urlencode(parameters, quote_via=quote, safe=":")


def explain_arxiv_refusal(status: int, body: bytes) -> str | None:
    """Return why arXiv's feeds refused: an unknown category is a 400 with a feed that parses well."""
    if b"Feed error for query" in body:
        return f"arXiv does not know one of these categories (HTTP {status}); see arxiv.org/category_taxonomy"
    return None


class WebReader:
    """Reads the sources that are one URL."""

    def __init__(self, fetcher: Fetcher, *, clock: Clock, endpoints: Endpoints | None = None) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._endpoints = endpoints or Endpoints()

    async def read(self, source: SourceUri, cursor: Cursor) -> Reading:
        """Return the document, or nothing where it did not change.

        Raises:
            FetchError: it could not be fetched.
            SourceError: the source is not on the web.
        """
        request = request_for(source, self._endpoints)
        answer = await self._fetcher.get(
            request.url,
            name=source.label,
            etag=cursor.etag,
            last_modified=cursor.last_modified,
            accept=request.accept,
            explain=request.explain,
        )
        wait = until_arxiv_update(self._clock()) if source.kind == "arxiv-query" else None
        if isinstance(answer, NotModified):
            return Reading(cursor=cursor, unchanged=True, next_poll_in=wait)
        return Reading(
            documents=(answer,),
            cursor=Cursor(etag=answer.etag, last_modified=answer.last_modified),
            next_poll_in=wait,
        )
