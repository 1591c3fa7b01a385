"""Says how far the backfill of past days is, in /status and in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.sources.backfill import Backfill
    from bot.i18n import Translator


def past_line(one: Backfill, words: Translator) -> str:
    """Return how far the reading of past days is, or what a feed left out."""
    count = f"{one.papers:,}"
    if one.news:
        form = words.ngettext(
            "{source}: arXiv's feed left {category} out; its query API gave {count} paper.",
            "{source}: arXiv's feed left {category} out; its query API gave {count} papers.",
            one.papers,
        )
        return form.format(source=one.label, category=one.categories, count=count)
    form = words.ngettext(
        "{source}: {read} of {days} past days read, {count} paper",
        "{source}: {read} of {days} past days read, {count} papers",
        one.papers,
    )
    return form.format(source=one.label, read=one.days_read, days=one.days, count=count)
