"""Checks whether Slack's tokens work and which scopes the app lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.platforms.slack.api.clients import Clients, new_session
from bot.platforms.slack.api.errors import REFUSED_TOKEN, SLACK_FAILED, code_of
from bot.platforms.slack.api.http_server import EVENTS_PATH, INSTALL_PATH
from bot.platforms.slack.api.scopes import SCOPES, missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.slack.running import SlackSettings


async def check(settings: SlackSettings) -> tuple[bool, list[str]]:
    """Return whether Slack takes the tokens, and what there is to know, a line each."""
    async with new_session() as session:
        clients = Clients(session, settings.api_url, None)
        works, lines = True, list[str]()
        if settings.bot_token:
            works, lines = await _bot(clients.client(settings.bot_token.get_secret_value()), settings.api_url)
        if settings.signing_secret:
            lines.append(f"Slack's requests are expected at http://{settings.listen}{EVENTS_PATH}")
        elif settings.app_token:
            problem = await _app(clients.client(), settings)
            works = works and problem is None
            lines.append(problem or "Slack: SLACK_APP_TOKEN opens Socket Mode")
        if settings.client_id:
            lines.append(f"workspaces install the app at http://{settings.listen}{INSTALL_PATH}")
    return works, lines


async def _bot(client: AsyncWebClient, api_url: str) -> tuple[bool, list[str]]:
    try:
        me = await client.auth_test()
    except SLACK_FAILED as error:
        return False, [_problem("SLACK_BOT_TOKEN", code_of(error), api_url)]
    headers: Mapping[str, str] = me.headers
    lines = [f"Slack: @{me.get('user')} answers in {me.get('team')}"]
    lacking = missing(str(headers.get("x-oauth-scopes", "")))
    lines += [f"the scope {scope} is missing: {SCOPES[scope]}" for scope in lacking]
    if lacking:
        lines.append("add scopes on your app's page, OAuth & Permissions, and install the app again")
    return True, lines


async def _app(client: AsyncWebClient, settings: SlackSettings) -> str | None:
    """Return why Socket Mode can't be opened, or None."""
    token = settings.app_token.get_secret_value() if settings.app_token else ""
    try:
        await client.apps_connections_open(app_token=token)
    except SLACK_FAILED as error:
        return _problem("SLACK_APP_TOKEN", code_of(error), settings.api_url)
    return None


def _problem(setting: str, code: str, api_url: str) -> str:
    if code in REFUSED_TOKEN | {"account_inactive", "missing_scope"}:
        return f"Slack refuses {setting} ({code}); your app's page on api.slack.com shows yours"
    return f"Slack can't be reached at {api_url}: {code}"
