"""Orders search results by relevance and age."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_HALF_LIFE = 365.0
"""Days after which half of what newness gives is gone."""

_KEPT = 0.4
"""The share of a score that no age takes: a classic stays findable."""


def kept_share(day: date, today: date) -> float:
    """Return what a paper's age leaves of its score, a factor from 0.4 to 1.

    Args:
        day: about how old the paper is.
        today: the day of asking.
    """
    age = max((today - day).days, 0)
    return _KEPT + (1 - _KEPT) * math.exp2(-age / _HALF_LIFE)
