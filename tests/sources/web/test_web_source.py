"""Sources on the web: the request each one means, and conditional reading."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, get_args

import pytest
from web_server import fetching, response, routes, says, serving

from bot.domain.sources.source import Cursor, Reading, SourceKind
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import HttpStatusError, SourceError
from bot.sources.source_reader import SourceReader
from bot.sources.web.web_source import ARXIV_ACCEPT, Endpoints, WebReader, request_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.papers.parsed_entry import Document
    from bot.domain.sources.source import SourceUri


def _noon() -> datetime:
    return datetime(2024, 8, 28, 16, 20, tzinfo=UTC)  # 12:20 in New York


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("https://x.example/feed?a=b", "https://x.example/feed?a=b"),
        ("arxiv:cs.LG+cs.CV", "https://rss.arxiv.org/rss/cs.CV+cs.LG"),
        (
            'arxiv-query:cat:cs.CV AND (ti:"video editing" OR abs:a&b)',
            (
                "https://export.arxiv.org/api/query?search_query=cat:cs.CV%20AND%20%28ti:%22video%20editing%22"
                "%20OR%20abs:a%26b%29&sortBy=submittedDate&sortOrder=descending&max_results=200"
            ),
        ),
        ("hf-daily:", "https://huggingface.co/api/daily_papers"),
        ("hf-daily:2025-05-20", "https://huggingface.co/api/daily_papers?date=2025-05-20"),
    ],
)
def test_source_means_its_url(uri: str, url: str) -> None:
    """Each kind of source has its address."""
    assert request_for(parse_source_uri(uri), Endpoints()).url == url


def test_source_that_is_not_on_the_web_is_refused() -> None:
    """A file has no URL."""
    with pytest.raises(SourceError, match="not on the web"):
        request_for(parse_source_uri("/x.md"), Endpoints())


async def test_second_reading_asks_for_changes_only() -> None:
    """The cursor of a reading carries the validators, and an unchanged document is not read again."""
    source_answers = says(response(body=b"one", etag='"1"'), response("304 Not Modified"))
    async with serving(source_answers) as server, fetching("127.0.0.1") as fetcher:
        reader = WebReader(fetcher, clock=_noon)
        source = parse_source_uri(f"{server.url}/digest.md?key=s3cret")
        first = await reader.read(source, Cursor())
        second = await reader.read(source, first.cursor)
    assert [(d.name, d.body) for d in first.documents] == [(f"{server.url}/digest.md?key=***", b"one")]
    assert first.cursor == Cursor(etag='"1"')
    assert second == Reading(cursor=first.cursor, unchanged=True)
    assert server.asked[1].headers["if-none-match"] == '"1"'


async def test_arxiv_sends_its_accept_header_and_names_documents_by_the_source() -> None:
    """The Accept header that arXiv wants is sent, and the document is called as its owner did."""
    table = {"/rss/cs.CV": response(body=b"<rss/>", content_type="application/rss+xml")}
    async with serving(routes(table)) as server, fetching("127.0.0.1") as fetcher:
        reader = WebReader(fetcher, clock=_noon, endpoints=Endpoints(arxiv_rss=f"{server.url}/rss"))
        reading = await reader.read(parse_source_uri("arxiv:cs.CV"), Cursor())
    assert [document.name for document in reading.documents] == ["arxiv:cs.CV"]
    assert server.asked[0].headers["accept"] == ARXIV_ACCEPT
    assert reading.next_poll_in is None


async def test_unknown_category_is_told_from_other_refusals() -> None:
    """A 400 with a feed that says "Feed error for query" becomes a reason that says so."""
    feed = b"<rss><channel><title>Feed error for query: cs.XX</title></channel></rss>"
    answers = says(response("400 Bad Request", feed), response("400 Bad Request", b"other"))
    async with serving(answers) as server, fetching("127.0.0.1") as fetcher:
        reader = WebReader(fetcher, clock=_noon, endpoints=Endpoints(arxiv_rss=server.url))
        for expected in ("arxiv:cs.XX: arXiv does not know one of these categories", "bad request"):
            with pytest.raises(HttpStatusError, match=expected):
                await reader.read(parse_source_uri("arxiv:cs.XX"), Cursor())


async def test_query_is_not_repeated_before_arxiv_changes() -> None:
    """A query of the API asks to wait until arXiv's next update, at 00:20 US Eastern."""
    async with serving(says(response(body=b"<feed/>"))) as server, fetching("127.0.0.1") as fetcher:
        reader = WebReader(fetcher, clock=_noon, endpoints=Endpoints(arxiv_api=f"{server.url}/api"))
        reading = await reader.read(parse_source_uri("arxiv-query:ti:video editing"), Cursor())
    assert reading.next_poll_in == 12 * 3600
    assert server.asked[0].target.startswith("/api?search_query=ti:video%20editing&")


@pytest.mark.parametrize("status", [406, 429, 503])
async def test_overloaded_server_says_when_to_come_back(status: int) -> None:
    """Retry-After reaches the poller with the error."""
    answer = says(response(f"{status} Busy", retry_after="90"))
    async with serving(answer) as server, fetching("127.0.0.1") as fetcher:
        with pytest.raises(HttpStatusError) as caught:
            await WebReader(fetcher, clock=_noon).read(parse_source_uri(server.url), Cursor())
    assert (caught.value.status, caught.value.retry_after) == (status, 90.0)


class NoApi:
    """A query API that is not asked."""

    async def search(self, query: str, *, start: int, size: int, name: str) -> tuple[Document, int | None]:
        """Fail."""
        raise AssertionError(query, start, size, name)

    async def by_ids(self, ids: Sequence[str], *, name: str) -> Document:
        """Fail."""
        raise AssertionError(ids, name)


class _Named:
    """A reader that tells its own name in its cursor."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def read(self, source: SourceUri, cursor: Cursor) -> Reading:
        return Reading(cursor=Cursor(etag=f"{self.name} {source.kind}", commit=cursor.commit))

    async def history(self, source: SourceUri, *, since: date) -> Sequence[Document]:
        raise AssertionError(source, since)


_URIS = {
    "file": "/x.md",
    "folder": "/x/",
    "git": "git+/x.git",
    "url": "https://x.example/",
    "arxiv": "arxiv:cs",
    "arxiv-query": "arxiv-query:x",
    "hf-daily": "hf-daily:",
}


@pytest.mark.parametrize("kind", get_args(SourceKind))
async def test_every_kind_of_source_has_its_reader(kind: str) -> None:
    """The table serves each kind, files by one reader, git by one, the web by one."""
    reader = SourceReader(files=_Named("files"), git=_Named("git"), web=_Named("web"), arxiv=NoApi())
    reading = await reader.read(parse_source_uri(_URIS[kind]), Cursor())
    name = {"file": "files", "folder": "files", "git": "git"}.get(kind, "web")
    assert reading.cursor.etag == f"{name} {kind}"
