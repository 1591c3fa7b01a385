"""What Telegram reads out of a message: its own parser (TDLib), which needs no network for that."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tdjson

if TYPE_CHECKING:
    from bot.platforms.telegram.messages.render import TelegramMessage

MESSAGE_UNITS, MESSAGE_ENTITIES = 4096, 100
_ENDS_SEARCH = frozenset({"Code", "Pre", "PreCode", "TextUrl"})
"""In these Telegram looks for nothing more."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of a text with a meaning.

    Attributes:
        kind: the name of its type without `textEntityType`.
        text: the piece.
        url: where it leads, for a `TextUrl`.
        start: UTF-16 units before it.
        end: UTF-16 units up to its end.
    """

    kind: str
    text: str
    url: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """A message as Telegram reads it.

    Attributes:
        text: without markup.
        entities: what the markup says.
        alive: what Telegram finds in the text by itself.
    """

    text: str
    entities: tuple[Entity, ...]
    alive: tuple[Entity, ...]

    @property
    def units(self) -> int:
        """The UTF-16 units of the text."""
        return len(self.text.encode("utf-16-le")) // 2

    def links(self) -> Counter[str]:
        """Return where links lead, and how often."""
        return Counter(entity.url for entity in self.entities if entity.kind == "TextUrl")


class UnreadableError(Exception):
    """Telegram would refuse the markup."""


def read_html(html: str) -> Read:
    """Return what Telegram reads with `parse_mode=HTML`.

    Raises:
        UnreadableError: it would refuse it.
    """
    mode = {"@type": "textParseModeHTML"}
    answer = _execute({"@type": "parseTextEntities", "text": html, "parse_mode": mode})
    if answer["@type"] == "error":
        raise UnreadableError(answer["message"])
    text = answer["text"]
    entities = _entities(text, answer)
    closed = [entity for entity in entities if entity.kind in _ENDS_SEARCH]
    alive = tuple(
        found
        for found in _found(text)
        if not any(found.start < c.end and c.start < found.end for c in closed)
    )
    return Read(text, entities, alive)


def read_plain(text: str) -> Read:
    """Return what Telegram finds in a text without markup."""
    return Read(text, (), _found(text))


def read(message: TelegramMessage) -> Read:
    """Return what Telegram reads out of a message's HTML."""
    return read_html(message.html)


def _found(text: str) -> tuple[Entity, ...]:
    return _entities(text, _execute({"@type": "getTextEntities", "text": text}))


def _entities(text: str, answer: dict[str, Any]) -> tuple[Entity, ...]:
    written = text.encode("utf-16-le")
    entities = []
    for entity in answer["entities"]:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        piece = written[2 * start : 2 * end].decode("utf-16-le")
        kind = entity["type"]["@type"].removeprefix("textEntityType")
        entities.append(Entity(kind, piece, entity["type"].get("url", ""), start, end))
    return tuple(entities)


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer = tdjson.td_execute(json.dumps(request).encode())
    if answer is None:
        raise UnreadableError("TDLib could not read the request")
    decoded: dict[str, Any] = json.loads(answer)
    return decoded


# TDLib writes to stderr otherwise.
_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
