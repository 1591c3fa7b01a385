"""Records of views: modals and Home tabs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slack_server.block_kit import mrkdwn
from slack_server.block_kit.shown import Control, names_of_controls, pick, text_of_blocks

if TYPE_CHECKING:
    from slack_server.records.workspace import Team, User


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class View:
    """A modal of one person, or his or her Home tab.

    Attributes:
        said: what the bot sent, with the ids that Slack gave where the bot gave none.
        hash: changes with each update.
        values: what was typed or chosen, by block and action, as `state.values` has it.
        errors: what the bot said of the last submission, by block.
        open: whether the person still sees it.
        versions: what the bot sent before, oldest first.
    """

    id: str
    team: Team
    user: User
    bot: User
    app_id: str
    said: dict[str, Any]
    hash: str
    root: View | None = None
    previous: View | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    errors: dict[str, str] = field(default_factory=dict)
    open: bool = True
    versions: list[dict[str, Any]] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"View({self.kind}, {self.title!r})"

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.said["type"])

    @property
    def title(self) -> str:
        """What is above it; nothing above a Home tab."""
        return str((self.said.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        """By which the bot knows it."""
        return str(self.said.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the bot keeps in it."""
        return str(self.said.get("private_metadata", ""))

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its blocks."""
        blocks: list[dict[str, Any]] = self.said["blocks"]
        return blocks

    @property
    def shown(self) -> str:
        """What people read, the title first."""
        return "\n".join(part for part in (self.title, text_of_blocks(self.blocks)) if part)

    @property
    def labels(self) -> list[str]:
        """What can be pressed or filled in."""
        return names_of_controls(self.blocks)

    @property
    def mentions(self) -> list[str]:
        """As a message's."""
        return mrkdwn.mentions_of_blocks(self.blocks)

    def control(self, wanted: str, *, nth: int = 0) -> Control:
        """Return the control of that label, option, value or id (see `shown.found_controls`).

        Raises:
            LookupError: there is none; says which there are.
        """
        return pick(self.blocks, wanted, nth)

    @property
    def as_json(self) -> dict[str, Any]:
        """The view object."""
        defaults = {
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "submit": None,
            "title": {"type": "plain_text", "text": "View Title", "emoji": True},
        }
        return {
            **defaults,
            **self.said,
            "id": self.id,
            "team_id": self.team.id,
            "state": {"values": {block: dict(values) for block, values in self.values.items()}},
            "hash": self.hash,
            "root_view_id": (self.root or self).id,
            "previous_view_id": self.previous.id if self.previous else None,
            "app_id": self.app_id,
            "app_installed_team_id": self.team.id,
            "bot_id": self.bot.bot_id,
        }
