"""What a text becomes on Telegram: the text that is shown and its entities.

With TDLib (PyPI: tdjson) it is Telegram's own code that reads the markup and finds mentions, commands, tags
and addresses; without it `html_subset` reads the markup, and only commands are found.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from telegram_server.api.refusal import bad_request
from telegram_server.texts.html_subset import HtmlSubset, UnreadableHtmlError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from telegram_server.api.params import Params

MOST_TEXT = 4096
"""UTF-16 units of a message, after its markup was read."""
MOST_CAPTION = 1024
"""UTF-16 units of a caption, likewise."""
MOST_ENTITIES = 100
"""Entities of a message; Telegram drops the others."""

HAS_TDLIB = find_spec("tdjson") is not None

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")
_CLOSED = frozenset({"text_link", "text_mention", "code", "pre"})
_TYPES = {
    "BotCommand": "bot_command",
    "EmailAddress": "email",
    "MentionName": "text_mention",
    "PhoneNumber": "phone_number",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text after its markup was read.

    Attributes:
        text: what is shown.
        entities: `MessageEntity` objects; offsets and lengths in UTF-16 units.
        dropped: how many entities were too many, so that Telegram ignores them.
    """

    text: str
    entities: tuple[dict[str, Any], ...] = ()
    dropped: int = 0


def utf16(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_utf16(text: str, offset: int, length: int) -> str:
    """Return a piece of a text; offset and length in UTF-16 units."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def read_text(params: Params, *, name: str = "text", entities: str = "entities") -> Formatted:
    """Return the text of a request with its entities, without the blanks around it.

    Args:
        params: of the request.
        name: the parameter that holds the text.
        entities: the parameter that may hold its entities.

    Raises:
        Refusal: the markup can't be read.
    """
    text, mode = params.text(name), params.text("parse_mode").lower()
    if not mode:
        return _trimmed(text, params.structure(entities) or [])
    if mode != "html":
        raise bad_request("unsupported parse_mode")
    try:
        return _trimmed(*(read_html if HAS_TDLIB else read_html_without_tdlib)(text))
    except UnreadableHtmlError as error:
        raise bad_request(str(error)) from None


def read_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the shown text and the entities, read by TDLib."""
    mode = {"@type": "textParseModeHTML"}
    read = _ask({"@type": "parseTextEntities", "text": source, "parse_mode": mode})
    if read["@type"] == "error":
        raise UnreadableHtmlError(read["message"])
    return read["text"], [_entity(one) for one in read["entities"]]


def read_html_without_tdlib(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the same, read by the stand-in."""
    read = HtmlSubset(source, utf16)
    return read.text, read.entities


def find_entities(text: str) -> list[dict[str, Any]]:
    """Return what Telegram makes of plain text by itself: commands, mentions, tags, addresses."""
    if HAS_TDLIB:
        return [_entity(one) for one in _ask({"@type": "getTextEntities", "text": text})["entities"]]
    return [
        {"type": "bot_command", "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
        for match in _COMMAND.finditer(text)
    ]


@cache
def _tdlib() -> Callable[[bytes], bytes | None]:
    """Return TDLib's entry, told to be quiet: it writes each request to stderr else."""
    import tdjson

    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
    return tdjson.td_execute


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    answer = _tdlib()(json.dumps(request).encode())
    assert answer is not None, "TDLib answers these at once"
    read: dict[str, Any] = json.loads(answer)
    return read


def _entity(found: dict[str, Any]) -> dict[str, Any]:
    kind = found["type"]
    name = kind["@type"].removeprefix("textEntityType")
    entity = {"type": _TYPES.get(name, name.lower()), "offset": found["offset"], "length": found["length"]}
    entity |= {key: kind[key] for key in ("url", "language", "custom_emoji_id", "unix_time") if key in kind}
    return entity


def _trimmed(text: str, entities: Sequence[dict[str, Any]]) -> Formatted:
    """Take blanks away as TDLib's `fix_formatted_text` does: up to the first entity, and all at the end."""
    first = min((entity["offset"] for entity in entities), default=utf16(text))
    in_front = len(text) - len(text.lstrip(" \n"))
    cut = min(in_front, first)  # blanks are one UTF-16 unit each
    shown = text[cut:].rstrip()
    end = utf16(shown)
    moved = [
        entity
        | {"offset": entity["offset"] - cut, "length": min(entity["length"], end - entity["offset"] + cut)}
        for entity in entities
    ]
    kept = [entity for entity in moved if entity["length"] > 0]
    found = _found_beside(shown, kept)
    return Formatted(shown, tuple(_in_order(kept[:MOST_ENTITIES] + found)), max(0, len(kept) - MOST_ENTITIES))


def _found_beside(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what Telegram finds by itself where no link or code stands already."""
    closed = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in _CLOSED
    ]
    return [
        one
        for one in find_entities(text)
        if not any(one["offset"] < end and start < one["offset"] + one["length"] for start, end in closed)
    ]


def _in_order(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
