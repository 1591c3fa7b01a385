"""Inline mode: answers `@bot query` in any chat with cards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode

from bot.domain.cards.card import Card
from bot.domain.chat.command import Chat, Reply, Text
from bot.i18n import translator
from bot.platforms.telegram.messages.limits import cut
from bot.platforms.telegram.messages.link_previews import preview_of
from bot.platforms.telegram.messages.render import render
from bot.platforms.texts.card_texts import SEPARATOR, facts, harmless, why

if TYPE_CHECKING:
    from bot.platforms.telegram.updates.updates import InlineSearch
    from bot.ports import Dispatch

SIZE: Final = 10
"""Cards of one answer; the next ones are asked for while scrolling."""
CACHE_SECONDS: Final = 60
_TITLE, _DESCRIPTION, _BUTTON = 160, 160, 60
_NO_CHAT: Final = 0
"""No stored chat has this row: who only looks leaves nothing behind."""


class InlineAnswers:
    """Finds cards for inline queries.

    Args:
        dispatch: answers a command.
    """

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch

    async def find(
        self, asked: InlineSearch, language: str
    ) -> tuple[list[InlineQueryResultArticle], str, InlineQueryResultsButton | None]:
        """Return results, the offset of the next ones (empty where none are left), and what leads to the bot.

        Args:
            asked: what was typed.
            language: of the cards.
        """
        page = int(asked.offset) if asked.offset.isdecimal() else 1
        chat = Chat(_NO_CHAT, asked.key, language, "UTC")
        if asked.text.strip():
            reply = await self._dispatch(f"/search {asked.text} page:{page} {SIZE}", chat)
        else:
            reply = await self._dispatch(f"/latest {SIZE}", chat)
        cards = [part for part in reply.parts if isinstance(part, Card)]
        results = [_article(card, f"{page}.{number}", language) for number, card in enumerate(cards)]
        if results:
            more = asked.text.strip() and len(results) == SIZE
            return results, str(page + 1) if more else "", None
        if page > 1:
            return [], "", None
        return [], "", InlineQueryResultsButton(_told(reply, language), start_parameter="help")


def _article(card: Card, name: str, language: str) -> InlineQueryResultArticle:
    # Why it matched is the searcher's business, not that of the chat where the card lands.
    whole = replace(card, full=True, position=None, reasons=(), title_marks=(), abstract_marks=())
    message = render(Reply((whole,)), language)[0]
    links = [[InlineKeyboardButton(key.label, url=key.url) for key in row if key.url] for row in message.keys]
    rows = [row for row in links if row]
    authors = ", ".join(harmless(author) for author in card.authors[:3])
    if len(card.authors) > 3:  # noqa: PLR2004 (as in the cards)
        authors += f" +{len(card.authors) - 3}"
    lacks = [why(reason, translator(language)) for reason in card.reasons if reason.lacking]
    return InlineQueryResultArticle(
        id=name,
        title=cut(harmless(card.title).strip() or card.paper_id, _TITLE),
        description=cut(
            SEPARATOR.join(part for part in (*lacks, authors, *facts(card)) if part), _DESCRIPTION
        ),
        input_message_content=InputTextMessageContent(
            message.html, parse_mode=ParseMode.HTML, link_preview_options=preview_of(message)
        ),
        reply_markup=InlineKeyboardMarkup(rows) if rows else None,
    )


def _told(reply: Reply, language: str) -> str:
    """Return the first line of an answer without cards."""
    lines = [part.text.strip().partition("\n")[0] for part in reply.parts if isinstance(part, Text)]
    told = next((line for line in lines if line), "")
    return cut(harmless(told) or translator(language).gettext("Nothing found"), _BUTTON)
