"""The composition root.

Builds every object from the settings in one place and closes them in reverse order.
"""

from __future__ import annotations

from bot.app.archive import Archive, chat_services, clock, glossary_of, open_archive, renew_index
from bot.app.delivery import delivering, keeping_house, rendering, serving
from bot.app.platforms import (
    open_platforms,
    platform_services,
    slack_installations,
    slack_sealer,
    slack_settings,
    telegram_settings,
)
from bot.app.sources import open_reader, polling, reading_arxiv

__all__ = [
    "Archive",
    "chat_services",
    "clock",
    "delivering",
    "glossary_of",
    "keeping_house",
    "open_archive",
    "open_platforms",
    "open_reader",
    "platform_services",
    "polling",
    "reading_arxiv",
    "rendering",
    "renew_index",
    "serving",
    "slack_installations",
    "slack_sealer",
    "slack_settings",
    "telegram_settings",
]
