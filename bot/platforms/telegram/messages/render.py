"""Renders replies as Telegram messages: HTML, the same as plain text, and an inline keyboard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.cards.card import Card
from bot.i18n import translator
from bot.platforms.telegram.messages import cards, keyboards
from bot.platforms.telegram.messages.fit import Block, body, spread
from bot.platforms.telegram.messages.keyboards import Key
from bot.platforms.telegram.messages.limits import MESSAGE_KEYS
from bot.platforms.telegram.messages.paragraphs import paragraphs
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.domain.chat.command import Reply, Text
    from bot.i18n import Translator
    from bot.platforms.telegram.messages.detail import Detail
    from bot.platforms.telegram.messages.html import Markup

__all__ = ["Key", "TelegramMessage", "render"]


@dataclass(frozen=True, slots=True)
class TelegramMessage:
    """One message.

    Attributes:
        html: its text for `parse_mode=HTML`; at most 4096 UTF-16 units and 100 entities when it is read.
        plain: the same without markup, for where Telegram refuses that; at most 4096 UTF-16 units.
        keys: rows of inline buttons, at most 8 in a row and 100 in all.
        preview_url: the page that Telegram shows below the text, or None for none.
        paper_id: the paper of its only card, or None where it shows none or several.
    """

    html: str
    plain: str
    keys: tuple[tuple[Key, ...], ...]
    preview_url: str | None
    paper_id: str | None = None


def render(reply: Reply, language: str) -> tuple[TelegramMessage, ...]:
    """Return the messages of a reply, in order; more than one only where it does not fit into one.

    A list of papers has one button for each, with its number, that opens the full card; buttons are below the
    cards they belong to, the reply's own below the last message.

    Args:
        reply: what is answered.
        language: of the chat.
    """
    words = translator(language)
    messages = spread(list(_blocks(reply, language)))
    written = [_message(blocks, words) for blocks in messages]
    return (*written[:-1], *_with_reply_keys(written[-1], reply, written))


def _blocks(reply: Reply, language: str) -> Iterator[Block]:
    number, after_card = 0, False
    for part in reply.parts:
        if isinstance(part, Card):
            number = number + 1 if part.position is None else part.position
            yield _card_block(part, number, language)
        else:
            yield from _text_blocks(part, apart=after_card or part.tone == "heading")
        after_card = isinstance(part, Card)


def _card_block(card: Card, number: int, language: str) -> Block:
    def write(detail: Detail) -> Markup:
        return (
            cards.full(card, detail, language) if card.full else cards.compact(card, number, detail, language)
        )

    return Block(write, apart=True, card=card, number=number, keys=keyboards.PAPER_KEYS if card.full else 1)


def _text_blocks(text: Text, *, apart: bool) -> Iterator[Block]:
    for line in paragraphs(text):
        if line.plain.strip():
            yield Block(_always(line), apart=apart, leads=text.tone == "heading")
        apart = not line.plain.strip()


def _always(line: Markup) -> Callable[[Detail], Markup]:
    return lambda _: line


def _message(blocks: Sequence[Block], words: Translator) -> TelegramMessage:
    html, plain = body(blocks)
    listed = [
        keyboards.opening(block.card, block.number) for block in blocks if block.card and not block.card.full
    ]
    rows = keyboards.number_rows(listed)
    for block in blocks:
        if block.card and block.card.full:
            rows += keyboards.paper_rows(block.card, words)
    shown = [block.card.paper_id for block in blocks if block.card]
    only = shown[0] if len(shown) == 1 else None
    return TelegramMessage(html, plain, tuple(rows), _preview(blocks), only)


def _preview(blocks: Sequence[Block]) -> str | None:
    """Return the repository of a full card: code hosts draw a picture of it that says more than an address.

    Nothing else is shown so: arXiv's pages only repeat the abstract, below a list it would be one paper of
    ten, and any other page that a feed names could show whatever it likes.
    """
    shown = [block.card for block in blocks if block.card and block.card.full]
    return next((url for url in map(keyboards.drawn_page, shown) if url), None)


def _with_reply_keys(
    last: TelegramMessage, reply: Reply, messages: Sequence[TelegramMessage]
) -> Iterator[TelegramMessage]:
    """Yield the last message with the reply's own buttons, and more messages where they are too many."""
    rows = list(last.keys)
    for row in keyboards.reply_rows(reply.buttons, [row for message in messages for row in message.keys]):
        if sum(map(len, rows)) + len(row) > MESSAGE_KEYS:
            yield replace(last, keys=tuple(rows))
            last, rows = TelegramMessage(ELLIPSIS, ELLIPSIS, (), None), []
        rows.append(row)
    yield replace(last, keys=tuple(rows))
