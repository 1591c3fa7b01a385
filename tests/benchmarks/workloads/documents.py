"""Digests of any size made of the bundled samples: the same texts under other arXiv ids and titles."""

from __future__ import annotations

import re
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[3] / "bot" / "samples"
_ITEM = re.compile(r"^## ", re.MULTILINE)
_ID = re.compile(r"2411\.99\d{3}")


def overview(papers: int, *, start: int = 0) -> str:
    """Return an overview digest of so many papers, numbered from `start`."""
    return _repeated((SAMPLES / "overview.md").read_text(encoding="utf-8"), papers, start)


def chatpaper(papers: int, *, start: int = 0) -> str:
    """Return a chatpaper digest with reviews of so many papers, numbered from `start`."""
    return _repeated((SAMPLES / "chatpaper.md").read_text(encoding="utf-8"), papers, start)


def _repeated(sample: str, papers: int, start: int) -> str:
    head, *items = _ITEM.split(sample)
    made: list[str] = []
    for number in range(start, start + papers):
        item = items[number % len(items)]
        month, place = divmod(number, 90_000)
        name = f"{15 + month // 12}{month % 12 + 1:02}.{place + 1:05}"
        made.append("## " + _ID.sub(name, item).replace("[Sample] ", f"Paper {number}: ", 1))
    return head + "".join(made)
