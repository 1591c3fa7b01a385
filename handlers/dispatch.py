"""Finds the command that answers a message, and turns errors into replies."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, CommandRequest, Reply, Text, command_meant
from bot.domain.query import UnreadableQueryError
from bot.domain.search.search_options import OptionError
from bot.errors import InputError, StorageError
from bot.i18n import translator
from handlers.no_slash import with_command_meant
from handlers.wording import problem_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.domain.chat.command import Chat
    from bot.i18n import Translator
    from bot.ports import Clock
    from bot.services.chat_services import ChatServices
    from handlers.spec import CommandSpec

_COMMAND = re.compile(r"\s*[/／](?P<name>[^\s@/]+)(?:@\S+)?(?P<args>.*)", re.DOTALL)
_PLAIN = "search"
"""The command that a text without slash is for."""
_MEANT = 0.6
"""How alike a word and a command's name are; whoever types a slash means a command, so much is forgiven."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Answers messages in chats; the `bot.ports.Dispatch` of all platforms.

    Attributes:
        commands: the commands there are.
        services: what they use.
        clock: tells the time.
    """

    commands: Sequence[CommandSpec]
    services: ChatServices
    clock: Clock

    async def __call__(
        self, text: str, chat: Chat, *, may_change: Callable[[], Awaitable[bool]] | None = None
    ) -> Reply:
        """Return the answer; what can't be understood is answered with what to do next."""
        words = translator(chat.language)
        match = _COMMAND.fullmatch(text)
        name, args = (match["name"].casefold(), match["args"]) if match else (_PLAIN, text)
        command = self._find(name)
        if command is None:
            return self._unknown(name, args, words)
        if command.changes and may_change is not None and not await may_change():
            line = words.gettext("Only admins of this chat can change what it gets.")
            return Reply((Text(line, "warning"),), (Button(words.gettext("All commands"), "/help"),))
        request = CommandRequest(command.name, args.strip(), chat, self.clock())
        reply = await self._answer(command, request, words)
        return reply if match else with_command_meant(text, reply, self.commands, words)

    async def _answer(self, command: CommandSpec, request: CommandRequest, words: Translator) -> Reply:
        try:
            return await command.handle(request, self.services)
        except UnreadableQueryError as error:
            return _unreadable(command.name, error, words)
        except OptionError as error:
            line = words.gettext("{written} can't be read; write {example}.")
            told = line.format(written=error.written, example=error.example)
            better = request.args.replace(error.written, error.example)
            return Reply((Text(told, "error"),), (Button(words.gettext("Try"), f"/{command.name} {better}"),))
        except InputError as error:
            return Reply((Text(str(error), "error"),))
        except StorageError:
            _log.exception("/%s failed", command.name)
            return Reply(
                (
                    Text(
                        words.gettext("The archive is busy; nothing changed. Try again in a minute."), "error"
                    ),
                )
            )

    def _find(self, name: str) -> CommandSpec | None:
        for command in self.commands:
            if name == command.name or name in command.aliases:
                return command
        return None

    def _unknown(self, name: str, args: str, words: Translator) -> Reply:
        known = [command.name for command in self.commands]
        near = command_meant(name, known, likeness=_MEANT)
        line = words.gettext("There is no command /{name}.").format(name=name)
        suggestion = f"/{near} {args.strip()}".rstrip() if near else "/help"
        return Reply((Text(line, "error"),), (Button(words.gettext("Try"), suggestion),))


def _unreadable(command: str, error: UnreadableQueryError, words: Translator) -> Reply:
    told = Text(problem_of(error, words), "error")
    if not error.suggestion:
        return Reply((told,))
    return Reply((told,), (Button(words.gettext("Try"), f"/{command} {error.suggestion}"),))
