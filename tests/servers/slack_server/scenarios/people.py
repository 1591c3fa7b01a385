"""Scenario: which workspaces, people and channels there are, and how that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_server.api import account
from slack_server.api.access import direct_channel
from slack_server.connections import payloads
from slack_server.connections.delivery import Delivered, Delivery
from slack_server.records.model import Channel
from slack_server.records.workspace import Team, User
from slack_server.records.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slack_server.records.model import Message
    from slack_server.records.workspace import Installation

_SCOPES_OF_EVENTS = {
    "app_mention": ("app_mentions:read",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "link_shared": ("links:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "channel_left": ("channels:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "group_left": ("groups:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_deleted": ("groups:read",),
    "app_home_opened": (),
    "app_uninstalled": (),
    "tokens_revoked": (),
}
"""Which scopes let an app hear of an event, one of them (docs.slack.dev/reference/events); some need none."""


class People:
    """Makes workspaces, people and channels, and lets them change; the bot is told what Slack would tell.

    Args:
        scopes: what the bot has; by default `world.DEFAULT_SCOPES`.
        installed: whether the app is in the first workspace already.

    Attributes:
        world: everything there is.
        delivery: how things get to the bot.
        subscribed: the events that the app asked for.
        unfurl_domains: whose links it asked for.
        team: the first workspace.
    """

    def __init__(self, *, scopes: Iterable[str] | None = None, installed: bool = True) -> None:
        self.world = World() if scopes is None else World(scopes=frozenset(scopes))
        self.delivery = Delivery(self.world)
        self.subscribed = set(_SCOPES_OF_EVENTS)
        self.unfurl_domains = {"arxiv.org", "doi.org"}
        self.team = self.workspace("Paper Lab")
        self.owner = self.user("Olga", is_admin=True, is_owner=True)
        if installed:
            account.install(self.world, self.team, self.owner, self.world.scopes)

    @property
    def installation(self) -> Installation:
        """The app in the first workspace, gone or not."""
        found = [one for one in self.world.installations.values() if one.team is self.team]
        assert found, f"the app was never in {self.team.name}"
        return found[-1]

    @property
    def bot(self) -> User:
        """The bot's user in the first workspace."""
        return self.installation.bot

    @property
    def token(self) -> str:
        """The bot's token in the first workspace."""
        return self.installation.token

    def workspace(self, name: str) -> Team:
        """Make a workspace; the app is not in it."""
        team = Team(self.world.new_id("T"), name, "-".join(name.lower().split()))
        self.world.teams[team.id] = team
        return team

    def user(
        self,
        name: str,
        *,
        team: Team | None = None,
        locale: str = "en-US",
        tz: str = "Europe/Berlin",
        is_admin: bool = False,
        is_owner: bool = False,
        is_guest: bool = False,
    ) -> User:
        """Make a person; of the first workspace, unless another is named.

        Args:
            name: the real name.
            team: another workspace; to the first one he or she is a stranger.
            locale: as Slack writes it, such as `zh-CN`.
            tz: the time zone's name.
            is_admin: of the workspace.
            is_owner: of the workspace.
            is_guest: whether in few channels only.
        """
        made = User(
            id=self.world.new_id("U"),
            team=team or self.team,
            name=name.lower().replace(" ", "."),
            real_name=name,
            tz=tz,
            locale=locale,
            is_admin=is_admin or is_owner,
            is_owner=is_owner,
            is_restricted=is_guest,
        )
        self.world.users[made.id] = made
        return made

    def channel(
        self,
        name: str,
        *,
        members: Sequence[User] = (),
        creator: User | None = None,
        private: bool = False,
        bot_is_in: bool = True,
        shared_with: Sequence[Team] = (),
        team: Team | None = None,
    ) -> Channel:
        """Make a channel.

        Args:
            name: without `#`.
            members: who is in, besides who made it.
            creator: who made it; by default the first member, else the workspace's owner.
            private: whether only members know of it.
            bot_is_in: whether the bot is a member.
            shared_with: other workspaces (Slack Connect).
            team: whose it is; by default the first workspace's.
        """
        made_by = creator or (members[0] if members else self.owner)
        home = team or self.team
        channel = Channel(
            id=self.world.new_id("C"),
            team=home,
            kind="private" if private else "public",
            name=name,
            app_id=self.world.app_id,
            creator=made_by,
            shared_with=list(shared_with),
        )
        channel.members = {user.id: user for user in [made_by, *members]}
        installed = self.world.installed(home)
        if bot_is_in and installed is not None:
            channel.members[installed.bot.id] = installed.bot
        self.world.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """Return the direct messages of a person with the bot of the workspace."""
        return direct_channel(self.world, user, self._installed(user).bot)

    def group_message(self, *users: User) -> Channel:
        """Make direct messages of several people with the bot among them."""
        bot = self._installed(users[0]).bot
        channel = Channel(
            id=self.world.new_id("C"),
            team=users[0].team,
            kind="mpim",
            name=f"mpdm-{'--'.join(user.name for user in users)}-1",
            app_id=self.world.app_id,
            creator=users[0],
            members={user.id: user for user in [*users, bot]},
        )
        self.world.channels[channel.id] = channel
        return channel

    def joins(self, channel: Channel, user: User) -> Delivered | None:
        """Let somebody join, or the bot be invited."""
        channel.members[user.id] = user
        said = {"user": user.id, "channel": channel.id, "team": user.team.id}
        letter = "C" if channel.kind == "public" else "G"
        invited = {"inviter": channel.creator.id} if channel.creator and user.bot_id else {}
        return self.tell("member_joined_channel", {**said, "channel_type": letter, **invited}, channel)

    def kicks(self, channel: Channel, user: User) -> Delivered | None:
        """Let somebody, or the bot, be removed."""
        channel.members.pop(user.id, None)
        if user.bot_id is not None:
            kind = "channel_left" if channel.kind == "public" else "group_left"
            return self.tell(kind, {"channel": channel.id, "actor_id": self.owner.id}, channel)
        letter = "C" if channel.kind == "public" else "G"
        said = {"user": user.id, "channel": channel.id, "channel_type": letter, "team": user.team.id}
        return self.tell("member_left_channel", said, channel)

    def archives(self, channel: Channel) -> Delivered | None:
        """Let a channel be archived."""
        channel.archived = True
        return self._changed(channel, "archive", {"channel": channel.id, "user": self.owner.id})

    def unarchives(self, channel: Channel) -> Delivered | None:
        """Let an archived channel be in use again."""
        channel.archived = False
        return self._changed(channel, "unarchive", {"channel": channel.id, "user": self.owner.id})

    def renames(self, channel: Channel, name: str) -> Delivered | None:
        """Give a channel another name."""
        channel.previous_names.append(channel.name)
        channel.name = name
        said = {"id": channel.id, "name": name, "name_normalized": name, "created": 1_700_000_000}
        return self._changed(channel, "rename", {"channel": said})

    def deletes(self, channel: Channel) -> Delivered | None:
        """Let a channel be gone."""
        told = self._changed(channel, "deleted", {"channel": channel.id, "actor_id": self.owner.id})
        channel.deleted = True
        return told

    def restricts(self, channel: Channel) -> None:
        """Let only admins write in a channel; Slack tells bots nothing."""
        channel.posting = "admins"

    def deactivates(self, user: User) -> Delivered | None:
        """Deactivate somebody's account."""
        user.deleted = True
        for channel in self.world.channels.values():
            if channel.kind != "im":
                channel.members.pop(user.id, None)
        return self.tell("user_change", {"user": user.seen_from(user.team)}, team=user.team)

    def promotes(self, user: User) -> Delivered | None:
        """Make somebody an admin of the workspace."""
        user.is_admin = True
        return self.tell("user_change", {"user": user.seen_from(user.team)}, team=user.team)

    def deletes_message(self, message: Message) -> None:
        """Let a message be deleted by hand, without an event that the bot could hear."""
        message.deleted = True
        self.world.changes.tell()

    def tell(
        self, kind: str, event: dict[str, Any], channel: Channel | None = None, *, team: Team | None = None
    ) -> Delivered | None:
        """Bring an event to the bot; None where it did not ask for it, has no scope, or is not there.

        Args:
            kind: as in the app's manifest, such as `message.im`.
            event: what happened, without its type.
            channel: where it happened.
            team: the workspace, where there is no channel.
        """
        teams = [channel.team, *channel.shared_with] if channel else [team or self.team]
        installed = next((one for one in map(self.world.installed, teams) if one is not None), None)
        if installed is None or kind not in self.subscribed:
            return None
        needed = _SCOPES_OF_EVENTS[kind]
        if needed and not installed.scopes & set(needed):
            return None
        said = {**event, "type": kind.partition(".")[0]}
        return self.delivery.publish(payloads.event_callback(self.world, installed, said, channel))

    def _changed(self, channel: Channel, change: str, event: dict[str, Any]) -> Delivered | None:
        kind = "channel" if channel.kind == "public" else "group"
        installed = self.world.installed(channel.team)
        if kind == "group" and (installed is None or not channel.has(installed.bot)):
            return None
        return self.tell(f"{kind}_{change}", event, channel)

    def _installed(self, user: User) -> Installation:
        installed = self.world.installed(user.team)
        assert installed is not None, f"the app is not in {user.team.name}"
        return installed
