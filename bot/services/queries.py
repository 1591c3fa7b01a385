"""Reads queries with this installation's word lists and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.query import parse_query

if TYPE_CHECKING:
    from bot.domain.categories import Categories
    from bot.domain.glossary import Glossary
    from bot.domain.query import Query


@dataclass(frozen=True, slots=True)
class Queries:
    """The query language as this installation speaks it.

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
