"""Unfurls the links to papers that people post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.domain.cards.make_card import card_of
from bot.i18n import translator
from bot.platforms.slack.api.conversations import PLATFORM
from bot.platforms.slack.blocks.block_kit import joined, leaf, quotation, rich_text, section, web_link
from bot.platforms.slack.blocks.buttons import code_link, sendable, short_id
from bot.platforms.slack.blocks.elements import press, row
from bot.platforms.slack.blocks.shorten import shortened_blocks
from bot.platforms.slack.interactions.paper_links import paper_id_of
from bot.platforms.slack.messages.cards import page_of
from bot.platforms.texts.card_texts import SEPARATOR, facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.cards.card import Card
    from bot.i18n import Translator
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.services.platform_services import PlatformServices

MOST: Final = 5
"""Links of one message that get a card."""
_TITLE, _NAME, _FACTS, _ABSTRACT, _AUTHORS = 300, 60, 100, 280, 4


class Unfurls:
    """Unfurls links to stored papers; other links are left to Slack.

    Args:
        services: finds papers, and knows which events came already.
    """

    def __init__(self, services: PlatformServices) -> None:
        self._services = services

    async def shared(self, act: Interaction) -> None:
        """Show the cards of a message's links, once.

        Of our own messages, which have cards already, bolt tells nothing.

        Args:
            act: the event `link_shared` (https://docs.slack.dev/reference/events/link_shared).

        Raises:
            SlackApiError: Slack does not show them.
        """
        event: Json = act.body["event"]
        named = named_links(event)
        # With a name of its own, since whoever receives the events may note them as well.
        if not named or not await self._services.inbox.is_new(PLATFORM, f"unfurl:{act.body['event_id']}"):
            return
        shown: dict[str, Json] = {}
        for paper_id, urls in named.items():
            paper = await self._services.use_cases.searching.by_id(paper_id)
            if paper is not None:
                blocks = unfurl_blocks(card_of(paper), self._services.chats.language)
                shown.update({url: {"blocks": [*shortened_blocks(blocks)]} for url in urls})
        if shown:
            unfurl_id, source = event.get("unfurl_id"), event.get("source")
            if unfurl_id and source:  # a message that is not sent yet has no time
                await act.client.chat_unfurl(unfurl_id=unfurl_id, source=source, unfurls=shown)
            else:
                channel, ts = event["channel"], event["message_ts"]
                await act.client.chat_unfurl(channel=channel, ts=ts, unfurls=shown)


def named_links(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the addresses of papers among the links of an event, by the paper's canonical id."""
    found: dict[str, list[str]] = {}
    for link in event.get("links") or ():
        url = str(link.get("url") or "")
        paper_id = paper_id_of(url.replace("&amp;", "&"))
        if paper_id and (paper_id in found or len(found) < MOST):
            found.setdefault(paper_id, []).append(url)
    return found


def unfurl_blocks(card: Card, language: str) -> list[Json]:
    """Return what is shown below a link: the paper in short, and what to do with it."""
    page = page_of(card)
    title = leaf(card.title.strip(), limit=_TITLE, style="bold", url=web_link(page) if page else None)
    names = joined((leaf(author.strip(), limit=_NAME) for author in card.authors[:_AUTHORS]), ", ")
    rest = len(card.authors) - _AUTHORS
    authors = joined((names, leaf(f"+{rest}") if rest > 0 else ()), " ")
    known = leaf(SEPARATOR.join(facts(card)), limit=_FACTS)
    told = joined((title or leaf(card.paper_id, limit=_TITLE), authors, known), "\n")
    abstract = leaf(card.abstract, limit=_ABSTRACT)
    parts = [section(told), *([quotation(abstract)] if abstract else [])]
    return [rich_text(*parts), row(*_keys(card, translator(language)))]


def _keys(card: Card, words: Translator) -> Iterator[Json]:
    _ = words.gettext
    paper = sendable(short_id(card))
    yield press(_("Save"), "find:command:0", f"/save {paper}")
    yield press(_("Details…"), "find:command:1", f"/paper {paper}")
    links = ((_("PDF"), web_link(card.pdf_url) if card.pdf_url else None), (_("Code"), code_link(card)))
    for number, (label, url) in enumerate(links, start=2):
        if url:
            yield {**press(label, f"find:link:{number}"), "url": url}
