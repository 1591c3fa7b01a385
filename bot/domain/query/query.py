"""Reads a query: cleaning, tokens, tree, limits, canonical form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.query.advice import EXAMPLE, first_terms, shortened, with_positive
from bot.domain.query.atoms import AtomReader
from bot.domain.query.canonical import canonical, equality_key
from bot.domain.query.clean import clean, without_regex
from bot.domain.query.expansion import written_atoms
from bot.domain.query.lexer import lex
from bot.domain.query.limits import Limits, depth, weight
from bot.domain.query.messages import Note, UnreadableQueryError, note
from bot.domain.query.parser import Parser, balanced, nesting
from bot.domain.query.shape import contradiction, has_anchor

if TYPE_CHECKING:
    from bot.domain.papers.categories import Categories
    from bot.domain.query.nodes import Node
    from bot.domain.text.glossary import Glossary

GRAMMAR_VERSION: Final = 2
"""Stored beside a canonical form; rises when a text would be read differently."""

_DEFAULT_LIMITS: Final = Limits()
# Beyond these no query is near its limits, whatever it says; they bound the work spent on hostile text.
_MOST_SOURCE, _MOST_TEXT, _MOST_NESTING = 20_000, 6_000, 64


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    Attributes:
        source: the query as typed.
        text: the query after clean-up; positions in errors count in it.
        canonical: the reading, as text; reading it gives the same tree.
        key: equal for two queries that match the same papers, whatever the order and spelling of their terms.
        root: the tree.
        notes: what was read differently from how it was written, in order.
    """

    source: str
    text: str
    canonical: str
    key: str
    root: Node
    notes: tuple[Note, ...] = ()


def parse_query(
    source: str, *, glossary: Glossary, categories: Categories, limits: Limits = _DEFAULT_LIMITS
) -> Query:
    """Read a query.

    Args:
        source: the text as it came from a chat, without the command before it or with it.
        glossary: what else a term may be called.
        categories: the real categories.
        limits: how much it may ask. A canonical form is within them whenever its query is: for it, the
            limit on characters counts those of its terms only.

    Raises:
        UnreadableQueryError: it can't be read; the error says where and suggests one query that can.
    """
    try:
        return _read(source, glossary, categories, limits)
    except UnreadableQueryError as error:
        error.suggestion = _readable(error.suggestion, glossary, categories, limits)
        raise


def _read(source: str, glossary: Glossary, categories: Categories, limits: Limits) -> Query:
    if len(source) > _MOST_SOURCE:
        raise _too_long(clean(source[:_MOST_TEXT]), len(source), limits)
    text = clean(source)
    if len(text) > _MOST_TEXT:
        raise _too_long(text, len(text), limits)
    notes: list[Note] = []
    body = without_regex(text)
    if body is not None:
        text = body
        notes.append(note("regex"))
    found, lexed = lex(text)
    notes += lexed
    tokens = balanced(found, notes)
    nested = nesting(tokens)
    if nested > _MOST_NESTING:
        raise UnreadableQueryError("too_deep", text=text, depth=nested, most=limits.depth)
    reader = AtomReader(text, glossary, categories, notes)
    root = Parser(tokens, reader, notes).parse()
    if root is None:
        if reader.stopped:
            raise UnreadableQueryError(
                "only_stop_words", text=text, words=", ".join(dict.fromkeys(reader.stopped))
            )
        raise UnreadableQueryError("empty", text=text)
    shown = canonical(root)
    _check_meaning(root, text)
    _check_limits(root, text, nested, limits, is_canonical=shown == text)
    return Query(source, text, shown, equality_key(root), root, tuple(notes))


def _check_meaning(root: Node, text: str) -> None:
    if not has_anchor(root):
        raise UnreadableQueryError("only_negatives", text=text, suggestion=with_positive(root))
    refused = contradiction(root)
    if refused is not None:
        term = canonical(refused)
        raise UnreadableQueryError("contradiction", text=text, term=term, suggestion=term)


def _check_limits(root: Node, text: str, nested: int, limits: Limits, *, is_canonical: bool) -> None:
    atoms = list(written_atoms(root))
    length = sum(map(weight, atoms))
    if not is_canonical:
        length = max(length, len(text))
    if length > limits.characters:
        raise _too_long(text, length, limits)
    if len(atoms) > limits.atoms:
        fewer = first_terms(root, limits.atoms)
        raise UnreadableQueryError(
            "too_many_terms", text=text, suggestion=fewer, count=len(atoms), most=limits.atoms
        )
    deep = depth(root)
    if not is_canonical:
        deep = max(deep, nested)
    if deep > limits.depth:
        simpler = first_terms(root, limits.atoms)
        raise UnreadableQueryError("too_deep", text=text, suggestion=simpler, depth=deep, most=limits.depth)


def _too_long(text: str, length: int, limits: Limits) -> UnreadableQueryError:
    shorter = shortened(text, limits.characters)
    return UnreadableQueryError(
        "too_long",
        text=text[: limits.characters],
        position=limits.characters,
        suggestion=shorter,
        length=length,
        most=limits.characters,
    )


def _readable(suggestion: str | None, glossary: Glossary, categories: Categories, limits: Limits) -> str:
    """Return a suggestion that can be read; a query may hold more than one problem."""
    if suggestion:
        try:
            return _read(suggestion, glossary, categories, limits).text
        except UnreadableQueryError:
            pass
    return EXAMPLE
