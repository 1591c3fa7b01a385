"""A Bot API server for one test.

A test module asks for it by `pytest_plugins = ("bot_api_fixtures",)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram_server import BotApiServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def bot_api() -> AsyncIterator[BotApiServer]:
    """A server for one test."""
    async with BotApiServer() as listening:
        yield listening
