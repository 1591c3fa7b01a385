"""Builds flat query trees, and answers whether a tree searches for anything and can match at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.query.nodes import And, Id, Not, Or

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.query.nodes import Node


def conjunction(children: Iterable[Node]) -> Node | None:
    """Return what all children match, flat and without repetition; None where there are none."""
    return _combined(And, children)


def disjunction(children: Iterable[Node]) -> Node | None:
    """Return what any of the children matches, flat and without repetition; None where there are none."""
    return _combined(Or, children)


def negation(child: Node) -> Node:
    """Return what a tree does not match; twice NOT is nothing."""
    return child.child if isinstance(child, Not) else Not(child)


def chosen_ids(node: Node) -> tuple[str, ...]:
    """Return the canonical ids of a tree that names papers, one or any of several; else nothing."""
    ids = [one.canonical_id for one in _choices(node) if isinstance(one, Id)]
    return tuple(ids) if len(ids) == len(_choices(node)) else ()


def has_anchor(node: Node, *, positive: bool = True) -> bool:
    """Whether every match must hold at least one positive atom; without that, a query is only negatives."""
    match node:
        case Not():
            return has_anchor(node.child, positive=not positive)
        case And() | Or():
            anchored = (has_anchor(child, positive=positive) for child in node.children)
            return any(anchored) if isinstance(node, And) == positive else all(anchored)
        case _:
            return positive


def contradiction(node: Node) -> Node | None:
    """Return a part that is both asked for and ruled out side by side, or None."""
    match node:
        case Not():
            return contradiction(node.child)
        case And() | Or():
            if isinstance(node, And) and (found := _ruled_out(node)):
                return found
            return next((found for child in node.children if (found := contradiction(child))), None)
        case _:
            return None


def _ruled_out(node: And) -> Node | None:
    refused = {
        part
        for child in node.children
        if isinstance(child, Not)
        for part in (child.child, *_choices(child.child))
    }
    for child in node.children:
        if not isinstance(child, Not) and refused.issuperset(_choices(child)):
            return child
    return None


def _choices(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, Or) else (node,)


def _combined(kind: type[And | Or], children: Iterable[Node]) -> Node | None:
    flat = tuple(dict.fromkeys(_flattened(kind, children)))
    if not flat:
        return None
    return kind(flat) if len(flat) > 1 else flat[0]


def _flattened(kind: type[And | Or], children: Iterable[Node]) -> Iterator[Node]:
    for child in children:
        if isinstance(child, kind):
            yield from child.children
        else:
            yield child
