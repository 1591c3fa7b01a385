"""Text analysis: turns papers into the tokens that queries, subscriptions and the search index share.

A text becomes a **stream** of tokens in reading order, from its words (`bot.domain.text.tokenize`): words
lose plural endings (`bot.domain.text.plurals`); a CJK run c1..cn gives the n tokens c1c2, c2c3, ...,
c(n-1)cn, cn. So any two characters that follow each other are one token, longer CJK text is a phrase of
tokens, and such a phrase can't run on past the end of a run.

A hyphen compound also gives its **joined** forms, outside the stream: words of the field, but neighbours of
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from bot.domain.text.author_name import Name, analyse_name
from bot.domain.text.plurals import singular
from bot.domain.text.tokenize import is_cjk, words, words_and_joined

if TYPE_CHECKING:
    from collections.abc import Mapping

Field = Literal["title", "abstract", "summary", "comment", "source"]
"""The parts of a paper whose words are searched; authors, categories and ids are compared whole."""
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
GAP: Final = "_"
"""Stands between the values of a field, and around joined forms in an index, so that no phrase spans them.
No text has it as a word, since words have no `_`."""


@dataclass(frozen=True, slots=True)
class PaperText:
    """The searchable text of a paper.

    Attributes:
        title: the title, as written.
        abstract: the abstract, as written; may be empty.
        summary: stored summary and key points, in whatever language; may be empty.
        authors: full names.
        categories: arXiv categories, the primary first.
        comment: the authors' comment; may be empty.
        canonical_id: `arxiv:<base id>`, `doi:<doi>` or `title:<key>`.
        sources: names of the sources that brought it.
    """

    title: str
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    comment: str = ""
    canonical_id: str = ""
    sources: tuple[str, ...] = ()

    def values(self, field: Field) -> tuple[str, ...]:
        """Return the texts of a field; only `source` may have several."""
        if field == "source":
            return self.sources
        text: str = getattr(self, field)
        return (text,) if text else ()


@dataclass(frozen=True, slots=True)
class AnalysedPaper:
    """A paper prepared for matching; shared by the evaluator, the matcher and the search index.

    Attributes:
        paper: the texts it was made from.
        streams: the tokens of each field in order; the values of `source` are kept apart by `GAP`.
        joined: the joined forms of each field's hyphen compounds.
        names: the authors' names.
    """

    paper: PaperText
    streams: Mapping[Field, tuple[str, ...]]
    joined: Mapping[Field, frozenset[str]]
    names: tuple[Name, ...]

    def indexed(self, field: Field) -> str:
        """Return a field as blank-separated tokens for a word index.

        First its stream, then each joined form after a `GAP`; so in the index, too, a word is one token and a
        phrase is adjacency: a term is `"tokens side by side" OR joined`, each with a `*` for an open end. The
        index must not fold or split tokens any further.
        """
        stream, joined = self.streams[field], self.joined[field]
        if not joined:
            return " ".join(stream)
        return " ".join((*stream, *(part for form in sorted(joined) for part in (GAP, form))))


def tokenize(text: str) -> list[str]:
    """Return the token stream of a text; see the module's docstring."""
    return _tokens(words(text))


def cjk_tokens(run: str) -> list[str]:
    """Return the tokens of a run of CJK characters: each pair of neighbours, then the last character."""
    return [run[at : at + 2] for at in range(len(run))]


def analyse(paper: PaperText) -> AnalysedPaper:
    """Return a paper ready for matching."""
    streams: dict[Field, tuple[str, ...]] = {}
    joined: dict[Field, frozenset[str]] = {}
    for field in FIELDS:
        streams[field], joined[field] = _analyse_field(paper.values(field))
    names = tuple(name for name in map(analyse_name, paper.authors) if name.words)
    return AnalysedPaper(paper, streams, joined, names)


def _analyse_field(values: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    tokens: list[str] = []
    joined: list[str] = []
    for value in values:
        found, forms = words_and_joined(value)
        if tokens:
            tokens.append(GAP)
        tokens += _tokens(found)
        joined += map(singular, forms)
    return tuple(tokens), frozenset(joined)


def _tokens(found: list[str]) -> list[str]:
    if " ".join(found).isascii():
        return [singular(word) if word[-1] == "s" else word for word in found]
    tokens: list[str] = []
    for word in found:
        if not word.isascii() and is_cjk(word):
            tokens += cjk_tokens(word)
        else:
            tokens.append(singular(word) if word[-1] == "s" else word)
    return tokens
