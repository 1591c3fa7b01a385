"""The error messages for users who may not change a channel's settings."""

from __future__ import annotations

from typing import Final

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_, translator
from bot.platforms.slack.interactions.permissions import Verdict

_LINES: Final = {
    Verdict.STRANGER: N_("Only people of this workspace can change what this channel gets."),
    Verdict.NOT_MEMBER: N_("Only members of this channel can change what it gets."),
    Verdict.NOT_CREATOR: N_(
        "Only the creator of this channel, or an admin of the workspace, can change what it gets."
    ),
    Verdict.NOT_ADMIN: N_("Only admins of the workspace can change what this channel gets."),
    Verdict.NOT_INVITED: N_(
        "I am not in this private channel, so nothing of mine would arrive here. "
        "Type /invite @{name} and try again, or write to me directly."
    ),
    Verdict.BUSY: N_("Slack gets too many requests just now; nothing was changed. Try again in a minute."),
    Verdict.UNKNOWN: N_("Slack does not tell whether you may change this; try again in a minute."),
}


def refusal(verdict: Verdict, language: str, *, bot_name: str) -> Reply:
    """Return the answer to somebody who may not, with what to do instead.

    Args:
        verdict: why not.
        language: of the chat.
        bot_name: ours in that workspace, without `@`.
    """
    words = translator(language)
    line = words.gettext(_LINES[verdict]).format(name=bot_name)
    return Reply((Text(line, "warning"),), (Button(words.gettext("All commands"), "/help"),))
