"""Whole installations by the real slack-bolt: from the page to the sealed token, and out again."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.fernet import Fernet
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.chat.command import ChatKey
from bot.platforms.slack.api.installation_store import SlackInstallationStore, SlackStateStore
from bot.sealing import Sealer
from bot.services.chats.chat_settings import Chats
from bot.services.platform_state.installations import OAuthStates, WorkspaceInstallations
from bot.storage.chats import chats
from bot.storage.engine.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

pytest_plugins = ("database_fixtures",)
# slack_sdk 3.47 makes the header of oauth.v2.access by what aiohttp 3.14 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

KEY = Fernet.generate_key().decode()
SIGNING_SECRET = "signing"


def clock() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def store_on(database: Database) -> SlackInstallationStore:
    """Return the store over a database."""
    sealer = Sealer(KEY, setting="SLACK_TOKEN_KEY")
    return SlackInstallationStore(WorkspaceInstallations(database, clock, sealer, "slack"))


@pytest.fixture
def store(database: Database) -> SlackInstallationStore:
    """The store on an empty database."""
    return store_on(database)


class Slack:
    """Slack's side of an installation.

    Attributes:
        asked: method and arguments of each call.
        expires_in: seconds that its tokens last, or None where they don't end.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.expires_in: int | None = None

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call of the Web API."""
        method = request.match_info["method"]
        self.asked.append((method, {name: str(value) for name, value in (await request.post()).items()}))
        common = {"ok": True, "team": {"id": "T1", "name": "One"}}
        if method == "auth.test":
            return web.json_response({**common, "team_id": "T1", "bot_id": "B1", "user_id": "UB"})
        number = len(self.asked)
        token = {"access_token": f"xoxb-{number}", "token_type": "bot", "scope": "chat:write,commands"}
        if self.expires_in is not None:
            token |= {"refresh_token": f"xoxe-{number}"}
            common |= {"expires_in": self.expires_in}
        user = {"authed_user": {"id": "U1"}, "app_id": "A1", "bot_user_id": "UB", "enterprise": None}
        return web.json_response({**common, **token, **user})

    @asynccontextmanager
    async def client(self) -> AsyncIterator[AsyncWebClient]:
        """Give the SDK's client of a server on this side."""
        app = web.Application()
        app.router.add_post("/api/{method}", self.answer)
        async with TestServer(app) as server:
            yield AsyncWebClient(base_url=str(server.make_url("/api/")))


def app_on(
    database: Database, client: AsyncWebClient, store: SlackInstallationStore | None = None
) -> AsyncApp:
    """Return the real slack-bolt on our stores."""
    oauth = AsyncOAuthSettings(
        client_id="1.2",
        client_secret="client secret",
        scopes=["chat:write", "commands"],
        user_scopes=[],
        installation_store=store or store_on(database),
        state_store=SlackStateStore(OAuthStates(database, clock)),
    )
    app = AsyncApp(client=client, signing_secret=SIGNING_SECRET, oauth_settings=oauth)
    app.enable_token_revocation_listeners()
    return app


async def begin(app: AsyncApp) -> tuple[str, str]:
    """Open the page of installation; return the state of its link and the browser's cookie."""
    assert app.oauth_flow is not None
    page = await app.oauth_flow.handle_installation(AsyncBoltRequest(body="", mode="http"))
    link = next(
        part for part in page.body.split('"') if part.startswith("https://slack.com/oauth/v2/authorize")
    )
    state = parse_qs(urlsplit(link).query)["state"][0]
    return state, page.headers["set-cookie"][0].split(";")[0]


async def end(app: AsyncApp, state: str, cookie: str) -> tuple[int, str]:
    """Come back from Slack; return the status and the page."""
    assert app.oauth_flow is not None
    request = AsyncBoltRequest(body="", query={"code": "c", "state": state}, headers={"cookie": cookie})
    page = await app.oauth_flow.handle_callback(request)
    return page.status, page.body


async def tell(app: AsyncApp, event: dict[str, Any]) -> int:
    """Send an event of workspace T1 as Slack signs it; return the status of the answer."""
    body = json.dumps({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event})
    at = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=at, body=body)
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "application/json",
        "x-slack-signature": signature or "",
        "x-slack-request-timestamp": at,
    }
    answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
    # The listener runs on after the answer.
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.wait(others, timeout=5) if others else None
    return answer.status


async def test_a_workspace_installs_and_removes_the_app(
    database: Database, store: SlackInstallationStore
) -> None:
    """From the page of installation to the token in our database, and out with its chats; and once more."""
    book = Chats(database, clock, "en", "UTC")
    chat = await book.open(ChatKey("slack", "C1", "T1"))
    slack = Slack()
    async with slack.client() as client:
        app = app_on(database, client)
        for _ in range(2):
            state, cookie = await begin(app)
            assert (await end(app, state, cookie))[0] == 200
            bot = await store.find_bot_of("T1")
            assert bot is not None
            assert (bot.bot_token, bot.bot_id, bot.team_name) == (f"xoxb-{len(slack.asked) - 1}", "B1", "One")
            assert bot.bot_scopes == ["chat:write", "commands"]
            async with database.read() as connection:
                assert await chats.gone_since(connection, chat.id) is None
            revoked = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["UB"]}}
            for event in (revoked, {"type": "app_uninstalled"}):
                assert await tell(app, event) == 200
            assert await store.find_bot_of("T1") is None
            assert await store.async_find_installation(enterprise_id=None, team_id="T1") is None
            async with database.read() as connection:
                assert await chats.gone_since(connection, chat.id) is not None
    assert [method for method, _ in slack.asked] == ["oauth.v2.access", "auth.test"] * 2


async def test_an_installation_that_did_not_begin_here_is_refused(database: Database) -> None:
    """A state that was used already, or that the browser made up, brings no token."""
    slack = Slack()
    async with slack.client() as client:
        app = app_on(database, client)
        state, cookie = await begin(app)
        assert (await end(app, "made-up", "slack-app-oauth-state=made-up"))[0] == 401
        assert (await end(app, state, "slack-app-oauth-state=other"))[0] == 400
        assert slack.asked == []
        assert (await end(app, state, cookie))[0] == 200
        assert (await end(app, state, cookie))[0] == 401
    assert len(slack.asked) == 2


async def test_a_failing_database_is_a_page(database: Database, tmp_path: Path) -> None:
    """Who installs is told that it could not be stored."""
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    try:
        async with Slack().client() as client:
            app = app_on(database, client, store_on(empty))
            status, page = await end(app, *await begin(app))
    finally:
        await empty.close()
    assert status == 500
    assert "storage_error" in page
    assert "xoxb" not in page


async def test_tokens_are_renewed(database: Database, store: SlackInstallationStore) -> None:
    """By the SDK's own rotation: the next one that asks gets the new token and what renews it."""
    slack = Slack()
    slack.expires_in = 43_200
    async with slack.client() as client:
        app = app_on(database, client)
        await end(app, *await begin(app))
        old = await store.find_bot_of("T1")
        assert old is not None
        rotator = AsyncTokenRotator(client_id="1.2", client_secret="client secret", client=client)
        assert await rotator.perform_bot_token_rotation(bot=old) is None
        renewed = await rotator.perform_bot_token_rotation(bot=old, minutes_before_expiration=1_000)
        assert renewed is not None
        await store.async_save_bot(renewed)
    assert ("refresh_token", old.bot_refresh_token) in slack.asked[-1][1].items()
    found = await store.async_find_installation(enterprise_id=None, team_id="T1", user_id="U1")
    assert found is not None
    assert (found.bot_token, found.bot_refresh_token) == ("xoxb-3", "xoxe-3")
    assert found.bot_token_expires_at == renewed.bot_token_expires_at
    await store.async_save_bot(Bot(**old.to_dict_for_copying() | {"bot_token_expires_at": 1}))
    assert (await store.find_bot_of("T1") or old).bot_token == "xoxb-3"
