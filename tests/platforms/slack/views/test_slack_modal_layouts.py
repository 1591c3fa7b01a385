"""Modals and forms as JSON, without Slack."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from examples import examples
from hostile_replies import hostile_reply, hostile_text
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_reading import objects

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.schedules.schedule import EVERY_DAY, Schedule, show_schedule
from bot.i18n import translator
from bot.platforms.slack.blocks.elements import values_of
from bot.platforms.slack.blocks.validate import problems, view_problems
from bot.platforms.slack.messages.answer_blocks import (
    answer_blocks,
    is_short,
    notice,
    said,
    with_notice,
    with_results,
)
from bot.platforms.slack.views.home_layout import HomePosition
from bot.platforms.slack.views.modal_layouts import (
    ViewTarget,
    answer_view,
    changed_view,
    find_view,
    next_query_block,
    opening_row,
    query_of,
    settings_view,
    subscribe_view,
    target_of,
    told_view,
    waiting_view,
)
from bot.platforms.slack.views.open_views import sendable
from bot.platforms.slack.views.query_preview import better_query, reading_blocks
from bot.platforms.slack.views.settings_form import (
    Settings,
    commands_of,
    problems_of,
    schedule_words,
    settings_blocks,
)

Json = dict[str, Any]
RANDOMS = st.integers(0, 2**32).map(Random)  # noqa: S311 (test data)
"""Where hostile texts come from, each time the same for the same number."""
LANGUAGES = st.sampled_from(("en", "zh_Hans"))
TARGETS = st.builds(
    ViewTarget,
    st.text(max_size=12),
    st.text(max_size=12),
    st.none() | st.integers(0, 10**9),
    st.none() | st.builds(HomePosition, st.integers(0, 999), st.integers(0, 999)),
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
SCHEDULES = st.one_of(
    st.builds(
        Schedule, st.just("times"), st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1), TIMES
    ),
    st.sampled_from((Schedule("instant"), Schedule("after-arxiv"), Schedule("off"))),
)
SETTINGS = st.builds(
    Settings,
    SCHEDULES.map(show_schedule),
    st.sampled_from(("UTC", "Asia/Shanghai", "UTC+05:30")),
    st.integers(1, 50),
    st.sampled_from(("", "22:00-07:00")),
    st.sampled_from(("off", "line", "card")),
    st.sampled_from(("en", "zh_Hans")),
)


def as_filled(view: Json, **changed: object) -> Json:
    """Return a view as Slack tells of it: what its inputs began with, but for what was changed, by block."""
    names = {
        "static_select": ("selected_option", "initial_option"),
        "multi_static_select": ("selected_options", "initial_options"),
        "timepicker": ("selected_time", "initial_time"),
    }
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            kept, initial = names.get(element["type"], ("value", "initial_value"))
            value = changed.get(block["block_id"], element.get(initial))
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], kept: value}}
    return {**view, "state": {"values": values}}


def chosen(value: str) -> Json:
    """Return an option as Slack tells of it."""
    return {"text": {"type": "plain_text", "text": value}, "value": value}


@given(SETTINGS)
def test_a_form_that_is_sent_as_it_was_changes_nothing(now: Settings) -> None:
    """What a chat chose is what its form says."""
    view = settings_view(ViewTarget("T1"), now)
    assert view_problems(view) == []
    values = values_of(as_filled(view))
    assert commands_of(values, now) == {}
    assert problems_of(values, now.language) == {}


@given(SETTINGS, SETTINGS)
def test_a_form_brings_a_chat_to_any_settings(now: Settings, wanted: Settings) -> None:
    """The commands of a filled-in form are those that were changed, and say what was filled in."""
    values = values_of(as_filled(settings_view(ViewTarget("T1"), wanted)))
    commands = commands_of(values, now)
    differs = {
        "/schedule": now.rule != wanted.rule,
        "/timezone": now.zone != wanted.zone,
        "/limit": now.most != wanted.most,
        "/quiet": now.quiet != wanted.quiet,
        "/versions": now.versions != wanted.versions,
        "/language": now.language != wanted.language,
    }
    assert {command.split()[0] for command in commands.values()} == {
        name for name, is_new in differs.items() if is_new
    }
    assert set(commands.values()) <= {
        f"/schedule {wanted.rule}",
        f"/timezone {wanted.zone}",
        f"/limit {wanted.most}",
        f"/quiet {wanted.quiet or 'off'}",
        f"/versions {wanted.versions}",
        f"/language {wanted.language}",
    }


def test_mistakes_stand_at_their_fields() -> None:
    """Days that were not chosen, places that do not exist, hours that are none."""
    view = settings_view(ViewTarget("T1"), Settings("daily 08:30", "UTC", 10, "", "line", "en"))
    filled = as_filled(view, when=chosen("weekly"), zone="Atlantis", quiet="22:00-22:00")
    found = problems_of(values_of(filled), "en")
    assert found.pop("zone").startswith("There is no time zone Atlantis.")
    assert found == {
        "days": "On which day of the week?",
        "quiet": "Quiet hours can't begin and end at the same time.",
    }
    assert set(problems_of(values_of(as_filled(view, time=None)), "en")) == {"time"}
    inputs = {block["block_id"] for block in settings_blocks(_USUAL, translator("en"))}
    assert inputs >= set(problems_of({}, "en")), "an error of an unknown block closes no modal"


_USUAL = Settings("daily 08:30", "UTC", 10, "", "line", "en")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("daily 08:30", "every day at 08:30"),
        ("weekdays 18:00", "from Monday to Friday at 18:00"),
        ("mon,thu 18:00", "Monday, Thursday at 18:00"),
        ("weekly sun 07:05", "Sunday at 07:05"),
        ("after-arxiv", "when arXiv's new papers of the day are in"),
    ],
)
def test_schedules_are_said_as_people_say_them(rule: str, words: str) -> None:
    """Whatever `/schedule` stores."""
    assert schedule_words(rule, translator("en")) == words


@settings(max_examples=examples(10))
@given(TARGETS, LANGUAGES, RANDOMS)
def test_slack_takes_every_modal(target: ViewTarget, language: str, source: Random) -> None:
    """Whatever was typed, read and found, a modal is valid, and what it is about comes back."""
    typed = hostile_text(source)
    reply = hostile_reply(source)
    results = answer_blocks([reply], language, "find", commands=frozenset())
    views = [
        subscribe_view(target, language, query=typed, better=typed[:300], confirms=source.random() < 1 / 2),
        sendable(subscribe_view(target, language, query=typed, reading=reading_blocks(reply, frozenset()))),
        sendable(find_view(target, language, results, query=typed)),
        sendable(answer_view(target, typed, results, language)),
        told_view(target, [typed, ""], language),
    ]
    for view in views:
        assert view_problems(view) == []
        assert target_of(view) == target
    assert view_problems(waiting_view()) == []
    assert problems([opening_row(language)]) == []


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_what_a_modal_keeps_may_be_anything(kept: object) -> None:
    """Nothing that is not ours is read as ours, and nothing raises."""
    for metadata in (json.dumps(kept), json.dumps({"tenant": kept, "channel": kept, "number": kept}), ""):
        target = target_of({"private_metadata": metadata})
        assert target is None or isinstance(target.tenant, str)


@settings(max_examples=examples(10))
@given(LANGUAGES, RANDOMS)
def test_answers_take_the_place_of_what_stood_below_the_inputs(language: str, source: Random) -> None:
    """What was typed and how to send it stay; one notice is at a time, above the results."""
    results = answer_blocks([hostile_reply(source)], language, "find", commands=frozenset())
    view = sendable(find_view(ViewTarget("T1"), language, results, query="a"))
    told = notice(answer_blocks([Reply((Text("b", "ok"),))], language, "find", commands=frozenset()))
    noticed = changed_view(view, with_notice(view["blocks"], told))
    again = changed_view(noticed, with_notice(noticed["blocks"], told))
    assert again == noticed
    assert noticed["blocks"][:2] == [view["blocks"][0], *told]
    assert noticed["blocks"][2:] == view["blocks"][1:]
    assert changed_view(view, with_results(noticed["blocks"], view["blocks"][1:])) == view


@settings(max_examples=examples(8))
@given(RANDOMS)
def test_what_is_pressed_in_answers_is_told_from_what_is_pressed_in_messages(source: Random) -> None:
    """Each action begins with the surface, and is unique in its block."""
    blocks = answer_blocks([hostile_reply(source), hostile_reply(source)], "en", "home", commands=frozenset())
    for block in blocks:
        names = [one["action_id"] for one in objects([block]) if "action_id" in one]
        assert all(name.startswith(("home:command:", "home:overflow:", "home:link:")) for name in names)
        assert len(set(names)) == len(names)


def test_a_suggested_query_gets_a_field_that_slack_does_not_know_yet() -> None:
    """Else Slack would continue showing what was typed; the query is found under any such name."""
    names = ["query"]
    for _ in range(3):
        names.append(next_query_block(names[-1]))
    assert names == ["query", "query:1", "query:2", "query:3"]
    assert next_query_block("query:" + "9" * 250) == "query:1"
    for name in names:
        view = as_filled(subscribe_view(ViewTarget("T1"), "en", query="a b", block_id=name))
        assert query_of(view) == (name, "a b")
    assert query_of({}) == ("query", "")


def test_a_reading_stands_out_and_titles_are_a_list() -> None:
    """The answer to `/preview` without its buttons."""
    preview = Reply(
        (Text("a AND b · 3 papers"), Text("· One\n· Two"), Text("read differently", "hint")),
        (Button("Subscribe", "/subscribe a b"),),
    )
    reading, titles, hint = reading_blocks(preview, frozenset())
    assert reading["elements"][0]["elements"] == [
        {"type": "text", "text": "a AND b · 3 papers", "style": {"bold": True}}
    ]
    assert [one["elements"][0]["text"] for one in titles["elements"][0]["elements"]] == ["One", "Two"]
    assert hint["type"] == "context"
    assert better_query(preview, "/subscribe") == "a b"
    assert better_query(preview, "/preview") is None


@pytest.mark.parametrize(
    ("reply", "is_one"),
    [
        (Reply((Text("Saved: a", "ok"),)), True),
        (Reply((Text("It is saved already: a"),), (Button("Remove", "/unsave a"),)), True),
        (Reply((Text("Your subscriptions", "heading"), Text("#1 a"))), False),
        (Reply((Text("@article{a}", "code"),)), False),
        (Reply((Text("a" * 1000, "ok"),)), False),
    ],
)
def test_short_answers_need_no_window(reply: Reply, is_one: bool) -> None:  # noqa: FBT001 (a parametrised value)
    """A line or two are a notice; lists, papers and what is to be copied have a modal."""
    assert is_short(reply) is is_one


def test_an_error_of_an_input_is_one_line() -> None:
    """The place a caret points at can't be shown there."""
    assert said(Reply((Text("A * goes at the end\ned*it\n  ^", "error"),))) == "A * goes at the end"
    assert said(Reply(())) == ""
