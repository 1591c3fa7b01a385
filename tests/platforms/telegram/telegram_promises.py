"""What holds of the messages of every reply, however odd its papers."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from telegram_reading import MESSAGE_ENTITIES, MESSAGE_UNITS, Read, read, read_plain

from bot.domain.cards.card import Card
from bot.platforms.telegram.messages.cards import page_of
from bot.platforms.telegram.messages.html import JOINER, web_link
from bot.platforms.telegram.messages.keyboards import short_id
from bot.platforms.texts.card_texts import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from telegram_reading import Entity

    from bot.domain.chat.command import Reply
    from bot.platforms.telegram.messages.render import Key, TelegramMessage

OWN_KINDS = frozenset({"TextUrl", "Bold", "Italic", "Underline", "Code", "Pre", "ExpandableBlockQuote"})
DEAD_KINDS = frozenset({"Mention", "MentionName", "Hashtag", "Cashtag", "Url", "EmailAddress", "BotCommand"})
"""What no text of a feed may become; times and card numbers lead nowhere."""
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_COMPARED = 40
"""Code points of a title that are looked for; the rest may be cut."""


def check(reply: Reply, messages: Sequence[TelegramMessage]) -> None:
    """Check everything that is promised of the messages of a reply.

    Raises:
        AssertionError: it does not hold.
        UnreadableError: Telegram would refuse a message.
    """
    cards = [part for part in reply.parts if isinstance(part, Card)]
    linked = [url for url in map(web_link, filter(None, map(page_of, cards))) if url]
    addresses = {web_link(url) for card in cards for url in _urls(card)} - {None}
    readings = [read(message) for message in messages]
    for message, reading in zip(messages, readings, strict=True):
        _check_html(message, reading, with_commands=len(cards) < len(reply.parts))
        _check_plain(message, [url for url in addresses if url], with_commands=len(cards) < len(reply.parts))
        _check_keys(message)
    links: Counter[str] = sum((reading.links() for reading in readings), Counter())
    assert not Counter(linked) - links, "the link of a title is lost"
    assert all(url in "\n".join(message.plain for message in messages) for url in linked)
    _check_titles(cards, readings)
    _check_belonging(reply, cards, messages, readings)


def _check_html(message: TelegramMessage, reading: Read, *, with_commands: bool) -> None:
    assert reading.text.strip()
    assert reading.units <= MESSAGE_UNITS, f"{reading.units} units"
    assert len(reading.entities) + len(reading.alive) <= MESSAGE_ENTITIES
    assert {entity.kind for entity in reading.entities} <= OWN_KINDS
    _check_dead(reading, with_commands=with_commands)
    assert not _STEERING.search(message.html)
    for entity in reading.entities:
        if entity.kind == "TextUrl":
            assert re.fullmatch(r"https?://[^\s@/]+/[!-~]*", entity.url)
            assert web_link(entity.url) == entity.url


def _check_plain(message: TelegramMessage, addresses: Iterable[str], *, with_commands: bool) -> None:
    reading = read_plain(message.plain)
    assert reading.text.strip()
    assert reading.units <= MESSAGE_UNITS, f"{reading.units} units in plain"
    assert not _STEERING.search(message.plain)
    # Our own addresses are there as text; what Telegram finds in or right after them is theirs.
    rest = message.plain
    for address in sorted(addresses, key=len, reverse=True):
        rest = rest.replace(address, "")
    _check_dead(read_plain(rest), with_commands=with_commands)


def check_alive(reading: Read, written: str) -> None:
    """Check that of a text nothing is alive but addresses with http or https, as they were written.

    Raises:
        AssertionError: it does not hold.
    """
    alive = [found for found in reading.alive if found.kind in DEAD_KINDS and not _is_address(found)]
    assert alive == []
    assert all(found.text in harmless(written) for found in reading.alive if _is_address(found))


def _check_dead(reading: Read, *, with_commands: bool) -> None:
    forbidden = DEAD_KINDS - {"BotCommand"} if with_commands else DEAD_KINDS
    assert [found for found in reading.alive if found.kind in forbidden and not _is_address(found)] == []


def _is_address(found: Entity) -> bool:
    """Whether it leads where it says: to an address that is shown whole."""
    return found.kind == "Url" and re.match("https?://", found.text, re.IGNORECASE) is not None


def _check_keys(message: TelegramMessage) -> None:
    assert all(1 <= len(row) <= 8 for row in message.keys)
    keys = _keys(message)
    assert len(keys) <= 100
    for key in keys:
        assert key.label.strip()
        assert len(key.label.encode("utf-16-le")) <= 2 * 64
        assert sum(value is not None for value in (key.command, key.url, key.copy)) == 1
        assert key.url is None or web_link(key.url) == key.url
    if message.preview_url is not None:
        assert web_link(message.preview_url) == message.preview_url


def _check_titles(cards: Sequence[Card], readings: Sequence[Read]) -> None:
    """Titles are in the order of the cards, each at least with its beginning."""
    text = "\n".join(reading.text for reading in readings).replace(JOINER, "")
    at = 0
    for card in cards:
        title = harmless(card.title).strip()[:_COMPARED].rstrip()
        at = text.find(title, at)
        assert at >= 0, f"the title {title!r} is lost"
        at += len(title)


def _check_belonging(
    reply: Reply, cards: Sequence[Card], messages: Sequence[TelegramMessage], readings: Sequence[Read]
) -> None:
    """Buttons are below the cards they belong to, each once, and the reply's own at the end."""
    commands = [key.command for message in messages for key in _keys(message) if key.command]
    opened = Counter(f"/paper {short_id(card)}" for card in cards if not card.full)
    asked = Counter(button.command for button in reply.buttons)
    assert not opened - Counter(commands)
    assert set(asked) <= set(commands)
    listed = [card for card in cards if not card.full]
    for message, reading in zip(messages, readings, strict=True):
        numbered = [key for key in _keys(message) if key.command and key.label.isdigit()]
        for key in numbered:
            if any(f"/paper {short_id(card)}" == key.command for card in listed):
                assert re.search(rf"(?m)^{key.label}\. ", reading.text), f"{key.label} is not in its message"


def _urls(card: Card) -> list[str]:
    return [url for url in (card.url, card.pdf_url, *card.code_urls, *card.project_urls) if url]


def _keys(message: TelegramMessage) -> list[Key]:
    return [key for row in message.keys for key in row]
