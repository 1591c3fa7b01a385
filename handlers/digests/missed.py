"""/missed: digests that failed or whose delivery is uncertain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.digests.digest_message import message_of
from handlers.schedule_line import local_time
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import Chat, CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.storage.delivery.digests import StoredDigest
    from bot.storage.delivery.missed import MissedDelivery

_LISTED = 10
_DIGITS = 15


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """List what was missed, or show one of them; what was shown is missed no more."""
    words = speak(request)
    number = request.args.strip().removeprefix("#")
    if number.isdecimal() and len(number) <= _DIGITS:
        content = await services.reading.show_missed(
            request.chat.id, int(number), now=int(request.now.timestamp())
        )
        if content:
            return message_of(content, request.chat.language)
    found = await services.reading.missed(request.chat.id, limit=_LISTED)
    if not found:
        return Reply((Text(words.gettext("Nothing was missed."), "ok"),))
    lines = [_line(one, digest, request.chat, words) for one, digest in found]
    show = words.gettext("Show {number}")
    buttons = [Button(show.format(number=one.id), f"/missed {one.id}") for one, _ in found]
    return Reply((Text("\n".join(lines), "warning"),), tuple(buttons))


def _line(one: MissedDelivery, digest: StoredDigest, chat: Chat, words: Translator) -> str:
    if one.state == "uncertain":
        form = words.ngettext(
            "{number}: the digest of {when}, {count} paper, may not have arrived.",
            "{number}: the digest of {when}, {count} papers, may not have arrived.",
            digest.papers,
        )
    else:
        form = words.ngettext(
            "{number}: the digest of {when}, {count} paper, could not be sent.",
            "{number}: the digest of {when}, {count} papers, could not be sent.",
            digest.papers,
        )
    return form.format(number=one.id, when=local_time(digest.compiled_at, chat.zone), count=digest.papers)


SPEC = CommandSpec(
    name="missed", usage=N_("[NUMBER]"), summary=N_("digests that failed or may not have arrived"),
    handle=handle, aliases=("错过",), posts=True,
)  # fmt: skip
