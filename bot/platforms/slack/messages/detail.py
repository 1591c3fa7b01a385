"""How much of a card is shown, from all of it to what fits into any message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bot.platforms.slack.blocks.limits import RICH_TEXT


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of each card of a message is shown.

    Attributes:
        abstract: characters of an abstract, of its excerpt, and of each takeaway.
        summary: characters of a model's summary.
        menu: whether a listed card has the options and the links that its full card has anyway.
        marks: whether the matched words of a listed title are marked: each needs the title's address again.
        reasons: whether to say by which words a paper was found and to mark them, all reasons, all authors.
        links: whether to show the links beside that of the title.
    """

    abstract: int = RICH_TEXT
    summary: int = RICH_TEXT
    menu: bool = True
    marks: bool = True
    reasons: bool = True
    links: bool = True


EVERYTHING: Final = Detail()
LEAST_TEXT: Final = 60
"""Characters to which an abstract, a takeaway or a summary is cut at most."""
_STEP = 20
_TEXTS = range(RICH_TEXT - _STEP, LEAST_TEXT, -_STEP)

_LISTED: Final = Detail(menu=False, marks=False)
_LEAST_TEXTS: Final = replace(_LISTED, abstract=LEAST_TEXT, summary=LEAST_TEXT)

STEPS: Final = (
    EVERYTHING,
    Detail(menu=False),
    _LISTED,
    *(replace(_LISTED, abstract=most) for most in _TEXTS),
    *(replace(_LISTED, abstract=LEAST_TEXT, summary=most) for most in _TEXTS),
    _LEAST_TEXTS,
    replace(_LEAST_TEXTS, reasons=False),
    replace(_LEAST_TEXTS, reasons=False, links=False),
)
"""From everything to the least, in the order in which things are given up: first the menus of listed cards,
the marks in their titles, abstracts and takeaways, then summaries, what is said of reasons, and at last all
links but that of the title."""
LEAST: Final = STEPS[-1]
