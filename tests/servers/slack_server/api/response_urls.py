"""What comes to a response_url: a new message, another one in place of what was pressed, or its end.

Source: docs.slack.dev/interactivity/handling-user-interaction#message_responses: five times within half an
hour. The app needs to be in no channel for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_server.api.chat import read_content, remove, rewrite
from slack_server.api.refusal import Refusal
from slack_server.records.world import RESPONSE_URL_SECONDS, RESPONSE_URL_USES

if TYPE_CHECKING:
    from slack_server.records.world import Call, World

_GONE = 404


class ResponseUrls:
    """Answers at response_urls.

    Args:
        world: what there is.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, path: str, call: Call) -> dict[str, Any]:
        """Carry out what was sent to a response_url.

        Raises:
            Refusal: its time or its uses are over, there is no such one, or the message is not accepted.
        """
        world, known = self._world, self._world.response_urls.get(path)
        if known is None:
            raise Refusal("invalid_url", status=_GONE)
        if world.now - known.made_at > RESPONSE_URL_SECONDS:
            raise Refusal("expired_url", status=_GONE)
        if known.uses >= RESPONSE_URL_USES:
            raise Refusal("used_url", status=_GONE)
        params = call.params
        message = known.message
        if params.flag("delete_original") and message is not None:
            remove(world, message)
            known.uses += 1
            return {}
        content = read_content(params)
        if params.flag("replace_original") and message is not None and not message.deleted:
            rewrite(world, message, content)
            known.uses += 1
            return {}
        whole = params.text("response_type") == "in_channel"
        world.post(
            known.channel,
            known.installation.bot,
            number=call.number,
            only_for=None if whole else known.user,
            thread_ts=params.text("thread_ts") or None,
            **content,
        )
        known.uses += 1
        return {}
