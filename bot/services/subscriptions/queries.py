"""Parses queries with the word lists and limits of this installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.cards.evidence import reason_of
from bot.domain.query import UnreadableQueryError, evaluate, parse_query
from bot.domain.search.search_document import searchable
from bot.domain.text.analysis import analyse

if TYPE_CHECKING:
    from bot.domain.cards.card import Reason
    from bot.domain.papers.categories import Categories
    from bot.domain.papers.paper import Paper
    from bot.domain.query import Query
    from bot.domain.text.analysis import AnalysedPaper
    from bot.domain.text.glossary import Glossary


@dataclass(frozen=True, slots=True)
class Queries:
    """Parses queries with this installation's word lists and limits.

    Attributes:
        glossary: what else a term may be called.
        categories: the real categories.
    """

    glossary: Glossary
    categories: Categories

    def parse(self, text: str) -> Query:
        """Read a query.

        Raises:
            UnreadableQueryError: it can't be read; the error says where and suggests one query that can.
        """
        return parse_query(text, glossary=self.glossary, categories=self.categories)

    def with_words(self, reasons: tuple[Reason, ...], paper: Paper) -> tuple[Reason, ...]:
        """Return why a paper was chosen, with the words that each query finds in it now."""
        if all(reason.words for reason in reasons):
            return reasons
        analysed = analyse(searchable(paper))
        return tuple(reason if reason.words else self._with_words(reason, analysed) for reason in reasons)

    def _with_words(self, reason: Reason, analysed: AnalysedPaper) -> Reason:
        try:
            query = self.parse(reason.query)
        except UnreadableQueryError:
            return reason  # stored under an older grammar; what was promised is shown all the same
        evidence = evaluate(query, analysed)
        return reason_of(query, evidence, subscription=reason.subscription) if evidence else reason
