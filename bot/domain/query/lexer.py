"""Splits a query into tokens: words, phrases, fields, operators, parentheses. Never fails."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.papers.paper_id import PREFIXED, read_paper_id
from bot.domain.query.fields import find_field
from bot.domain.query.messages import Note, note
from bot.domain.text.combining_marks import MARKS
from bot.domain.text.normalize import CJK
from bot.domain.text.tokenize import is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["word", "phrase", "url", "field", "and", "or", "not", "open", "close"]

_URL = re.compile(r"https?://[^\s\"(),;]+", re.IGNORECASE)
_FIELD = re.compile(r"([^\W\d_]+):(?!//)")
_PHRASE = re.compile(r"\"([^\"]*)(\"\*?|$)")
_WORD = re.compile(rf"[\w*{CJK}](?:[\w*{CJK}{MARKS}.+#'/-]*[\w*{CJK}{MARKS}+#])?")
_QUESTION = re.compile(rf"({_WORD.pattern})\?+[\w{CJK}][\w{CJK}?*-]*")
_SYMBOL = re.compile(r"&&?|\|\|?|\S")
_BLANKS = re.compile(r"\s+")
_BEFORE_NOT = frozenset(" ,;、(|&")
_SYMBOLS: Final[dict[str, Kind]] = {
    **dict.fromkeys((",", ";", "、", "|", "||"), "or"),
    **dict.fromkeys(("&", "&&"), "and"),
    "(": "open",
    ")": "close",
}
_UPPER: Final[dict[str, Kind]] = {"AND": "and", "OR": "or", "NOT": "not", "ANDNOT": "not"}
_LOWER: Final[dict[str, Kind]] = {
    "and": "and", "or": "or", "not": "not", "andnot": "not", "without": "not", "except": "not",
    "excluding": "not", "但不": "not", "但不要": "not", "不要": "not", "不含": "not", "不包括": "not",
    "排除": "not", "除了": "not",
}  # fmt: skip
"""Words that are operators where terms are before and after them (R7)."""
_CHINESE: Final[dict[str, Kind]] = {
    "或": "or", "或者": "or", "且": "and", "并且": "and", "並且": "and", "非": "not",
}  # fmt: skip
# Chinese is written without blanks: `扩散或视频` is two terms, while 或许 and 而且 are words of their own,
# and 要不要 asks whether.
_INSIDE = re.compile(
    rf"(?<=[{CJK}]{{2}})(?:或者|或(?![许許然])|并且|並且|(?<![而并並况況尚])且|但不要?|(?<!要)不要|不含|不包括)"
    rf"(?=[{CJK}]{{2}})"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query.

    Attributes:
        kind: what it is.
        text: a word, a phrase without its quotation marks, a field's name, or the symbol.
        position: where it begins in the cleaned query.
        star: for a phrase, whether a `*` follows its closing quotation mark.
        fused: whether an operator is a Chinese word that could also be text.
        colon: whether a word is before a colon but is no field.
        spaced: whether a blank or the end follows that colon, as in a title.
        broken: for a word, the letters after a `?` inside it.
    """

    kind: Kind
    text: str
    position: int
    star: bool = False
    fused: bool = False
    colon: bool = False
    spaced: bool = False
    broken: str = ""

    @property
    def end(self) -> int:
        """Where it ends in the cleaned query."""
        return (
            self.position
            + len(self.text)
            + len(self.broken)
            + (2 if self.kind == "phrase" else 0)
            + self.star
        )

    @property
    def begins_atom(self) -> bool:
        """Whether an atom begins here."""
        return self.kind in {"word", "phrase", "url", "field", "open"}


def lex(text: str) -> tuple[list[Token], list[Note]]:
    """Return the pieces of a cleaned query and what was read differently."""
    tokens = list(_pieces(text))
    notes = [note("closed_quote")] if text.count('"') % 2 else []
    return _read_operators(tokens, notes), notes


def is_plain_word(word: str) -> bool:
    """Whether a folded word is read as one word without quotation marks.

    Some CJK characters are newer than the Unicode of this Python; they are letters all the same.
    """
    return (word.isalnum() or is_cjk(word)) and is_one_word(word)


def is_one_word(text: str) -> bool:
    """Whether a text in lower case is read as one piece, and as no operator, without quotation marks."""
    return (
        "*" not in text
        and _WORD.fullmatch(text) is not None
        and text not in _LOWER
        and text not in _CHINESE
        and not _INSIDE.search(text)
    )


def _pieces(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if blanks := _BLANKS.match(text, at):
            at = blanks.end()
        elif url := _URL.match(text, at):
            yield Token("url", url[0], at)
            at = url.end()
        elif (named := PREFIXED.match(text, at)) and read_paper_id(named[0]):
            yield Token("word", named[0], at)
            at = named.end()
        elif field := _FIELD.match(text, at):
            known = find_field(field[1]) is not None
            spaced = not text[field.end() : field.end() + 1].strip()
            yield Token("field" if known else "word", field[1], at, colon=not known, spaced=spaced)
            at = field.end()
        elif phrase := _PHRASE.match(text, at):
            yield Token("phrase", phrase[1], at, star=phrase[2].endswith("*"))
            at = phrase.end()
        elif broken := _QUESTION.match(text, at):
            yield Token("word", broken[1], at, broken=broken[0][len(broken[1]) :])
            at = broken.end()
        elif word := _WORD.match(text, at):
            yield from _word(word[0], at)
            at = word.end()
        else:
            symbol = _SYMBOL.match(text, at)
            assert symbol is not None  # noqa: S101 (anything but a blank is a symbol)
            yield from _symbol(text, at, symbol[0])
            at = symbol.end()


def _word(text: str, at: int) -> Iterator[Token]:
    if text in _UPPER or text in _CHINESE:
        yield Token(_UPPER.get(text) or _CHINESE[text], text, at, fused=text in _CHINESE)
        return
    begin = 0
    for operator in _INSIDE.finditer(text):
        yield Token("word", text[begin : operator.start()], at + begin)
        kind = _CHINESE.get(operator[0]) or _LOWER[operator[0]]
        yield Token(kind, operator[0], at + operator.start(), fused=True)
        begin = operator.end()
    yield Token("word", text[begin:], at + begin)


def _symbol(text: str, at: int, symbol: str) -> Iterator[Token]:
    if symbol in _SYMBOLS:
        yield Token(_SYMBOLS[symbol], symbol, at)
    elif symbol in "-!":
        # R8: a minus means NOT only where a word can begin; within words and before a blank it never does.
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if (not before or before in _BEFORE_NOT) and after.strip():
            yield Token("not", symbol, at)


def _read_operators(tokens: list[Token], notes: list[Note]) -> list[Token]:
    """Read and, or, not, without ... in lower case as operators where terms are before and after (R7)."""
    is_term = [_is_term(tokens, at) for at in range(len(tokens))]
    first = is_term.index(True) if True in is_term else len(tokens)
    last = len(tokens) - 1 - is_term[::-1].index(True) if True in is_term else -1
    read = []
    for at, token in enumerate(tokens):
        kind = _LOWER.get(token.text.casefold())
        if token.kind == "word" and not is_term[at] and kind and first < at < last:
            token = replace(token, kind=kind)  # noqa: PLW2901 (the same piece, read differently)
            notes.append(note("operator_read", word=token.text, operator=kind.upper()))
        elif token.fused and token.text != "非":
            notes.append(note("operator_read", word=token.text, operator=token.kind.upper()))
        read.append(token)
    return read


def _is_term(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind not in {"word", "phrase", "url"}:
        return False
    after_field = at > 0 and tokens[at - 1].kind == "field"
    return token.kind != "word" or after_field or token.text.casefold() not in _LOWER
