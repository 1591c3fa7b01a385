"""Message metadata that names the delivery, so that a message can be found again; users do not see it.

Source: docs.slack.dev/messaging/message-metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENT_TYPE: Final = "paperwire_delivery"
IN_THREAD: Final = "paperwire_thread"
_ID: Final = "delivery_id"
_NUMBER: Final = "number"


def of_delivery(delivery_id: int) -> dict[str, Any]:
    """Return the metadata of a delivery's message."""
    return {"event_type": EVENT_TYPE, "event_payload": {_ID: delivery_id}}


def delivery_of(message: Mapping[str, Any]) -> int | None:
    """Return the delivery that a message of Slack's history belongs to, or None where it is not ours."""
    return _number(_payload(message, EVENT_TYPE), _ID)


def in_thread(delivery_id: int, number: int) -> dict[str, Any]:
    """Return the metadata of a message in the thread below a digest, by its number from 0."""
    return {"event_type": IN_THREAD, "event_payload": {_ID: delivery_id, _NUMBER: number}}


def number_in_thread(message: Mapping[str, Any], delivery_id: int) -> int:
    """Return the number of a message in the thread below a delivery's digest; -1 where it is not ours."""
    payload = _payload(message, IN_THREAD)
    number = _number(payload, _NUMBER) if _number(payload, _ID) == delivery_id else None
    return -1 if number is None else number


def _payload(message: Mapping[str, Any], event_type: str) -> dict[str, Any]:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != event_type:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, dict) else {}


def _number(payload: Mapping[str, Any], name: str) -> int | None:
    found = payload.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
