"""Pictures of 256 colours."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from palette_png import Pixels, UnreadablePngError, read_png, with_palette

KINDS = range(5)
Colour = tuple[int, ...]


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, rows: list[bytes], colour_type: int = 2) -> bytes:
    """Return a PNG of rows that have their filter before them."""
    head = struct.pack(">IIBBBBB", width, len(rows), 8, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(rows))
    # In two pieces, as the format allows.
    parts = chunk(b"IDAT", data[:5]) + chunk(b"IDAT", data[5:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + parts + chunk(b"IEND", b"")


def filtered(row: bytes, above: bytes, step: int, kind: int) -> bytes:
    """Return a row behind one of the five filters of the specification (section 9.2)."""
    written = bytearray([kind])
    for at, value in enumerate(row):
        a, b = (row[at - step] if at >= step else 0), above[at]
        c = above[at - step] if at >= step else 0
        nearest = min((a, b, c), key=lambda one: abs(a + b - c - one))
        written.append((value - (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
    return bytes(written)


@st.composite
def pictures(draw: st.DrawFn) -> tuple[bytes, list[list[Colour]]]:
    """Return a PNG as a browser may write it, and its colours."""
    width, height, channels = draw(st.integers(1, 8)), draw(st.integers(1, 6)), draw(st.sampled_from([3, 4]))
    colour = st.tuples(*[st.integers(0, 255)] * channels)
    rows = draw(st.lists(st.lists(colour, min_size=width, max_size=width), min_size=height, max_size=height))
    raw = [bytes(value for pixel in row for value in pixel) for row in rows]
    above = [bytes(width * channels), *raw]
    written = [
        filtered(row, over, channels, draw(st.sampled_from(KINDS)))
        for row, over in zip(raw, above, strict=False)
    ]
    return png(width, written, 2 if channels == 3 else 6), [[pixel[:3] for pixel in row] for row in rows]


def colours(pixels: Pixels) -> list[list[Colour]]:
    """Return the colours of the pixels, row by row."""
    return [[tuple(row[at : at + 3]) for at in range(0, len(row), 3)] for row in pixels.rows]


def with_its_palette(picture: bytes) -> list[list[Colour]]:
    """Return the colours of a picture that has a palette."""
    parts: dict[bytes, bytes] = {}
    at = 8
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        name, content = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", picture, at + 8 + length) == (zlib.crc32(name + content),)
        parts[name] = content
        at += 12 + length
    width, height, bits, colour_type = struct.unpack_from(">IIBB", parts[b"IHDR"])
    assert (bits, colour_type) == (8, 3)
    assert len(parts[b"PLTE"]) <= 768
    data = zlib.decompress(parts[b"IDAT"])
    rows = [data[start + 1 : start + 1 + width] for start in range(0, len(data), width + 1)]
    assert len(rows) == height
    return [[tuple(parts[b"PLTE"][3 * index : 3 * index + 3]) for index in row] for row in rows]


@given(pictures())
def test_pixels_are_read_behind_every_filter(written: tuple[bytes, list[list[Colour]]]) -> None:
    """Whichever filters a browser chose, the colours are those that it drew."""
    assert colours(read_png(written[0])) == written[1]


@given(pictures())
def test_no_colour_changes_so_that_it_is_seen(written: tuple[bytes, list[list[Colour]]]) -> None:
    """Where 256 colours are enough, none is further than 7 of 255 from what it was."""
    for row, before in zip(with_its_palette(with_palette(written[0])), written[1], strict=True):
        for pixel, drawn in zip(row, before, strict=True):
            assert all(abs(new - old) < 8 for new, old in zip(pixel, drawn, strict=True))


def test_an_area_keeps_its_colour_among_many() -> None:
    """Of more than 256 colours the frequent ones stay as they are, the others become their neighbours."""
    shades = [(8 * (n % 32), 64 * (n // 32)) for n in range(128)]
    many = [(a, b, 255) for a, b in shades] + [(a, 255, b) for a, b in shades]
    area = [(81, 125, 162)] * len(many)
    rows = [b"\0" + bytes(value for pixel in row for value in pixel) for row in (area, many)]
    drawn = with_its_palette(with_palette(png(len(many), rows)))
    assert drawn[0] == area
    assert len({pixel for row in drawn for pixel in row}) == 256


_WHOLE = png(1, [b"\0abc"])


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        _WHOLE[:40],
        _WHOLE[:-20],
        png(2, [b"\0abc"]),
        png(1, [b"\5abc"]),
        png(1, [b"\0a"], colour_type=0),
    ],
    ids=["empty", "no PNG", "cut in data", "cut in the second part", "too wide", "unknown filter", "grey"],
)
def test_other_pictures_are_refused(picture: bytes) -> None:
    """What is no whole PNG in colours is refused by name, not read wrongly."""
    with pytest.raises(UnreadablePngError):
        read_png(picture)


@given(st.data())
def test_damage_is_refused_or_read(data: Any) -> None:
    """Whatever bytes of a picture are lost or changed, the answer is pixels or a refusal."""
    start = data.draw(st.integers(8, len(_WHOLE)))
    end = data.draw(st.integers(start, len(_WHOLE)))
    picture = _WHOLE[:start] + data.draw(st.binary(max_size=12)) + _WHOLE[end:]
    try:
        pixels = read_png(picture)
    except UnreadablePngError:
        return
    assert all(len(row) == 3 * pixels.width for row in pixels.rows)
