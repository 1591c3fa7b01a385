"""Loads the data files that ship with paperwire.

They are arXiv's categories and holidays, and the word lists of the query language.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.domain.papers.categories import Categories
from bot.domain.schedules.arxiv_calendar import read_holidays
from bot.domain.text.glossary import Glossary, read_glossary

if TYPE_CHECKING:
    from datetime import date


@lru_cache(maxsize=1)
def bundled_glossary() -> Glossary:
    """Return the bundled word lists."""
    return read_glossary(_text("glossary.tsv"), _text("compounds.txt"))


@lru_cache(maxsize=1)
def bundled_categories() -> Categories:
    """Return arXiv's taxonomy of 8 groups and 155 categories."""
    data = json.loads(_text("categories.json"))
    archives = {
        archive: content
        for group in data["groups"].values()
        for archive, content in group["archives"].items()
    }
    return Categories(
        names={name: title for content in archives.values() for name, title in content["categories"].items()},
        archives={
            archive: content["name"]
            for archive, content in archives.items()
            if archive not in content["categories"]
        },
        aliases=data["aliases"],
        subsumed=data["subsumed"],
    )


@lru_cache(maxsize=1)
def bundled_holidays() -> frozenset[date]:
    """Return arXiv's dates without mailing, as far as they were published."""
    return read_holidays(_text("arxiv_holidays.txt"))


def _text(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")
