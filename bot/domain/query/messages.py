"""Messages about a query.

Codes with parameters, and their English text, which is translated where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from bot.errors import QueryError
from bot.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

ProblemCode = Literal[
    "author_initials",
    "category",
    "cjk_too_short",
    "contradiction",
    "empty",
    "field_near",
    "field_of_time",
    "id",
    "only_negatives",
    "only_stop_words",
    "question_mark",
    "star_inside",
    "star_too_short",
    "too_deep",
    "too_long",
    "too_many_terms",
]
NoteCode = Literal[
    "alias",
    "author_surname",
    "category_read",
    "closed_paren",
    "closed_quote",
    "dropped",
    "field_as_text",
    "glossary",
    "id_read",
    "ids_any",
    "operator_read",
    "regex",
    "stop_word",
    "url_as_text",
]

PROBLEMS: Final[Mapping[ProblemCode, str]] = {
    "author_initials": N_(
        "An author needs a name of two letters or more; initials alone fit too many people."
    ),
    "category": N_("There is no arXiv category {name}. Near it: {nearest}."),
    "cjk_too_short": N_("{word} is too short: Chinese, Japanese and Korean terms need two characters."),
    "contradiction": N_("No paper can match: {term} is both asked for and ruled out."),
    "empty": N_("There is nothing to look for."),
    "field_near": N_("There is no field {name}: did you mean {near}: ?"),
    "field_of_time": N_(
        "{name}: is no field. A subscription looks at new papers only; in /search write after:2024-03."
    ),
    "id": N_("{value} is no arXiv id and no DOI."),
    "only_negatives": N_("A query needs at least one term to look for, not only terms to leave out."),
    "only_stop_words": N_("A query needs a term that says more than {words}."),
    "question_mark": N_("A ? stands for no letter. A * at the end of a word does: {better}."),
    "star_inside": N_("A * goes at the end of a word, after three letters or more."),
    "star_too_short": N_("A * goes at the end, after three letters or more; {word} has fewer."),
    "too_deep": N_("The parentheses go {depth} deep; at most {most} are read."),
    "too_long": N_("The query has {length} characters; at most {most} are read."),
    "too_many_terms": N_("The query has {count} terms; at most {most} are read."),
}
"""English of each problem, with its parameters in braces."""

NOTES: Final[Mapping[NoteCode, str]] = {
    "alias": N_("{name} is another name of {category}."),
    "author_surname": N_("One word after au: is a surname. Names are not people: others may have the same."),
    "category_read": N_("{name} is read as a category."),
    "closed_paren": N_("A parenthesis was left open; it is closed at the end."),
    "closed_quote": N_("A quotation mark was left open; it is closed at the end."),
    "dropped": N_("A stray {text} is left out."),
    "field_as_text": N_("{name}: is no field, so it is read as text."),
    "glossary": N_("{term} also finds {english}."),
    "id_read": N_("{text} is read as the paper {id}."),
    "ids_any": N_("Several papers are named; any of them is found."),
    "operator_read": N_("{word} is read as {operator}; in quotation marks it would be a word."),
    "regex": N_("This looks like a regular expression; it is read as words."),
    "stop_word": N_("{word} is too common to look for; it counts only inside quotation marks."),
    "url_as_text": N_("The link {url} is read as words."),
}
"""English of each note, with its parameters in braces."""


@dataclass(frozen=True, slots=True)
class Note:
    """A part of a query that was read differently from how it was typed.

    Attributes:
        code: what.
        params: the values for the message of that code.
    """

    code: NoteCode
    params: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return NOTES[self.code].format(**dict(self.params))


def note(code: NoteCode, **params: str) -> Note:
    """Return a note."""
    return Note(code, tuple(params.items()))


class UnreadableQueryError(QueryError):
    """A query that can't be read; the text of the error is its English message.

    Attributes:
        code: what is wrong.
        params: the values for the message of that code.
        text: the cleaned query, in which `position` counts code points.
        suggestion: one query that can be read, to use instead.
    """

    def __init__(
        self,
        code: ProblemCode,
        *,
        text: str,
        position: int = 0,
        suggestion: str | None = None,
        **params: str | int,
    ) -> None:
        super().__init__(PROBLEMS[code].format(**params), position=position, suggestion=suggestion)
        self.code = code
        self.params = params
        self.text = text
