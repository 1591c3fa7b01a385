"""/digest: the papers that match your subscriptions and that you have not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.digests.digest_message import more_wait, papers
from handlers.empty_archive import why_empty
from handlers.no_subscription import none_yet
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.digests.compile_digests import Digest


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Compile a digest now and show it as cards; each paper comes once."""
    words = speak(request)
    digest = await services.digests.compile_now(request.chat.id, now=request.now)
    if not digest.items:
        if not digest.subscriptions and not await services.subscriptions.of_chat(request.chat.id):
            return none_yet(words)
        empty = await why_empty(request, services)
        return Reply(
            empty or (Text(_why_empty(digest, words), "warning"),),
            (Button(words.gettext("Your subscriptions"), "/subscriptions"),),
        )
    parts = tuple(papers(digest.items, words))
    if not digest.waiting:
        return Reply(parts)
    return Reply(
        (*parts, more_wait(digest.waiting, words)), (Button(words.gettext("More papers"), "/digest"),)
    )


def _why_empty(digest: Digest, words: Translator) -> str:
    if not digest.subscriptions:
        return words.gettext("Nothing: all your subscriptions are paused.")
    if not digest.considered:
        return words.gettext(
            "Nothing: no paper came in during the last 30 days. /status says how the sources do."
        )
    if not digest.matched:
        return words.ngettext(
            "Nothing: 0 of the {count} paper of the last 30 days matches.",
            "Nothing: 0 of the {count} papers of the last 30 days match.",
            digest.considered,
        ).format(count=digest.considered)
    return words.ngettext(
        "Nothing new: you have seen the {count} paper that matches.",
        "Nothing new: you have seen all {count} papers that match.",
        digest.matched,
    ).format(count=digest.matched)


SPEC = CommandSpec(
    name="digest", usage="", summary=N_("what your subscriptions found and you have not seen"), handle=handle,
    aliases=("推送", "日报"), posts=True,
)  # fmt: skip
