"""Stores Slack installations with encrypted tokens.

It also updates the chats of a workspace when that installs or removes the app.
"""

from __future__ import annotations

import json
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bot.errors import SettingsError, StorageError
from bot.storage.delivery import outbox
from bot.storage.platform_state import installations
from bot.storage.platform_state.installations import StoredInstallation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.ports import Clock
    from bot.sealing import Sealer
    from bot.storage.engine.database import Connection, Database

STATE_SECONDS: Final = 600
"""How long somebody may take to install; slack-bolt's cookie lasts as long."""

_STATE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_PAGE: Final = 200
_CHATS: Final = 50
"""Chats whose deliveries one transaction cancels: about 40 ms, in which nobody else writes."""

_REMOVED: Final = "the workspace removed the app"


@dataclass(frozen=True, slots=True)
class Grant:
    """What an installation granted: tokens and scopes.

    Attributes:
        enterprise_id: the organisation, or empty where there is none.
        team_id: the workspace; empty where the organisation installed the app for all of its workspaces.
        user_id: who installed it; empty for what belongs to the bot itself.
        installed_at: UTC epoch seconds.
        content: tokens and all that goes with them, as JSON has it; never shown.
        expires_at: when the token ends, UTC epoch seconds, or None where it does not.
    """

    enterprise_id: str
    team_id: str
    user_id: str
    installed_at: int
    content: Mapping[str, Any] = field(repr=False)
    expires_at: int | None = None

    @property
    def tenant(self) -> str:
        """What `ChatKey.tenant` names: the workspace, or else the organisation."""
        return self.team_id or self.enterprise_id


@dataclass(frozen=True, slots=True)
class Resealing:
    """The result of encrypting stored tokens with a new key.

    Attributes:
        renewed: how many the first key seals now.
        unreadable: tenants with something that no key opens; they have to install again.
    """

    renewed: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkspaceInstallations:
    """The workspaces of one platform that installed the app.

    Attributes:
        database: where they are kept.
        clock: tells the time.
        sealer: encrypts what they gave us.
        platform: `ChatKey.platform` of their chats.
    """

    database: Database
    clock: Clock
    sealer: Sealer
    platform: str

    async def save(self, *grants: Grant) -> None:
        """Store grants in place of those of the same tenant and user, all or none.

        Of two tokens of a bot the one that ends later is the newer one and stays: another process may have
        renewed it meanwhile. Where the app is installed again, the tenant's chats are reachable again; one
        that was gone for itself goes again with its next message.
        """
        async with self.database.write() as connection:
            for grant in grants:
                if grant.user_id or await self._open_door(connection, grant):
                    await installations.put(connection, self._sealed(grant))

    async def bot(self, tenant: str) -> Grant | None:
        """Return what belongs to the bot in a tenant, or None where the app is not installed.

        Raises:
            SettingsError: no key opens it.
        """
        async with self.database.read() as connection:
            row = await installations.bot(connection, self.platform, tenant)
        return self._opened(row) if row else None

    async def installer(self, tenant: str, user_id: str | None = None) -> Grant | None:
        """Return what a user of a tenant installed; with None the newest of anybody there.

        Raises:
            SettingsError: no key opens it.
        """
        async with self.database.read() as connection:
            row = await installations.installer(connection, self.platform, tenant, user_id)
        return self._opened(row) if row else None

    async def forget(self, tenant: str, *, revoked_at: int | None = None) -> None:
        """Delete all that a tenant gave us, since it removed the app; its chats can't be reached any more.

        Their subscriptions stay, and are served again when the app is back.

        Args:
            tenant: the workspace or organisation.
            revoked_at: when it removed the app, UTC epoch seconds. Platforms tell it late, in any order and
                more than once (docs.slack.dev/reference/events/app_uninstalled), so what was installed after
                that stays. With None all goes.
        """
        async with self.database.write() as connection:
            await installations.remove_installers(connection, self.platform, tenant, until=revoked_at)
            is_gone = await self._remove_bot(connection, tenant, revoked_at)
        if is_gone:
            await self._cancel(tenant)

    async def forget_bot(self, tenant: str, *, revoked_at: int | None = None) -> None:
        """Delete what belongs to the bot in a tenant; for its chats it is as with `forget`."""
        async with self.database.write() as connection:
            is_gone = await self._remove_bot(connection, tenant, revoked_at)
        if is_gone:
            await self._cancel(tenant)

    async def forget_installers(
        self, tenant: str, user_id: str | None = None, *, revoked_at: int | None = None
    ) -> None:
        """Delete what a user of a tenant installed, or all users; the bot's own stays."""
        async with self.database.write() as connection:
            await installations.remove_installers(
                connection, self.platform, tenant, user_id=user_id, until=revoked_at
            )

    async def set_reachable(self, tenant: str, *, reachable: bool) -> None:
        """Store that we may, or may not any more, write to the chats of a tenant; as `Chats` does for one."""
        async with self.database.write() as connection:
            await installations.lock_chats(connection, self.platform, tenant)
            now = None if reachable else self._now()
            await installations.set_chats_gone(connection, self.platform, tenant, now=now)
        if not reachable:
            await self._cancel(tenant)

    async def reseal(self) -> Resealing:
        """Seal with the first key what an older one sealed, so that the older key can be taken away."""
        renewed, unreadable = 0, set[str]()
        async for rows in _pages(self.database, self.platform):
            anew: list[tuple[StoredInstallation, str]] = []
            for row in rows:
                try:
                    sealed = self.sealer.renewed(row.sealed)
                except SettingsError:
                    unreadable.add(row.tenant)
                else:
                    anew += [(row, sealed)] if sealed else []
            renewed += len(anew)
            if anew:
                async with self.database.write() as connection:
                    await installations.reseal(connection, anew)
        return Resealing(renewed, tuple(sorted(unreadable)))

    async def _open_door(self, connection: Connection, grant: Grant) -> bool:
        """Make the chats of a new installation reachable; False where a newer grant is stored already."""
        await installations.lock_chats(connection, self.platform, grant.tenant)
        stored = await installations.bot(connection, self.platform, grant.tenant)
        if stored is None:
            await installations.set_chats_gone(connection, self.platform, grant.tenant, now=None)
            return True
        # What no key opens is lost: a new installation is the way out.
        with suppress(SettingsError):
            expires_at = self._opened(stored).expires_at
            return None in (expires_at, grant.expires_at) or (expires_at or 0) <= (grant.expires_at or 0)
        return True

    async def _remove_bot(self, connection: Connection, tenant: str, revoked_at: int | None) -> bool:
        """Delete what belongs to the bot; return whether the tenant's chats are gone with it."""
        await installations.lock_chats(connection, self.platform, tenant)
        await installations.remove_bot(connection, self.platform, tenant, until=revoked_at)
        if await installations.bot(connection, self.platform, tenant):
            return False
        await installations.set_chats_gone(connection, self.platform, tenant, now=self._now())
        return True

    async def _cancel(self, tenant: str) -> None:
        """Cancel what waits for the chats of a tenant, while they are gone; in pieces, since others write."""
        last = 0
        while True:
            async with self.database.write() as connection:
                chats = await installations.gone_with_deliveries(
                    connection, self.platform, tenant, after=last, limit=_CHATS
                )
                for last in chats:
                    await outbox.cancel(connection, last, reason=_REMOVED, now=self._now())
            if len(chats) < _CHATS:
                return

    def _sealed(self, grant: Grant) -> StoredInstallation:
        # Whose it is is sealed too, so that nobody can give one workspace's token to another in the database.
        row = StoredInstallation(
            self.platform, grant.enterprise_id, grant.team_id, grant.user_id, "", grant.installed_at
        )
        text = {"of": _name(row), "expires_at": grant.expires_at, "content": dict(grant.content)}
        return replace(row, sealed=self.sealer.seal(json.dumps(text)))

    def _opened(self, row: StoredInstallation) -> Grant:
        opened = json.loads(self.sealer.open(row.sealed))
        if opened["of"] != _name(row):
            raise StorageError(f"what is stored for {row.tenant!r} was given by somebody else")
        return Grant(
            row.enterprise_id,
            row.team_id,
            row.user_id,
            row.installed_at,
            content=opened["content"],
            expires_at=opened["expires_at"],
        )

    def _now(self) -> int:
        return int(self.clock().timestamp())


async def unreadable_of(database: Database, platform: str, sealer: Sealer | None) -> tuple[int, list[str]]:
    """Return how many tenants of a platform installed the app, and those whose grants no key opens."""
    tenants, unreadable = set[str](), set[str]()
    async for rows in _pages(database, platform):
        for row in rows:
            tenants.add(row.tenant)
            try:
                if sealer is not None:
                    sealer.open(row.sealed)
            except SettingsError:
                unreadable.add(row.tenant)
    return len(tenants), sorted(unreadable)


async def _pages(database: Database, platform: str) -> AsyncIterator[list[StoredInstallation]]:
    """Yield all installations of a platform in pieces, each read in a transaction of its own."""
    after: StoredInstallation | None = None
    while True:
        async with database.read() as connection:
            rows = await installations.page(connection, platform, after=after, limit=_PAGE)
        if not rows:
            return
        yield rows
        after = rows[-1]


@dataclass(frozen=True, slots=True)
class OAuthStates:
    """OAuth states: a redirect from the platform must belong to an installation that began here.

    Attributes:
        database: where they are kept, so that any process may see the end of what another began.
        clock: tells the time.
    """

    database: Database
    clock: Clock

    async def issue(self) -> str:
        """Return a new state of 256 random bits; it is good for `STATE_SECONDS`."""
        state, now = secrets.token_urlsafe(32), int(self.clock().timestamp())
        async with self.database.write() as connection:
            await installations.add_state(connection, state, now=now, expires_at=now + STATE_SECONDS)
        return state

    async def consume(self, state: str) -> bool:
        """Use a state up; False where it was not issued, was used already, or ran out."""
        if not _STATE.fullmatch(state):
            return False
        async with self.database.write() as connection:
            return await installations.use_state(connection, state, now=int(self.clock().timestamp()))


def _name(row: StoredInstallation) -> list[str]:
    return [row.platform, row.enterprise_id, row.team_id, row.user_id]
