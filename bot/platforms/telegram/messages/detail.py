"""How much of a card is shown, from all of it to what fits into any message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.platforms.telegram.messages.limits import MESSAGE_UNITS


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of each card of a message is shown.

    Attributes:
        abstract: UTF-16 units of an abstract, of its excerpt, and of each takeaway.
        summary: UTF-16 units of a model's summary.
        reasons: whether to say by which words a paper was found and to mark them, all reasons, all authors.
        links: whether to show the links beside that of the title.
    """

    abstract: int = MESSAGE_UNITS
    summary: int = MESSAGE_UNITS
    reasons: bool = True
    links: bool = True


EVERYTHING: Final = Detail()
LEAST_TEXT: Final = 60
"""UTF-16 units to which an abstract, a takeaway or a summary is cut at most."""
_STEP = 20

STEPS: Final = (
    EVERYTHING,
    *(Detail(abstract) for abstract in range(MESSAGE_UNITS - _STEP, LEAST_TEXT, -_STEP)),
    *(Detail(LEAST_TEXT, summary) for summary in range(MESSAGE_UNITS, LEAST_TEXT, -_STEP)),
    Detail(LEAST_TEXT, LEAST_TEXT),
    Detail(LEAST_TEXT, LEAST_TEXT, reasons=False),
    Detail(LEAST_TEXT, LEAST_TEXT, reasons=False, links=False),
)
"""From everything to the least, in the order in which things are given up: first abstracts and takeaways,
then summaries, then what is said of reasons, then links."""
LEAST: Final = STEPS[-1]
