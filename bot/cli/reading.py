"""The `parse`, `ingest`, `poll` and `sources` subcommands; each returns the exit status."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.app import open_archive, open_reader, polling
from bot.domain.text.redaction import without_secrets
from bot.runtime import report
from bot.services.reading.parse_sources import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.app import Archive
    from bot.ports import Reader
    from bot.services.reading.poll_sources import PollSources, SourceReport
    from bot.services.reading.read_documents import DocumentReport
    from bot.settings import Settings
    from bot.storage.archive.sources import StoredSource


async def parse(settings: Settings, uris: Sequence[str], *, as_json: bool) -> int:
    """Print what documents hold, and store nothing."""
    from bot.sources import as_json as to_json
    from bot.sources import parse_document

    failed = False
    async with open_reader(settings) as reader:
        for uri in uris:
            async for outcome in parse_source(uri, reader, parse_document):
                if outcome.parsed is None:
                    report.problem(outcome.error)
                    failed = True
                elif as_json:
                    report.say(json.dumps(to_json(outcome.parsed, outcome.name), ensure_ascii=False))
                else:
                    report.table(outcome.parsed, outcome.name)
    return int(failed)


async def ingest(settings: Settings, uris: Sequence[str]) -> int:
    """Read sources at once, with a progress bar on a terminal, and sum up."""
    async with open_archive(settings) as archive, open_reader(settings) as reader:
        with _progress() as bar:
            reports = await polling(archive, reader).ingest(
                uris, on_reading=bar.expect, on_document=bar.advance
            )
    failed = report.problems(reports)
    report.warnings(document for source in reports for document in source.documents)
    report.say(report.summary(reports))
    return int(failed)


async def poll(settings: Settings, names: Sequence[str], *, once: bool, now: bool) -> int:
    """Poll the sources that are due, or some at once; without `once` and `now` continue until stopped."""
    async with open_archive(settings) as archive, open_reader(settings) as reader:
        await configure_sources(archive)
        if now:
            return await _poll_now(archive, polling(archive, reader), names)
        if once:
            return await _poll_once(archive, polling(archive, reader))
        from bot.runtime.run import keep_polling

        return await keep_polling(archive, reader)


async def _poll_now(archive: Archive, poller: PollSources, names: Sequence[str]) -> int:
    """Read sources at once, or let the process that polls now do it."""
    chosen = [await archive.sources.find(name) for name in names] or await archive.sources.polled()
    if not chosen:
        return _nothing_configured()
    await archive.sources.make_due(chosen)
    reports = await poller.poll_due(only={source.id for source in chosen})
    if reports is None:
        labels = ", ".join(source.label for source in chosen)
        report.say(f"another paperwire is polling now; it reads {labels} next")
        return 0
    return int(_tell(reports))


def _nothing_configured() -> int:
    report.problem("no source is configured: paperwire sources add arxiv:cs.CV, or DIGEST_SOURCES in .env")
    return 1


def _tell(reports: Sequence[SourceReport]) -> bool:
    """Print what happened to each source; return whether anything failed."""
    failed = report.problems(reports)
    for source in reports:
        if not source.error:
            what = "nothing new" if source.unchanged else report.summary([source])
            report.say(f"{source.label}: {what}")
    return failed


async def _poll_once(archive: Archive, poller: PollSources) -> int:
    polled = await archive.sources.polled()
    if not polled:
        return _nothing_configured()
    reports = await poller.poll_due()
    if reports is None:
        report.say("another paperwire is polling now; nothing to do")
        return 0
    failed = _tell(reports)
    waiting = len(polled) - len(reports)
    if waiting:
        report.say(f"not due yet: {waiting} of {len(polled)}")
    return int(failed)


async def configure_sources(archive: Archive) -> None:
    """Store the sources that the settings name, so that they are polled."""
    await archive.sources.follow_settings(archive.settings.digest_sources)


async def add_sources(settings: Settings, uris: Sequence[str]) -> int:
    """Add sources to those that are polled."""
    async with open_archive(settings) as archive:
        for uri in await archive.sources.add(uris):
            report.say(f"added {uri.label} ({uri.kind}); read it now with: paperwire poll --once")
    return 0


async def remove_source(settings: Settings, uri: str) -> int:
    """Stop polling a source."""
    async with open_archive(settings) as archive:
        label = await archive.sources.remove(uri)
    report.say(f"removed {label}; its papers stay")
    return 0


async def list_sources(settings: Settings) -> int:
    """List the sources that are polled, and how they do."""
    async with open_archive(settings) as archive:
        await configure_sources(archive)
        polled = await archive.sources.polled()
    for source in polled:
        report.say(f"{source.label}  {_state(source)}")
    if not polled:
        report.say("no source is configured: paperwire sources add arxiv:cs.CV")
    return 0


async def check_sources(settings: Settings, uris: Sequence[str]) -> int:
    """Read sources without storing anything, and say what they hold; all polled ones where none is named."""
    async with open_archive(settings) as archive:
        await configure_sources(archive)
        wanted = list(uris) or [source.uri for source in await archive.sources.polled()]
    failed = False
    async with open_reader(settings) as reader:
        for text in wanted:
            failed |= await _check(text, reader)
    return int(failed)


async def _check(text: str, reader: Reader) -> bool:
    from bot.sources import parse_document

    formats: Counter[str] = Counter()
    papers = 0
    errors: list[object] = []
    async for outcome in parse_source(text, reader, parse_document):
        if outcome.parsed is None:
            errors.append(outcome.error)
        else:
            formats[outcome.parsed.format] += 1
            papers += len(outcome.parsed.entries)
    if formats or not errors:
        found = ", ".join(f"{count} {name}" for name, count in formats.items()) or "no document"
        report.say(f"{without_secrets(text)}: {found}, {papers} papers")
    for error in errors:
        report.problem(error)
    return bool(errors)


def _state(source: StoredSource) -> str:
    due = _when(source.next_poll_at) if source.next_poll_at else "now"
    if source.last_error and source.failures:
        return f"failing since {source.failures} polls: {source.last_error}; next try {due}"
    if source.last_success_at is None:
        return f"not read yet; due {due}"
    state = f"read {_when(source.last_success_at)}; due {due}"
    return f"{state}; last problem: {source.last_error}" if source.last_error else state


def _when(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


class _Bar:
    """Counts documents; shown on a terminal only."""

    def expect(self, documents: int) -> None:
        """Expect so many more documents."""

    def advance(self, document: DocumentReport) -> None:
        """Count one as done."""


@contextmanager
def _progress() -> Iterator[_Bar]:
    if not sys.stderr.isatty():
        yield _Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("documents"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        class Shown(_Bar):
            total = 0

            def expect(self, documents: int) -> None:
                self.total += documents
                progress.update(task, total=self.total)

            def advance(self, document: DocumentReport) -> None:  # noqa: ARG002 (only counted)
                progress.advance(task)

        yield Shown()
