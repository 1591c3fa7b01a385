"""Parses the summary and takeaways of a paper in a ChatPaperFree digest, under any of their labels."""

from __future__ import annotations

import re

from bot.domain.text.normalize import collapse

_LABEL = re.compile(r"^[ \t]*\*\*(?P<name>[^*\n]{1,40})\*\*[ \t]*(?P<rest>[^\n]*)$", re.MULTILINE)
_COLONS = (":", "：")
_SEPARATORS = ":： \t"
_TAKEAWAYS_NAME = re.compile(r"takeaways|要点|见解|关键点|结论|内容", re.IGNORECASE)
_BULLET = re.compile(r"[ \t]*(?:\d{1,2}(?:[.)][ \t]+|、)|[-*][ \t]+|•[ \t]*)")


def read_summary(text: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the summary and the takeaways that stand between a paper's link line and its review.

    The models named the two parts in a dozen ways, so the first line that is only bold opens the summary and
    the second the takeaways; a lone first line named like takeaways follows a summary without its label.
    """
    labels = [match for match in _LABEL.finditer(text) if _is_label(match)]
    if not labels:
        return collapse(text) or None, ()
    first = labels[0]
    if _TAKEAWAYS_NAME.search(first["name"]):
        return collapse(text[: first.start()]) or None, _takeaways(_below(text, first))
    if len(labels) == 1:
        return collapse(_below(text, first)) or None, ()
    return collapse(_below(text[: labels[1].start()], first)) or None, _takeaways(_below(text, labels[1]))


def _below(text: str, label: re.Match[str]) -> str:
    """Return what follows a label, on its own line too."""
    return text[label.start("rest") :].lstrip(_SEPARATORS).strip()


def _is_label(match: re.Match[str]) -> bool:
    rest = match["rest"]
    return not rest or rest.startswith(_COLONS) or match["name"].rstrip().endswith(_COLONS)


def _takeaways(text: str) -> tuple[str, ...]:
    """Return the list's items; where there is no list, each line is one.

    An item continues until a blank line; what follows there without a mark is the model's closing words.
    """
    lines = text.splitlines()
    if not any(map(_BULLET.match, lines)):
        return tuple(item for line in lines if (item := collapse(line)))
    items: list[list[str]] = []
    going_on = False
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet:
            items.append([line[bullet.end() :]])
        elif going_on:
            items[-1].append(line)
        going_on = bool(line.strip() and (bullet or going_on))
    return tuple(item for parts in items if (item := collapse(" ".join(parts))))
