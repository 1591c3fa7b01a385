"""Expands a term by the glossary: a Chinese term by its English one, a closed compound by its open form."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.query.nodes import TEXT, And, Not, Or, Term, term
from bot.domain.text.plurals import singular
from bot.domain.text.tokenize import is_cjk, words

_CLOSED: Final = re.compile(r"(?<!\S)([^\W\d_]{2,})2([^\W\d_]{2,})(?!\S)")
_OPEN: Final = re.compile(r"(?<!\S)([^\W\d_]{2,}) to ([^\W\d_]{2,})(?!\S)")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.query.nodes import Atom, Node
    from bot.domain.text.analysis import Field
    from bot.domain.text.glossary import Glossary


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
    return tuple(
        replace(make_term(tuple(words(form)), glossary, fields=source.fields), added=True) for form in english
    )


def spelt_otherwise(source: Term) -> tuple[Term, ...]:
    """Return the term that says `X-to-Y` for one that says `X2Y` (`text2image`), or the other way round."""
    if source.prefix:
        return ()
    text = " ".join(source.words)
    other = _CLOSED.sub(r"\1 to \2", text)
    if other == text:
        other = _OPEN.sub(r"\g<1>2\2", text)
    return () if other == text else (replace(term(other.split(" "), fields=source.fields), added=True),)


def with_plural_prefix(source: Term) -> tuple[Term, ...]:
    """Return the terms for a prefix: `physics*` must find `physics`, whose token has lost its -s."""
    last = source.words[-1]
    if not source.prefix or singular(last) == last:
        return (source,)
    return source, replace(term(source.words, fields=source.fields), added=True)


def written_atoms(node: Node) -> Iterator[Atom]:
    """Yield the atoms of a tree that a person wrote: all but those that were added beside a written one."""
    match node:
        case Not():
            yield from written_atoms(node.child)
        case And() | Or():
            for child in node.children:
                yield from written_atoms(child)
        case Term(added=True):
            return
        case _:
            yield node
