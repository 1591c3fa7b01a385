"""Recognizes a command typed without its slash; the search reply then offers the command as a button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.cards.card import Card
from bot.domain.chat.command import Button, Reply, Text, command_meant
from bot.domain.search.request_words import without_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.i18n import Translator
    from handlers.spec import CommandSpec

_PAPERS: Final = ("QUERY", "ID")
"""How the usage of commands begins that continue with any words; `limit` continues with a number."""


def with_command_meant(text: str, reply: Reply, commands: Sequence[CommandSpec], words: Translator) -> Reply:
    """Return the answer to a text without slash, with the command that was perhaps meant.

    A first word that names a command may as well be a word of a title ("language models"). So papers that
    have all words are shown; the command is a button below them where it is the whole text, or would act on
    such words. Where no paper has them all, the question comes first, and alone where the command would act.

    Args:
        text: as typed, without slash.
        reply: of the search for it.
        commands: the commands there are.
        words: the language of the chat.
    """
    first, *rest = text.split(maxsplit=1) or [""]
    spec = _called(first, commands)
    found = _has_all_words(reply)
    if spec is None and not found:
        names = {name: command for command in commands for name in (command.name, *command.aliases)}
        near = command_meant(first, names)
        spec = names[near] if near else None
    if spec is None or without_request(text) != text:
        return reply
    meant = " ".join((f"/{spec.name}", *rest))
    ask = Text(words.gettext("Did you mean {command}?").format(command=meant), "warning")
    button = Button(meant, meant)
    acts = spec.changes or spec.keeps
    if found:
        is_likely = not rest or (acts and spec.usage.startswith(_PAPERS))
        return Reply((*reply.parts, ask), (button, *reply.buttons)) if is_likely else reply
    if acts:
        return Reply((ask,), (button, Button(words.gettext("Search for it"), f"/search {text.strip()}")))
    return Reply((ask, *reply.parts), (button, *reply.buttons))


def _called(word: str, commands: Sequence[CommandSpec]) -> CommandSpec | None:
    name = word.casefold()
    return next((one for one in commands if name == one.name or name in one.aliases), None)


def _has_all_words(reply: Reply) -> bool:
    """Whether a search found papers that do not only come near."""
    cards = [part for part in reply.parts if isinstance(part, Card)]
    return any(not reason.lacking for card in cards for reason in card.reasons)
