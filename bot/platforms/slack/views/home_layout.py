"""The layout of the App Home: next digest, subscriptions, saved papers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from bot.domain.cards.make_card import card_of
from bot.domain.schedules.time_zone import zone_of
from bot.domain.subscriptions.preview import spoken_rate
from bot.i18n import translator
from bot.platforms.slack.blocks.block_kit import context, divider, escaped, header, web_link
from bot.platforms.slack.blocks.elements import menu, option, paragraph, press, row, shown
from bot.platforms.slack.messages.answer_blocks import notice
from bot.platforms.slack.views.settings_form import schedule_words
from bot.platforms.texts.card_texts import SEPARATOR, facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.domain.chat.command import Chat
    from bot.domain.papers.paper import Paper
    from bot.domain.subscriptions.subscription import Subscription
    from bot.i18n import Translator
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.services.chats.tell_status import Status
    from bot.services.papers.saved_papers import SavedPage

SUBSCRIPTIONS: Final = 20
SAVED: Final = 20
"""How many stand on a page; a view has room for 100 blocks."""
_AUTHORS, _TITLE = 3, 300


@dataclass(frozen=True, slots=True)
class HomePosition:
    """What of the lists is seen.

    Attributes:
        subscriptions: how many are before the first one.
        saved: likewise of saved papers.
    """

    subscriptions: int = 0
    saved: int = 0


@dataclass(frozen=True, slots=True)
class HomeState:
    """What a Home shows.

    Attributes:
        chat: the person's own.
        now: the time, timezone-aware UTC.
        status: how the chat is served.
        subscriptions: all of the chat's.
        saved: one page of what it saved.
        topics: what may be subscribed to first; empty where something is already.
        known: how many papers there are.
        told: blocks that say what was just done.
    """

    chat: Chat
    now: datetime
    status: Status
    subscriptions: Sequence[Subscription]
    saved: SavedPage
    topics: Sequence[str]
    known: int
    told: Sequence[Json] = ()


def place_of(view: Mapping[str, Any] | None) -> HomePosition:
    """Return what of the lists a Home shows that Slack tells of; the beginning where it can't be read."""
    kept = _kept(view)
    numbers = [kept.get(name) for name in ("subscriptions", "saved")]
    first, second = (one if isinstance(one, int) and one >= 0 else 0 for one in numbers)
    return HomePosition(first, second)


def is_same(view: Mapping[str, Any] | None, wanted: Json) -> bool:
    """Whether a Home that Slack tells of shows what is wanted, so that it need not be published again."""
    kept: dict[str, Any] = json.loads(wanted["private_metadata"])
    return bool(_kept(view).get("digest") == kept["digest"])


def home_view(state: HomeState, place: HomePosition) -> Json:
    """Return the view of a person's Home; commands in it may be longer than Slack takes (`long_values`).

    Args:
        state: what is shown.
        place: what of the lists; a place behind their ends is taken as the last page.
    """
    words = translator(state.chat.language)
    start = min(place.subscriptions, _last_page(len(state.subscriptions), SUBSCRIPTIONS))
    blocks = [
        *notice(state.told),
        *(_served(state, words) if state.subscriptions else _welcome(state, words)),
        *_subscriptions(state, start, words),
        *_saved(state, words),
        context(_known(state.known, words)),
    ]
    digest = hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()[:16]
    kept = {"digest": digest, "subscriptions": start, "saved": state.saved.start}
    return {"type": "home", "private_metadata": json.dumps(kept), "blocks": blocks}


def last_saved_page(total: int) -> int:
    """Return how many saved papers are before the last page."""
    return _last_page(total, SAVED)


def _welcome(state: HomeState, words: Translator) -> Iterator[Json]:
    _ = words.gettext
    yield header(_("Welcome"))
    about = _("I read paper digests, know each paper once, and bring you those you ask for.")
    next_step = _("Choose a topic, or say in your own words what to look for:")
    yield paragraph(f"{about}\n{next_step}")
    form = _("Subscribe: {query}")
    topics = (
        press(form.format(query=topic), f"home:subscribe:{number}", topic)
        for number, topic in enumerate(state.topics, start=1)
    )
    yield row(press(_("My own words…"), "home:subscribe:0", style="primary"), *topics)
    yield row(press(_("Find papers…"), "home:find"), press(_("Settings…"), "home:settings"))


def _served(state: HomeState, words: Translator) -> Iterator[Json]:
    _ = words.gettext
    status, schedule = state.status, state.status.schedule
    yield row(
        press(_("Subscribe…"), "home:subscribe:0", style="primary"),
        press(_("Your digest now"), "home:command:0", "/digest"),
        press(_("Find papers…"), "home:find"),
        press(_("Settings…"), "home:settings"),
    )
    told = [(_("Next digest"), _next(state, words)), (_("Time zone"), state.chat.zone)]
    if schedule is not None:
        quiet = schedule.quiet or _("none")
        told[1:1] = [(_("Schedule"), schedule_words(schedule.rule, words))]
        told += [(_("Quiet hours"), quiet)]
    yield {"type": "section", "fields": [_labelled(label, value) for label, value in told]}
    if status.waiting:
        line = words.ngettext(
            "{count} paper waits for the next digest.",
            "{count} papers wait for the next digest.",
            status.waiting,
        )
        yield context(line.format(count=status.waiting))
    if status.missed:
        line = words.ngettext(
            "{count} digest failed or may not have arrived.",
            "{count} digests failed or may not have arrived.",
            status.missed,
        )
        shows = press(_("Missed digests"), "home:command:1", "/missed")
        yield paragraph(line.format(count=status.missed), shows)


def _labelled(label: str, value: str) -> Json:
    """Return a label and a value, both of our own making: no text of a feed or of a person stands here."""
    return {"type": "mrkdwn", "text": f"*{escaped(label)}*\n{escaped(value)}", "verbatim": True}


def _next(state: HomeState, words: Translator) -> str:
    schedule = state.status.schedule
    if schedule is None or not state.status.subscriptions:
        return words.gettext("none: no subscription is active")
    if schedule.next_due_at is None:
        return schedule_words(schedule.rule, words)
    due = datetime.fromtimestamp(schedule.next_due_at, UTC).astimezone(zone_of(state.chat.zone))
    today = state.now.astimezone(zone_of(state.chat.zone)).date()
    form = words.gettext("{day} at {time}")
    days = {0: words.gettext("today"), 1: words.gettext("tomorrow")}
    return form.format(day=days.get((due.date() - today).days, f"{due:%Y-%m-%d}"), time=f"{due:%H:%M}")


def _subscriptions(state: HomeState, start: int, words: Translator) -> Iterator[Json]:
    mine = state.subscriptions
    if not mine:
        return
    yield divider()
    yield header(words.gettext("Your subscriptions"))
    for one in mine[start : start + SUBSCRIPTIONS]:
        lines = (f"#{one.number}  {one.canonical}", SEPARATOR.join(_about(one, words)))
        yield paragraph("\n".join(lines), menu(f"home:menu:{one.number}", [*_to_do(one, words)]))
    yield from _pages("subscriptions", start, SUBSCRIPTIONS, len(mine), words)


def _to_do(one: Subscription, words: Translator) -> Iterator[Json]:
    _ = words.gettext
    yield option(_("Change…"), f"/edit {one.number}")
    if one.state == "paused":
        yield option(_("Resume"), f"/resume {one.number}")
    else:
        yield option(_("Pause"), f"/pause {one.number}")
    yield option(_("Show its papers"), f"/search {one.canonical} --exact")
    yield option(_("Remove"), f"/unsubscribe {one.number}")


def _about(one: Subscription, words: Translator) -> Iterator[str]:
    if one.per_day is not None:
        form, count = spoken_rate(one.per_day)
        yield words.gettext(form).format(count=count)
    if one.state == "paused":
        yield "⏸ " + words.gettext("paused")  # within an f-string no catalogue finds it


def _saved(state: HomeState, words: Translator) -> Iterator[Json]:
    page = state.saved
    if not page.total:
        if state.subscriptions:
            yield divider()
            yield context(words.gettext("What you save is listed here: press “Save” below a paper."))
        return
    yield divider()
    yield header(words.gettext("Saved papers"))
    for paper in page.papers:
        yield from _paper(paper, words)
    yield from _pages("saved", page.start, SAVED, page.total, words)


def _paper(paper: Paper, words: Translator) -> Iterator[Json]:
    _ = words.gettext
    card = card_of(paper)
    named = paper.arxiv_base or paper.canonical_id
    page = web_link(card.url) if card.url else None
    to_do = [
        option(_("Details…"), f"/paper {named}"),
        option(_("BibTeX"), f"/bibtex {named}"),
        option(_("Remove"), f"/unsave {named}"),
    ]
    if page:
        to_do.insert(0, option(_("Open its page"), "link:page", url=page))
    authors = ", ".join(card.authors[:_AUTHORS])
    rest = len(card.authors) - _AUTHORS
    told = (f"{authors} +{rest}" if rest > 0 else authors, *facts(card))
    title = shown(card.title or card.paper_id, _TITLE).replace("\n", " ")
    about = SEPARATOR.join(part for part in told if part)
    yield paragraph(f"{title}\n{about}", menu(f"home:menu:{paper.id}", to_do))


def _pages(name: str, start: int, size: int, total: int, words: Translator) -> Iterator[Json]:
    """Yield how many more there are, with what shows them and what leads back."""
    left = total - start - size
    keys = []
    if start:
        keys.append(press(words.gettext("Back"), f"home:page:{name}:0", f"{name}:{max(0, start - size)}"))
    if left > 0:
        more = words.ngettext("… {count} more", "… {count} more", left).format(count=left)
        keys.append(press(more, f"home:page:{name}:1", f"{name}:{start + size}"))
    if keys:
        yield row(*keys)


def _last_page(total: int, size: int) -> int:
    return max(0, total - 1) // size * size


def _known(count: int, words: Translator) -> str:
    return words.ngettext("{count} paper is known.", "{count} papers are known.", count).format(count=count)


def _kept(view: Mapping[str, Any] | None) -> dict[str, Any]:
    try:
        kept = json.loads((view or {}).get("private_metadata") or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
