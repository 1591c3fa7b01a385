"""A local arXiv: its query API and its feeds over HTTP, with the faults that were seen of the real one."""

from __future__ import annotations

import random
import re
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from web_server import Asked, Loopback, response, serving

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

_DAYS = re.compile(r" AND submittedDate:\[(\d{8})0000 TO (\d{8})2359\]$")
_CATEGORY = re.compile(r"cat:(\S+?)\)?(?=$| OR )")


@dataclass(frozen=True, slots=True)
class Submission:
    """A paper that somebody submitted.

    Attributes:
        base: its id without version.
        submitted: when version 1 was.
        title: of the newest version.
        abstract: likewise.
        authors: full names.
        categories: the primary first.
        version: the newest one.
    """

    base: str
    submitted: datetime
    title: str
    abstract: str = "We study rivers."
    authors: tuple[str, ...] = ("Ada Quill", "Bo Sample")
    categories: tuple[str, ...] = ("cs.CV",)
    version: int = 1


def submissions(
    count: int, *, last: date, days: int, categories: Sequence[str] = ("cs.CV",)
) -> list[Submission]:
    """Return so many papers, spread over days up to the last one."""
    made = []
    for number in range(count):
        day = last - timedelta(days=days - 1 - number * days // count)
        at = datetime(day.year, day.month, day.day, number % 24, number % 60, tzinfo=UTC)
        name = f"{at:%y%m}.{number % 99_999 + 1:05}"
        words = ("diffusion", "agents", "video", "proteins")[number % 4]
        made.append(
            Submission(
                name, at, f"Work {number} on {words}", f"We study {words} in rivers, case {number}. " * 12,
                (f"Ada Quill{number % 700}", f"Bo Sample{number % 900}"),
                (categories[number % len(categories)],),
            )
        )  # fmt: skip
    return sorted(made, key=lambda one: (one.submitted, one.base))


@dataclass(slots=True)
class Faults:
    """How often the query API misbehaves, each as a share of its answers.

    Attributes:
        empty: 200 without entries, and a total of 0.
        repeated: the page before once more.
        short: only half of the page.
        busy: 503, half of them with Retry-After.
        seed: of the dice.
    """

    empty: float = 0.0
    repeated: float = 0.0
    short: float = 0.0
    busy: float = 0.0
    seed: int = 0


@dataclass(slots=True)
class InventedArxiv:
    """What this arXiv holds, how it behaves, and what it saw.

    Attributes:
        papers: all of them, the oldest first.
        announced: papers of the last announcement, as the feeds give them.
        faults: how the API misbehaves.
        pace: seconds that must lie between two requests; those that come earlier are refused and counted.
        retry_after: what a busy server asks to wait, in seconds.
        clock: seconds that only go forward.
        asked: the API's requests.
        too_fast: how many came earlier than the pace allows, or beside another one.
        refused: a query that holds this text is answered with 400.
        down: whether every request is refused with 503.
    """

    papers: list[Submission]
    announced: list[Submission] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    pace: float = 0.0
    retry_after: int = 1
    clock: Callable[[], float] = time.monotonic
    asked: list[dict[str, str]] = field(default_factory=list)
    too_fast: int = 0
    refused: str | None = None
    down: bool = False
    _dice: random.Random = field(init=False)
    _last: float | None = None
    _before: list[Submission] = field(default_factory=list)
    _busy: bool = False

    def __post_init__(self) -> None:
        self._dice = random.Random(self.faults.seed)  # noqa: S311 (repeatable)

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer a request."""
        self.too_fast += self._busy or (
            self._last is not None and self.clock() - self._last < self.pace - 0.01
        )
        self._busy = True
        try:
            writer.write(self._answer(urlsplit(asked.target).path, urlsplit(asked.target).query))
            await writer.drain()
        finally:
            self._busy, self._last = False, self.clock()

    def _answer(self, path: str, query: str) -> bytes:
        if self.down:
            return response("503 Service Unavailable")
        if path.startswith("/rss/"):
            return response(
                body=feed(path.removeprefix("/rss/"), self.announced), content_type="application/rss+xml"
            )
        parameters = {name: values[-1] for name, values in parse_qs(query).items()}
        self.asked.append(parameters)
        if self.refused and self.refused in parameters.get("search_query", parameters.get("id_list", "")):
            return response("400 Bad Request", b"incorrect query")
        roll = self._dice.random()
        for share, fault in (
            (self.faults.empty, self._empty),
            (self.faults.repeated, self._repeated),
            (self.faults.short, self._short),
            (self.faults.busy, self._refusal),
        ):
            if roll < share:
                return fault(parameters)
            roll -= share
        found, page = self._page(parameters)
        self._before = page
        return _atom(page, len(found))

    def _page(self, parameters: dict[str, str]) -> tuple[list[Submission], list[Submission]]:
        if "id_list" in parameters:
            wanted = parameters["id_list"].split(",")
            by_base = {one.base: one for one in self.papers}
            found = [by_base[name] for name in wanted if name in by_base]
            return found, found[: int(parameters["max_results"])]
        found = self._found(parameters["search_query"])
        if parameters.get("sortOrder") == "descending":
            found = found[::-1]
        start = int(parameters.get("start", 0))
        return found, found[start : start + int(parameters["max_results"])]

    def _found(self, query: str) -> list[Submission]:
        days = _DAYS.search(query)
        first, last = (days[1], days[2]) if days else ("0", "99999999")
        names = _CATEGORY.findall((query[: days.start()] if days else query).removeprefix("("))
        return [
            one
            for one in self.papers
            if first <= f"{one.submitted:%Y%m%d}" <= last and _is_in(one.categories, names)
        ]

    def _empty(self, _: dict[str, str]) -> bytes:
        return _atom([], 0)

    def _repeated(self, parameters: dict[str, str]) -> bytes:
        return _atom(self._before, len(self._page(parameters)[0]))

    def _short(self, parameters: dict[str, str]) -> bytes:
        found, page = self._page(parameters)
        return _atom(page[: len(page) // 2], len(found))

    def _refusal(self, _: dict[str, str]) -> bytes:
        if self._dice.random() < 0.5:
            return response("503 Service Unavailable", retry_after=str(self.retry_after))
        return response("429 Too Many Requests", b"Rate exceeded.")


@asynccontextmanager
async def arxiv_serving(arxiv: InventedArxiv) -> AsyncIterator[Loopback]:
    """Serve an arXiv: its API at /api, its feeds at /rss."""
    async with serving(arxiv) as server:
        yield server


def _is_in(categories: Iterable[str], names: Iterable[str]) -> bool:
    return any(
        one == name or (name.endswith(".*") and one.startswith(name[:-1]))
        for one in categories
        for name in names
    )


def _atom(page: Iterable[Submission], total: int) -> bytes:
    """Return an answer as the real API lays it out."""
    entries = "".join(_entry(one) for one in page)
    return response(
        body=(
            '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">'
            "<id>http://arxiv.org/api/invented</id><title>arXiv Query: invented</title>"
            f"<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"
        ).encode(),
        content_type="application/atom+xml",
    )


def _entry(one: Submission) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in one.authors)
    terms = "".join(f'<category term="{name}"/>' for name in one.categories)
    return (
        f"<entry><id>http://arxiv.org/abs/{one.base}v{one.version}</id><title>{escape(one.title)}</title>"
        f"<published>{one.submitted:%Y-%m-%dT%H:%M:%SZ}</published><summary>{escape(one.abstract)}</summary>"
        f'{authors}<arxiv:primary_category term="{one.categories[0]}"/>{terms}</entry>'
    )


def feed(categories: str, announced: Iterable[Submission]) -> bytes:
    """Return the day's announcements of some categories, as rss.arxiv.org lays them out."""
    names = categories.split("+")
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>https://arxiv.org/abs/{one.base}</link>"
        f"<description>arXiv:{one.base}v{one.version} Announce Type: new \nAbstract: {escape(one.abstract)}"
        f'</description><guid isPermaLink="false">oai:arXiv.org:{one.base}v{one.version}</guid>'
        + "".join(f"<category>{name}</category>" for name in one.categories)
        + "<arxiv:announce_type>new</arxiv:announce_type>"
        + f"<dc:creator>{', '.join(one.authors)}</dc:creator></item>"
        for one in announced
        if _is_in(one.categories, names)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
        f"<title>{categories} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{categories}</link>"
        f"{items}</channel></rss>"
    ).encode()
