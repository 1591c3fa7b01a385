"""What somebody is told who may not change what a channel gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.command import Button, Reply, Text
from bot.i18n import translator
from bot.platforms.slack.rights import Verdict

if TYPE_CHECKING:
    from bot.i18n import Translator


def refusal(verdict: Verdict, language: str, *, bot_name: str) -> Reply:
    """Return the answer to somebody who may not, with what to do instead.

    Args:
        verdict: why not.
        language: of the chat.
        bot_name: ours in that workspace, without `@`.
    """
    words = translator(language)
    line = _line(verdict, words).format(name=bot_name)
    return Reply((Text(line, "warning"),), (Button(words.gettext("All commands"), "/help"),))


def _line(verdict: Verdict, words: Translator) -> str:
    match verdict:
        case Verdict.STRANGER:
            return words.gettext("Only people of this workspace can change what this channel gets.")
        case Verdict.NOT_MEMBER:
            return words.gettext("Only members of this channel can change what it gets.")
        case Verdict.NOT_CREATOR:
            return words.gettext(
                "Only who made this channel, or an admin of the workspace, can change what it gets."
            )
        case Verdict.NOT_ADMIN:
            return words.gettext("Only admins of the workspace can change what this channel gets.")
        case Verdict.NOT_INVITED:
            return words.gettext(
                "I am not in this private channel, so nothing of mine would arrive here. "
                "Type /invite @{name} and try again, or write to me directly."
            )
        case _:
            return words.gettext("Slack does not tell whether you may change this; try again in a minute.")
