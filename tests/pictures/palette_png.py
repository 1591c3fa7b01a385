"""PNG pictures of 256 colours: what a browser takes of a page gets a third as large.

Format: https://www.w3.org/TR/png-3/. A library for pictures would be a dependency for this one thing.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOURS: Final = 256
_KEPT_BITS = 0xF8
"""Of each channel; what is the same in them is one colour to the eye, in letters' edges at least."""
_CHANNELS = {2: 3, 6: 4}
"""Of the colour types that browsers write: RGB, RGB with opacity."""


class UnreadablePngError(ValueError):
    """Not a picture of eight bits a channel, in colours, not interlaced, whole."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture.

    Attributes:
        width: pixels in a row.
        rows: from the top; three bytes a pixel: red, green, blue.
    """

    width: int
    rows: tuple[bytes, ...]


def with_palette(png: bytes) -> bytes:
    """Return a picture with at most 256 colours; the flat ones stay what they are, opacity is dropped.

    Raises:
        UnreadablePngError: it is no PNG as a browser writes it.
    """
    pixels = read_png(png)
    shown = Counter(colour for row in pixels.rows for colour in _colours(row))
    palette, index = _palette(shown)
    rows = b"".join(b"\0" + bytes(index[colour] for colour in _colours(row)) for row in pixels.rows)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", pixels.width, len(pixels.rows), 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(palette)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def read_png(png: bytes) -> Pixels:
    """Return the pixels of a picture.

    Raises:
        UnreadablePngError: it is no PNG as a browser writes it.
    """
    try:
        chunks = list(_chunks(png))
        width, height, *rest = struct.unpack(">IIBBBBB", dict(chunks)[b"IHDR"])
        data = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
    except (struct.error, KeyError, zlib.error) as error:
        raise UnreadablePngError(f"not a whole PNG: {error}") from error
    bits, colour_type, *others = rest
    if bits != 8 or colour_type not in _CHANNELS or any(others):
        raise UnreadablePngError(f"not as a browser writes it: {bits} bits, colour type {colour_type}")
    channels = _CHANNELS[colour_type]
    if len(data) != height * (1 + width * channels):
        raise UnreadablePngError("not a whole PNG: rows are missing")
    return Pixels(
        width, tuple(_without_opacity(row, channels) for row in _rows(data, width * channels, channels))
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        raise UnreadablePngError("not a PNG")
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        yield name, png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _rows(data: bytes, length: int, step: int) -> Iterator[bytes]:
    """Yield the rows without their filters (https://www.w3.org/TR/png-3/#9Filters)."""
    above = bytes(length)
    for start in range(0, len(data), length + 1):
        row = bytearray(data[start + 1 : start + 1 + length])
        _unfilter(data[start], row, above, step)
        above = bytes(row)
        yield above


def _unfilter(kind: int, row: bytearray, above: bytes, step: int) -> None:
    match kind:
        case 0:
            return
        case 1:
            for at in range(step, len(row)):
                row[at] = (row[at] + row[at - step]) & 255
        case 2:
            for at, over in enumerate(above):
                row[at] = (row[at] + over) & 255
        case 3:
            for at, over in enumerate(above):
                left = row[at - step] if at >= step else 0
                row[at] = (row[at] + (left + over) // 2) & 255
        case 4:
            for at, over in enumerate(above):
                left, corner = (row[at - step], above[at - step]) if at >= step else (0, 0)
                row[at] = (row[at] + _paeth(left, over, corner)) & 255
        case _:
            raise UnreadablePngError(f"filter {kind} is not known")


def _paeth(left: int, over: int, corner: int) -> int:
    by_left, by_over, by_corner = abs(over - corner), abs(left - corner), abs(left + over - 2 * corner)
    if by_left <= by_over and by_left <= by_corner:
        return left
    return over if by_over <= by_corner else corner


def _without_opacity(row: bytes, channels: int) -> bytes:
    if channels == 3:
        return row
    colours = bytearray(len(row) // 4 * 3)
    for channel in range(3):
        colours[channel::3] = row[channel::4]
    return bytes(colours)


def _colours(row: bytes) -> Iterator[bytes]:
    return (bytes(colour) for colour in zip(row[::3], row[1::3], row[2::3], strict=True))


def _palette(shown: Mapping[bytes, int]) -> tuple[list[bytes], dict[bytes, int]]:
    """Return the colours that are kept, and for each that is shown which of them stands for it.

    Of colours that are nearly the same the most frequent stands for all, and the most frequent of those are
    kept: pages are flat areas and letters, and no area may change.
    """
    groups: dict[bytes, list[bytes]] = {}
    for colour in sorted(shown, key=lambda one: (-shown[one], one)):
        groups.setdefault(bytes(channel & _KEPT_BITS for channel in colour), []).append(colour)
    ranked = sorted(groups.values(), key=lambda group: -sum(shown[colour] for colour in group))
    palette = [group[0] for group in ranked[:_COLOURS]]
    index = {}
    for place, group in enumerate(ranked):
        chosen = place if place < _COLOURS else _nearest(group[0], palette)
        index.update(dict.fromkeys(group, chosen))
    return palette, index


def _nearest(colour: bytes, palette: list[bytes]) -> int:
    distances = [sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)) for other in palette]
    return distances.index(min(distances))
