"""Sources: where documents come from, and the formats that parse them.

A format is one module that fits `Format` and one line in `FORMATS`. Order matters: the first that
recognises a document reads it, so the stricter are before the more general.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bot.errors import UnknownLayoutError
from bot.sources.formats import (
    ai_enhanced,
    arxiv_feed,
    arxiv_query,
    cn_chat_arxiv,
    cv_arxiv_daily,
    daily_arxiv,
    feed,
    hf_daily,
    json_feed,
    overview,
)
from bot.sources.formats.as_json import as_json
from bot.sources.formats.chatpaper import chatpaper
from bot.sources.formats.unknown_format import why_unknown
from bot.sources.parsing.decode import decode

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import Document, ParsedDocument

__all__ = ["FORMATS", "HEAD_LENGTH", "Format", "as_json", "parse_document", "recognise"]

HEAD_LENGTH = 65_536


class Format(Protocol):
    """An input format; a module implements it."""

    NAME: str

    def recognises(self, head: str, /) -> bool:
        """Tell by content only whether this is the layout of a text, of which `head` is the beginning."""

    def parse(self, text: str, name: str, /) -> ParsedDocument:
        """Read a recognised text; `name` is the document's, for errors.

        Raises:
            MalformedDocumentError: the text is truncated or hostile; nothing is half-read.
        """


FORMATS: tuple[Format, ...] = (
    chatpaper,
    overview,
    json_feed,
    hf_daily,
    arxiv_feed,
    arxiv_query,
    feed,
    cn_chat_arxiv,
    daily_arxiv,
    ai_enhanced,
    cv_arxiv_daily,
)


def recognise(text: str) -> Format | None:
    """Return the format of a decoded text, or None."""
    head = text[:HEAD_LENGTH]
    return next((fmt for fmt in FORMATS if fmt.recognises(head)), None)


def parse_document(document: Document) -> ParsedDocument:
    """Decode, recognise and parse a document. Blocks for up to seconds: call it outside the event loop.

    Raises:
        UnknownLayoutError: no format reads it.
        MalformedDocumentError: it is empty, binary, wrongly encoded, truncated or hostile.
    """
    decoded = decode(document)
    fmt = recognise(decoded.text)
    if fmt is None:
        names = (known.NAME for known in FORMATS)
        raise UnknownLayoutError(document.name, why_unknown(decoded.text[:HEAD_LENGTH], names))
    parsed = fmt.parse(decoded.text, document.name)
    return replace(parsed, warnings=(*decoded.warnings, *parsed.warnings)) if decoded.warnings else parsed
