"""Installations as a use case: sealed at rest, and what follows for the chats of a workspace."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.domain.chat.command import ChatKey
from bot.errors import SettingsError, StorageError
from bot.sealing import Sealer
from bot.services.platform_state.installations import (
    STATE_SECONDS,
    Grant,
    OAuthStates,
    Resealing,
    WorkspaceInstallations,
)
from bot.storage.chats import chats
from bot.storage.delivery import digests, outbox
from bot.storage.schema import deliveries
from bot.storage.schema import installations as table

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
START = datetime.fromtimestamp(NOW, UTC)
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
SECRET = "xoxb-a-secret-token"
BOT = Grant("", "T1", "", NOW, {"bot_token": SECRET})


@dataclass(slots=True)
class Watch:
    """A clock that goes when it is told.

    Attributes:
        now: what it shows.
    """

    now: datetime = START

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.now


def keeping(database: Database, *keys: str) -> WorkspaceInstallations:
    """Return the use case with these keys."""
    return WorkspaceInstallations(
        database, Watch(), Sealer(" ".join(keys or (NEW,)), setting="SLACK_TOKEN_KEY"), "slack"
    )


@pytest.fixture
def keep(database: Database) -> WorkspaceInstallations:
    """The use case on an empty database."""
    return keeping(database)


async def open_chats(
    database: Database, count: int, tenant: str = "T1", *, waiting: bool = False
) -> list[int]:
    """Return rows of stored chats, each with one delivery in the outbox where something is waiting."""
    rows, items = [], []
    async with database.write() as connection:
        for number in range(count):
            key = ChatKey("slack", f"C{number}", tenant)
            rows.append((await chats.add(connection, key, language="en", zone="UTC", now=NOW)).id)
            if waiting:
                items.append(
                    (f"{tenant}:{number}", rows[-1], await digests.add(connection, rows[-1], now=NOW))
                )
        await outbox.enqueue(connection, items, due_at=NOW, now=NOW)
    return rows


def contents(folder: Path) -> bytes:
    """Return what is in all files of a folder."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def reachable(database: Database, rows: list[int]) -> set[bool]:
    """Return whether chats can be reached."""
    async with database.read() as connection:
        return {await chats.gone_since(connection, row) is None for row in rows}


async def states(database: Database) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    async with database.read() as connection:
        return await outbox.count_by_state(connection)


async def test_grants_come_back(keep: WorkspaceInstallations) -> None:
    """The bot's own by tenant, a user's by tenant and user, any JSON as it was."""
    content = {"a": [1, 2.5, None, True], "ü\ud800\x00": {"b": "扩散"}, SECRET: SECRET}
    whole = Grant("E1", "", "", NOW, {"is_enterprise_install": True}, expires_at=NOW + 5)
    users = [Grant("E1", "T1", f"U{number}", NOW + number, content) for number in range(2)]
    await keep.save(BOT, whole, *users)
    assert await keep.bot("T1") == BOT
    assert await keep.bot("E1") == whole
    assert await keep.bot("T2") is None
    assert await keep.installer("T1") == users[1]
    assert await keep.installer("T1", "U0") == users[0]
    assert await keep.installer("T1", "U2") is None


async def test_no_secret_is_in_the_database(
    database: Database, keep: WorkspaceInstallations, tmp_path: Path
) -> None:
    """Neither in any column nor in any file of it; nor does a grant show it."""
    await keep.save(BOT, replace(BOT, user_id="U1"))
    async with database.read() as connection:
        rows = (await connection.execute(select(table))).all()
    assert len(rows) == 2
    stored = "".join(str(row) for row in rows).encode()
    stored += await asyncio.to_thread(contents, tmp_path)
    assert SECRET.encode() not in stored
    assert b"T1" in stored
    assert SECRET not in repr(BOT)
    assert NEW not in repr(keep)


async def test_a_wrong_key_is_told(database: Database, keep: WorkspaceInstallations) -> None:
    """The error names the setting and shows no token; a new installation is the way out."""
    await keep.save(BOT)
    wrong = keeping(database, OLD)
    with pytest.raises(SettingsError, match=r"^SLACK_TOKEN_KEY: no key opens") as caught:
        await wrong.bot("T1")
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    await wrong.save(replace(BOT, content={"bot_token": "new"}))
    grant = await wrong.bot("T1")
    assert grant is not None
    assert grant.content == {"bot_token": "new"}


async def test_keys_are_changed_without_a_loss(database: Database) -> None:
    """After sealing again the old key may go; what no key opens is named; the second time nothing is done."""
    count = 210
    await keeping(database, OLD).save(*(replace(BOT, team_id=f"T{number}") for number in range(count)))
    await keeping(database, Fernet.generate_key().decode()).save(replace(BOT, team_id="T-lost"))
    both = keeping(database, NEW, OLD)
    await both.save(replace(BOT, team_id="T-new"))
    assert await both.reseal() == Resealing(count, ("T-lost",))
    assert await both.reseal() == Resealing(0, ("T-lost",))
    for number in (0, 199, 200, count - 1):
        grant = await keeping(database, NEW).bot(f"T{number}")
        assert grant is not None
        assert grant.content == BOT.content


async def test_a_token_can_not_be_given_to_another_workspace(
    database: Database, keep: WorkspaceInstallations
) -> None:
    """Who writes to the database but has no key can't let our messages go to another workspace."""
    await keep.save(BOT, replace(BOT, team_id="T2"))
    async with database.write() as connection:
        sealed = (
            await connection.execute(select(table.c.sealed).where(table.c.team_id == "T1"))
        ).scalar_one()
        await connection.execute(update(table).where(table.c.team_id == "T2").values(sealed=sealed))
    with pytest.raises(StorageError, match="'T2' was given by somebody else"):
        await keep.bot("T2")


@pytest.mark.parametrize(
    ("stored", "given", "kept"),
    [
        (100, 99, "stored"),
        (100, 100, "given"),
        (100, 101, "given"),
        (None, 100, "given"),
        (100, None, "given"),
        (None, None, "given"),
    ],
)
async def test_the_newer_token_stays(
    keep: WorkspaceInstallations, stored: int | None, given: int | None, kept: str
) -> None:
    """Of two tokens the one that ends later is the newer; where one does not end, the last one given."""
    await keep.save(replace(BOT, content={"is": "stored"}, expires_at=stored))
    user = replace(BOT, user_id="U1", content={"is": "given"})
    await keep.save(user, replace(BOT, content={"is": "given"}, expires_at=given))
    grant = await keep.bot("T1")
    assert grant is not None
    assert grant.content == {"is": kept}
    assert await keep.installer("T1") == user


@pytest.mark.parametrize("only_bot", [False, True])
async def test_a_workspace_removes_the_app(
    database: Database, keep: WorkspaceInstallations, *, only_bot: bool
) -> None:
    """Its chats can't be reached and nothing waits for them, over more chats than one piece; others' stay."""
    await keep.save(BOT, replace(BOT, user_id="U1"), replace(BOT, team_id="T2"))
    mine = await open_chats(database, 120, waiting=True)
    others = await open_chats(database, 2, "T2", waiting=True)
    await (keep.forget_bot("T1") if only_bot else keep.forget("T1"))
    assert await keep.bot("T1") is None
    assert (await keep.installer("T1") is None) is not only_bot
    assert await keep.bot("T2")
    assert await reachable(database, mine) == {False}
    assert await reachable(database, others) == {True}
    assert await states(database) == {"cancelled": 120, "pending": 2}
    async with database.read() as connection:
        errors = select(deliveries.c.error).where(deliveries.c.state == "cancelled").distinct()
        assert list((await connection.execute(errors)).scalars()) == ["the workspace removed the app"]


async def test_a_workspace_installs_again(database: Database, keep: WorkspaceInstallations) -> None:
    """Its chats can be reached again; a renewed token brings back no chat that is gone for itself."""
    await keep.save(BOT)
    one, two = await open_chats(database, 2)
    await keep.forget("T1")
    await keep.forget("T1")
    await keep.save(replace(BOT, user_id="U1"))
    assert await reachable(database, [one, two]) == {False}
    await keep.save(BOT)
    assert await reachable(database, [one, two]) == {True}
    async with database.write() as connection:
        await chats.set_gone(connection, two, now=NOW)
    await keep.save(replace(BOT, installed_at=NOW + 1))
    assert await reachable(database, [one]) == {True}
    assert await reachable(database, [two]) == {False}


@pytest.mark.parametrize("only_bot", [False, True])
async def test_late_news_of_a_removal_undo_no_installation(
    database: Database, keep: WorkspaceInstallations, *, only_bot: bool
) -> None:
    """What was installed after the app was removed stays, with its chats and their deliveries."""
    await keep.save(BOT, replace(BOT, user_id="U1"))
    rows = await open_chats(database, 2, waiting=True)
    forget = keep.forget_bot if only_bot else keep.forget
    await forget("T1", revoked_at=NOW - 1)
    assert await keep.bot("T1") == BOT
    assert await keep.installer("T1")
    assert await reachable(database, rows) == {True}
    assert await states(database) == {"pending": 2}
    await forget("T1", revoked_at=NOW)
    assert await keep.bot("T1") is None
    assert await reachable(database, rows) == {False}


async def test_a_user_takes_a_token_back(database: Database, keep: WorkspaceInstallations) -> None:
    """Only that user's goes, unless it is newer than the news; the bot and its chats stay."""
    users = [replace(BOT, user_id=f"U{number}") for number in range(3)]
    await keep.save(BOT, *users)
    rows = await open_chats(database, 1)
    await keep.forget_installers("T1", "U0", revoked_at=NOW - 1)
    assert await keep.installer("T1", "U0") == users[0]
    await keep.forget_installers("T1", "U0", revoked_at=NOW)
    assert await keep.installer("T1", "U0") is None
    assert await keep.installer("T1", "U1") == users[1]
    await keep.forget_installers("T1")
    assert await keep.installer("T1") is None
    assert await keep.bot("T1") == BOT
    assert await reachable(database, rows) == {True}


async def test_the_chats_of_a_workspace_without_installation(
    database: Database, keep: WorkspaceInstallations
) -> None:
    """Where one token is in the settings, the chats go and come back all the same."""
    rows = await open_chats(database, 3, waiting=True)
    await keep.set_reachable("T1", reachable=False)
    assert await reachable(database, rows) == {False}
    assert await states(database) == {"cancelled": 3}
    await keep.set_reachable("T1", reachable=True)
    assert await reachable(database, rows) == {True}
    assert await states(database) == {"cancelled": 3}


async def test_removing_and_installing_at_once(database: Database, keep: WorkspaceInstallations) -> None:
    """Whichever is last, the chats can be reached exactly where the app is installed."""
    rows = await open_chats(database, 20)
    for _ in range(10):
        await asyncio.gather(*(turn for _ in range(2) for turn in (keep.forget("T1"), keep.save(BOT))))
        assert await reachable(database, rows) == {await keep.bot("T1") is not None}


async def test_a_state_lasts_ten_minutes(database: Database) -> None:
    """It is used once, in time, and only where it was issued here; two are never the same."""
    watch = Watch()
    oauth = OAuthStates(database, watch)
    one, two, three = [await oauth.issue() for _ in range(3)]
    assert len({one, two, three}) == 3
    watch.now += timedelta(seconds=STATE_SECONDS - 1)
    assert await oauth.consume(one)
    assert not await oauth.consume(one)
    watch.now += timedelta(seconds=1)
    assert not await oauth.consume(two)
    assert STATE_SECONDS == 600


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(given_text="\x00")
@example(given_text="\ud800")
@given(given_text=st.text() | st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True))
async def test_any_text_for_a_state_is_refused(database: Database, given_text: str) -> None:
    """Whatever a browser brings, it is no state of ours and no error of the database."""
    assert not await OAuthStates(database, Watch()).consume(given_text)
