"""Decompresses response bodies up to a maximum size.

httpx decodes a whole chunk at once, so 64 KB may become 64 MB (or, with codings stacked on each other, far
more) before anybody can count. Here no byte over the cap is made.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCEPT_ENCODING = "gzip, deflate"
_GZIP, _ZLIB, _RAW = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP_FIRST_BYTE = 0x1F


class OverLimitError(Exception):
    """The decoded body is over the cap; stays inside the fetcher."""


class Inflater:
    """Decodes one HTTP body, chunk by chunk.

    Args to the constructor are the header Content-Encoding and the most bytes the decoded body may have.
    """

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding.strip().lower() or "identity"
        self._left = limit
        self._engine = None if self._coding == "identity" else zlib.decompressobj(_bits(self._coding))
        self._began = False
        self._ended = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what a chunk decodes to.

        Raises:
            OverLimitError: the body is over the cap.
            zlib.error: it is not what the header says.
        """
        return b"".join(self._count(part) for part in self._decoded(chunk))

    def close(self) -> None:
        """Check that the body did not end within its compressed data.

        Raises:
            zlib.error: it did.
        """
        if self._engine is not None and self._began and not self._engine.eof:
            raise zlib.error("the compressed body is cut short")

    def _decoded(self, chunk: bytes) -> Iterator[bytes]:
        if self._engine is None:
            yield chunk
            return
        while chunk:
            if self._engine.eof:
                # gzip files may be chained; anything else behind the end is padding. One byte tells them
                # apart, since the next may come with another chunk.
                self._ended = self._ended or self._coding == "deflate" or chunk[0] != _GZIP_FIRST_BYTE
                if self._ended:
                    return
                self._engine = zlib.decompressobj(_GZIP)
            yield self._decompress(self._engine, chunk)
            self._began = True
            if self._engine.unconsumed_tail:
                raise OverLimitError
            chunk = self._engine.unused_data

    def _decompress(self, engine: zlib._Decompress, chunk: bytes) -> bytes:
        try:
            return engine.decompress(chunk, self._left + 1)
        except zlib.error:
            # "deflate" is zlib by RFC 9110, but some servers send it without zlib's frame.
            if self._began or self._coding != "deflate":
                raise
            self._engine = zlib.decompressobj(_RAW)
            return self._engine.decompress(chunk, self._left + 1)

    def _count(self, part: bytes) -> bytes:
        self._left -= len(part)
        if self._left < 0:
            raise OverLimitError
        return part


def _bits(coding: str) -> int:
    if coding in {"gzip", "x-gzip"}:
        return _GZIP
    if coding == "deflate":
        return _ZLIB
    raise zlib.error(f"it is compressed as {coding[:40]!r}, which was not asked for")
