"""Fixtures: a Slack for one test, and the real client of it.

A test module asks for them by `pytest_plugins = ("slack_server.fixtures",)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_server.client import client_of
from slack_server.slack_server import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    """A Slack for one test, with the app in its first workspace."""
    async with SlackServer() as listening:
        yield listening


@pytest.fixture
async def client(server: SlackServer) -> AsyncIterator[AsyncWebClient]:
    """The bot's client of the Web API."""
    async with client_of(server) as made:
        yield made
