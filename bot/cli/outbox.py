"""The `outbox` subcommands; each returns the exit status."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, get_args

from bot.app import clock, open_archive
from bot.domain.delivery.delivery import OPEN, State
from bot.domain.text.iso_time import iso_utc
from bot.errors import InputError
from bot.runtime import report
from bot.storage.delivery import outbox, outbox_admin

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.settings import Settings
    from bot.storage.delivery.outbox_admin import ChangeReport, ListedDelivery, Step
    from bot.storage.engine.database import Database

_UNSETTLED: Final[tuple[State, ...]] = (*OPEN, "uncertain", "failed")
_AT_ONCE: Final = 1_000
"""Deliveries that a transaction changes, so that a running bot waits for a moment only."""

_TIMES: Final = frozenset({"created_at", "changed_at", "compiled_at", "due_at", "gone_at", "lease_until"})
_DONE: Final[Mapping[Step, str]] = {
    "retry": "to be sent at a running bot's next look",
    "offer": "to be offered in the next digest of the chat",
    "drop": "dropped",
}
_PAST: Final[Mapping[Step, str]] = {"retry": "retried", "offer": "offered", "drop": "dropped"}
_OR_ALL: Final[Mapping[Step, str]] = {
    "retry": ", or say --failed or --uncertain for all of these; not both",
    "offer": "",
    "drop": ", or say --failed or --uncertain for all of these; not both",
}


async def ls(settings: Settings, asked: Collection[str], *, limit: int, as_json: bool) -> int:
    """Print how many deliveries are in each state, and those that are not settled or were asked for.

    Raises:
        InputError: a state that is asked for is none.
    """
    known: tuple[State, ...] = get_args(State)
    if unknown := [state for state in asked if state not in known]:
        raise InputError(f"--state {_one_line(unknown[0])}: use {', '.join(known)}")
    states = [state for state in known if state in asked] or _UNSETTLED
    async with open_archive(settings) as archive, archive.database.read() as connection:
        counts = await outbox.count_by_state(connection)
        rows = await outbox_admin.listed(connection, states, limit=limit)
    counts = {state: counts[state] for state in known if state in counts}
    if as_json:
        deliveries = [asdict(one) | {"due_at": iso_utc(one.due_at), "changed_at": iso_utc(one.changed_at)}
                      for one in rows]  # fmt: skip
        report.say(json.dumps({"counts": counts, "deliveries": deliveries}, ensure_ascii=False))
        return 0
    report.say(", ".join(f"{count:,} {state}" for state, count in counts.items()) or "the outbox is empty")
    older = sum(counts.get(state, 0) for state in states) - len(rows)
    if older:
        report.say(f"not listed: {older:,} older; --limit {limit + older} lists all")
    for one in rows:
        report.say(_line(one))
    return 0


async def show(settings: Settings, delivery_id: int) -> int:
    """Print all of one delivery."""
    async with open_archive(settings) as archive, archive.database.read() as connection:
        found = await outbox_admin.shown(connection, delivery_id)
    if found is None:
        report.problem(f"delivery {delivery_id}: there is none of this number; paperwire outbox ls")
        return 1
    for name, value in found.delivery.items():
        _field(name, value)
    for name in ("platform", "tenant", "external_id", "thread", "gone_at"):
        _field(f"chat {name}", found.chat[name])
    _field("digest slot", found.digest["slot"] or "none: somebody asked for it")
    for name in ("compiled_at", "skipped", "held_back"):
        _field(f"digest {name}", found.digest[name])
    for number, (paper, title) in enumerate(found.papers, start=1):
        report.say(f"{number}. {paper}  {title}")
    for paper, title in found.updates:
        report.say(f"new version: {paper}  {title}")
    return 0


async def change(settings: Settings, step: Step, ids: Sequence[int], states: Sequence[State]) -> int:
    """Do one thing to the deliveries named, or to all that are in these states.

    Raises:
        InputError: neither deliveries nor states are named, or both are.
    """
    if bool(ids) == bool(states):
        raise InputError(f"outbox {step}: name deliveries by number{_OR_ALL[step]}")
    async with open_archive(settings) as archive:
        changed = await (
            _change_named(archive.database, step, ids) if ids else _change_all(archive.database, step, states)
        )
    for row, state in changed.refused.items():
        report.problem(_refusal(step, row, state))
    if changed.done or not changed.refused:
        report.say(f"{_many(len(changed.done))} {_DONE[step]}")
    if step == "retry" and (twice := sum(state == "uncertain" for state in changed.done.values())):
        report.say(f"{twice:,} of them uncertain: may arrive twice")
    return int(bool(changed.refused))


async def _change_named(database: Database, step: Step, ids: Sequence[int]) -> ChangeReport:
    async with database.write() as connection:
        return await outbox_admin.change(connection, ids, step, now=int(clock().timestamp()))


async def _change_all(database: Database, step: Step, states: Sequence[State]) -> ChangeReport:
    """Change all there are; what a bot took meanwhile is left to it."""
    changed = outbox_admin.ChangeReport()
    last = 0
    while True:
        async with database.write() as connection:
            ids = await outbox_admin.in_states(connection, states, after_id=last, limit=_AT_ONCE)
            if not ids:
                return changed
            done = await outbox_admin.change(connection, ids, step, now=int(clock().timestamp()))
        changed.done |= done.done
        last = ids[-1]


def _refusal(step: Step, row: int, state: State | None) -> str:
    match state:
        case None:
            why = "there is none of this number; paperwire outbox ls"
        case "leased" | "sending":
            why = f"it is {state}: a bot is at it; look again with paperwire outbox show {row}"
        case "sent":
            why = "it was sent"
        case "cancelled":
            why = "it was cancelled"
        case _:
            why = f"it is {state} and will be sent anyway" if step == "retry" else f"it is {state}"
    return f"delivery {row} can't be {_PAST[step]}: {why}"


def _line(one: ListedDelivery) -> str:
    waits = one.state in {"pending", "retry"}
    when = f"due {iso_utc(one.due_at)}" if waits else f"since {iso_utc(one.changed_at)}"
    error = f"  {_one_line(one.error)}" if one.error else ""
    return (
        f"{one.id}  {one.state}  {one.platform} {_one_line(one.external_id)}  digest {one.digest_id}"
        f"  attempts {one.attempts}  {when}{error}"
    )


def _field(name: str, value: Any) -> None:  # noqa: ANN401 (of any column)
    if value is None or value == "":
        return
    if name.rpartition(" ")[2] in _TIMES:
        value = iso_utc(value)
    elif isinstance(value, bool):
        value = "yes" if value else "no"
    report.say(f"{name.replace('_', ' ')}: {_one_line(str(value))}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _many(count: int) -> str:
    return f"{count:,} delivery" if count == 1 else f"{count:,} deliveries"
