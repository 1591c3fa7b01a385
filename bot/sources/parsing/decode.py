"""Decodes the bytes of a document: character set, byte order mark, newlines; refuses binary files.

A byte order mark wins, then what the server or the XML declaration says, then UTF-8. Declared
8-bit sets decode any bytes at all and are often a server's default, so valid UTF-8 beats them.
Labels are read as the WHATWG Encoding Standard reads them (`latin1` is windows-1252, `gbk` is gb18030);
codecs that are no character sets of documents (`idna`, `unicode_escape`) are never used.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import MalformedDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.papers.parsed_entry import Document

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_LABEL = re.compile(r"[A-Za-z0-9._:-]{1,40}")
_XML_DECLARATION = re.compile(
    rb"""\s{0,100}<\?xml\s[^>?]{0,100}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._:-]{1,40})"""
)
_SUPERSETS = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
    "utf-8-sig": "utf-8",
}
_MULTI_BYTE = frozenset("utf-8 utf-16-le utf-16-be gb18030 big5hkscs cp932 euc_jp iso2022_jp cp949".split())
_EIGHT_BIT = frozenset(
    {f"cp{number}" for number in (866, 874, *range(1250, 1259))}
    | {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
    | {"koi8-r", "koi8-u", "mac-roman"}
)
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_ASCII = re.compile(r"[\x00-\x7f]+")
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class DecodedText:
    """The text of a document.

    Attributes:
        text: without byte order mark, each newline as one line feed, no NUL character.
        warnings: what was replaced or ignored, one line each.
    """

    text: str
    warnings: tuple[str, ...] = ()


def decode(document: Document) -> DecodedText:
    """Decode a document's bytes.

    Raises:
        MalformedDocumentError: it is empty, binary, or mostly not in the character set it claims.
    """
    body = document.body
    if not body.strip():
        raise MalformedDocumentError(document.name, "it is empty")
    for magic, kind in _BINARY:
        if body.startswith(magic):
            raise MalformedDocumentError(document.name, f"it is {kind}, not a text document")
    text, warnings = _decode(document)
    if "\x00" in text:
        raise MalformedDocumentError(document.name, _nul_reason(body))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return DecodedText(text, tuple(warnings))


def _decode(document: Document) -> tuple[str, list[str]]:
    for mark, encoding in _BOMS:
        if document.body.startswith(mark):
            return _lenient(document, document.body[len(mark) :], encoding)
    declared, warnings = _declared(document)
    text: str | None = None
    if declared in _MULTI_BYTE and declared != "utf-8":
        text = _strict(document.body, declared)
    if text is None:
        text = _strict(document.body, "utf-8")
        if text is not None and declared in _MULTI_BYTE and declared != "utf-8":
            warnings.append(f"it says it is {declared} but is UTF-8")
    if text is not None:
        return text, warnings
    if declared in _EIGHT_BIT:
        return document.body.decode(declared, "replace"), warnings
    text, replaced = _lenient(document, document.body, declared or "utf-8")
    return text, warnings + replaced


def _declared(document: Document) -> tuple[str | None, list[str]]:
    """Return the codec that the server, or else the XML declaration, names, and warnings."""
    warnings: list[str] = []
    for label in _labels(document):
        codec = _codec(label)
        if codec:
            return codec, warnings
        warnings.append(f"it names an unknown character set, {label!r}; read as UTF-8")
    return None, warnings


def _labels(document: Document) -> Iterator[str]:
    if document.charset:
        yield document.charset.strip(" \"'")[:40]
    declaration = _XML_DECLARATION.match(document.body[:400])
    # A declaration that can be read byte by byte is not in UTF-16, whatever it says.
    if declaration and not declaration[1].lower().startswith(b"utf-16"):
        yield declaration[1].decode("ascii")


def _codec(label: str) -> str | None:
    if not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _MULTI_BYTE or name in _EIGHT_BIT else None


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _lenient(document: Document, body: bytes, encoding: str) -> tuple[str, list[str]]:
    """Replace a few bad bytes; refuse a document that is mostly in another character set."""
    text = body.decode(encoding, "replace")
    strict = _strict(body, encoding)
    if strict is not None:
        return strict, []
    bad = text.count(_REPLACEMENT)
    few = bad * 10 <= len(text) and (bad <= 10 or bad * 1000 <= len(text))  # noqa: PLR2004 (a torn byte or two)
    if not few:
        guess = _guess(body)
        raise MalformedDocumentError(
            document.name,
            f"it is not {encoding.upper()} ({bad} bad bytes; it looks like {guess}):"
            f" save it as UTF-8 or serve it with charset={guess.lower()}",
        )
    return text, [f"{bad} bytes are not {encoding.upper()}; they were replaced"]


def _guess(body: bytes) -> str:
    """Name the character set that an undeclared document is probably in, by what letters it would hold."""
    sample = body[:20_000]
    if _share(sample, "shift_jis", r"[\u3040-\u30ff]") > 0.2:  # noqa: PLR2004 (Japanese text is full of kana)
        return "Shift_JIS"
    runs = _HIGH_BYTES.findall(sample)
    if sum(len(run) == 1 for run in runs) * 2 > len(runs):
        return "Windows-1252"  # letters with accents stand alone; the bytes of East Asian ones in pairs
    han = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
    likely = (("EUC-KR", r"[\uac00-\ud7af]", 0.5), ("GB18030", han, 0.9), ("Big5", han, 0.9))
    found = (name for name, letters, least in likely if _share(sample, name, letters) > least)
    return next(found, "Windows-1252")


def _share(sample: bytes, encoding: str, letters: str) -> float:
    """Return how much of the text that is not ASCII would be of some letters in an encoding."""
    text = _ASCII.sub("", sample.decode(encoding, "replace"))
    return len(re.findall(letters, text)) / max(1, len(text))


def _nul_reason(body: bytes) -> str:
    sample = body[:2_000]
    half = len(sample) // 4
    if sample[0::2].count(0) > half or sample[1::2].count(0) > half:
        return "it looks like UTF-16 without a byte order mark: save it as UTF-8"
    return "it is binary (it holds NUL bytes), not a text document"
