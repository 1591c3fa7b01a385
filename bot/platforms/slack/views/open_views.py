"""Opens and updates modals within the three seconds that a trigger_id is valid.

Content that takes longer comes into the open modal.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError

from bot.platforms.slack.blocks.shorten import shortened_view
from bot.platforms.slack.blocks.validate import view_problems
from bot.platforms.slack.views.modal_layouts import waiting_view

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from slack_bolt.async_app import AsyncAck

    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.platforms.slack.views.home_layout import HomePosition

PATIENCE: Final = 1.5
"""Seconds until something is shown while the rest is made; a `trigger_id` and an answer have three
(https://docs.slack.dev/interactivity/handling-user-interaction)."""
_OVERTAKEN: Final = frozenset({"not_found", "hash_conflict"})
_TOO_LATE: Final = "expired_trigger_id"
_ACK_SECONDS: Final = 0.5
"""What an acknowledgement takes at most to get to Slack: if it came after an update, it would undo it."""
_FULL: Final = frozenset({"push_limit_reached", "not_found"})
"""Three modals are on top of each other already, or the one below was closed meanwhile."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModalContent:
    """A modal that is to be shown.

    Attributes:
        view: the modal.
        is_needed: whether to show it; what took too long is shown all the same, since it is waited for.
    """

    view: Json
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What a modal that was sent comes to.

    Attributes:
        late: what is shown where Slack could not wait to hear of errors or of closing.
        view: what the modal becomes; None with no errors closes it.
        errors: what is wrong, by the input's block; then the modal stays.
        home: what of the lists the Home below it shows, which is to be published again; else None.
        told: blocks that say there what was done.
    """

    late: Json
    view: Json | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    home: HomePosition | None = None
    told: Sequence[Json] = ()


async def show(act: Interaction, making: Coroutine[Any, Any, ModalContent]) -> None:
    """Show a modal: on top of the one where something was done, else a new one.

    Where it is too late to open one, what was asked is done all the same.

    Args:
        act: what was done.
        making: makes the modal.

    Raises:
        SlackApiError: Slack does not show it.
    """
    task = asyncio.ensure_future(making)
    try:
        if await _is_done(task):
            if task.result().is_needed:
                await _put(act, task.result().view)
            return
        view_id = await _put(act, waiting_view())
        await change(act, view_id, (await task).view)
    except SlackApiError as error:
        if error.response.get("error") != _TOO_LATE:
            raise
        await task
        _log.warning("a modal was not opened: its trigger_id had expired")
    finally:
        task.cancel()


async def change(act: Interaction, view_id: str, view: Json, *, only_after: str | None = None) -> str | None:
    """Let a modal that is open show something else; return the hash of what it shows then.

    Args:
        act: what was done.
        view_id: the modal.
        view: what it becomes.
        only_after: the hash of what it must still show; None for whatever it shows.

    Returns:
        None where it was closed meanwhile, or shows something else.

    Raises:
        SlackApiError: Slack refuses.
    """
    try:
        changed = await act.client.views_update(view_id=view_id, view=sendable(view), hash=only_after)
    except SlackApiError as error:
        if error.response.get("error") not in _OVERTAKEN:
            raise
        return None
    return str(changed["view"]["hash"])


async def answer(act: Interaction, ack: AsyncAck, making: Coroutine[Any, Any, SubmitResult]) -> SubmitResult:
    """Answer a modal that was sent; return what it comes to.

    Args:
        act: that it was sent.
        ack: answers Slack.
        making: does what the modal asks for.

    Raises:
        SlackApiError: Slack does not show a late answer.
    """
    task = asyncio.ensure_future(making)
    try:
        if not await _is_done(task):
            await ack(response_action="update", view=waiting_view())
            submitted = await task
            await asyncio.sleep(_ACK_SECONDS)
            await change(act, act.view_id, submitted.view or submitted.late)
            return submitted
        submitted = task.result()
        if submitted.errors:
            await ack(response_action="errors", errors=dict(submitted.errors))
        elif submitted.view is not None:
            await ack(response_action="update", view=sendable(submitted.view))
        else:
            await ack()
    finally:
        task.cancel()
    return submitted


def sendable(view: Json) -> Json:
    """Return a view that Slack takes; what had to be left out of it is logged."""
    found = view_problems(view)
    if found:
        _log.warning("a view was shortened: %s %s", found[0].where, found[0].what)
    return shortened_view(view)


async def _is_done(task: asyncio.Future[Any]) -> bool:
    await asyncio.wait({task}, timeout=PATIENCE)
    return task.done()


async def _put(act: Interaction, view: Json) -> str:
    below = act.view
    if below is None or below["type"] != "modal":
        opened = await act.client.views_open(trigger_id=act.trigger_id, view=sendable(view))
        return str(opened["view"]["id"])
    try:
        opened = await act.client.views_push(trigger_id=act.trigger_id, view=sendable(view))
        return str(opened["view"]["id"])
    except SlackApiError as error:
        if error.response.get("error") not in _FULL:
            raise
    await change(act, str(below["id"]), view)
    return str(below["id"])
