"""Atoms: the smallest parts of a query (a word, a phrase, a link), and what each one searches for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Never

from bot.domain.papers.paper_id import read_paper_id, typed_id
from bot.domain.query.advice import EXAMPLE, replaced
from bot.domain.query.canonical import show_atom
from bot.domain.query.expansion import english_terms, make_term, spelt_otherwise, with_plural_prefix
from bot.domain.query.fields import is_field_of_time, meant_field, near_field
from bot.domain.query.lexer import is_one_word
from bot.domain.query.messages import UnreadableQueryError, note
from bot.domain.query.nodes import TEXT, Author, Category, Id
from bot.domain.query.shape import disjunction
from bot.domain.text.author_name import analyse_name
from bot.domain.text.normalize import CJK
from bot.domain.text.plurals import singular
from bot.domain.text.stop_words import STOP_WORDS
from bot.domain.text.tokenize import is_cjk, words

if TYPE_CHECKING:
    from bot.domain.papers.categories import Categories
    from bot.domain.query.fields import Label, Scope
    from bot.domain.query.lexer import Token
    from bot.domain.query.messages import Note, ProblemCode
    from bot.domain.query.nodes import Node
    from bot.domain.text.analysis import Field
    from bot.domain.text.glossary import Glossary


_SHORTEST_PREFIX, _SHORTEST_CJK = 3, 2
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
_BETWEEN_CJK = re.compile(rf"(?<=[{CJK}]) (?=[{CJK}])")


class AtomReader:
    """Parses the atoms of one query.

    Attributes:
        stopped: the stop words that were left out.
    """

    def __init__(self, text: str, glossary: Glossary, categories: Categories, notes: list[Note]) -> None:
        self._text = text
        self._glossary = glossary
        self._categories = categories
        self._notes = notes
        self.stopped: list[str] = []

    def read(self, token: Token, scope: Scope) -> Node | None:
        """Return what a piece looks for, or None where nothing of it is worth looking for.

        Raises:
            UnreadableQueryError: it can't be read.
        """
        if token.colon:
            self._unknown_field(token)
        if token.broken:
            better = f"{token.text}*" if len(token.text) >= _SHORTEST_PREFIX else token.text
            self._fail("question_mark", token, better, at=token.position + len(token.text), better=better)
        if isinstance(scope, str):
            return self._label(token, scope)
        return (self._bare(token) if scope == TEXT else None) or self._term(token, scope)

    def _label(self, token: Token, scope: Label) -> Node | None:
        match scope:
            case "author":
                return self._author(token)
            case "category" | "primary":
                return self._category(token, primary=scope == "primary")
            case "id":
                return self._id(token)

    def _bare(self, token: Token) -> Node | None:
        """Return the category or paper that a word or link names by itself, or None (R9)."""
        if token.kind == "phrase":
            return None
        if named := self._paper(token.text):
            self._notes.append(note("id_read", text=token.text, id=typed_id(named.canonical_id)))
            return named
        if re.search(r"[.-]", token.text) and (found := self._categories.find(token.text)):
            self._notes.append(note("category_read", name=found.name))
            return Category(found)
        return None

    def _term(self, token: Token, fields: tuple[Field, ...]) -> Node | None:
        if token.kind == "url":
            self._notes.append(note("url_as_text", url=token.text))
        found, prefix = self._words(token)
        if not found:
            return None
        if len(found) == 1 and not prefix and singular(found[0]) in STOP_WORDS:
            self.stopped.append(found[0])
            self._add_once(note("stop_word", word=found[0]))
            return None
        read = make_term(found, self._glossary, fields=fields, prefix=prefix)
        read = replace(read, shown=_shown(token, found, prefix=read.prefix))
        english = (*english_terms(read, self._glossary), *spelt_otherwise(read))
        if english:
            shown = ", ".join(map(show_atom, english))
            self._add_once(note("glossary", term=show_atom(read), english=shown))
        return disjunction((*with_plural_prefix(read), *english))

    def _author(self, token: Token) -> Node | None:
        _, prefix = self._words(token)
        name = _stable(" ".join(sorted(analyse_name(token.text).words)), in_order=False)
        if not name:
            self._notes.append(note("dropped", text=token.text))
            return None
        if prefix and len(name) > 1:
            self._fail("star_inside", token, f'"{" ".join(name)}"', at=_caret(token))
        if all(len(word) == 1 for word in name):
            self._fail("author_initials", token, "")
        if len(name) == 1 and not is_cjk(name[0]):
            self._add_once(note("author_surname"))
        return Author(name, prefix)

    def _category(self, token: Token, *, primary: bool) -> Node:
        found = self._categories.find(token.text.strip())
        if found is None:
            nearest = self._categories.nearest(token.text)
            self._fail("category", token, nearest[0], name=token.text, nearest=", ".join(nearest))
        if found.name.removesuffix(".*").casefold() != token.text.strip().removesuffix(".*").casefold():
            self._notes.append(note("alias", name=token.text, category=found.name))
        return Category(found, primary)

    def _id(self, token: Token) -> Node:
        return self._paper(token.text) or self._fail("id", token, "2403.09638", value=token.text)

    def _paper(self, text: str) -> Id | None:
        named = read_paper_id(text)
        return Id(named) if named else None

    def _words(self, token: Token) -> tuple[tuple[str, ...], bool]:
        """Return the words of a piece, and whether a `*` ends it (R5)."""
        text = _SCHEME.sub("", token.text) if token.kind == "url" else token.text
        body = text.rstrip("* ")
        star = token.star or text.rstrip().endswith("*")
        found = _stable(body)
        if not found:
            self._notes.append(note("dropped", text=token.text or '""'))
            return (), False
        if "*" in body:
            self._fail("star_inside", token, _without_inner_star(token, body), at=_caret(token))
        if is_cjk(found[-1]):
            if len(found) == 1 and len(found[0]) < _SHORTEST_CJK:
                closed = _BETWEEN_CJK.sub("", self._text)
                self._fail("cjk_too_short", token, None if closed != self._text else EXAMPLE, word=found[0])
        elif star and len(found[-1]) < _SHORTEST_PREFIX:
            shown = f'"{body}"' if token.kind == "phrase" else body
            self._fail("star_too_short", token, shown, at=_caret(token), word=found[-1])
        return found, star

    def _unknown_field(self, token: Token) -> None:
        if is_field_of_time(token.text) and not token.spaced:
            end = token.position + len(self._text[token.position :].partition(" ")[0])
            suggestion = replaced(self._text, token.position, end, "")
            raise UnreadableQueryError(
                "field_of_time",
                text=self._text,
                position=token.position,
                suggestion=suggestion,
                name=token.text,
            )
        near = (None if token.spaced else meant_field(token.text)) or near_field(token.text)
        if near:
            self._fail("field_near", token, near, name=token.text, near=near)
        self._notes.append(note("field_as_text", name=token.text))

    def _add_once(self, said: Note) -> None:
        if said not in self._notes:
            self._notes.append(said)

    def _fail(
        self,
        code: ProblemCode,
        token: Token,
        replacement: str | None,
        *,
        at: int | None = None,
        **params: str,
    ) -> Never:
        """Refuse a piece; the suggestion has it replaced or, without one, has CJK words closed up."""
        if replacement is None:
            suggestion = _BETWEEN_CJK.sub("", self._text)
        else:
            suggestion = replaced(self._text, token.position, token.end, replacement)
        position = token.position if at is None else at
        raise UnreadableQueryError(code, text=self._text, position=position, suggestion=suggestion, **params)


def _stable(text: str, *, in_order: bool = True) -> tuple[str, ...]:
    """Return the words of a text; written with blanks between, they give the same words again."""
    found = tuple(words(text))
    while True:
        again = tuple(words(" ".join(found if in_order else sorted(found))))
        if again == found:
            return found
        found = again


def _shown(token: Token, found: tuple[str, ...], *, prefix: bool) -> str:
    """Return a piece as written, lower case; empty where reading that would not give the same words."""
    # Before the closing quotation mark a backslash would be read as LaTeX: `\"` is an accent.
    body = " ".join(token.text.casefold().rstrip("* \\").split())
    star = "*" if prefix else ""
    if token.kind == "url" or tuple(words(body)) != found:
        return ""
    if token.kind == "word" or len(found) == 1:
        return body + star if is_one_word(body) else ""
    return "" if '"' in body else f'"{body}{star}"'


def _caret(token: Token) -> int:
    """Return where the first `*` of a piece is in the query."""
    inside = token.text.find("*")
    return token.end - 1 if inside < 0 else token.position + (token.kind == "phrase") + inside


def _without_inner_star(token: Token, body: str) -> str:
    parts = [part for part in body.split("*") if words(part)]
    if token.kind == "phrase":
        return f'"{" ".join(parts)}"'
    if len(parts) > 1 and len(parts[0]) >= _SHORTEST_PREFIX:
        return f"{parts[0]}*"
    return "".join(parts)
