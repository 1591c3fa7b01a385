"""Checks inline keyboards as Telegram does.

Sources: core.telegram.org/bots/api#inlinekeyboardbutton and telegram.constants (64 bytes of callback data,
256 characters to copy, 100 buttons, 8 in a row). What Telegram makes of more than 8 in a row is not written
down; this server refuses them, so that a test sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from telegram_server.api.refusal import bad_request
from telegram_server.model import Button
from telegram_server.texts.entities import utf16

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_DATA = 64  # bytes
MOST_COPIED = 256  # UTF-16 units
MOST_BUTTONS = 100
MOST_IN_A_ROW = 8


def read_keyboard(markup: Any) -> tuple[tuple[Button, ...], ...]:
    """Return the rows of an inline keyboard; no markup is no row.

    Args:
        markup: a decoded `InlineKeyboardMarkup`, or None.

    Raises:
        Refusal: Telegram would not take it.
    """
    if not markup:
        return ()
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        raise bad_request("object expected as reply markup")
    rows = tuple(tuple(_read_button(button) for button in row) for row in markup["inline_keyboard"])
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return tuple(row for row in rows if row)


def _read_button(said: Mapping[str, Any]) -> Button:
    label = said.get("text")
    if not isinstance(label, str) or not label.strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    data, url = said.get("callback_data"), said.get("url")
    copy = (said.get("copy_text") or {}).get("text")
    if sum(one is not None for one in (data, url, copy)) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if data is not None and not 1 <= len(data.encode()) <= MOST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if copy is not None and not 1 <= utf16(copy) <= MOST_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if url is not None and not _is_address(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return Button(label, data=data, url=url, copy=copy)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "tg":
        return True
    return parts.scheme in {"http", "https"} and "." in parts.netloc and " " not in url
