"""What a run of the whole suite took: seconds, processor time, the seed, and how fast the machine was."""

from __future__ import annotations

import re
import resource
from dataclasses import dataclass

from machine_speed import squares

_FIGURES = re.compile(r"took ([\d.]+) s and ([\d.]+) s of processor time with seed (\d+)")


@dataclass(frozen=True, slots=True)
class SuiteFigures:
    """The figures of one run.

    Attributes:
        seconds: from its start to its end.
        processor: seconds of processor time, those of workers and of commands under test included.
        seed: of the order of the tests and of the random numbers in them.
    """

    seconds: float
    processor: float
    seed: int

    def __str__(self) -> str:
        """Return the line that ends a run."""
        return (
            f"took {self.seconds:.1f} s and {self.processor:.1f} s of processor time"
            f" with seed {self.seed}; {squares()}"
        )


def read_figures(output: str) -> SuiteFigures | None:
    """Return the figures that a run printed, or None where it did not come to its end."""
    found = _FIGURES.search(output)
    return SuiteFigures(float(found[1]), float(found[2]), int(found[3])) if found else None


def processor_seconds() -> float:
    """Return the processor time of this process and of all its children that have ended, in seconds."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
