"""The column type of all texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_REFUSED = re.compile(r"[\x00\ud800-\udfff]")


class CleanText(TypeDecorator[str]):
    """Text without what PostgreSQL refuses: U+0000 and lone surrogates are removed before storing.

    `bot.domain.text.normalize.collapse` drops them from what documents say; paths, guids and queries come as
    they are.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it is stored and compared."""
        del dialect
        return None if value is None else clean(value)


def clean(text: str) -> str:
    """Return a text as `CleanText` stores it."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return _REFUSED.sub("", text)
