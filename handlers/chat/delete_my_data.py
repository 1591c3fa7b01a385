"""/delete_my_data: deletes everything stored about this chat; asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

_YES = frozenset({"yes", "是"})


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Say what would go, or delete it."""
    words = speak(request)
    if request.args.casefold() in _YES:
        await services.chats.delete_data(request.chat)
        line = words.gettext("Deleted. Nothing comes to this chat any more; it keeps only its language.")
        return Reply((Text(line, "ok"),), (Button(words.gettext("Start again"), "/start"),))
    subscribed = len(await services.subscriptions.of_chat(request.chat.id))
    saved = await services.saved.count(request.chat.id)
    question = words.gettext(
        "Delete all data of this chat? Subscriptions: {subscribed}. Saved papers: {saved}. With them go the "
        "schedule, the time zone, and what you were shown. /undo does not bring it back."
    )
    return Reply(
        (Text(question.format(subscribed=subscribed, saved=saved), "warning"),),
        (Button(words.gettext("Yes, delete everything"), "/delete_my_data yes"),),
    )


SPEC = CommandSpec(
    name="delete_my_data", usage="", summary=N_("delete all that is stored of this chat"), handle=handle,
    aliases=("删除我的数据",), changes=True,
)  # fmt: skip
