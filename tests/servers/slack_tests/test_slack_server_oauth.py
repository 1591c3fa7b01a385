"""Installing an app into workspaces of the Slack of the tests, with slack_bolt's own OAuth pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from slack_server import SlackServer
from slack_server.client import client_of, over_http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytest_plugins = ("slack_server.fixtures",)
# slack_sdk 3.47 still calls what aiohttp 3.14 will take away one day.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

SCOPES = ["chat:write", "commands"]


@pytest.fixture
async def empty() -> AsyncIterator[SlackServer]:
    """A server whose workspace has no app."""
    async with SlackServer(installed=False) as server:
        yield server


def app_for_all(server: SlackServer, folder: Path) -> AsyncApp:
    """Return an app for many workspaces."""
    settings = AsyncOAuthSettings(
        client_id=server.client_id,
        client_secret=server.client_secret,
        scopes=SCOPES,
        authorization_url=server.authorize_url,
        installation_store=FileInstallationStore(base_dir=str(folder / "installations")),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder / "states")),
    )
    app = AsyncApp(
        client=AsyncWebClient(base_url=server.url, retry_handlers=[]),
        signing_secret=server.signing_secret,
        oauth_settings=settings,
    )

    @app.command("/papers")
    async def papers(ack: Any, say: Any, context: dict[str, Any]) -> None:
        await ack()
        await say(f"hello {context['team_id']}")

    return app


async def test_two_workspaces(empty: SlackServer, tmp_path: Path) -> None:
    """An app that was allowed into two workspaces answers in each with that workspace's token."""
    other = empty.workspace("Other Lab")
    ada, bo = empty.user("Ada"), empty.user("Bo", team=other)
    async with over_http(app_for_all(empty, tmp_path), empty) as address:
        for user in (ada, bo):
            installed = await empty.installs(user, f"{address}/slack/install")
            assert installed.status == 200
            assert installed.asked == set(SCOPES)
            assert installed.installation is not None
            assert installed.installation.team is user.team
            assert installed.installation.scopes == set(SCOPES)
        for user in (ada, bo):
            said = await empty.command(user, empty.direct(user), "/papers")
            assert said.text == f"hello {user.team.id}"
    users = {logged.call.bot for logged in empty.accepted("chat.postMessage")}
    assert len(users) == 2


async def test_forged_or_denied_installations(empty: SlackServer, tmp_path: Path) -> None:
    """A no, another state, or a browser without the cookie installs nothing."""
    ada = empty.user("Ada")
    async with over_http(app_for_all(empty, tmp_path), empty) as address:
        install_url = f"{address}/slack/install"
        denied = await empty.installs(ada, install_url, denies=True)
        forged = await empty.installs(ada, install_url, state="other")
        elsewhere = await empty.installs(ada, install_url, with_cookies=False)
    assert [one.installation for one in (denied, forged, elsewhere)] == [None, None, None]
    assert [one.status for one in (denied, forged, elsewhere)] == [200, 400, 400]
    assert "access_denied" in denied.page
    assert not empty.world.installations


async def test_codes_and_secrets(empty: SlackServer) -> None:
    """A code is good once, for the app that knows its secret and the same redirect URI."""
    ada = empty.user("Ada")
    async with client_of(empty, token="xoxb-none") as client:
        code = empty.grants(ada, frozenset(SCOPES), redirect_uri="https://a.example")
        app = {"client_id": empty.client_id, "client_secret": empty.client_secret}
        with pytest.raises(SlackApiError, match="bad_client_secret"):
            await client.oauth_v2_access(client_id=empty.client_id, client_secret="x", code=code)
        with pytest.raises(SlackApiError, match="invalid_client_id"):
            await client.oauth_v2_access(client_id="x", client_secret="x", code=code)
        with pytest.raises(SlackApiError, match="bad_redirect_uri"):
            await client.oauth_v2_access(**app, code=code, redirect_uri="https://b.example")
        code = empty.grants(ada, frozenset(SCOPES))
        said = await client.oauth_v2_access(**app, code=code)
        assert (said["token_type"], said["scope"]) == ("bot", "chat:write,commands")
        with pytest.raises(SlackApiError, match="invalid_code"):
            await client.oauth_v2_access(**app, code=code)
        client.token = said["access_token"]
        assert (await client.auth_test())["user_id"] == said["bot_user_id"]


async def test_leaving_and_coming_again(server: SlackServer) -> None:
    """The bot stays the same user when the app comes again; the old token stays refused."""
    async with client_of(server) as client:
        bot, old = server.bot, server.token
        app = {"client_id": server.client_id, "client_secret": server.client_secret}
        await client.apps_uninstall(**app)
        with pytest.raises(SlackApiError, match="account_inactive"):
            await client.auth_test()
        await client.oauth_v2_access(**app, code=server.grants(server.owner, frozenset(SCOPES)))
        assert (server.bot, server.token == old) == (bot, False)
        with pytest.raises(SlackApiError, match="account_inactive"):
            await client.auth_test()
        client.token = server.token
        assert not (await client.auth_revoke(test=True))["revoked"]
        await client.auth_revoke()
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()
