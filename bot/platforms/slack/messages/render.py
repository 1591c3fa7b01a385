"""Renders replies as Slack messages: blocks, and a fallback text for notifications."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.cards.card import Card
from bot.platforms.slack.blocks.block_kit import leaf, read, rich_text, section, spoken
from bot.platforms.slack.blocks.buttons import commands_of, numbered, reply_rows
from bot.platforms.slack.blocks.limits import MESSAGE_TEXT
from bot.platforms.slack.blocks.message import SlackMessage
from bot.platforms.slack.blocks.paragraphs import paragraphs, slack_command, with_slack_commands
from bot.platforms.slack.messages import cards
from bot.platforms.slack.messages.detail import EVERYTHING, LEAST
from bot.platforms.slack.messages.fit import Piece, body, spread
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.chat.command import Reply, Text
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.messages.detail import Detail


__all__ = ["SlackMessage", "render", "thread_of"]


def render(
    reply: Reply, language: str, *, commands: frozenset[str] = frozenset()
) -> tuple[SlackMessage, ...]:
    """Return the messages of a reply, in order; more than one only where it does not fit into one.

    Each paper of a list has its own row of buttons below it; the reply's own are below the last message.

    Args:
        reply: what is answered.
        language: of the chat.
        commands: names and aliases of our commands; where our own texts name them, Slack's slash command
            is before.
    """
    pieces = [*_pieces(reply, language, commands)]
    pieces += _button_pieces(reply, pieces, commands)
    return tuple(map(_message, spread(pieces)))


def thread_of(reply: Reply, language: str) -> tuple[SlackMessage, ...]:
    """Return the messages for the thread below a digest: the full cards of its papers, with their numbers.

    As many cards are in one message as it has room for without saying less of them. Empty where the reply
    lists no papers.

    Args:
        reply: the digest; its own message is `render(reply, language)`.
        language: of the chat.
    """
    pieces = []
    for part, number in _counted(reply):
        if isinstance(part, Card) and not part.full:
            whole = replace(part, full=True)
            pieces.append(_card_piece(whole, number, language, apart=True))
    return tuple(map(_message, spread(pieces, EVERYTHING))) if pieces else ()


def _counted(reply: Reply) -> Iterator[tuple[Text | Card, int]]:
    """Yield the parts of a reply; each card with its number, others with that of the card before."""
    number = 0
    for part in reply.parts:
        if isinstance(part, Card):
            number = number + 1 if part.position is None else part.position
        yield part, number


def _pieces(reply: Reply, language: str, commands: frozenset[str]) -> Iterator[Piece]:
    before: Text | Card | None = None
    for part, number in _counted(reply):
        if isinstance(part, Card):
            apart = part.full and isinstance(before, Card)
            yield _card_piece(part, None if part.full else number, language, apart=apart)
        else:
            yield from _text_pieces(part, commands, first=before is None)
        before = part


def _card_piece(card: Card, number: int | None, language: str, *, apart: bool = False) -> Piece:
    def write(detail: Detail) -> list[Json]:
        if card.full:
            return cards.full(card, number, detail, language)
        return cards.compact(card, number or 0, detail, language)

    return Piece(write, spoken=cards.spoken(card, number), paper_id=card.paper_id, apart=apart)


def _text_pieces(text: Text, commands: frozenset[str], *, first: bool) -> Iterator[Piece]:
    for block in paragraphs(with_slack_commands(text, commands), first=first):
        yield Piece(_always(block), spoken=read(block), leads=text.tone == "heading")


def _button_pieces(reply: Reply, cards_shown: list[Piece], commands: frozenset[str]) -> Iterator[Piece]:
    shown = (block for piece in cards_shown for block in piece.write(LEAST))
    buttons = (replace(button, label=slack_command(button.label, commands)) for button in reply.buttons)
    for row in reply_rows(buttons, commands_of(shown)):
        yield Piece(_always(row))


def _always(block: Json) -> Callable[[Detail], list[Json]]:
    return lambda _: [block]


def _message(pieces: list[Piece]) -> SlackMessage:
    blocks = numbered(body(pieces)) or [rich_text(section(leaf(ELLIPSIS)))]
    papers = [piece.paper_id for piece in pieces if piece.paper_id is not None]
    text = spoken((piece.spoken for piece in pieces), MESSAGE_TEXT)
    return SlackMessage(text, tuple(blocks), papers[0] if len(papers) == 1 else None)
