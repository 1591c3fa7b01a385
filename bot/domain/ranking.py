"""The order of search results: how well the words fit, weighed with how new the paper is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_HALF_LIFE = 365.0
"""Days after which half of what newness gives is gone."""

_KEPT = 0.4
"""The share of a score that no age takes: a classic stays findable."""


def weigh(score: float, day: date, today: date) -> float:
    """Return a score, more is better, weighed with the paper's age.

    Args:
        score: how well the words fit, 0 or more.
        day: about how old the paper is.
        today: the day of asking.
    """
    age = max((today - day).days, 0)
    return score * (_KEPT + (1 - _KEPT) * math.exp2(-age / _HALF_LIFE))
