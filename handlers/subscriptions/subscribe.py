"""/subscribe: sends the papers that match a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.query import UnreadableQueryError
from bot.i18n import N_
from handlers.schedule_line import served
from handlers.spec import CommandSpec
from handlers.wording import corrected, notes_of, problem_of, samples, speak, usage, volume

if TYPE_CHECKING:
    from bot.domain.cards.card import Card
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.subscriptions.manage_subscriptions import Outcome

CONFIRMED = "yes:"
"""Before a query: somebody was told what it means and wants it all the same."""

_MOST_LINES = 20


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Subscribe to one query, or to several, one a line; each is answered by itself."""
    words = speak(request)
    lines = [line.strip() for line in request.args.splitlines() if line.strip()]
    if not lines:
        text = words.gettext("Say what to look for, one query a line. For example:")
        return usage(text, "/subscribe diffusion", "/subscribe video editing", "/subscribe au:song cat:cs.CV")
    if len(lines) == 1:
        return await _served(await _one(lines[0], request, services, words), request, services)
    parts: list[Text | Card] = []
    buttons: list[Button] = []
    for line in lines[:_MOST_LINES]:
        try:
            reply = await _one(line, request, services, words)
        except UnreadableQueryError as error:
            reply = Reply((Text(f"{line}: {problem_of(error, words)}", "error"),))
        parts += reply.parts[:1]
        buttons += [button for button in reply.buttons if CONFIRMED in button.command]
    if len(lines) > _MOST_LINES:
        left = len(lines) - _MOST_LINES
        parts.append(Text(words.gettext("{count} lines more were not read.").format(count=left), "warning"))
    buttons.append(Button(words.gettext("Your subscriptions"), "/subscriptions"))
    return await _served(Reply(tuple(parts), tuple(buttons)), request, services)


async def _served(reply: Reply, request: CommandRequest, services: ChatServices) -> Reply:
    """Return an answer that says when the digest comes, where something was stored."""
    stored = any(isinstance(part, Text) and part.tone == "ok" for part in reply.parts)
    schedule = await services.schedules.of_chat(request.chat.id) if stored else None
    if schedule is None:
        return reply
    return Reply((*reply.parts, Text(served(schedule, speak(request)), "hint")), reply.buttons)


async def _one(line: str, request: CommandRequest, services: ChatServices, words: Translator) -> Reply:
    text, confirmed = confirmation(line)
    outcome = await services.subscriptions.subscribe(
        request.chat.id, text, now=request.now, confirmed=confirmed
    )
    if outcome.refusal:
        return refused(outcome, services.subscriptions.quota, words, command="/subscribe")
    return await accepted(outcome, request, services, words.gettext("#{number} {query} · {volume}"))


def confirmation(text: str) -> tuple[str, bool]:
    """Return a query and whether it was confirmed."""
    confirmed = text.casefold().startswith(CONFIRMED)
    return (text[len(CONFIRMED) :].strip() if confirmed else text), confirmed


async def accepted(outcome: Outcome, request: CommandRequest, services: ChatServices, form: str) -> Reply:
    """Return the answer to a query that was stored: its reading, what it would have brought, what next."""
    words = speak(request)
    number = outcome.subscription.number if outcome.subscription else 0
    line = form.format(number=number, query=outcome.query.canonical, volume=volume(outcome.preview, words))
    parts: list[Text | Card] = [Text(line, "ok"), *samples(outcome.preview)]
    buttons = [
        Button(words.gettext("Your digest now"), "/digest"),
        Button(words.gettext("Remove"), f"/unsubscribe {number}"),
    ]
    if not outcome.preview.matched:
        warning, near = await _nothing_found(outcome, request, services, words)
        parts.append(warning)
        buttons[:1] = near
    return Reply((*parts, *notes_of(outcome.query.notes, words)), tuple(buttons))


def refused(outcome: Outcome, quota: int, words: Translator, *, command: str) -> Reply:
    """Return the answer to a query that was not stored: why, and what to do."""
    query, shown = outcome.query.canonical, volume(outcome.preview, words)
    notes = notes_of(outcome.query.notes, words)
    if outcome.refusal == "duplicate" and outcome.subscription:
        line = words.gettext("You have this already: #{number} {query}").format(
            number=outcome.subscription.number, query=outcome.subscription.canonical
        )
        return Reply(
            (Text(line, "warning"), *notes), (Button(words.gettext("Your subscriptions"), "/subscriptions"),)
        )
    if outcome.refusal == "quota":
        return Reply(
            (no_room(quota, words),), (Button(words.gettext("Your subscriptions"), "/subscriptions"),)
        )
    line = words.gettext("{query} is very broad: {volume}. Add a word, or confirm.").format(
        query=query, volume=shown
    )
    return Reply(
        (Text(line, "warning"), *notes),
        (Button(words.gettext("Subscribe all the same"), f"{command} {CONFIRMED} {outcome.query.source}"),),
    )


def no_room(quota: int, words: Translator) -> Text:
    """Return what is said where a chat has as many subscriptions as it may."""
    line = words.gettext("A chat has at most {quota} subscriptions; remove one first.")
    return Text(line.format(quota=quota), "warning")


async def _nothing_found(
    outcome: Outcome, request: CommandRequest, services: ChatServices, words: Translator
) -> tuple[Text, list[Button]]:
    if outcome.preview.ever:
        line = words.ngettext(
            "Nothing in the last 30 days, {count} older paper.",
            "Nothing in the last 30 days, {count} older papers.",
            outcome.preview.ever,
        ).format(count=outcome.preview.ever)
        return Text(line, "warning"), [Button(words.gettext("Search"), f"/search {outcome.query.canonical}")]
    near = await services.previews.nearest(outcome.query, now=request.now)
    if near is None:
        return Text(words.gettext("No paper known so far matches; new ones are watched."), "warning"), []
    word, known, papers = near
    line = words.ngettext(
        "No paper has {word}; near it is {known} ({count} paper).",
        "No paper has {word}; near it is {known} ({count} papers).",
        papers,
    ).format(word=word, known=known, count=papers)
    number = outcome.subscription.number if outcome.subscription else 0
    better = corrected(outcome.query, word, known)
    return Text(line, "warning"), [Button(words.gettext("Change it"), f"/edit {number} {better}")]


SPEC = CommandSpec(
    name="subscribe", usage=N_("QUERY"), summary=N_("get the papers that a query finds"), handle=handle,
    aliases=("sub", "订阅"), changes=True,
)  # fmt: skip
