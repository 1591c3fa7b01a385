"""What a platform's rates may be."""

from __future__ import annotations

import pytest

from bot.domain.delivery.send_rates import Rates


@pytest.mark.parametrize("field", ["token", "chat", "group_per_minute", "token_burst", "group_burst"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_rates_that_cannot_be_kept_are_refused(field: str, value: float) -> None:
    """A rate of nothing, less, or anything, and a burst over its rate, are named and refused."""
    values: dict[str, float] = {"token": 25.0, "chat": 1.0, "group_per_minute": 20, field: value}
    with pytest.raises(ValueError, match=field.removesuffix("_burst")):
        Rates(**values)  # type: ignore[arg-type]  # of mixed types


def test_a_burst_of_nothing_is_refused() -> None:
    """Who may send at all may send one."""
    with pytest.raises(ValueError, match="chat_burst"):
        Rates(token=25.0, chat=1.0, group_per_minute=20, chat_burst=0)
