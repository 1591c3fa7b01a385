"""Records of conversations: channels, messages, files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from slack_server.block_kit import mrkdwn
from slack_server.block_kit.shown import Control, names_of_controls, pick, text_of_blocks

if TYPE_CHECKING:
    from slack_server.records.workspace import Team, User

ChannelKind = Literal["public", "private", "im", "mpim"]


@dataclass(frozen=True, slots=True)
class Version:
    """What a message was before it was edited."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Message:
    """A message, a person's or the bot's.

    Attributes:
        ts: its time, unique in its channel; it is its id, too.
        text: the top-level text, which notifications and screen readers use.
        blocks: with the ids that Slack gave where the bot gave none.
        thread_ts: the parent's `ts`, in a thread; the parent itself has none here.
        only_for: who sees it, if it is ephemeral.
        notifies_by_name: whether `@channel` and the like count.
        number: of the request that brought it, or 0.
        edits: what it was before, oldest first.
        values: what was chosen in its menus, by block and action.
    """

    ts: str
    channel: Channel
    author: User
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: dict[str, Any] | None = None
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
    unfurls: dict[str, Any] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    only_for: User | None = None
    notifies_by_name: bool = False
    number: int = 0
    edits: list[Version] = field(default_factory=list)
    edited_ts: str | None = None
    deleted: bool = False
    reactions: dict[str, list[User]] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    subtype: str | None = None

    def __repr__(self) -> str:
        return f"Message({self.ts}, {self.shown[:60]!r})"

    @property
    def shown(self) -> str:
        """What people read: of its blocks, else its text."""
        return text_of_blocks(self.blocks) if self.blocks else mrkdwn.shown(self.text)

    @property
    def mentions(self) -> list[str]:
        """What would notify people or name a channel, such as `<!channel>`; in the text or in blocks."""
        found = mrkdwn.mentions_in(self.text, by_name=self.notifies_by_name)
        return found + mrkdwn.mentions_of_blocks([*self.blocks, *self.attachments])

    @property
    def links(self) -> list[tuple[str, str]]:
        """Links as (text, address): of its blocks, else of its text; buttons are not among them."""
        return mrkdwn.links_of_blocks(self.blocks) if self.blocks else mrkdwn.links_in(self.text)

    @property
    def labels(self) -> list[str]:
        """What can be pressed: buttons' labels and menus' options, in order."""
        return names_of_controls(self.blocks)

    def control(self, wanted: str, *, nth: int = 0) -> Control:
        """Return the control of that label, option, value or id (see `shown.found_controls`).

        Raises:
            LookupError: there is none; says which there are.
        """
        return pick(self.blocks, wanted, nth)

    @property
    def permalink(self) -> str:
        """Its address."""
        archive = f"https://{self.channel.team.domain}.slack.com/archives/{self.channel.id}"
        link = f"{archive}/p{self.ts.replace('.', '')}"
        return link + (f"?thread_ts={self.thread_ts}&cid={self.channel.id}" if self.thread_ts else "")

    @property
    def as_json(self) -> dict[str, Any]:
        """The message object, without its metadata."""
        said: dict[str, Any] = {"type": "message", "user": self.author.id, "ts": self.ts, "text": self.text}
        said["team"] = self.author.team.id
        if self.subtype:
            said["subtype"] = self.subtype
        if self.author.bot_id:
            said |= {"bot_id": self.author.bot_id, "app_id": self.channel.app_id}
        if self.blocks:
            said["blocks"] = self.blocks
        if self.attachments or self.unfurls:
            said["attachments"] = [
                *self.attachments,
                *({"from_url": url, **unfurl} for url, unfurl in self.unfurls.items()),
            ]
        if self.files:
            said["files"] = [file.as_json for file in self.files]
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        elif replies := self.channel.replies_to(self):
            said |= {"thread_ts": self.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
        if self.edited_ts:
            said["edited"] = {"user": self.author.id, "ts": self.edited_ts}
        if self.reactions:
            said["reactions"] = [
                {"name": name, "users": [user.id for user in users], "count": len(users)}
                for name, users in self.reactions.items()
            ]
        return said


@dataclass(eq=False, slots=True)
class File:
    """An uploaded file; without a title it is not completed yet."""

    id: str
    name: str
    length: int
    owner: User
    content: bytes | None = None
    title: str | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        """The file object, in short."""
        return {"id": self.id, "name": self.name, "title": self.title or self.name, "size": self.length}


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Channel:
    """A conversation: a channel, a direct message, or one among several.

    Attributes:
        team: whose it is.
        name: of direct messages, the other's id.
        person: the other one of a direct message with the bot.
        app_id: of the app under test.
        members: by id, the bot among them where it is in.
        shared_with: other workspaces that share it (Slack Connect).
        posting: who may write; `admins` lets no bot.
        history: all messages by `ts`; ephemeral ones are not in it.
        messages: what the bot was allowed to say, in order, ephemeral ones too; deleted ones stay.
    """

    id: str
    team: Team
    kind: ChannelKind
    name: str
    app_id: str
    creator: User | None = None
    person: User | None = None
    members: dict[str, User] = field(default_factory=dict)
    shared_with: list[Team] = field(default_factory=list)
    posting: Literal["everyone", "admins"] = "everyone"
    archived: bool = False
    deleted: bool = False
    previous_names: list[str] = field(default_factory=list)
    history: dict[str, Message] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Channel({self.name!r})"

    @property
    def last(self) -> Message:
        """The bot's last message."""
        return self.messages[-1]

    @property
    def texts(self) -> list[str]:
        """What the bot's messages show now, in order."""
        return [message.shown for message in self.messages if not message.deleted]

    def has(self, user: User) -> bool:
        """Return whether a user is in it."""
        return user.id in self.members

    def replies_to(self, parent: Message) -> list[Message]:
        """Return the messages of a thread, without its parent."""
        return [one for one in self.history.values() if one.thread_ts == parent.ts and not one.deleted]

    def seen_by(self, user: User) -> dict[str, Any]:
        """Return the conversation object, as a member or somebody else sees it."""
        said: dict[str, Any] = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_archived": self.archived,
            "is_org_shared": False,
            "context_team_id": self.team.id,
        }
        if self.kind == "im":
            assert self.person is not None
            return said | {"user": self.person.id, "is_user_deleted": self.person.deleted}
        shared = bool(self.shared_with)
        return said | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind in {"private", "mpim"},
            "is_private": self.kind != "public",
            "is_general": False,
            "is_member": self.has(user),
            "is_shared": shared,
            "is_ext_shared": shared,
            "shared_team_ids": [team.id for team in [self.team, *self.shared_with]],
            "creator": self.creator.id if self.creator else "",
            "num_members": len(self.members),
            "previous_names": self.previous_names,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
