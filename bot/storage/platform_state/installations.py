"""Slack installations, OAuth states, and the chats of a workspace.

A tenant is what `ChatKey.tenant` names: a workspace, or an organisation that installed the app for all of its
workspaces. Both are known by one id that is unique on the platform, so a workspace is found also after it
moved into an organisation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, false, or_, select, tuple_, update

from bot.storage.engine.statements import insert_for
from bot.storage.schema import chats, deliveries, installations, oauth_states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class StoredInstallation:
    """What is stored of an installation.

    Attributes:
        platform: where it is.
        enterprise_id: the organisation, or empty where there is none.
        team_id: the workspace; empty where the organisation installed the app for all of its workspaces.
        user_id: who installed it; empty for what belongs to the bot itself.
        sealed: what the platform gave us, encrypted.
        installed_at: UTC epoch seconds.
    """

    platform: str
    enterprise_id: str
    team_id: str
    user_id: str
    sealed: str = field(repr=False)
    installed_at: int

    @property
    def tenant(self) -> str:
        """What `ChatKey.tenant` names."""
        return self.team_id or self.enterprise_id


async def put(connection: AsyncConnection, row: StoredInstallation) -> None:
    """Store an installation in place of the one of the same tenant and user."""
    # A workspace that joined an organisation meanwhile has another name here, but is the same.
    moved = _of(row.platform, row.tenant) & (installations.c.enterprise_id != row.enterprise_id)
    await connection.execute(delete(installations).where(moved & (installations.c.user_id == row.user_id)))
    new = {"sealed": row.sealed, "installed_at": row.installed_at}
    key = {name: getattr(row, name) for name in _KEY}
    statement = insert_for(connection, installations).values(**key, **new)
    await connection.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=new))


async def bot(connection: AsyncConnection, platform: str, tenant: str) -> StoredInstallation | None:
    """Return what belongs to the bot in a tenant, or None where the app is not installed."""
    return await _newest(connection, _of(platform, tenant) & (installations.c.user_id == ""))


async def installer(
    connection: AsyncConnection, platform: str, tenant: str, user_id: str | None
) -> StoredInstallation | None:
    """Return the installation of a user of a tenant; with None the newest of anybody there."""
    who = installations.c.user_id != "" if user_id is None else installations.c.user_id == user_id
    return await _newest(connection, _of(platform, tenant) & who)


async def remove_bot(
    connection: AsyncConnection, platform: str, tenant: str, *, until: int | None = None
) -> None:
    """Delete what belongs to the bot in a tenant, unless installed after `until` (UTC epoch seconds)."""
    which = _of(platform, tenant) & (installations.c.user_id == "")
    await connection.execute(delete(installations).where(which, *_until(until)))


async def remove_installers(
    connection: AsyncConnection,
    platform: str,
    tenant: str,
    *,
    user_id: str | None = None,
    until: int | None = None,
) -> None:
    """Delete the installation of a user of a tenant, or of all of them; not what belongs to the bot.

    Args:
        connection: an open transaction.
        platform: where it is.
        tenant: the workspace or organisation.
        user_id: who; with None everybody.
        until: what was installed after this time (UTC epoch seconds) stays.
    """
    who = installations.c.user_id != "" if user_id is None else installations.c.user_id == user_id
    await connection.execute(delete(installations).where(_of(platform, tenant) & who, *_until(until)))


async def page(
    connection: AsyncConnection, platform: str, *, after: StoredInstallation | None, limit: int
) -> list[StoredInstallation]:
    """Return a piece of all installations of a platform, in the order of their keys."""
    key = tuple_(*(installations.c[name] for name in _KEY))
    statement = select(installations).where(installations.c.platform == platform)
    if after:
        statement = statement.where(key > tuple_(*(getattr(after, name) for name in _KEY)))
    rows = await connection.execute(statement.order_by(*key.clauses).limit(limit))
    return [_installed(row) for row in rows]


async def reseal(connection: AsyncConnection, items: Sequence[tuple[StoredInstallation, str]]) -> None:
    """Store installations sealed again, but those that were stored again meanwhile."""
    if not items:
        return
    names = (*_KEY, "sealed")
    same = [installations.c[name] == bindparam(f"old_{name}") for name in names]
    values = [
        {f"old_{name}": getattr(row, name) for name in names} | {"new_sealed": sealed}
        for row, sealed in items
    ]
    statement = update(installations).where(*same).values(sealed=bindparam("new_sealed"))
    await connection.execute(statement, values)


async def lock_chats(connection: AsyncConnection, platform: str, tenant: str) -> None:
    """Let nobody else decide about the chats of a tenant until the end of this transaction."""
    # Not FOR UPDATE: who only refers to the chat (compiling, matching) need not wait.
    first = _chats_of(platform, tenant).order_by(chats.c.id).limit(1)
    await connection.execute(first.with_for_update(key_share=True))


async def set_chats_gone(connection: AsyncConnection, platform: str, tenant: str, *, now: int | None) -> None:
    """Store since when a tenant's chats can't be reached (UTC epoch seconds), or with None that they can.

    A chat that was gone before keeps its time.
    """
    mine = (chats.c.platform == platform) & (chats.c.tenant == tenant)
    other = chats.c.gone_at.is_not(None) if now is None else chats.c.gone_at.is_(None)
    await connection.execute(update(chats).where(mine & other).values(gone_at=now))


async def gone_with_deliveries(
    connection: AsyncConnection, platform: str, tenant: str, *, after: int, limit: int
) -> list[int]:
    """Return chats of a tenant that are gone while something waits for them, ascending, from after a row."""
    waits = (deliveries.c.chat_id == chats.c.id) & deliveries.c.state.in_(("pending", "leased", "retry"))
    statement = _chats_of(platform, tenant).where(
        chats.c.gone_at.is_not(None) & (chats.c.id > after) & select(deliveries.c.id).where(waits).exists()
    )
    return list((await connection.execute(statement.order_by(chats.c.id).limit(limit))).scalars())


async def add_state(connection: AsyncConnection, state: str, *, now: int, expires_at: int) -> None:
    """Store that somebody began an installation, and delete the states that ran out.

    Args:
        connection: an open transaction.
        state: names it; at most 64 characters.
        now: UTC epoch seconds.
        expires_at: from when it is of no use, UTC epoch seconds.
    """
    await connection.execute(delete(oauth_states).where(oauth_states.c.expires_at <= now))
    await connection.execute(insert_for(connection, oauth_states).values(state=state, expires_at=expires_at))


async def use_state(connection: AsyncConnection, state: str, *, now: int) -> bool:
    """Delete a state; False where it is unknown, ran out, or was used already."""
    valid = (oauth_states.c.state == state) & (oauth_states.c.expires_at > now)
    used = await connection.execute(delete(oauth_states).where(valid).returning(oauth_states.c.state))
    return used.first() is not None


_KEY = ("platform", "enterprise_id", "team_id", "user_id")


def _of(platform: str, tenant: str) -> ColumnElement[bool]:
    if not tenant:  # every whole organisation has an empty `team_id`
        return false()
    whole = (installations.c.enterprise_id == tenant) & (installations.c.team_id == "")
    return (installations.c.platform == platform) & or_(installations.c.team_id == tenant, whole)


def _until(until: int | None) -> list[ColumnElement[bool]]:
    return [] if until is None else [installations.c.installed_at <= until]


def _chats_of(platform: str, tenant: str) -> Select[int]:
    return select(chats.c.id).where((chats.c.platform == platform) & (chats.c.tenant == tenant))


async def _newest(connection: AsyncConnection, which: ColumnElement[bool]) -> StoredInstallation | None:
    newest = select(installations).where(which).order_by(installations.c.installed_at.desc()).limit(1)
    row = (await connection.execute(newest)).first()
    return _installed(row) if row else None


def _installed(row: Row[Any]) -> StoredInstallation:
    return StoredInstallation(**row._asdict())
