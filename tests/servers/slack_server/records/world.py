"""Everything the server knows, and what changes it."""

from __future__ import annotations

import copy
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from server_parts.changes import Changes

from slack_server.records.model import Channel, File, Message
from slack_server.records.states import initial_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from slack_server.api.params import Params
    from slack_server.records.view import View
    from slack_server.records.workspace import Installation, Team, User

DEFAULT_SCOPES = frozenset(
    "app_mentions:read channels:read chat:write chat:write.public commands files:write groups:read "
    "im:history im:read im:write links:read links:write mpim:read reactions:read team:read users:read".split()
)
"""What an app gets that asks for no history of channels."""

DeedKind = Literal["posted", "ephemeral", "edited", "deleted", "view", "home", "unfurled", "reacted"]

TRIGGER_SECONDS = 3.0
"""How long a trigger_id lives (docs.slack.dev/interactivity/handling-user-interaction)."""
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_USES = 5


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was read.

    Attributes:
        number: rises with each request, from 1.
        method: such as `chat.postMessage`, or `response_url`.
        params: its arguments.
        by: whose token it came with; None for an app-level token or none.
        at: when it came, in seconds since 1970 by the server's clock.
    """

    number: int
    method: str
    params: Params
    by: Installation | None
    at: float

    @property
    def team(self) -> Team:
        """The workspace of the token."""
        assert self.by is not None, f"{self.method} needs a bot's token"
        return self.by.team

    @property
    def bot(self) -> User:
        """The bot that the token is of."""
        assert self.by is not None, f"{self.method} needs a bot's token"
        return self.by.bot


@dataclass(eq=False, slots=True)
class Logged:
    """What happened to a request.

    Attributes:
        call: the request.
        accepted: whether it was carried out.
        refusal: the error that Slack answered instead, or None.
        fault: the class of the planned fault it met, or None.
        answered: whether an answer was written to the connection.
    """

    call: Call
    accepted: bool = False
    refusal: str | None = None
    fault: str | None = None
    answered: bool = False

    def __str__(self) -> str:
        """One line for a failure report."""
        became = "accepted" if self.accepted else self.refusal or self.fault or "under way"
        params = self.call.params
        where = params.text("channel") or params.text("user_id") or params.text("trigger_id")
        return f"{self.call.number} {self.call.method} {where} {params.text('text')[:60]!r}: {became}"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that the bot did and that somebody can see.

    Attributes:
        channel: where, of messages.
        user: who sees it, where only one person does.
    """

    kind: DeedKind
    thing: Message | View
    channel: Channel | None = None
    user: User | None = None


@dataclass(eq=False, slots=True)
class Trigger:
    """What a `trigger_id` stands for.

    Attributes:
        view: the modal that was used, if it was one.
        channel: where it was, if not in a view.
    """

    user: User
    team: Team
    made_at: float
    view: View | None = None
    channel: Channel | None = None
    used: bool = False


@dataclass(eq=False, slots=True)
class ResponseUrl:
    """Where an interaction may be answered, five times within half an hour.

    Attributes:
        message: what was pressed, if anything was.
    """

    installation: Installation
    channel: Channel
    user: User
    made_at: float
    message: Message | None = None
    uses: int = 0


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class World:
    """The state of Slack as one app sees it.

    Attributes:
        app_id: the app's; the same in all workspaces.
        scopes: what an installation gets that asks for nothing else.
        clock: seconds since 1970; tests may let it go ahead by `ahead`.
        installations: by token.
        stacks: by user id, the modals that are open, the top one last.
        homes: by team and user id.
        deeds: what the bot did, in order.
        warnings: what Slack accepts but advises against, with the request's number.
    """

    app_id: str = "A0PAPERWIRE"
    client_id: str = "1111.2222"
    client_secret: str = "invented-client-secret"
    signing_secret: str = "invented-signing-secret"
    app_token: str = "xapp-1-A0PAPERWIRE-1-invented"
    scopes: frozenset[str] = DEFAULT_SCOPES
    clock: Callable[[], float] = time.time
    ahead: float = 0.0
    url: str = ""
    changes: Changes = field(default_factory=Changes)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    installations: dict[str, Installation] = field(default_factory=dict)
    codes: dict[str, tuple[Team, User, frozenset[str], str]] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[tuple[str, str], View] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    unfurl_ids: dict[str, Message] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _ids: Iterator[int] = field(default_factory=lambda: count(1))
    _last_ts: int = 0

    @property
    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return self.clock() + self.ahead

    def new_id(self, letter: str) -> str:
        """Return an id as Slack's: a letter and ten others."""
        return f"{letter}0{next(self._ids):08X}Z"

    def new_ts(self) -> str:
        """Return a time stamp that no message has; they rise."""
        self._last_ts = max(self._last_ts + 1, int(self.now * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_hash(self) -> str:
        """Return a view's hash."""
        return f"{int(self.now)}.{next(self._ids):08x}"

    def trigger(
        self, user: User, team: Team, *, view: View | None = None, channel: Channel | None = None
    ) -> str:
        """Make a trigger_id."""
        trigger_id = f"{next(self._ids)}.{next(self._ids)}.{random.getrandbits(128):032x}"
        self.triggers[trigger_id] = Trigger(user, team, self.now, view, channel)
        return trigger_id

    def response_url(
        self, kind: str, installation: Installation, channel: Channel, user: User, message: Message | None
    ) -> str:
        """Make a response_url; kind is `commands` or `actions`."""
        path = f"/{kind}/{installation.team.id}/{next(self._ids)}/{random.getrandbits(96):024x}"
        self.response_urls[path] = ResponseUrl(installation, channel, user, self.now, message)
        return self.url + path

    def installed(self, team: Team) -> Installation | None:
        """Return the installation of the app in a workspace, the last one, if it is still there."""
        found = [one for one in self.installations.values() if one.team is team and not one.refused_as]
        return found[-1] if found else None

    def post(self, channel: Channel, author: User, **fields: Any) -> Message:
        """Put a message into a channel, or show it to one person (`only_for`)."""
        fields["blocks"] = self.with_ids(fields.get("blocks") or [])
        message = Message(ts=self.new_ts(), channel=channel, author=author, **fields)
        set_initial_values(message)
        if message.only_for is None:
            channel.history[message.ts] = message
        if author.bot_id is not None:
            channel.messages.append(message)
            kind: DeedKind = "ephemeral" if message.only_for else "posted"
            self.did(kind, message, channel=channel, user=message.only_for)
        return message

    def did(
        self,
        kind: DeedKind,
        thing: Message | View,
        *,
        channel: Channel | None = None,
        user: User | None = None,
    ) -> None:
        """Note what the bot did."""
        self.deeds.append(Deed(kind, thing, channel, user))
        self.changes.tell()

    def with_ids(self, blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return a copy of blocks with the ids that Slack gives where there are none."""
        copied = copy.deepcopy(list(blocks))
        for block in copied:
            block["block_id"] = block.get("block_id") or self._short_id()
            for element in [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]:
                if isinstance(element, dict) and _takes_an_action_id(element):
                    element["action_id"] = element.get("action_id") or self._short_id()
        return copied

    def _short_id(self) -> str:
        return f"g{next(self._ids):04x}"


_SHOWN_ONLY = frozenset(
    "image plain_text mrkdwn rich_text_section rich_text_list rich_text_preformatted rich_text_quote".split()
)


def _takes_an_action_id(element: dict[str, Any]) -> bool:
    return element.get("type") not in _SHOWN_ONLY


def set_initial_values(thing: Message | View) -> None:
    """Set what the elements of a message or view start with."""
    thing.values.clear()
    for (block_id, action_id), state in initial_values(thing.blocks):
        thing.values[block_id][action_id] = state
