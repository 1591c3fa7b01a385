"""/limit: the maximum number of papers in a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.domain.delivery.digest import CARDS
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

MOST = 50
"""More cards than this no chat platform shows in one message."""

_DIGITS = 4


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Change the limit."""
    words = speak(request)
    written = request.args.strip()
    if not written:
        there = await services.schedules.of_chat(request.chat.id)
        line = words.gettext("A digest brings at most {count} papers; the rest waits for the next.")
        return usage(line.format(count=there.most if there else CARDS), "/limit 5", "/limit 20")
    if not written.isdecimal() or len(written) > _DIGITS or not 1 <= int(written) <= MOST:
        line = words.gettext("A limit is a number from 1 to {most}.").format(most=MOST)
        return usage(line, f"/limit {CARDS}")
    stored = await services.schedules.set_most(request.chat, int(written), now=request.now)
    line = words.ngettext(
        "A digest brings at most {count} paper now; the rest waits behind “More papers”.",
        "A digest brings at most {count} papers now; the rest waits behind “More papers”.",
        stored.most,
    )
    return Reply((Text(line.format(count=stored.most), "ok"),))


SPEC = CommandSpec(
    name="limit", usage=N_("NUMBER"), summary=N_("how many papers a digest brings"), handle=handle,
    aliases=("上限",), changes=True,
)  # fmt: skip
