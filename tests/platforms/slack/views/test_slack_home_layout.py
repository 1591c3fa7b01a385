"""The App Home as JSON, without Slack."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from hostile_replies import hostile_text
from hypothesis import given
from hypothesis import strategies as st
from slack_reading import objects

from bot.domain.chat.command import Chat, ChatKey
from bot.domain.papers.paper import Paper
from bot.domain.subscriptions.subscription import Subscription
from bot.platforms.slack.blocks.elements import long_values, with_values
from bot.platforms.slack.blocks.validate import view_problems
from bot.platforms.slack.views.home_layout import (
    SAVED,
    SUBSCRIPTIONS,
    HomePosition,
    HomeState,
    home_view,
    is_same,
    place_of,
)
from bot.services.chats.tell_status import Status
from bot.services.papers.saved_papers import SavedPage
from bot.storage.chats.schedules import ChatSchedule

RANDOMS = st.integers(0, 2**32).map(Random)  # noqa: S311 (test data)
"""Where hostile texts come from, each time the same for the same number."""
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DUE = int(datetime(2026, 11, 22, 7, 30, tzinfo=UTC).timestamp())
SCHEDULE = ChatSchedule(1, "daily 08:30", DUE, "2026-11-22", None, 10, "line", "Europe/Berlin")
STATUS = Status(SCHEDULE, 1, None, 0, 0, (), ())
CHAT = Chat(1, ChatKey("slack", "D1", tenant="T1"), "en", "Europe/Berlin")


def subscription(number: int, canonical: str, *, per_day: float | None = None) -> Subscription:
    """Return an active subscription."""
    return Subscription(
        id=number,
        chat_id=1,
        number=number,
        source_text=canonical,
        canonical=canonical,
        state="active",
        per_day=per_day,
        created_at=0,
        changed_at=0,
    )


def state(
    *subscriptions: Subscription, status: Status = STATUS, saved: SavedPage | None = None, **fields: Any
) -> HomeState:
    """Return what a Home shows."""
    values = {"chat": CHAT, "now": NOW, "topics": ("diffusion",), "known": 20, **fields}
    return HomeState(status=status, subscriptions=subscriptions, saved=saved or SavedPage((), 0), **values)


def texts(view: dict[str, Any]) -> str:
    """Return all texts of a view, a line each."""
    return "\n".join(one["text"] for one in objects(view["blocks"]) if isinstance(one.get("text"), str))


def read_as_markup(view: dict[str, Any]) -> str:
    """Return the texts in which Slack reads markup."""
    return "\n".join(one["text"] for one in objects(view["blocks"]) if one.get("type") == "mrkdwn")


@pytest.mark.parametrize(
    ("rule", "due", "told"),
    [
        ("daily 08:30", DUE, "tomorrow at 08:30"),
        ("daily 18:00", DUE - 14 * 3600 - 1800, "today at 18:00"),
        ("instant", None, "as soon as something matches"),
        ("off", None, "never"),
        ("mon,thu 08:30", DUE + 86_400, "2026-11-23 at 08:30"),
    ],
)
def test_the_next_digest_is_told(rule: str, due: int | None, told: str) -> None:
    """It is a time on the reader's clock, or what it waits for."""
    schedule = ChatSchedule(1, rule, due, None, None, 10, "line", "Europe/Berlin")
    status = Status(schedule, 1, None, 2, 1, (), ())
    shown = texts(home_view(state(subscription(1, "a"), status=status), HomePosition()))
    assert told in shown
    assert "2 papers wait" in shown
    assert "1 digest failed or may not have arrived" in shown


def test_a_reader_without_active_subscriptions_is_told_so() -> None:
    """No digest comes then, whatever the clock says."""
    status = Status(SCHEDULE, 0, None, 0, 0, (), ())
    assert "no subscription is active" in texts(
        home_view(state(subscription(1, "a"), status=status), HomePosition())
    )


@pytest.mark.parametrize(
    ("per_day", "told"), [(3.6, "about 4 a day"), (0.5, "about 4 a week"), (0.01, "less than one a week")]
)
def test_subscriptions_say_what_they_bring(per_day: float, told: str) -> None:
    """As people say it, where it is known."""
    assert told in texts(home_view(state(subscription(1, "a", per_day=per_day)), HomePosition()))


@given(st.integers(1, 150), st.integers(0, 200), st.integers(0, 200))
def test_every_subscription_is_on_one_page(total: int, start: int, saved_start: int) -> None:
    """Pages follow each other without gaps, and a place behind the end is the last page."""
    mine = [subscription(number, f"q{number}") for number in range(1, total + 1)]
    view = home_view(state(*mine), HomePosition(start, saved_start))
    shown = [one for one in mine if f"#{one.number}  {one.canonical}\n" in f"{texts(view)}\n"]
    first = place_of(view).subscriptions
    assert shown == mine[first : first + SUBSCRIPTIONS]
    assert first <= start
    keys = {one.get("action_id"): one for one in objects(view["blocks"])}
    left = total - first - len(shown)
    more = keys.get("home:page:subscriptions:1")
    assert (more is not None) == (left > 0)
    if more is not None:
        assert more["text"]["text"] == f"… {left} more"
        assert more["value"] == f"subscriptions:{first + SUBSCRIPTIONS}"
    assert ("home:page:subscriptions:0" in keys) == (first > 0)


@given(RANDOMS, st.sampled_from(("en", "zh_Hans")))
def test_slack_takes_every_home(source: Random, language: str) -> None:
    """Whatever queries, topics and papers say, the view is valid, and none of it is read as markup."""
    mine = [subscription(number, hostile_text(source)) for number in range(source.choice((0, 1, 30)))]
    papers = tuple(
        Paper(
            id=number,
            canonical_id=source.choice(("arxiv:2401.99001", f"title:{hostile_text(source)}")),
            title=hostile_text(source),
            authors=tuple(hostile_text(source) for _ in range(source.randrange(5))),
            url=source.choice((None, "https://x.example/a b", "javascript:alert(1)")),
            published=date(2024, 2, 29),
            first_seen_at=0,
        )
        for number in range(source.choice((0, 3, SAVED)))
    )
    chat = Chat(1, CHAT.key, language, "Europe/Berlin")
    view = home_view(
        state(
            *mine,
            saved=SavedPage(papers, 3 * len(papers)),
            chat=chat,
            topics=[hostile_text(source)[:60] for _ in range(3)],
        ),
        HomePosition(source.randrange(40)),
    )
    stored = dict.fromkeys(long_values(view["blocks"]), "#9223372036854775807")
    view["blocks"] = with_values(view["blocks"], stored)
    assert view_problems(view) == []
    assert len(view["blocks"]) <= 100
    same_but_tame = home_view(state(*[subscription(1, "a")][: len(mine)], chat=chat), HomePosition())
    assert read_as_markup(view) == read_as_markup(same_but_tame)


@given(st.one_of(st.none(), st.text(), st.integers(), st.lists(st.integers())))
def test_what_a_home_keeps_may_be_anything(kept: object) -> None:
    """A Home of an older version of ours is taken from its beginning."""
    for metadata in (kept, json.dumps(kept), json.dumps({"subscriptions": kept, "saved": kept})):
        place = place_of({"private_metadata": metadata} if isinstance(metadata, str) else None)
        assert place.subscriptions >= 0
        assert isinstance(place.saved, int)


def test_a_home_is_the_same_only_if_it_shows_the_same() -> None:
    """A word more and it is published again; what Slack does not know of is another one."""
    one, two = (home_view(state(subscription(1, query)), HomePosition()) for query in "ab")
    assert is_same(one, home_view(state(subscription(1, "a")), HomePosition()))
    assert not is_same(one, two)
    assert not is_same(None, one)
