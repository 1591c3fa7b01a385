"""Parses untrusted JSON: any failure is one error, and every value is checked for its type."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError


def read_json(text: str, where: str, *, document: str) -> Any:  # noqa: ANN401 (JSON is any of six types)
    """Parse a JSON text.

    Args:
        text: one JSON value.
        where: the place in the document, for the message.
        document: the document's name, for the error.

    Raises:
        MalformedDocumentError: it is not JSON, was cut off, or is nested too deeply.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cut = ", it is cut off" if error.pos >= len(text.rstrip()) - 1 else ""
        reason = (
            f"it is not valid JSON{cut}: {error.msg} at {where}, line {error.lineno}, column {error.colno}"
        )
        raise MalformedDocumentError(document, reason) from error
    except (RecursionError, ValueError) as error:
        reason = f"its JSON is nested too deeply or holds a number too long ({where})"
        raise MalformedDocumentError(document, reason) from error


def text_at(item: dict[str, Any], key: str) -> str:
    """Return the collapsed text of a key; empty where there is none or it is no text."""
    value = item.get(key)
    return collapse(value) if isinstance(value, str) else ""


def texts_at(item: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the collapsed texts of a list, without empty ones and other types."""
    value = item.get(key)
    if not isinstance(value, list):
        return ()
    return tuple(text for part in value if isinstance(part, str) and (text := collapse(part)))


def objects_at(item: dict[str, Any], key: str) -> tuple[dict[str, Any], ...]:
    """Return the objects of a list, without other types."""
    value = item.get(key)
    return tuple(part for part in value if isinstance(part, dict)) if isinstance(value, list) else ()


def count_at(item: dict[str, Any], key: str) -> int | None:
    """Return a count, or None where there is none or it is negative or no integer."""
    value = item.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None
