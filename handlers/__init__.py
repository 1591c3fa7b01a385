"""The chat commands, one file each, in packages by subject; `COMMANDS` lists them in the order of /help."""

from handlers.chat import (
    delete_my_data,
    help,  # noqa: A004 (the command's name)
    language,
    manage,
    sources,
    start,
    status,
    timezone,
)
from handlers.digests import digest, limit, missed, quiet, refresh, schedule, versions
from handlers.papers import (
    abstract,
    bibtex,
    explain,
    latest,
    paper,
    save,
    saved,
    search,
    similar,
    summary,
    unsave,
)
from handlers.spec import CommandSpec
from handlers.subscriptions import (
    edit,
    mute,
    pause,
    preview,
    resume,
    share,
    subscribe,
    undo,
    unsubscribe,
)
from handlers.subscriptions import subscriptions as list_subscriptions

COMMANDS: tuple[CommandSpec, ...] = (
    start.SPEC,
    help.SPEC,
    subscribe.SPEC,
    preview.SPEC,
    list_subscriptions.SPEC,
    edit.SPEC,
    pause.SPEC,
    resume.SPEC,
    unsubscribe.SPEC,
    undo.SPEC,
    share.SPEC,
    manage.SPEC,
    digest.SPEC,
    schedule.SPEC,
    quiet.SPEC,
    limit.SPEC,
    versions.SPEC,
    status.SPEC,
    sources.SPEC,
    refresh.SPEC,
    missed.SPEC,
    search.SPEC,
    latest.SPEC,
    paper.SPEC,
    abstract.SPEC,
    summary.SPEC,
    similar.SPEC,
    explain.SPEC,
    mute.SPEC,
    bibtex.SPEC,
    save.SPEC,
    unsave.SPEC,
    saved.SPEC,
    language.SPEC,
    timezone.SPEC,
    delete_my_data.SPEC,
)
