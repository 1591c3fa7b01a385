"""Bodies decompressed under a cap."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.web.decompress import Inflater, OverLimitError

if TYPE_CHECKING:
    from collections.abc import Callable


def _raw(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(body) + engine.flush()


_CODINGS: dict[str, list[Callable[[bytes], bytes]]] = {
    "identity": [bytes],
    "gzip": [gzip.compress, lambda body: gzip.compress(body[:5], mtime=0) + gzip.compress(body[5:], mtime=0)],
    "deflate": [zlib.compress, _raw],
}


def _chunks(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@given(st.binary(max_size=2000), st.sampled_from(sorted(_CODINGS)), st.integers(2, 500), st.data())
@settings(deadline=None)
def test_any_chunks_give_the_body_or_the_cap(
    body: bytes, coding: str, size: int, data: st.DataObject
) -> None:
    """However the body is cut on its way, it is decoded whole where it is within the cap, else refused."""
    packed = data.draw(st.sampled_from(_CODINGS[coding]))(body)
    limit = data.draw(st.integers(0, 2500))
    inflater = Inflater(coding, limit)
    if len(body) > limit:
        with pytest.raises(OverLimitError):
            [inflater.feed(chunk) for chunk in _chunks(packed, size)]
    else:
        assert b"".join(inflater.feed(chunk) for chunk in _chunks(packed, size)) == body
        inflater.close()


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]), st.integers(1, 300))
@settings(deadline=None)
def test_any_bytes_are_decoded_or_refused(body: bytes, coding: str, size: int) -> None:
    """Bytes that are not compressed at all raise `zlib.error` and nothing else."""
    inflater = Inflater(coding, 1000)
    with suppress(zlib.error, OverLimitError):
        for chunk in _chunks(body, size):
            inflater.feed(chunk)
        inflater.close()
