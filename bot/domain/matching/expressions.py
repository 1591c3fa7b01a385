"""Compiles queries to compact expressions over numbered terms.

Equivalent queries compile to the same expression.

An expression is the conjunction of its items, each once, in a fixed order: an atom (its number, 0 or more), a
negated atom (the complement, below 0), or a tuple, the disjunction of its items, in which a tuple is a
conjunction again, and so on: NOT has been moved inward to the atoms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.query import And, Not, Or

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bot.domain.query import Atom, Node

Expression = tuple["int | Expression", ...]


def expression(root: Node, number: Callable[[Atom], int]) -> Expression:
    """Return a tree as an expression.

    Args:
        root: the tree.
        number: gives an atom its number.
    """
    return _sorted(_items(root, And, number, positive=True))


def atoms_of(items: Expression) -> Iterator[int]:
    """Yield the numbers of all atoms, negated ones as well; one may come twice."""
    for item in items:
        if isinstance(item, tuple):
            yield from atoms_of(item)
        else:
            yield item if item >= 0 else ~item


def anchor(items: Expression, expected: Callable[[int], float]) -> tuple[int, ...] | None:
    """Return the cheapest set of atoms of which every match has one, or None where there is none.

    Args:
        items: a conjunction.
        expected: how common an atom is, on any scale.
    """
    choices = [choice for item in items if (choice := _required(item, expected))]
    return min(choices, key=lambda choice: sum(map(expected, choice)), default=None)


def evaluate(items: Expression, bitmaps: Mapping[int, int]) -> int:
    """Return the papers that a conjunction matches, as bits; it must have an anchor.

    Args:
        items: the conjunction.
        bitmaps: the papers that each atom matches, as bits.
    """
    bits = -1
    for item in items:
        if isinstance(item, tuple):
            bits &= _any_of(item, bitmaps)
        else:
            bits &= bitmaps[item] if item >= 0 else ~bitmaps[~item]
        if not bits:
            break
    return bits


def _any_of(items: Expression, bitmaps: Mapping[int, int]) -> int:
    bits = 0
    for item in items:
        if isinstance(item, tuple):
            bits |= evaluate(item, bitmaps)
        else:
            bits |= bitmaps[item] if item >= 0 else ~bitmaps[~item]
    return bits


def _required(item: int | Expression, expected: Callable[[int], float]) -> tuple[int, ...] | None:
    if not isinstance(item, tuple):
        return (item,) if item >= 0 else None
    required: list[int] = []
    for alternative in item:
        choice = (
            anchor(alternative, expected)
            if isinstance(alternative, tuple)
            else _required(alternative, expected)
        )
        if choice is None:
            return None
        required += choice
    return tuple(dict.fromkeys(required))


def _items(
    node: Node, kind: type[And | Or], number: Callable[[Atom], int], *, positive: bool
) -> Iterable[int | Expression]:
    """Yield the items of a conjunction or disjunction, negated where not positive (De Morgan)."""
    match node:
        case Not():
            yield from _items(node.child, kind, number, positive=not positive)
        case And() | Or():
            same = isinstance(node, kind) == positive
            other = kind if same else (Or if kind is And else And)
            items = [
                item for child in node.children for item in _items(child, other, number, positive=positive)
            ]
            if same:
                yield from items
            else:
                yield _sorted(items)
        case _:
            yield number(node) if positive else ~number(node)


def _sorted(items: Iterable[int | Expression]) -> Expression:
    """Return items each once, in an order that depends on nothing else; negated atoms last."""
    distinct = set(items)
    if all(isinstance(item, int) for item in distinct):
        return tuple(sorted(distinct, reverse=True))
    return tuple(sorted(distinct, key=_rank))


def _rank(item: int | Expression) -> tuple[int, str]:
    if isinstance(item, tuple):
        return 1, repr(item)
    return (0 if item >= 0 else 2), repr(item)
