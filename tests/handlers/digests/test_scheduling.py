"""Digests that come by themselves: when, with what, and what is said where there is nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from conversation import START
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from conversation import Conversation

pytest_plugins = ("conversation_fixtures",)


def at(chat: Conversation, days: int, time: str) -> None:
    """Let it be a time of a day after the first, Friday, 14 March 2025."""
    hours, minutes = map(int, time.split(":"))
    chat.now = START.replace(hour=hours, minute=minutes) + timedelta(days=days)


async def test_the_schedule_is_told_in_one_language(chat: Conversation) -> None:
    """Who reads Chinese reads no English sentence beside it."""
    await chat.say("/language zh")
    await chat.say("/subscribe rivers")
    assert "To change" not in (await chat.say("/schedule")).text


async def test_a_digest_comes_at_the_chats_time_and_once(chat: Conversation) -> None:
    """Without a word about schedules a subscriber gets what came in at 08:30, once."""
    told = await chat.say("/subscribe rivers")
    assert "daily 08:30 (UTC), next on 2025-03-15 08:30" in told.text
    await chat.bring(entry("2503.00001v1", "On rivers"), entry("2503.00002v1", "On lakes"))
    assert await chat.tick() == []
    at(chat, 1, "08:29")
    assert await chat.tick() == []
    at(chat, 1, "08:30")
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2503.00001"]
    assert digest.cards[0].reasons[0].words == ("rivers",)
    assert await chat.tick() == []
    at(chat, 2, "08:30")
    assert await chat.tick() == []


async def test_a_new_subscription_brings_no_flood(chat: Conversation) -> None:
    """What was there before the subscription does not come by itself; /digest shows it."""
    await chat.bring(*numbered(30, "rivers"))
    await chat.tick()
    await chat.say("/subscribe rivers")
    at(chat, 1, "08:30")
    assert await chat.tick() == []
    assert len((await chat.say("/digest")).ids) == 10


async def test_a_new_source_with_old_papers_brings_no_flood(chat: Conversation) -> None:
    """Papers that are new to us and old in themselves do not come by themselves."""
    await chat.say("/subscribe rivers")
    old, new = START.date() - timedelta(days=15), START.date() - timedelta(days=14)
    await chat.bring(
        entry("2502.00001v1", "Old rivers", published=old), entry("2502.00002v1", "Rivers", published=new)
    )
    at(chat, 1, "08:30")
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2502.00002"]


async def test_the_rest_waits_and_is_never_lost(chat: Conversation) -> None:
    """Papers over the limit come with the next digests or behind More, each once."""
    await chat.say("/subscribe rivers")
    await chat.say("/limit 2")
    await chat.bring(*numbered(7, "rivers"))
    at(chat, 1, "08:30")
    [first] = await chat.tick()
    assert len(first.ids) == 2
    assert "5 more papers wait." in first.text
    assert first.commands == ["/digest"]
    more = await chat.say("/digest")
    assert len(more.ids) == 2
    at(chat, 2, "08:30")
    [second] = await chat.tick()
    at(chat, 3, "08:30")
    [third] = await chat.tick()
    assert sorted(first.ids + more.ids + second.ids + third.ids) == [
        f"arxiv:2503.{n:05}" for n in range(1, 8)
    ]
    at(chat, 4, "08:30")
    assert await chat.tick() == []


async def test_the_best_comes_first(chat: Conversation) -> None:
    """What more subscriptions want, and want by the title, is before the newest."""
    await chat.say("/subscribe rivers")
    await chat.say("/subscribe lakes")
    await chat.bring(
        entry("2503.00001v1", "Rivers and lakes"),
        entry("2503.00002v1", "Lakes"),
        entry("2503.00003v1", "On water", "Of rivers."),
        entry("2503.00004v1", "On water again", "Of rivers."),
    )
    at(chat, 1, "08:30")
    [digest] = await chat.tick()
    assert digest.ids[0] == "arxiv:2503.00001"
    assert {reason.subscription for reason in digest.cards[0].reasons} == {1, 2}
    assert "#1 rivers\n#2 lakes" in digest.text
    assert [card.position for card in digest.cards] == [1, 2, 3, 4]
    assert digest.ids == ["arxiv:2503.00001", "arxiv:2503.00004", "arxiv:2503.00003", "arxiv:2503.00002"]


async def test_a_digest_has_one_order_however_it_comes(chat: Conversation, neighbour: Conversation) -> None:
    """/digest brings what the scheduled digest does in its order: title words before an abstract's."""
    for one in (chat, neighbour):
        await one.say("/subscribe river ice")
        await one.say("/subscribe lakes")
    await neighbour.say("/schedule off")
    await chat.bring(
        entry("2503.00001v1", "River ice and what it does"),
        entry("2503.00002v1", "On water", "River ice, and lakes."),
        entry("2503.00003v1", "On snow", "River ice in spring."),
    )
    at(chat, 1, "08:30")
    [scheduled] = await chat.tick()
    neighbour.now = chat.now
    assert (await neighbour.say("/digest")).ids == scheduled.ids
    assert scheduled.ids == [f"arxiv:2503.0000{number}" for number in (1, 2, 3)]


async def test_instant_sends_each_poll_at_once_and_together(chat: Conversation) -> None:
    """`instant` sends what a poll brought, in one message."""
    await chat.say("/subscribe rivers")
    await chat.say("/schedule instant")
    await chat.bring(*numbered(3, "rivers"))
    [digest] = await chat.tick()
    assert len(digest.ids) == 3
    assert await chat.tick() == []
    await chat.bring(*numbered(1, "rivers", first=4))
    [again] = await chat.tick()
    assert again.ids == ["arxiv:2503.00004"]


async def test_instant_sends_what_waits_when_it_is_chosen(chat: Conversation) -> None:
    """Who does not want to wait any more gets what waits."""
    await chat.say("/subscribe rivers")
    await chat.bring(*numbered(1, "rivers"))
    await chat.tick()
    await chat.say("/schedule instant")
    assert len(await chat.tick()) == 1


async def test_quiet_hours_hold_everything_back_until_their_end(chat: Conversation) -> None:
    """At night nothing comes, not even at once; at the end of the quiet hours it does."""
    await chat.say("/subscribe rivers")
    await chat.say("/schedule instant")
    told = await chat.say("/quiet 22:00-07:00")
    assert "22:00-07:00" in told.text
    at(chat, 0, "23:00")
    await chat.bring(*numbered(1, "rivers"))
    assert await chat.tick() == []
    at(chat, 1, "06:59")
    await chat.bring(*numbered(1, "rivers", first=2))
    assert await chat.tick() == []
    at(chat, 1, "07:00")
    [digest] = await chat.tick()
    assert len(digest.ids) == 2


async def test_after_arxiv_sends_once_when_the_days_papers_are_in(chat: Conversation) -> None:
    """The digest follows the announcement's papers, not the clock; other sources don't trigger it."""
    arxiv = "arxiv:cs.CV"
    await chat.say("/subscribe rivers")
    await chat.say("/schedule after-arxiv")
    at(chat, 2, "12:00")  # a Sunday, before the announcement at 20:00 in New York
    await chat.bring(*numbered(1, "rivers"), source=arxiv)
    await chat.say("/status")
    at(chat, 3, "06:00")
    await chat.bring(*numbered(1, "rivers", first=2), source="https://one.example.org/feed")
    assert await chat.tick() == []
    await chat.bring(*numbered(2, "rivers", first=3), source=arxiv)
    [digest] = await chat.tick()
    assert len(digest.ids) == 4
    await chat.bring(*numbered(1, "rivers", first=5), source=arxiv)
    assert await chat.tick() == []
    at(chat, 4, "06:00")
    await chat.bring(*numbered(1, "rivers", first=6), source=arxiv)
    [tomorrow] = await chat.tick()
    assert len(tomorrow.ids) == 2


async def test_off_sends_nothing_and_loses_nothing(chat: Conversation) -> None:
    """Who switches digests off still has /digest, and the rest when they are on again."""
    await chat.say("/subscribe rivers")
    assert "/digest" in (await chat.say("/schedule off")).text
    await chat.bring(*numbered(2, "rivers"))
    at(chat, 3, "08:30")
    assert await chat.tick() == []
    await chat.say("/schedule daily 9:00")
    at(chat, 3, "09:00")
    [digest] = await chat.tick()
    assert len(digest.ids) == 2


async def test_downtime_is_caught_up_once_and_not_too_late(chat: Conversation) -> None:
    """After days without a tick one digest comes, within 12 hours of its slot; else with the next slot."""
    await chat.say("/subscribe rivers")
    await chat.bring(*numbered(1, "rivers"))
    at(chat, 4, "20:29")
    assert len(await chat.tick()) == 1
    await chat.bring(*numbered(1, "rivers", first=2))
    at(chat, 7, "20:31")
    assert await chat.tick() == []
    assert "missed for too long" in (await chat.say("/status")).text
    at(chat, 8, "08:30")
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2503.00002"]


async def test_no_slot_is_served_twice_when_the_time_is_moved(chat: Conversation) -> None:
    """Who was served today and moves the time or the zone is served again tomorrow, and told so."""
    await chat.say("/subscribe rivers")
    await chat.bring(*numbered(1, "rivers"))
    at(chat, 1, "08:30")
    assert len(await chat.tick()) == 1
    await chat.bring(*numbered(1, "rivers", first=2))
    assert "2025-03-16 18:00" in (await chat.say("/schedule daily 18:00")).text
    assert "2025-03-16 18:00" in (await chat.say("/timezone Asia/Shanghai")).text
    at(chat, 2, "09:59")
    assert await chat.tick() == []
    at(chat, 2, "10:00")
    assert len(await chat.tick()) == 1


async def test_what_is_due_survives_a_change_of_other_settings(chat: Conversation) -> None:
    """A slot that was due is served although the limit or the quiet hours change before the tick."""
    await chat.say("/subscribe rivers")
    await chat.bring(*numbered(2, "rivers"))
    at(chat, 1, "08:30")
    await chat.say("/limit 1")
    await chat.say("/versions off")
    [digest] = await chat.tick()
    assert len(digest.ids) == 1


async def test_pausing_holds_back_and_leaving_drops(chat: Conversation) -> None:
    """A match of a paused subscription waits for /resume; one of a removed subscription does not come."""
    await chat.say("/subscribe rivers")
    await chat.say("/subscribe lakes")
    await chat.bring(entry("2503.00001v1", "Rivers"), entry("2503.00002v1", "Lakes"))
    await chat.tick()
    await chat.say("/pause 1")
    await chat.say("/unsubscribe 2")
    at(chat, 1, "08:30")
    assert await chat.tick() == []
    await chat.say("/resume 1")
    at(chat, 2, "08:30")
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2503.00001"]


async def test_an_edited_subscription_brings_only_what_it_means_now(chat: Conversation) -> None:
    """What waits for the old query does not come, unless another subscription wants it."""
    await chat.say("/subscribe rivers")
    await chat.say("/subscribe deep")
    await chat.bring(entry("2503.00001v1", "Rivers"), entry("2503.00002v1", "Deep rivers"))
    await chat.tick()
    await chat.say("/edit 1 lakes")
    at(chat, 1, "08:30")
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2503.00002"]
    assert [reason.subscription for reason in digest.cards[0].reasons] == [2]


async def test_a_new_version_is_a_line_in_the_next_digest(chat: Conversation) -> None:
    """A paper that was shown and has a new version is told of in one line, once, and is no new paper."""
    await chat.say("/subscribe rivers")
    await chat.bring(entry("2503.00001v1", "On rivers"))
    at(chat, 1, "08:30")
    await chat.tick()
    await chat.bring(entry("2503.00001v2", "On rivers"))
    at(chat, 2, "08:30")
    assert await chat.tick() == []
    await chat.bring(entry("2503.00002v1", "More rivers"))
    at(chat, 3, "08:30")
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2503.00002"]
    assert "New version v2: On rivers (arxiv:2503.00001)" in digest.text
    await chat.bring(entry("2503.00003v1", "Yet more rivers"))
    at(chat, 4, "08:30")
    [last] = await chat.tick()
    assert "New version" not in last.text


async def test_new_versions_come_as_cards_or_not_at_all(chat: Conversation, neighbour: Conversation) -> None:
    """`card` sends a new version by itself, `off` never; who was not shown the paper hears nothing."""
    await chat.say("/subscribe rivers")
    await chat.say("/versions card")
    await neighbour.say("/subscribe rivers")
    await neighbour.say("/versions off")
    await chat.bring(entry("2503.00001v1", "On rivers"))
    at(chat, 1, "08:30")
    neighbour.now = chat.now
    assert len(await chat.tick()) == 1
    await chat.bring(entry("2503.00001v2", "On rivers"))
    at(chat, 2, "08:30")
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2503.00001"]
    assert "New version v2" in digest.text
    neighbour.now = chat.now
    assert [told.text for told in await neighbour.tick() if "New version" in told.text] == []


async def test_status_says_what_comes_and_why_there_was_nothing(chat: Conversation) -> None:
    """Each silence has its reason: no subscription, none matched, no paper, a weekend, all paused."""
    assert "you subscribe to nothing yet" in (await chat.say("/status")).text
    await chat.say("/subscribe rivers")
    assert "next on 2025-03-15 08:30" in (await chat.say("/status")).text
    await chat.bring(entry("2503.00001v1", "Lakes"))
    at(chat, 1, "08:30")
    await chat.tick()
    assert "0 of the 1 new paper matched" in (await chat.say("/status")).text
    at(chat, 2, "08:30")
    await chat.tick()
    assert "arXiv announces nothing at the weekend" in (await chat.say("/status")).text
    at(chat, 4, "08:30")
    await chat.tick()
    assert "no paper came in" in (await chat.say("/status")).text
    await chat.say("/pause 1")
    at(chat, 5, "08:30")
    await chat.tick()
    told = await chat.say("/status")
    assert "all subscriptions are paused" in told.text
    assert "no subscription is active" in told.text


async def test_odd_schedules_get_one_suggestion(chat: Conversation) -> None:
    """What can't be read is answered with one command that can."""
    for wrong in ("/schedule daily", "/schedule 25:00", "/quiet 22", "/limit many", "/limit 0", "/limit 99"):
        told = await chat.say(wrong)
        assert told.tones[0] == "warning", wrong
        assert len(told.commands) == 1, wrong
        assert "ok" in (await chat.say(told.commands[0])).tones, wrong


async def test_who_is_always_late_is_served_every_other_time(chat: Conversation) -> None:
    """Where each day's slot is found too late, no two in a row are skipped, and nothing is lost."""
    await chat.say("/subscribe rivers")
    came = []
    for day in range(1, 5):
        await chat.bring(entry(f"2503.{day:05}v1", "On rivers"))
        at(chat, day, "21:00")
        came.append([len(digest.ids) for digest in await chat.tick()])
    assert came == [[], [2], [], [2]]


async def test_instant_chosen_twice_in_one_second_loses_nothing(chat: Conversation) -> None:
    """Each choice has a slot of its own, whatever the clock says."""
    await chat.say("/subscribe rivers")
    for number in (1, 2):
        await chat.say("/schedule off")
        await chat.bring(entry(f"2503.{number:05}v1", "On rivers"))
        await chat.tick()
        await chat.say("/schedule instant")
        assert len(await chat.tick()) == 1
