"""The syntax tree of a query.

When an atom matches a paper (`bot.domain.query.evaluate` is this text as code; an index and the matcher must
agree with it on every pair):

- `Term`, in any ONE of its fields: its tokens stand side by side, in order, in the field's stream; or its
  joined form is a token of the stream or one of the field's joined compounds. With `open_end` the last token,
  or the joined form, need only be how the word there begins.
- `Category`: one of the paper's categories (or, with `primary`, the first of them) is in the set.
- `Author`: one of the paper's authors answers (`bot.domain.text.author_name.same_author`).
- `Id`: the paper's canonical id is this one.

`And`, `Or` and `Not` are Boolean. A tree is flat (no `And` directly in an `And`, no `Or` in an `Or`), has no
child twice under one parent, no `Not` in a `Not`, and positive atoms of which every match has at least one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.domain.text.analysis import cjk_tokens
from bot.domain.text.plurals import singular
from bot.domain.text.tokenize import is_cjk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.papers.categories import CategorySet
    from bot.domain.text.analysis import Field

TEXT: Final[tuple[Field, ...]] = ("title", "abstract", "summary")
"""The fields searched where a query names none."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase.

    Attributes:
        words: folded: lower case, without accents, singular where that does not look odd (`robotics`); CJK
            runs whole.
        fields: where to look.
        prefix: whether the last word ends in `*`.
        hyphen: whether it is a compound that is usually written with hyphens (`fine-tuning`).
        tokens: what stands side by side in a stream.
        open_end: whether the last token is only the beginning of a word.
        joined: the words closed up to one, or None where they can't be (CJK).
        shown: the term as somebody wrote it, lower case, as the canonical form prints it; empty: the words.
            Says nothing about what the term finds, so it does not count when terms are compared.
        added: whether it was added beside a term that somebody wrote (by the glossary, say). Reading the
            written term adds it again, so the canonical form leaves it out.
    """

    words: tuple[str, ...]
    fields: tuple[Field, ...]
    prefix: bool
    hyphen: bool
    tokens: tuple[str, ...]
    open_end: bool
    joined: str | None
    shown: str = field(default="", compare=False)
    added: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Author:
    """An author's name.

    Attributes:
        words: the words of the name, sorted, for their order says nothing.
        prefix: whether the (only) word ends in `*`.
    """

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """An arXiv category or a whole archive.

    Attributes:
        categories: the categories meant.
        primary: whether only the paper's first category counts.
    """

    categories: CategorySet
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Id:
    """One paper.

    Attributes:
        canonical_id: `arxiv:<base id>` or `doi:<doi>`.
    """

    canonical_id: str


@dataclass(frozen=True, slots=True)
class Not:
    """What the child does not match."""

    child: Node


@dataclass(frozen=True, slots=True)
class And:
    """What all children match; at least two."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What any of the children matches; at least two."""

    children: tuple[Node, ...]


Atom = Term | Author | Category | Id
Node = Atom | Not | And | Or


def term(
    words: Sequence[str], *, fields: tuple[Field, ...] = TEXT, prefix: bool = False, hyphen: bool = False
) -> Term:
    """Return the term for folded words (`bot.domain.text.tokenize.words`).

    A `*` after CJK means nothing, for CJK text is found inside longer text anyway.
    """
    prefix = prefix and not is_cjk(words[-1])
    shown = tuple(word if prefix and at == len(words) - 1 else _shown(word) for at, word in enumerate(words))
    tokens = [token for word in shown for token in (cjk_tokens(word) if is_cjk(word) else (singular(word),))]
    open_end = prefix
    if prefix:
        tokens[-1] = shown[-1]
    elif is_cjk(shown[-1]):
        # The run may continue in the text: its last pair says it all, a lone character is how a pair begins.
        open_end = len(shown[-1]) == 1
        if not open_end:
            tokens.pop()
    joined = None
    if not any(map(is_cjk, shown)):
        joined = "".join(shown) if prefix else singular("".join(shown))
    return Term(shown, fields, prefix, hyphen, tuple(tokens), open_end, joined)


def _shown(word: str) -> str:
    """Return a word as the echo shows it: `physics` is searched as `physic`, but looks odd so."""
    return word if is_cjk(word) or word.endswith("ics") else singular(word)
