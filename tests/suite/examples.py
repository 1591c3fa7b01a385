"""How many random examples a property test tries: the one place that decides it.

`make test` tries `EXAMPLES` of a usual property. `make soak` tries `SOAK_EXAMPLES` of each, by
`pytest --hypothesis-profile=soak`, and of a costly property as many times more than `make test` does.
"""

from __future__ import annotations

from typing import Final

from hypothesis import settings

EXAMPLES: Final = 30
SOAK_EXAMPLES: Final = 300


def register_profiles() -> None:
    """Make both profiles known to Hypothesis; the one for `make test` counts unless another is asked for."""
    # A shared machine stalls for longer than Hypothesis' deadline of 200 ms; what hangs meets pytest's limit.
    settings.register_profile("paperwire", deadline=None, max_examples=EXAMPLES)
    settings.register_profile("soak", deadline=None, max_examples=SOAK_EXAMPLES)
    settings.load_profile("paperwire")


def examples(costly: int) -> int:
    """Return how many examples a property tries whose examples cost more, or less, than usual.

    Args:
        costly: how many `make test` tries; the soak profile multiplies it.
    """
    return costly * settings().max_examples // EXAMPLES
