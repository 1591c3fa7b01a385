"""What a digest's message tells about its delivery, so that it is known again; nobody sees it.

Source: docs.slack.dev/messaging/message-metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENT_TYPE: Final = "paperwire_delivery"
_ID: Final = "delivery_id"


def of_delivery(delivery_id: int) -> dict[str, Any]:
    """Return the metadata of a delivery's message."""
    return {"event_type": EVENT_TYPE, "event_payload": {_ID: delivery_id}}


def delivery_of(message: Mapping[str, Any]) -> int | None:
    """Return the delivery that a message of Slack's history belongs to, or None where it is none of ours."""
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    found = payload.get(_ID) if isinstance(payload, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None
