"""/latest: the newest papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Button, Reply, Text
from bot.domain.search.search_options import MOST, SIZE
from bot.i18n import N_
from handlers.empty_archive import why_empty
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

_DIGITS = 4
"""Longer numbers ask for nothing sensible, and Python refuses to read very long ones."""


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show the newest papers, of one topic of the digests where one is named."""
    words = speak(request)
    head, _, last = request.args.rpartition(" ")
    topic, size = (head, last) if last.isdecimal() and len(last) <= _DIGITS else (request.args, str(SIZE))
    count = max(1, min(int(size), MOST))
    found = await services.searching.newest(limit=count, topic=topic.strip() or None)
    if not found:
        empty = await why_empty(request, services)
        if empty:
            return Reply(empty, (Button(words.gettext("Subscribe"), "/subscribe diffusion"),))
        line = words.gettext("No digest has the topic {topic}.").format(topic=topic.strip())
        return Reply((Text(line, "warning"),), (Button(words.gettext("Search"), f"/search {topic.strip()}"),))
    cards = [card_of(paper, position=number) for number, paper in enumerate(found, start=1)]
    return Reply((Text(words.gettext("Newest"), "heading"), *cards))


SPEC = CommandSpec(
    name="latest",
    usage=N_("[TOPIC] [N]"),
    summary=N_("the newest papers"),
    handle=handle,
    aliases=("最新",),
)
