"""/status: the next digest, the last one, and why there was none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.backfill_line import past_line
from handlers.empty_archive import no_source, reason_in
from handlers.schedule_line import local_time, served
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import Chat, CommandRequest
    from bot.domain.sources.backfill import Backfill
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.chats.tell_status import LastDigest, SourceStatus, Status
    from bot.services.platform_state.platform_health import Outage

_MOST_SOURCES = 12


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Tell how the chat is served, with a reason for every silence."""
    words = speak(request)
    status = await services.status.of_chat(request.chat, now=request.now)
    lines = [_next(status, words)]
    if status.last:
        lines.append(_last(status.last, request.chat, words))
    if status.waiting:
        line = words.ngettext(
            "{count} paper waits for the next digest.",
            "{count} papers wait for the next digest.",
            status.waiting,
        )
        lines.append(line.format(count=status.waiting))
    parts = [Text("\n".join(lines))]
    if status.sources:
        parts += [Text(words.gettext("Sources"), "heading"), Text(_sources(status, request.chat, words))]
    else:
        parts.append(no_source(request, words))
    parts += [Text(_trouble(one, request.chat, words), "warning") for one in status.troubles]
    buttons = [Button(words.gettext("Your digest now"), "/digest")]
    if not status.subscriptions:
        buttons = [Button(words.gettext("Your subscriptions"), "/subscriptions")]
    if status.missed:
        line = words.ngettext(
            "{count} digest failed or may not have arrived.",
            "{count} digests failed or may not have arrived.",
            status.missed,
        )
        parts.append(Text(line.format(count=status.missed), "warning"))
        buttons.append(Button(words.gettext("Missed digests"), "/missed"))
    return Reply(tuple(parts), tuple(buttons))


def _trouble(one: Outage, chat: Chat, words: Translator) -> str:
    if one.until is None:
        form = words.gettext("{platform} can't be reached since {since}: {what}.")
        return form.format(
            platform=one.platform.title(), since=local_time(one.since, chat.zone), what=one.what
        )
    form = words.gettext("{platform} could not be reached from {since} to {until}: {what}.")
    return form.format(
        platform=one.platform.title(),
        since=local_time(one.since, chat.zone),
        until=local_time(one.until, chat.zone),
        what=one.what,
    )


def _next(status: Status, words: Translator) -> str:
    if status.schedule is None:
        return words.gettext("No digest is planned: you subscribe to nothing yet.")
    line = served(status.schedule, words)
    if not status.subscriptions:
        line += " " + words.gettext("But no subscription is active.")
    return line


def _last(last: LastDigest, chat: Chat, words: Translator) -> str:
    when = local_time(last.digest.compiled_at, chat.zone)
    if last.nothing:
        line = words.gettext("Last time, {when}: nothing, for {reason}.")
        return line.format(when=when, reason=_reason(last, words))
    states = {
        "sent": words.gettext("arrived"),
        "uncertain": words.gettext("may not have arrived"),
        "failed": words.gettext("could not be sent"),
        "cancelled": words.gettext("was cancelled"),
    }
    line = words.ngettext(
        "Last digest, {when}: {count} paper, {state}.", "Last digest, {when}: {count} papers, {state}.",
        last.digest.papers,
    )  # fmt: skip
    state = states.get(last.state or "", words.gettext("on its way"))
    return line.format(when=when, count=last.digest.papers, state=state)


def _reason(last: LastDigest, words: Translator) -> str:
    if last.nothing == "no_match":
        line = words.ngettext(
            "0 of the {count} new paper matched", "0 of the {count} new papers matched", last.considered
        )
        return line.format(count=last.considered)
    forms = {
        "skipped": words.gettext("it was missed for too long; its papers come with the next one"),
        "no_subscription": words.gettext("there was no subscription"),
        "paused": words.gettext("all subscriptions are paused"),
        "no_paper": words.gettext("no paper came in"),
        "weekend": words.gettext("no paper came: arXiv announces nothing at the weekend"),
        "holiday": words.gettext("no paper came: arXiv had a holiday"),
    }
    return forms[last.no_batch if last.nothing == "no_paper" and last.no_batch else last.nothing or ""]


def _sources(status: Status, chat: Chat, words: Translator) -> str:
    lines = [_source(one, chat, words) for one in status.sources[:_MOST_SOURCES]]
    left = len(status.sources) - len(lines)
    if left > 0:
        lines.append(words.gettext("… and {count} more").format(count=left))
    lines += [_past(one, words) for one in status.past[:_MOST_SOURCES]]
    return "\n".join(lines)


def _past(one: Backfill, words: Translator) -> str:
    line = past_line(one, words)
    if one.error and not one.news:
        line += " " + words.gettext("(pauses: {error})").format(error=reason_in(one.error, words))
    return line


def _source(one: SourceStatus, chat: Chat, words: Translator) -> str:
    since = local_time(one.since, chat.zone) if one.since is not None else None
    if one.freshness == "down":
        if since is None:
            form = words.gettext("{source}: never read: {error}")
        else:
            form = words.gettext("{source}: down since {when}: {error}")
    elif one.freshness == "slow":
        form = words.gettext("{source}: still being read at {when}; its papers come later")
    elif one.freshness == "never":
        form = words.gettext("{source}: not read yet")
    elif one.freshness == "late":
        form = words.gettext("{source}: late; the last new paper came {when}")
    elif since is None:
        form = words.gettext("{source}: read, no new paper yet")
    else:
        form = words.gettext("{source}: the last new paper came {when}")
    line = form.format(source=one.label, when=since, error=reason_in(one.error, words))
    if one.freshness == "weekend":
        line += " " + words.gettext("(weekend: arXiv announces nothing)")
    elif one.freshness == "holiday":
        line += " " + words.gettext("(holiday: arXiv announces nothing)")
    return line


SPEC = CommandSpec(
    name="status", usage="", summary=N_("what comes next, what came last, and why there was nothing"),
    handle=handle, aliases=("状态",),
)  # fmt: skip
