"""Splits abstracts into sentences, each as it stands in the text."""

from __future__ import annotations

import re
from typing import Final

# A full stop after one of these ends no sentence; neither does one after a single capital (`J. Smith`).
_ABBREVIATIONS: Final = (
    "al approx cf ch col dr e.g eq eqs ex fig figs i.e incl inc jr max min mr mrs ms no nos prof ref refs"
    " resp sec st tab vol vs w.r.t"
).split()
_SHORT = re.compile(rf"(?:^|[\s(\[])(?:{'|'.join(map(re.escape, _ABBREVIATIONS))}|[A-Za-z])$", re.IGNORECASE)
_END = re.compile(
    r"[.!?]+[\"')\]\u201d\u2019]*(?=\s+[\"'(\[\u201c\u2018$]*[A-Z0-9\u4e00-\u9fff$])"
    r"|[\u3002\uff01\uff1f]+[\u201d\u2019\uff09\u300d]*"
)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text in order.

    A newline ends a paragraph, and with it a sentence. English sentences end at `.`, `!` or `?` before a
    blank and a capital, a digit or a formula; Chinese ones at their own marks (。 and the like). Each is a
    piece of the text without the blanks around it; together they are the whole text.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        begin = 0
        for end in _END.finditer(paragraph):
            before = paragraph[begin : end.start()]
            if end[0].startswith(".") and _SHORT.search(before):
                continue
            found.append(paragraph[begin : end.end()])
            begin = end.end()
        found.append(paragraph[begin:])
    return tuple(sentence for sentence in map(str.strip, found) if sentence)
