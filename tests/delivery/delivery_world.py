"""Some chats, their readers, a source of papers and a clock: what happens around the processes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from invented_digests import entry, parsed
from promises import Promises, Stored, read
from scripted_platform import Wire
from vanishing_process import PLATFORM, QUERIES, follow_tasks

from bot.app import chat_services
from bot.domain.chat.command import ChatKey
from bot.domain.delivery.digest import CARDS
from bot.domain.schedules.quiet_hours import parse_quiet
from bot.domain.schedules.schedule import parse_schedule
from bot.domain.sources.source_uri import parse_source_uri
from bot.services.reading.store_document import SourceRef, store_document
from bot.storage.archive import sources
from bot.storage.chats import chats
from bot.storage.engine.database import Database

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.domain.chat.command import Chat
    from bot.domain.papers.parsed_entry import ParsedDocument
    from bot.domain.subscriptions.subscription import State

WORDS: Final = ("rivers", "lakes", "hills")
QUERIES_TRIED: Final = (*WORDS, "rivers lakes")
_SOURCE: Final = "https://papers.example.org/feed"


@dataclass(slots=True)
class Member:
    """A chat as the test knows it.

    Attributes:
        chat: the chat, under its first id.
        rule: its schedule.
        zone: its time zone.
        since: since when it has these two.
        most: papers that it gets at a time.
        quiet: whether it ever had quiet hours; then the clock on the wall does not say when it is served.
    """

    chat: Chat
    rule: str
    zone: str
    since: datetime
    most: int = CARDS
    quiet: bool = False


class World:
    """All around the processes; the test alone moves the clock.

    Args:
        url: a migrated, empty database.
        now: the time at the beginning, UTC.

    Attributes:
        promises: what was promised to the chats.
        wire: the platform.
        members: the chats.
    """

    def __init__(self, url: str, now: datetime) -> None:
        self.url = url
        self.now = now
        self.wire = Wire()
        self.promises = Promises()
        self.members: list[Member] = []
        self.database = Database(url)
        self._services = chat_services(self.database, QUERIES, self.clock, language="en", zone="UTC", quota=5)
        self._meanings: dict[str, frozenset[str]] = {}
        self._papers: list[tuple[str, int]] = []
        self.words: dict[int, frozenset[str]] = {}
        self._source = 0

    def clock(self) -> datetime:
        """Return the test's time."""
        return self.now

    @property
    def seconds(self) -> int:
        """The test's time in epoch seconds."""
        return int(self.now.timestamp())

    def pass_time(self, span: timedelta) -> None:
        """Let time go by; what was tried at one time may be tried again at another."""
        self.now += span
        self.wire.tried.clear()

    async def begin(self, loop: asyncio.AbstractEventLoop, zones: Sequence[str]) -> None:
        """Open a chat in each of these time zones, with a subscription; few papers come at a time."""
        follow_tasks(loop)
        for number, zone in enumerate(zones):
            chat = await self._services.chats.open(ChatKey(PLATFORM, str(number)))
            self.members.append(Member(chat, "daily 08:30", "UTC", self.now))
            await self.subscribe(number, WORDS[number % len(WORDS)])
            await self.move_zone(number, zone)
            await self.set_most(number, number + 1)
        async with self.database.write() as connection:
            self._source = await sources.add(connection, parse_source_uri(_SOURCE), now=self.seconds)

    async def close(self) -> None:
        """Close the test's own connections."""
        await self.database.close()

    async def stored(self) -> Stored:
        """Return what the database holds."""
        return await read(self.database)

    async def subscribe(self, number: int, query: str) -> None:
        """Let a chat subscribe, where it may."""
        outcome = await self._services.subscriptions.subscribe(
            self.members[number].chat.id, query, now=self.now, confirmed=True
        )
        self._meanings[outcome.query.canonical] = frozenset(query.split())

    async def set_state(self, number: int, which: int, state: State) -> None:
        """Let a chat pause, resume or leave one of its subscriptions."""
        chat_id = self.members[number].chat.id
        mine = await self._services.subscriptions.of_chat(chat_id)
        if not mine:
            return
        chosen = mine[which % len(mine)]
        await self._services.subscriptions.set_state([chosen], state, now=self.now)
        if state == "removed":
            self.promises.drop(chat_id, chosen.number)

    async def edit(self, number: int, which: int, query: str) -> None:
        """Let a chat give one of its subscriptions another query, where it may."""
        chat_id = self.members[number].chat.id
        mine = await self._services.subscriptions.of_chat(chat_id)
        if not mine:
            return
        chosen = mine[which % len(mine)]
        outcome = await self._services.subscriptions.edit(chosen, query, now=self.now, confirmed=True)
        self._meanings[outcome.query.canonical] = frozenset(query.split())
        if outcome.refusal is None:
            self.promises.drop(chat_id, chosen.number)

    async def undo(self, number: int) -> None:
        """Let a chat bring back what it left last."""
        await self._services.subscriptions.undo(self.members[number].chat.id, now=self.now)

    async def reschedule(self, number: int, rule: str) -> None:
        """Let a chat be served by another schedule."""
        member = self.members[number]
        if rule != member.rule:
            await self._services.schedules.set_rule(member.chat, parse_schedule(rule), now=self.now)
            member.rule, member.since = rule, self.now

    async def move_zone(self, number: int, zone: str) -> None:
        """Let a chat move to another time zone."""
        member = self.members[number]
        await self._services.schedules.set_zone(member.chat, zone, now=self.now)
        if zone != member.zone:
            member.zone, member.since = zone, self.now

    async def set_quiet(self, number: int, quiet: str) -> None:
        """Let a chat be quiet at some hours."""
        member = self.members[number]
        await self._services.schedules.set_quiet(member.chat, parse_quiet(quiet), now=self.now)
        member.quiet = True

    async def set_most(self, number: int, most: int) -> None:
        """Let a chat get at most so many papers at a time."""
        member = self.members[number]
        if most != member.most:
            await self._services.schedules.set_most(member.chat, most, now=self.now)
            member.most = most

    async def set_versions(self, number: int, versions: str) -> None:
        """Let a chat hear of new versions in another way."""
        await self._services.schedules.set_versions(self.members[number].chat, versions, now=self.now)

    async def ask_digest(self, number: int) -> None:
        """Let a chat ask for what it was not shown yet."""
        await self._services.digests.compile_now(self.members[number].chat.id, now=self.now)

    async def show_missed(self, number: int) -> None:
        """Let a chat see the newest message that did not arrive, or perhaps not."""
        chat_id = self.members[number].chat.id
        for one, _ in await self._services.reading.missed(chat_id, limit=1):
            await self._services.reading.show_missed(chat_id, one.id, now=self.seconds)
            self.promises.shown.add(one.id)

    async def publish(self, *papers: frozenset[str]) -> None:
        """Let new papers come in, each with some words."""
        ids = [f"{self.now:%y%m}.{len(self._papers) + place:05}" for place in range(1, len(papers) + 1)]
        titled = zip(ids, papers, strict=True)
        document = parsed(*(entry(f"{one}v1", _title(one, words)) for one, words in titled))
        rows = await self._store(document)
        assert len(rows) == len(papers), "papers were taken for the same"
        self.words.update(zip(rows, papers, strict=True))
        self._papers += zip(ids, rows, strict=True)

    async def revise(self, which: int, version: int) -> None:
        """Let a new version of a paper come in."""
        if self._papers:
            one, row = self._papers[which % len(self._papers)]
            await self._store(parsed(entry(f"{one}v{version}", _title(one, self.words[row]))))

    async def _store(self, document: ParsedDocument) -> tuple[int, ...]:
        stored = await store_document(
            self.database,
            document,
            source=SourceRef(self._source, "papers.example.org"),
            document=f"{_SOURCE}/{len(self._papers)}",
            now=self.seconds,
        )
        return stored.new

    async def block(self, number: int, *, blocked: bool) -> None:
        """Let readers block the bot, or take that back, of which their platform tells us."""
        chat_id = self.members[number].chat.id
        there = await self._external_id(chat_id)
        if blocked:
            self.wire.blocked.add(there)
            return
        self.wire.blocked.discard(there)
        async with self.database.write() as connection:
            await chats.set_gone(connection, chat_id, now=None)

    async def migrate(self, number: int, *, known: bool) -> None:
        """Let a chat get another id on its platform.

        Args:
            number: the chat.
            known: whether somebody wrote from the new id before we sent anything to the old one.
        """
        member = self.members[number]
        old = await self._external_id(member.chat.id)
        new = f"{old}'"
        if old in self.wire.moved:
            return
        self.wire.moved[old] = new
        if known:
            await self._services.chats.open(replace(member.chat.key, external_id=new))

    async def gone(self) -> set[int]:
        """Return the rows of chats that are known to be gone."""
        async with self.database.read() as connection:
            return {
                one.chat.id
                for one in self.members
                if await chats.gone_since(connection, one.chat.id) is not None
            }

    async def wanted(self) -> dict[int, list[tuple[int, frozenset[str]]]]:
        """Return the active subscriptions of the chats: number, and the words that a paper must have."""
        found = {}
        for one in self.members:
            mine = await self._services.subscriptions.of_chat(one.chat.id)
            found[one.chat.id] = [
                (sub.number, self._meanings[sub.canonical]) for sub in mine if sub.state == "active"
            ]
        return found

    async def _external_id(self, chat_id: int) -> str:
        async with self.database.read() as connection:
            chat = await chats.by_id(connection, chat_id)
        assert chat is not None
        return chat.key.external_id


def _title(arxiv: str, words: frozenset[str]) -> str:
    return f"Work {arxiv} on {' and '.join(sorted(words)) or 'nothing'}"
