"""Telegram's limits, and how texts are counted and truncated for them.

Telegram counts UTF-16 code units: a character outside the Basic Multilingual Plane (most emoji) is two
(https://core.telegram.org/bots/api#messageentity). The figures are those of `telegram.constants`.
"""

from __future__ import annotations

from typing import Final

from bot.platforms.texts.truncate import UTF_16

MESSAGE_UNITS: Final = 4096
"""UTF-16 units of a message after its markup is read (`MessageLimit.MAX_TEXT_LENGTH`)."""
MESSAGE_ENTITIES: Final = 100
"""Links, bold pieces and so on of a message; Telegram drops the rest (`MessageLimit.MESSAGE_ENTITIES`)."""
MESSAGE_KEYS: Final = 100
"""Buttons of a message (`InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER`)."""
ROW_KEYS: Final = 8
"""Buttons in a row (`InlineKeyboardMarkupLimit.BUTTONS_PER_ROW`)."""
LABEL_UNITS: Final = 64
"""UTF-16 units of a button's label; no limit is published, and longer ones are cut on a phone."""
URL_UNITS: Final = 2048
"""Characters of an address that is linked; longer ones are refused by browsers on phones."""

cut, kept, pieces = UTF_16.cut, UTF_16.kept, UTF_16.pieces
units = UTF_16.units
