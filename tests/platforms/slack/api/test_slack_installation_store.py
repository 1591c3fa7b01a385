"""What slack-bolt asks of the store of installations over our database, beside the SDK's own one."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import SettingsError, StorageError
from bot.platforms.slack.api.installation_store import SlackInstallationStore, tenant_of
from bot.sealing import Sealer
from bot.services.platform_state.installations import WorkspaceInstallations
from bot.storage.engine.database import Database

if TYPE_CHECKING:
    from pathlib import Path

    from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000.25
KEY = Fernet.generate_key().decode()


def clock() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def store_on(database: Database, key: str = KEY) -> SlackInstallationStore:
    """Return the store over a database."""
    sealer = Sealer(key, setting="SLACK_TOKEN_KEY")
    return SlackInstallationStore(WorkspaceInstallations(database, clock, sealer, "slack"))


@pytest.fixture
def store(database: Database) -> SlackInstallationStore:
    """The store on an empty database."""
    return store_on(database)


def installed(number: int = 0, **more: Any) -> Installation:
    """Return an installation of workspace T1, a second later for each number, with tokens of that number."""
    values: dict[str, Any] = {
        "app_id": "A1",
        "team_id": "T1",
        "user_id": "U1",
        "bot_token": f"xoxb-{number}",
        "bot_id": "B1",
        "bot_user_id": "UB",
        "bot_scopes": ["chat:write", "commands"],
        "user_token": f"xoxp-{number}",
        "installed_at": NOW + number,
    }
    return Installation(**values | more)


names = st.text(max_size=20)
ids = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12)
scopes = st.lists(st.sampled_from(["chat:write", "commands", "links:read"]), unique=True)
times = st.integers(0, 4_000_000_000)
bots = st.fixed_dictionaries(
    {"bot_token": names, "bot_id": ids, "bot_user_id": ids, "bot_scopes": scopes},
    optional={"bot_refresh_token": names, "bot_token_expires_at": times},
)
installations = st.fixed_dictionaries(
    {"user_id": ids, "team_id": ids, "installed_at": st.floats(0, 4e9)},
    optional={
        "app_id": ids,
        "enterprise_id": ids,
        "enterprise_name": names,
        "enterprise_url": names,
        "team_name": names,
        "user_token": names,
        "user_scopes": scopes,
        "user_refresh_token": names,
        "user_token_expires_at": times,
        "incoming_webhook_url": names,
        "incoming_webhook_channel": names,
        "incoming_webhook_channel_id": ids,
        "incoming_webhook_configuration_url": names,
        "token_type": st.sampled_from(["bot", "user"]),
        "custom_values": st.dictionaries(names, names | st.integers() | st.none(), max_size=3),
    },
)


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=installations, bot=bots | st.just({}), whole=st.booleans())
async def test_any_installation_comes_back_whole(
    store: SlackInstallationStore, values: dict[str, Any], bot: dict[str, Any], *, whole: bool
) -> None:
    """Of a workspace or an organisation, by its user or as the newest, with the fields of token rotation."""
    if whole:
        values = {"enterprise_id": "E1"} | values | {"team_id": None, "is_enterprise_install": True}
    given_one = Installation(**values, **bot)
    where: dict[str, Any] = {"enterprise_id": given_one.enterprise_id, "team_id": given_one.team_id}
    await store.async_delete_all(**where)
    await store.async_save(given_one)
    for user in (given_one.user_id, None):
        found = await store.async_find_installation(**where, user_id=user, is_enterprise_install=whole)
        assert found is not None
        assert found.to_dict() == given_one.to_dict()
        assert found.custom_values == given_one.custom_values
    found_bot = await store.async_find_bot(**where, is_enterprise_install=whole)
    assert (found_bot and found_bot.to_dict()) == (given_one.to_bot().to_dict() if bot else None)


PLACES: list[dict[str, Any]] = [
    {"enterprise_id": enterprise, "team_id": team}
    for enterprise, team in ((None, "T1"), ("E1", "T2"), ("E1", None))
]


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """Return what happens to two workspaces and an organisation, in order."""
    places = st.sampled_from(PLACES)
    people = st.sampled_from(["U1", "U2"])
    steps = st.one_of(
        st.tuples(st.just("save"), places, people, st.booleans()),
        st.tuples(st.just("save bot"), places),
        st.tuples(st.just("delete one"), places, people),
        st.tuples(st.just("delete all"), places),
    )
    return draw(st.lists(steps, min_size=1, max_size=8))


@settings(max_examples=examples(4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories())
async def test_it_answers_as_the_store_of_the_sdk(
    store: SlackInstallationStore, story: list[tuple[Any, ...]]
) -> None:
    """After any story both find the same bots and the same installations."""
    engine = create_async_engine("sqlite+aiosqlite:///:memory:")
    theirs = AsyncSQLAlchemyInstallationStore("1", engine)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(theirs.metadata.create_all)
        await live(story, store, theirs)
        for place in PLACES:
            assert await seen(store, place) == await seen(theirs, place)
    finally:
        await engine.dispose()


async def live(story: list[tuple[Any, ...]], *stores: AsyncInstallationStore) -> None:
    """Let a story happen to stores, from the beginning."""
    for store in stores:
        for place in PLACES:
            await store.async_delete_all(**place)
    for number, (step, place, *rest) in enumerate(story):
        for store in stores:
            one = installed(number, **place, is_enterprise_install=place["team_id"] is None)
            match step:
                case "save":
                    one.user_id, with_bot = rest
                    if not with_bot:
                        one.bot_token = one.bot_id = one.bot_user_id = one.bot_scopes = None
                    await store.async_save(one)
                case "save bot":
                    await store.async_save_bot(one.to_bot())
                case "delete one":
                    await store.async_delete_installation(**place, user_id=rest[0])
                case _:
                    await store.async_delete_all(**place)


async def seen(store: AsyncInstallationStore, place: dict[str, Any]) -> list[Any]:
    """Return what a store finds in one place: the bot's token, and tokens of the newest and of the users."""
    whole = place["team_id"] is None
    bot = await store.async_find_bot(**place, is_enterprise_install=whole)
    newest, *users = [
        await store.async_find_installation(**place, user_id=user, is_enterprise_install=whole)
        for user in (None, "U1", "U2")
    ]
    tokens = [one and (one.user_token, one.bot_token, one.bot_scopes) for one in users]
    # The newest brings the bot's token of its own time with theirs, and the newest one with ours.
    return [bot and bot.bot_token, newest and newest.user_token, *tokens]


@pytest.mark.parametrize(
    ("enterprise_id", "team_id", "whole", "tenant"),
    [
        (None, "T1", False, "T1"),
        ("E1", "T1", False, "T1"),
        ("E1", "T1", None, "T1"),
        ("E1", "T1", True, "E1"),
        ("E1", None, False, "E1"),
        ("E1", "E1", False, "E1"),
        (None, "T1", True, "T1"),
        (None, None, False, ""),
    ],
)
def test_tenants(enterprise_id: str | None, team_id: str | None, *, whole: bool | None, tenant: str) -> None:
    """A workspace is its own tenant, unless its organisation installed the app for all of its workspaces."""
    assert tenant_of(enterprise_id, team_id, is_enterprise_install=whole) == tenant


async def test_every_installation_brings_the_newest_bot(store: SlackInstallationStore) -> None:
    """Whoever installed first; and once the bot's token is revoked, none does, while the users' stay."""
    where: dict[str, Any] = {"enterprise_id": None, "team_id": "T1"}
    await store.async_save(installed(1))
    await store.async_save(installed(2, user_id="U2"))
    await store.async_save(installed(3, user_id="U3", bot_token=None))
    for user, token in (("U1", "xoxp-1"), ("U2", "xoxp-2"), ("U3", "xoxp-3"), (None, "xoxp-3")):
        found = await store.async_find_installation(**where, user_id=user)
        assert found is not None
        assert (found.user_token, found.bot_token, found.bot_id) == (token, "xoxb-2", "B1")
    await store.async_save_bot(installed(4).to_bot())
    found = await store.async_find_installation(**where)
    assert found is not None
    assert (found.user_token, found.bot_token) == ("xoxp-3", "xoxb-4")
    await store.async_delete_bot(**where)
    assert await store.async_find_bot(**where) is None
    found = await store.async_find_installation(**where)
    assert found is not None
    assert (found.user_token, found.bot_token) == ("xoxp-3", None)


async def test_the_bot_is_found_by_the_tenant_of_a_chat(store: SlackInstallationStore) -> None:
    """A message is sent by what the chat's name says, without knowing the workspace's organisation."""
    await store.async_save(installed(1, enterprise_id="E1"))
    await store.async_save(installed(2, enterprise_id="E1", team_id=None, is_enterprise_install=True))
    await store.async_save(installed(3, enterprise_id="E2", team_id="T2", is_enterprise_install=True))
    found = [await store.find_bot_of(tenant) for tenant in ("T1", "E1", "E2", "T2", "")]
    assert [bot and bot.bot_token for bot in found] == ["xoxb-1", "xoxb-2", "xoxb-3", None, None]


async def test_failures_are_told(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong key is logged with its setting, since slack-bolt hides it; storing fails as it expects."""
    await store_on(database).async_save(installed())
    wrong = store_on(database, Fernet.generate_key().decode())
    with caplog.at_level(logging.ERROR), pytest.raises(SettingsError):
        await wrong.async_find_bot(enterprise_id=None, team_id="T1")
    assert "the installation of T1 could not be read: SLACK_TOKEN_KEY" in caplog.text
    assert "xoxb" not in caplog.text
    with pytest.raises(BoltError, match="neither the workspace nor the organisation"):
        await wrong.async_save(installed(team_id=None))
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    try:
        with pytest.raises(BoltError, match="the database failed"):
            await store_on(empty).async_save(installed())
        with pytest.raises(StorageError):
            await store_on(empty).async_find_bot(enterprise_id=None, team_id="T1")
    finally:
        await empty.close()
