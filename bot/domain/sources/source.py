"""A source: what is polled, identified by one URI.

| URI | kind |
|---|---|
| `/path/file.md`, `file:///path/file.md` | file |
| `/path/folder`, `/path/*.md` | folder (new and changed files) |
| `git+<url>#<path>` | git (new and changed files since the last commit seen) |
| `https://…` | url (a digest file, a feed, or anything a format reads) |
| `arxiv:cs.CV+cs.LG` | arxiv (rss.arxiv.org) |
| `arxiv-query:cat:cs.CV AND ti:video` | arxiv-query (export.arxiv.org) |
| `hf-daily:` or `hf-daily:2025-05-20` | hf-daily (Hugging Face daily papers) |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import Document
    from bot.errors import DocumentError

DEFAULT_SOURCES = ("arxiv:cs.CV+cs.LG+cs.CL+cs.AI",)
"""What `paperwire run` polls where nothing is configured, and `/sources arxiv` names."""

SourceKind = Literal["file", "folder", "git", "url", "arxiv", "arxiv-query", "hf-daily"]


@dataclass(frozen=True, slots=True)
class SourceUri:
    """The parsed URI of a source.

    Attributes:
        text: the canonical URI, the key of the source; credentials stay in it, so show `label`.
        kind: which reader serves it.
        target: the path, URL or categories that the reader needs.
        subpath: for git, the path within the repository, else empty.
        label: the URI without credentials, for people and logs.
    """

    text: str = field(repr=False)
    kind: SourceKind
    target: str = field(repr=False)
    subpath: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a source was read; the reader gets it back at the next poll.

    Attributes:
        etag: HTTP validator, or None.
        last_modified: HTTP validator, or None.
        commit: the last commit read of a git source, 40 hex digits, or None.
        files: for files and folders, `path -> fingerprint` of what was read.
    """

    etag: str | None = None
    last_modified: str | None = None
    commit: str | None = None
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a source.

    Attributes:
        documents: the new and changed documents.
        cursor: where to continue from; saved only once all documents were stored or refused.
        failures: documents that could not be fetched; the others are still here.
        unchanged: True where the source said that nothing changed.
        next_poll_in: seconds the server asked us to wait before the next poll, or None.
    """

    documents: tuple[Document, ...] = ()
    cursor: Cursor = field(default_factory=Cursor)
    failures: tuple[DocumentError, ...] = ()
    unchanged: bool = False
    next_poll_in: float | None = None


def reason_of(error: str, label: str) -> str:
    """Return why a source could not be read, without the address, which is before it anyway.

    Args:
        error: as `DocumentError` words it: the document, a colon, the reason.
        label: the source's; the document may be an address that the source stands for.
    """
    document, _, reason = error.removeprefix(f"{label}: ").partition(": ")
    is_address = "://" in document and not any(char.isspace() for char in document)
    return reason if reason and is_address else error.removeprefix(f"{label}: ")
