"""Records of workspaces, the people in them, and the app's installations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(eq=False, repr=False, slots=True)
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str

    def __repr__(self) -> str:
        return f"Team({self.name!r})"

    @property
    def as_json(self) -> dict[str, Any]:
        """The object of team.info."""
        return {"id": self.id, "name": self.name, "domain": self.domain, "email_domain": "", "icon": {}}


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class User:
    """A person or a bot of a workspace.

    Attributes:
        name: as in mentions of old, such as `ada`.
        locale: as `en-US`; only users.info with `include_locale` tells it.
        deleted: whether the account is deactivated.
        bot_id: of bots, such as `B0…`.
    """

    id: str
    team: Team
    name: str
    real_name: str
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    deleted: bool = False
    bot_id: str | None = None

    def __repr__(self) -> str:
        return f"User({self.name!r})"

    def seen_from(self, team: Team) -> dict[str, Any]:
        """Return the object of users.info, as a workspace sees it."""
        stranger = team is not self.team
        said: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team.id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "profile": {"real_name": self.real_name, "display_name": self.name, "team": self.team.id},
            "is_bot": self.bot_id is not None,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }
        if stranger:
            return said | {"is_stranger": True}
        return said | {
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": self.is_owner,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
        }


@dataclass(eq=False, slots=True, kw_only=True)
class Installation:
    """The app in a workspace.

    Attributes:
        token: the bot's, `xoxb-…`.
        scopes: what the workspace allowed.
        refused_as: what Slack answers to the token instead (`token_revoked`, `account_inactive`), or None.
    """

    team: Team
    bot: User
    token: str
    scopes: frozenset[str]
    installer: User
    refused_as: str | None = None
