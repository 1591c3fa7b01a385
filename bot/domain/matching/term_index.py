"""Which of many terms stand in which papers of a batch: dictionaries of n-grams, met by set intersection."""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING

from bot.domain.matching.multimap import Lengths, Multimap
from bot.domain.plurals import singular
from bot.domain.tokens import GAP
from bot.domain.words import is_cjk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.matching.postings import Postings
    from bot.domain.query import Term
    from bot.domain.tokens import Analysed, Field

_PAIR = 2


class TermIndex:
    """The terms of one set of fields.

    A term is found through its n-gram: words and pairs at once, longer phrases through their first pair, open
    ends through what stands before them. Closed-up spellings (`finetuning` for `fine-tuning`) go through
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
        self._open = Multimap()  # phrase with an open end -> terms
        self._open_heads = Lengths()  # first token -> lengths of what stands before an open end, in tokens
        self._open_lengths = Lengths()  # what stands before an open end -> lengths of it, in characters

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

    def find(self, papers: Sequence[Analysed], postings: Postings) -> None:
        """Note where each term stands in a batch."""
        if not self.ids:
            return
        streams = [self._stream(paper) for paper in papers]
        vocabularies = [
            set(stream).union(*(paper.joined[field] for field in self._fields))
            for paper, stream in zip(papers, streams, strict=True)
        ]
        answers = self._answers(set().union(*vocabularies))
        words = answers.keys()
        for at, (stream, vocabulary) in enumerate(zip(streams, vocabularies, strict=True)):
            for word in vocabulary & words:
                for atom in answers[word]:
                    postings.add(atom, at)
            self._find_phrases(stream, at, postings)
            if self._open_heads:
                self._find_open_ends(stream, vocabulary, at, postings)

    def _stream(self, paper: Analysed) -> tuple[str, ...]:
        """Return the tokens of all fields, with a gap between, so that no phrase spans two."""
        first, *others = self._fields
        stream = paper.streams[first]
        for field in others:
            stream = (*stream, GAP, *paper.streams[field])
        return stream

    def _answers(self, vocabulary: set[str]) -> dict[str, tuple[int, ...]]:
        """Return the terms that each word of a batch answers by itself."""
        answers = {word: (self.ids[word],) for word in vocabulary & self.ids.keys()}
        for word in vocabulary & self._joined.keys():
            answers[word] = (*answers.get(word, ()), *self._joined.get(word))
        lengths = tuple(self._beginning_lengths.get(""))
        for word in vocabulary if lengths else ():
            for length in lengths:
                atoms = self._beginnings.get(word[:length]) if len(word) >= length else ()
                if atoms:
                    answers[word] = (*answers.get(word, ()), *atoms)
        return answers

    def _find_phrases(self, stream: tuple[str, ...], at: int, postings: Postings) -> None:
        spaced = [token + " " for token in stream[:-1]]
        pairs = list(map(add, spaced, stream[1:]))
        found = set(pairs)
        for pair in found & self.ids.keys():
            postings.add(self.ids[pair], at)
        for pair in found & self._variants.keys():
            for atom in self._variants.get(pair):
                postings.add(atom, at)
        longer = found & self._longer.keys()
        for position, pair in enumerate(pairs) if longer else ():
            if pair not in longer:
                continue
            for length in self._longer.get(pair):
                ngram = " ".join(stream[position : position + length])
                if ngram in self.ids:
                    postings.add(self.ids[ngram], at)
                for atom in self._variants.get(ngram):
                    postings.add(atom, at)

    def _find_open_ends(
        self, stream: tuple[str, ...], vocabulary: set[str], at: int, postings: Postings
    ) -> None:
        heads = vocabulary & self._open_heads.keys()
        for position, token in enumerate(stream) if heads else ():
            if token not in heads:
                continue
            for size in self._open_heads.get(token):
                end = position + size
                if end >= len(stream):
                    continue
                head = " ".join(stream[position:end])
                for length in self._open_lengths.get(head):
                    for atom in self._open.get(f"{head} {stream[end][:length]}"):
                        postings.add(atom, at)

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
            for beginning in {last if not head else None, joined} - {None}:
                change(self._beginnings, beginning)
                count(self._beginning_lengths, "", len(beginning))
            if head:
                change(self._open, ngram)
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
