"""A dictionary with several values a key, which stores a single value without a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, KeysView


class Multimap:
    """Text -> atoms.

    A million subscriptions make some 10^5 keys with nearly always one atom: a set for each would cost more
    than all the rest of the matcher.
    """

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, int | tuple[int, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def keys(self) -> KeysView[str]:
        """Return the keys, for set operations."""
        return self._values.keys()

    def get(self, key: str) -> tuple[int, ...]:
        """Return the atoms of a key."""
        value = self._values.get(key, ())
        return (value,) if isinstance(value, int) else value

    def add(self, key: str, atom: int) -> None:
        """Add an atom to a key."""
        known = self.get(key)
        self._values[key] = (*known, atom) if known else atom

    def discard(self, key: str, atom: int) -> None:
        """Take an atom from a key."""
        rest = tuple(other for other in self.get(key) if other != atom)
        if rest:
            self._values[key] = rest[0] if len(rest) == 1 else rest
        else:
            self._values.pop(key, None)


class Lengths:
    """How long the continuations of a text may be: text -> lengths in use."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._counts)

    def keys(self) -> KeysView[str]:
        """Return the texts, for set operations."""
        return self._counts.keys()

    def get(self, text: str) -> Iterator[int]:
        """Yield the lengths in use after a text."""
        yield from self._counts.get(text, ())

    def add(self, text: str, length: int) -> None:
        """Count one more use of a length."""
        counts = self._counts.setdefault(text, {})
        counts[length] = counts.get(length, 0) + 1

    def discard(self, text: str, length: int) -> None:
        """Count one use of a length less."""
        counts = self._counts[text]
        counts[length] -= 1
        if not counts[length]:
            del counts[length]
        if not counts:
            del self._counts[text]
