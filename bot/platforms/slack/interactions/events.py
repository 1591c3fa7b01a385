"""Parses Slack's events and actions into commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.platforms.slack.blocks.buttons import COMMAND_ACTION, LINK_ACTION, OVERFLOW_ACTION
from bot.platforms.slack.interactions.message_text import asked_for, decoded, taken_share, without_mention

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN_COMMAND: Final = "/papers"
"""The slash command that takes all of ours; others stand for the command of their own name."""

_WRITTEN: Final = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes of messages that a person wrote; the others tell of edits, joins and the like."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A user's request.

    Attributes:
        once: names it, so that it is not answered twice; empty where Slack gives it no name.
        channel_id: where.
        user_id: who.
        text: what to dispatch; of a button, what is in it.
        share: whether everybody is to see the answer.
        response_url: where an answer may be posted without being in the channel, or None.
        thread_ts: the thread it was asked in, or None.
        pressed_ts: the message whose button was pressed, or None where it was typed.
        is_ephemeral: whether only the person sees that message.
    """

    once: str
    channel_id: str
    user_id: str
    text: str
    share: bool = False
    response_url: str | None = None
    thread_ts: str | None = None
    pressed_ts: str | None = None
    is_ephemeral: bool = False


def read_command(body: Mapping[str, Any], names: frozenset[str]) -> ChatRequest:
    """Return what a slash command asks.

    Args:
        body: as Slack sends it (docs.slack.dev/interactivity/implementing-slash-commands).
        names: names and aliases of our commands, without slash.
    """
    words, share = taken_share(decoded(str(body.get("text") or "")))
    command = str(body["command"])
    text = asked_for(words, names) if command == MAIN_COMMAND else f"{command} {words}".strip()
    return ChatRequest(
        once=str(body.get("trigger_id") or ""),
        channel_id=str(body["channel_id"]),
        user_id=str(body["user_id"]),
        text=text,
        share=share,
        response_url=body.get("response_url"),
    )


def read_press(body: Mapping[str, Any]) -> ChatRequest | None:
    """Return what a pressed button or a chosen option of a message asks, or None where it only leads away.

    Args:
        body: a `block_actions` payload (docs.slack.dev/reference/interaction-payloads/block_actions-payload).
    """
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    value = _pressed_value(body["actions"][0])
    if not channel or not value:
        return None
    return ChatRequest(
        once=str(body.get("trigger_id") or ""),
        channel_id=channel,
        user_id=str(body["user"]["id"]),
        text=value,
        response_url=body.get("response_url"),
        thread_ts=container.get("thread_ts"),
        pressed_ts=container.get("message_ts"),
        is_ephemeral=bool(container.get("is_ephemeral")),
    )


def read_mention(body: Mapping[str, Any], names: frozenset[str], *, bot_user_id: str) -> ChatRequest | None:
    """Return what a message asks that mentions us, or None where no person wrote it.

    Args:
        body: an `app_mention` event with what is around it.
        names: names and aliases of our commands, without slash.
        bot_user_id: ours.
    """
    return _written(body, without_mention(str(body["event"].get("text") or ""), bot_user_id), names)


def read_message(body: Mapping[str, Any], names: frozenset[str], *, bot_user_id: str) -> ChatRequest | None:
    """Return what a direct message asks, or None where no person wrote it or it is in no direct messages.

    Args:
        body: a `message` event with what is around it.
        names: names and aliases of our commands, without slash.
        bot_user_id: ours.
    """
    if body["event"].get("channel_type") != "im":
        return None
    asked = read_mention(body, names, bot_user_id=bot_user_id)
    return asked if asked and str(body["event"].get("text") or "").strip() else None


def _written(body: Mapping[str, Any], encoded: str, names: frozenset[str]) -> ChatRequest | None:
    event = body["event"]
    if event.get("subtype") not in _WRITTEN or event.get("bot_id") or not event.get("user"):
        return None
    words, share = taken_share(decoded(encoded))
    return ChatRequest(
        once=str(body.get("event_id") or ""),
        channel_id=str(event["channel"]),
        user_id=str(event["user"]),
        text=asked_for(words, names),
        share=share,
        thread_ts=event.get("thread_ts"),
    )


def _pressed_value(action: Mapping[str, Any]) -> str:
    kind = str(action.get("action_id", "")).partition(":")[0]
    if kind == COMMAND_ACTION:
        return str(action.get("value") or "")
    if kind == OVERFLOW_ACTION:
        value = str((action.get("selected_option") or {}).get("value") or "")
        return "" if value.startswith(f"{LINK_ACTION}:") else value
    return ""
