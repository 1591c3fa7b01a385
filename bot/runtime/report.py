"""Tables and warnings that the subcommands print for the operator."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.papers.parsed_entry import ParsedDocument
    from bot.services.reading.poll_sources import SourceReport
    from bot.services.reading.read_documents import DocumentReport


_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def problem(error: object) -> None:
    """Say on stderr, in one line, what went wrong."""
    # A file's name may hold what moves a terminal's cursor.
    line = _CONTROL.sub(lambda found: ascii(found[0])[1:-1], " ".join(str(error).split()))
    print(f"paperwire: {line}", file=sys.stderr)  # noqa: T201 (the command's output)


def say(line: str = "") -> None:
    """Print a line of the command's result at once: where `run` writes to a pipe, somebody waits for it."""
    print(line, flush=True)  # noqa: T201 (the command's output)


def summary(reports: Iterable[SourceReport]) -> str:
    """Return in one line what reading sources did."""
    documents = [document for report in reports for document in report.documents]
    refused = sum(1 for document in documents if document.error)
    new, merged, unchanged = counts(documents)
    line = (
        f"{_many(len(documents), 'document')}: {_many(new, 'new paper')}, {merged:,} merged, "
        f"{unchanged:,} unchanged"
    )
    return f"{line}; {refused:,} rejected" if refused else line


def polled(source: SourceReport) -> None:
    """Print what one poll of a source gave, where it gave anything."""
    if not source.error and not source.unchanged:
        say(f"{source.label}: {summary([source])}")


def counts(documents: Sequence[DocumentReport]) -> tuple[int, int, int]:
    """Return how many papers documents brought: new, merged, unchanged."""
    return (
        sum(len(document.stored.new) for document in documents),
        sum(document.stored.merged for document in documents),
        sum(document.stored.unchanged for document in documents),
    )


def problems(reports: Iterable[SourceReport]) -> bool:
    """Say on stderr what could not be read; return whether there was anything."""
    failed = False
    for report in reports:
        for error in (report.error, *(document.error for document in report.documents)):
            if error:
                problem(error)
                failed = True
    return failed


def warnings(documents: Iterable[DocumentReport]) -> None:
    """Say on stderr what was odd but harmless."""
    for document in documents:
        for warning in document.warnings:
            print(f"paperwire: {document.name}: note: {warning}", file=sys.stderr)  # noqa: T201 (likewise)


def table(parsed: ParsedDocument, name: str) -> None:
    """Print what a document holds as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = " · ".join(
        part
        for part in (name, parsed.format, parsed.topic, *(day.isoformat() for day in parsed.dates))
        if part
    )
    grid = Table(title=Text(title), title_justify="left", expand=False)
    for heading in ("id", "title", "authors", "published", "has"):
        grid.add_column(heading, overflow="fold")
    for entry in parsed.entries:
        version = f"v{entry.arxiv.version}" if entry.arxiv and entry.arxiv.version else ""
        has = {
            "summary": entry.summary, "takeaways": entry.takeaways, "review": entry.review,
            "code": entry.code_urls, "project": entry.project_urls, "images": entry.images,
        }  # fmt: skip
        first = entry.authors[0] if entry.authors else ""
        more = f" +{len(entry.authors) - 1}" if len(entry.authors) > 1 else ""
        grid.add_row(
            Text((entry.arxiv.base if entry.arxiv else entry.doi or entry.external_id) + version),
            Text(entry.title),
            Text(first + more),
            Text(entry.published.isoformat() if entry.published else ""),
            Text(", ".join(word for word, value in has.items() if value)),
        )
    Console().print(grid)
    for warning in parsed.warnings:
        print(f"paperwire: {name}: note: {warning}", file=sys.stderr)  # noqa: T201 (likewise)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
