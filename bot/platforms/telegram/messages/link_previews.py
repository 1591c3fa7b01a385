"""The link preview below a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import LinkPreviewOptions

if TYPE_CHECKING:
    from bot.platforms.telegram.messages.render import TelegramMessage


def preview_of(message: TelegramMessage) -> LinkPreviewOptions:
    """Return the preview that the renderer chose, small; none is shown unless it was chosen."""
    if message.preview_url is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=message.preview_url, prefer_small_media=True)
