"""An interaction (action, view submission, shortcut) as slack-bolt passes it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import PaperwireError
from bot.platforms.slack.api.clients import TENANT
from bot.platforms.slack.api.errors import SLACK_FAILED, code_of

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from slack_bolt.context.async_context import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.slack.blocks.block_kit import Json

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Interaction:
    """A user's action in a view or message.

    Attributes:
        client: of the workspace.
        tenant: the workspace, or the organisation that installed the app for all of its workspaces.
        user_id: who did it.
        body: all that Slack says of it.
    """

    client: AsyncWebClient
    tenant: str
    user_id: str
    body: Json

    @property
    def trigger_id(self) -> str:
        """What lets a modal be opened, within three seconds, once."""
        return str(self.body["trigger_id"])

    @property
    def view(self) -> Json | None:
        """The modal or Home in which it was done, or None."""
        view: Json | None = self.body.get("view")
        return view

    @property
    def view_id(self) -> str:
        """The id of that view."""
        return str((self.view or {})["id"])

    @property
    def channel(self) -> str:
        """The conversation in which it was done, or empty."""
        return str((self.body.get("channel") or {}).get("id") or "")

    @property
    def action_id(self) -> str:
        """What was pressed or typed into."""
        return str(self._action["action_id"])

    @property
    def acted_at(self) -> float:
        """When, by Slack's clock; acts may come in another order."""
        return float(self._action.get("action_ts") or 0)

    @property
    def value(self) -> str:
        """What is behind what was pressed, or what was typed; empty where nothing does."""
        action = self._action
        chosen = action.get("selected_option") or action
        return str(chosen.get("value") or "")

    @property
    def _action(self) -> Json:
        action: Json = self.body["actions"][0]
        return action


def act_of(body: Json, context: AsyncBoltContext, client: AsyncWebClient) -> Interaction:
    """Return what was done.

    Args:
        body: of the request.
        context: as bolt read it.
        client: of the workspace.
    """
    return Interaction(client, str(context[TENANT]), context.user_id or "", body)


async def carried_out(doing: Awaitable[object]) -> None:
    """Wait for what follows an act; what Slack or the archive refuses goes to the log, it never raises."""
    try:
        await doing
    except PaperwireError as error:
        _log.warning("a view was not shown: %s", error)
    except SLACK_FAILED as error:
        _log.warning("a view was not shown: %s", code_of(error))
    except Exception:  # noqa: BLE001 (one act must not stop the others)
        _log.exception("a view was not shown")
