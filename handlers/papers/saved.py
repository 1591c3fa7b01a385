"""/saved: the papers that this chat saved, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Button, Reply, Text
from bot.domain.search.search_options import SIZE, read_options
from bot.i18n import N_
from handlers.named_papers import short_id
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.papers.saved_papers import SavedPage


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show a page of the saved papers."""
    words = speak(request)
    options = read_options(request.args)
    if options.text:
        return usage(words.gettext("The saved papers come page by page:"), "/saved", "/saved page:2")
    start = (options.page - 1) * SIZE
    page = await services.saved.page(request.chat.id, start=start, size=SIZE)
    if not page.total:
        return await none_yet(request, services)
    if not page.papers:
        line = words.gettext("There are no more: {total} papers in all.").format(total=page.total)
        return Reply((Text(line, "warning"),), (Button(words.gettext("From the start"), "/saved"),))
    numbered = list(enumerate(page.papers, start=start + 1))
    remove = words.gettext("Remove {number}")
    buttons = [
        Button(remove.format(number=number), f"/unsave {short_id(paper)}") for number, paper in numbered
    ]
    if page.more:
        buttons.insert(0, Button(words.gettext("More papers"), f"/saved page:{options.page + 1}"))
    return Reply(
        (
            Text(_heading(page, words), "heading"),
            *(card_of(paper, position=number) for number, paper in numbered),
        ),
        tuple(buttons),
    )


async def none_yet(request: CommandRequest, services: ChatServices) -> Reply:
    """Return the answer to a chat that saved nothing."""
    words = speak(request)
    newest = await services.searching.newest(limit=1)
    example = Button(words.gettext("Latest papers"), "/latest")
    if newest:
        example = Button(words.gettext("Save the newest"), f"/save {short_id(newest[0])}")
    return Reply((Text(words.gettext("You have saved no paper yet."), "warning"),), (example,))


def _heading(page: SavedPage, words: Translator) -> str:
    form = words.ngettext("{total} saved paper", "{total} saved papers", page.total)
    line = form.format(total=page.total)
    if page.more or page.start:
        line += f" · {page.start + 1}–{page.start + len(page.papers)}"
    return line


SPEC = CommandSpec(
    name="saved", usage=N_("[page:2]"), summary=N_("the papers you saved"), handle=handle,
    aliases=("我的收藏",),
)  # fmt: skip
