"""The reference evaluator.

Decides whether one query matches one paper, straight from the grammar, with evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from bot.domain.papers.paper_id import typed_id
from bot.domain.query.canonical import show_atom
from bot.domain.query.nodes import And, Author, Category, Id, Not, Or, Term
from bot.domain.text.analysis import Field, tokenize
from bot.domain.text.author_name import is_weak, same_author
from bot.domain.text.normalize import plain
from bot.domain.text.plurals import singular
from bot.domain.text.tokenize import is_cjk, spans, words_and_joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.domain.query.nodes import Atom, Node
    from bot.domain.query.query import Query
    from bot.domain.text.analysis import AnalysedPaper


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place in a paper where a part of a query matches.

    Attributes:
        field: where it stands.
        term: the atom that asked for it, in canonical form.
        written: how the paper writes it.
        weak: whether an author answers only through an initial.
    """

    field: Field | Literal["author", "category", "id"]
    term: str
    written: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a query matches a paper.

    Attributes:
        hits: what it found, in the order of the query; of equal ones the first.
    """

    hits: tuple[Occurrence, ...]


def evaluate(query: Query, paper: AnalysedPaper) -> Evidence | None:
    """Return why a query matches a paper, or None where it does not."""
    return evidence_in(query.root, paper) if holds(query.root, paper) else None


def evidence_in(node: Node, paper: AnalysedPaper) -> Evidence:
    """Return what a paper has of what a tree looks for, whether it matches or not."""
    return Evidence(tuple(dict.fromkeys(_hits(node, paper, positive=True))))


def holds(node: Node, paper: AnalysedPaper) -> bool:
    """Whether a tree matches a paper; `bot.domain.query.nodes` says when an atom does."""
    match node:
        case And():
            return all(holds(child, paper) for child in node.children)
        case Or():
            return any(holds(child, paper) for child in node.children)
        case Not():
            return not holds(node.child, paper)
        case _:
            return _atom_holds(node, paper)


def _atom_holds(atom: Atom, paper: AnalysedPaper) -> bool:
    match atom:
        case Term():
            return any(_stands_in(atom, field, paper) for field in atom.fields)
        case Category():
            return any(map(atom.categories.holds, _categories(atom, paper)))
        case Author():
            return any(same_author(atom.words, name, open_end=atom.prefix) for name in paper.names)
        case Id():
            return paper.paper.canonical_id == atom.canonical_id


def _stands_in(term: Term, field: Field, paper: AnalysedPaper) -> bool:
    stream = paper.streams[field]
    if any(_stands_at(term, stream, at) for at in _beginnings(term, stream)):
        return True
    return _closed_up_in(term, stream) or _closed_up_in(term, paper.joined[field])


def _beginnings(term: Term, stream: Sequence[str]) -> Iterator[int] | range:
    """Return where a term may begin: where its first token stands, if that is a whole one."""
    if term.open_end and len(term.tokens) == 1:
        return range(len(stream))
    return (at for at, token in enumerate(stream) if token == term.tokens[0])


def _stands_at(term: Term, stream: Sequence[str], at: int) -> bool:
    there = stream[at : at + len(term.tokens)]
    if len(there) < len(term.tokens) or any(a != b for a, b in zip(there[:-1], term.tokens, strict=False)):
        return False
    return there[-1].startswith(term.tokens[-1]) if term.open_end else there[-1] == term.tokens[-1]


def _closed_up_in(term: Term, words: Collection[str]) -> bool:
    if term.joined is None:
        return False
    return any(map(partial(_closes_up, term), words)) if term.open_end else term.joined in words


def _closes_up(term: Term, word: str) -> bool:
    if term.joined is None:
        return False
    return word.startswith(term.joined) if term.open_end else word == term.joined


def _categories(node: Category, paper: AnalysedPaper) -> tuple[str, ...]:
    return paper.paper.categories[:1] if node.primary else paper.paper.categories


def _hits(node: Node, paper: AnalysedPaper, *, positive: bool) -> Iterator[Occurrence]:
    match node:
        case And() | Or():
            for child in node.children:
                yield from _hits(child, paper, positive=positive)
        case Not():
            yield from _hits(node.child, paper, positive=not positive)
        case _:
            if positive:
                yield from _atom_hits(node, paper)


def _atom_hits(atom: Atom, paper: AnalysedPaper) -> Iterator[Occurrence]:
    shown = show_atom(atom)
    match atom:
        case Term():
            for field in atom.fields:
                for text in paper.paper.values(field) if _stands_in(atom, field, paper) else ():
                    yield from (Occurrence(field, shown, written) for written in _written(atom, text))
        case Category():
            for category in filter(atom.categories.holds, _categories(atom, paper)):
                yield Occurrence("category", shown, category)
        case Author():
            answering = (name for name in paper.names if same_author(atom.words, name, open_end=atom.prefix))
            for name in answering:
                yield Occurrence("author", shown, name.text, weak=is_weak(atom.words, name))
        case Id():
            if _atom_holds(atom, paper):
                yield Occurrence("id", shown, typed_id(atom.canonical_id))


def _written(term: Term, text: str) -> Iterator[str]:
    """Yield how a text writes a term, place by place; or the term's own words where that can't be told."""
    shown, tokens, places = _placed(text)
    told = False
    for at, token in enumerate(tokens) if places else ():
        # The first token tells nearly all places apart.
        if token.startswith(term.tokens[0]) and _stands_at(term, tokens, at):
            told = True
            yield shown[places[at][0] : places[at + len(term.tokens) - 1][1]]
        elif _closes_up(term, token):
            told = True
            yield shown[places[at][0] : places[at][1]]
    if not told and is_in_text(term, text):
        yield " ".join(term.words)


@lru_cache(maxsize=64)  # each term of a query asks for the same few texts
def _placed(text: str) -> tuple[str, list[str], list[tuple[int, int]]]:
    """Return a text as shown, its tokens, and where each is in it; no places where that can't be told."""
    shown = plain(text)
    tokens = tokenize(text)
    places = [place for word, start, end in spans(text) for place in _token_places(word, shown, start, end)]
    return shown, tokens, places if len(places) == len(tokens) else []


def _token_places(word: str, shown: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the tokens of a word stand; those of a CJK run are two characters long."""
    if word.isascii():
        return [(start, end)]
    count = len(tokenize(word))
    characters = [at for at in range(start, end) if not shown[at].isspace()]
    if not is_cjk(word) or len(characters) != count:
        return [(start, end)] * count
    return [(at, after + 1) for at, after in pairwise((*characters, characters[-1]))]


def is_in_text(term: Term, text: str) -> bool:
    """Whether a term is in a text, whatever fields it is asked of."""
    tokens = tokenize(text)
    if any(_stands_at(term, tokens, at) for at in _beginnings(term, tokens)):
        return True
    _, joined = words_and_joined(text)
    return _closed_up_in(term, tokens) or _closed_up_in(term, list(map(singular, joined)))
