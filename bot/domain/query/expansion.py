"""What the glossary makes of a term: English beside a Chinese one, the open form of a closed compound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.plurals import singular
from bot.domain.query.nodes import TEXT, And, Not, Or, Term, term
from bot.domain.words import is_cjk, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.glossary import Glossary
    from bot.domain.query.nodes import Atom, Node
    from bot.domain.tokens import Field


def make_term(
    found: tuple[str, ...], glossary: Glossary, *, fields: tuple[Field, ...] = TEXT, prefix: bool = False
) -> Term:
    """Return the term for folded words; a known compound, however written, is read as its hyphen form."""
    if not prefix:
        opened = glossary.open_form(found)
        if opened:
            return term(opened, fields=fields, hyphen=True)
    return term(found, fields=fields, prefix=prefix)


def english_terms(source: Term, glossary: Glossary) -> tuple[Term, ...]:
    """Return the terms that the glossary ORs to a term; only a whole CJK term has any."""
    if not any(map(is_cjk, source.words)):
        return ()
    english = glossary.english("".join(source.words))
    return tuple(make_term(tuple(words(form)), glossary, fields=source.fields) for form in english)


def with_plural_prefix(source: Term) -> tuple[Term, ...]:
    """Return the terms for a prefix: `physics*` must find `physics`, whose token has lost its -s."""
    last = source.words[-1]
    if not source.prefix or singular(last) == last:
        return (source,)
    return term(source.words, fields=source.fields), source


def written_atoms(node: Node, glossary: Glossary) -> Iterator[Atom]:
    """Yield the atoms of a tree that a person wrote: all but those the glossary adds beside a CJK term."""
    match node:
        case Not():
            yield from written_atoms(node.child, glossary)
        case And():
            for child in node.children:
                yield from written_atoms(child, glossary)
        case Or():
            terms = [child for child in node.children if isinstance(child, Term)]
            added = {english for child in terms for english in english_terms(child, glossary)}
            for child in node.children:
                if child not in added:
                    yield from written_atoms(child, glossary)
        case _:
            yield node
