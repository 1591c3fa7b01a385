"""Finds which of many terms occur in which papers of a batch, by set intersection of n-gram dictionaries."""

from __future__ import annotations

from collections import defaultdict
from operator import add
from typing import TYPE_CHECKING

from bot.domain.matching.multimap import Lengths, Multimap
from bot.domain.text.analysis import GAP
from bot.domain.text.plurals import singular
from bot.domain.text.tokenize import is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator, KeysView, Sequence

    from bot.domain.matching.postings import Postings
    from bot.domain.query import Term
    from bot.domain.text.analysis import AnalysedPaper, Field

_PAIR = 2


class TermIndex:
    """The terms of one set of fields.

    A term is found through its n-gram: words and pairs at once, longer phrases through their first pair, open
    ends through what is before them. Closed-up spellings (`finetuning` for `fine-tuning`) go through
    `joined`.

    Attributes:
        ids: term -> atom; the keys are the n-grams, with `*` for an open end.
    """

    def __init__(self, fields: tuple[Field, ...]) -> None:
        self.ids: dict[str, int] = {}
        self._fields = fields
        self._variants = (
            Multimap()
        )  # n-gram -> terms that differ from the n-gram's own only in how they close up
        self._joined = Multimap()  # closed-up form -> phrases
        self._longer = Lengths()  # first pair -> lengths of the phrases that begin so, in tokens
        self._beginnings = Multimap()  # beginning of a word -> terms with an open end
        self._beginning_lengths = Lengths()  # "" -> lengths of those beginnings, in characters
        self._open = Multimap()  # phrase with an open end, with its `*` -> terms
        self._open_heads = Lengths()  # first token -> lengths of what is before an open end, in tokens
        self._open_lengths = Lengths()  # what is before an open end -> lengths of it, in characters

    @staticmethod
    def key(term: Term) -> str:
        """Return what tells a term from others of the same fields."""
        key = " ".join(term.tokens) + "*" * term.open_end
        usual = _closed(term.tokens, open_end=term.open_end)
        return key if term.joined is None or term.joined == usual else f"{key}\t{term.joined}"

    def insert(self, term: Term, atom: int) -> None:
        """Add a term that is not there yet."""
        self.ids[self.key(term)] = atom
        self._change(term.tokens, term.joined, atom, open_end=term.open_end, put=True)

    def remove(self, key: str) -> None:
        """Take a term away by its key."""
        atom = self.ids.pop(key)
        ngram, _, joined = key.partition("\t")
        open_end = ngram.endswith("*")
        tokens = tuple(ngram.removesuffix("*").split(" "))
        closed = None if any(map(is_cjk, tokens)) else joined or _closed(tokens, open_end=open_end)
        self._change(tokens, closed, atom, open_end=open_end, put=False)

    def find(self, papers: Sequence[AnalysedPaper], postings: Postings) -> None:
        """Note where each term is in a batch."""
        if not self.ids:
            return
        streams = [self._stream(paper) for paper in papers]
        vocabularies = [
            set(stream).union(*(paper.joined[field] for field in self._fields))
            for paper, stream in zip(papers, streams, strict=True)
        ]
        answers = self._answers(set().union(*vocabularies))
        parts: defaultdict[int, list[list[int]]] = defaultdict(list)
        for ngram, where in self._places(streams, vocabularies, answers.keys()).items():
            for atom in answers.get(ngram) or self._atoms(ngram):
                parts[atom].append(where)
        for atom, lists in parts.items():
            postings.papers[atom] = lists[0] if len(lists) == 1 else sorted(set().union(*lists))

    def _places(
        self, streams: list[tuple[str, ...]], vocabularies: list[set[str]], words: KeysView[str]
    ) -> dict[str, list[int]]:
        """Return the papers of each n-gram that anybody asks for: the loop that takes most of the time."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        ngrams = self.ids.keys()
        for at, (stream, vocabulary) in enumerate(zip(streams, vocabularies, strict=True)):
            pairs = list(map(add, [token + " " for token in stream[:-1]], stream[1:]))
            distinct = set(pairs)
            for word in vocabulary & words:
                places[word].append(at)
            for pair in distinct & ngrams:
                places[pair].append(at)
            for ngram in self._rarer_ngrams(stream, vocabulary, pairs, distinct):
                places[ngram].append(at)
        return places

    def _rarer_ngrams(
        self, stream: tuple[str, ...], vocabulary: set[str], pairs: list[str], distinct: set[str]
    ) -> Iterator[str]:
        """Yield what is in a paper besides words and plain pairs."""
        if self._variants:
            yield from (distinct & self._variants.keys()) - self.ids.keys()
        if beginnings := distinct & self._longer.keys():
            yield from self._longer_ngrams(stream, pairs, beginnings)
        if heads := vocabulary & self._open_heads.keys():
            yield from self._open_ngrams(stream, heads)

    def _stream(self, paper: AnalysedPaper) -> tuple[str, ...]:
        """Return the tokens of all fields, with a gap between, so that no phrase spans two."""
        first, *others = self._fields
        stream = paper.streams[first]
        for field in others:
            stream = (*stream, GAP, *paper.streams[field])
        return stream

    def _answers(self, vocabulary: set[str]) -> dict[str, tuple[int, ...]]:
        """Return the terms that each word of a batch answers by itself."""
        answers: dict[str, tuple[int, ...]] = {
            word: (self.ids[word],) for word in vocabulary & self.ids.keys()
        }
        for word in vocabulary & self._joined.keys():
            answers[word] = (*answers.get(word, ()), *self._joined.get(word))
        beginnings = self._beginnings.keys()
        for length in self._beginning_lengths.get(""):
            for word in [word for word in vocabulary if word[:length] in beginnings and len(word) >= length]:
                answers[word] = (*answers.get(word, ()), *self._beginnings.get(word[:length]))
        return answers

    def _atoms(self, ngram: str) -> tuple[int, ...]:
        """Return the terms of an n-gram of two tokens or more."""
        own = self.ids.get(ngram)
        others = (*self._variants.get(ngram), *self._open.get(ngram))
        return others if own is None else (own, *others)

    def _longer_ngrams(self, stream: tuple[str, ...], pairs: list[str], beginnings: set[str]) -> set[str]:
        """Return the n-grams of three tokens or more that are in a paper and that somebody may ask for."""
        ngrams = {
            " ".join(stream[at : at + length])
            for at, pair in enumerate(pairs)
            if pair in beginnings
            for length in self._longer.get(pair)
        }
        return {ngram for ngram in ngrams if ngram in self.ids or self._variants.get(ngram)}

    def _open_ngrams(self, stream: tuple[str, ...], heads: set[str]) -> set[str]:
        """Return the phrases with an open end that are in a paper."""
        ngrams = {
            f"{head} {stream[at + size][:length]}*"
            for at, token in enumerate(stream)
            if token in heads
            for size in self._open_heads.get(token)
            if at + size < len(stream)
            for head in (" ".join(stream[at : at + size]),)
            for length in self._open_lengths.get(head)
        }
        return {ngram for ngram in ngrams if self._open.get(ngram)}

    def _change(
        self, tokens: tuple[str, ...], joined: str | None, atom: int, *, open_end: bool, put: bool
    ) -> None:
        def change(where: Multimap, key: str) -> None:
            (where.add if put else where.discard)(key, atom)

        def count(where: Lengths, key: str, length: int) -> None:
            (where.add if put else where.discard)(key, length)

        ngram = " ".join(tokens)
        *head, last = tokens
        if open_end:
            for beginning in {*(() if head else (last,)), *(() if joined is None else (joined,))}:
                change(self._beginnings, beginning)
                count(self._beginning_lengths, "", len(beginning))
            if head:
                change(self._open, f"{ngram}*")
                count(self._open_heads, head[0], len(head))
                count(self._open_lengths, " ".join(head), len(last))
            return
        if head and joined is not None:
            change(self._joined, joined)
        if len(tokens) > _PAIR:
            count(self._longer, " ".join(tokens[:_PAIR]), len(tokens))
        if joined is not None and joined != _closed(tokens, open_end=False):
            change(self._variants, ngram)


def _closed(tokens: Sequence[str], *, open_end: bool) -> str:
    """Return tokens closed up to one word."""
    return "".join(tokens) if open_end else singular("".join(tokens))
