"""The commands people type in a chat, one file a command; `COMMANDS` is the whole list, in /help's order."""

from handlers import (
    digest,
    edit,
    explain,
    help,  # noqa: A004 (the command's name)
    language,
    latest,
    paper,
    pause,
    preview,
    resume,
    search,
    similar,
    start,
    subscribe,
    subscriptions,
    timezone,
    undo,
    unsubscribe,
)
from handlers.spec import CommandSpec

COMMANDS: tuple[CommandSpec, ...] = (
    start.SPEC,
    help.SPEC,
    subscribe.SPEC,
    preview.SPEC,
    subscriptions.SPEC,
    edit.SPEC,
    pause.SPEC,
    resume.SPEC,
    unsubscribe.SPEC,
    undo.SPEC,
    digest.SPEC,
    search.SPEC,
    latest.SPEC,
    paper.SPEC,
    similar.SPEC,
    explain.SPEC,
    language.SPEC,
    timezone.SPEC,
)
