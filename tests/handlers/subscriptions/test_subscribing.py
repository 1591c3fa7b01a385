"""/subscribe, /subscriptions, /edit, /pause, /resume, /unsubscribe, /undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conversation import QUOTA
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from conversation import Conversation

pytest_plugins = ("conversation_fixtures",)


async def flood(chat: Conversation) -> None:
    """Let 110 papers on rivers come in on each of two days."""
    await chat.bring(*numbered(110, "rivers"))
    chat.later(days=1)
    await chat.bring(*numbered(110, "rivers", first=111))


async def test_the_answer_to_subscribe(samples: Conversation) -> None:
    """The answer has the number, the reading, the volume, three titles, and the next steps."""
    told = await samples.say("/subscribe Diffusion -medical")
    first, titles = told.text.split("\n", 1)
    assert first.startswith("#1 diffusion -medical · ")
    assert "of the 20 papers known so far" in first
    assert titles.count("· [Sample]") == 3
    assert told.tones[0] == "ok"
    assert told.commands == ["/digest", "/unsubscribe 1"]


async def test_the_volume_of_an_older_archive(chat: Conversation) -> None:
    """Once the archive has collected for more than a day the volume is papers a day or a week."""
    await chat.bring(*numbered(20, "rivers"))
    chat.later(days=9)
    await chat.bring(*numbered(20, "rivers", first=21), entry("2503.99999v1", "A lake"))
    assert "about 4 a day (40 papers in 10 days)" in (await chat.say("/subscribe rivers")).text
    assert "less than one a week (1 paper in 10 days)" in (await chat.say("/subscribe lake")).text


async def test_several_lines(samples: Conversation) -> None:
    """Each line is a query of its own; a bad one doesn't keep the others out."""
    told = await samples.say("/subscribe\ndiffusion\n\n-medical\nvideo editing\r\ndiffusion\n")
    assert "#1 diffusion" in told.text
    assert "#2 video editing" in told.text
    assert "You have this already: #1 diffusion" in told.text
    assert "-medical: " in told.text
    assert told.tones.count("error") == 1
    listed = await samples.say("/subscriptions")
    assert [line.split(" ", 1)[0] for line in listed.text.splitlines()[1:]] == ["#1", "#2"]


async def test_too_many_lines(samples: Conversation) -> None:
    """Of a pasted list the rest beyond 20 lines is counted, not silently dropped."""
    told = await samples.say("/subscribe " + "\n".join(f"word{number}" for number in range(25)))
    assert "5 lines more were not read." in told.text


async def test_the_same_in_another_order_is_a_duplicate(samples: Conversation) -> None:
    """Order, case and spelling of operators don't make another subscription."""
    await samples.say("/subscribe video editing")
    for same in ("editing video", "VIDEO and EDITING", "editing AND video", "“video”　editing"):
        told = await samples.say(f"/subscribe {same}")
        assert "You have this already: #1 video editing" in told.text, same
    assert (await samples.say("/subscriptions")).text.count("#") == 1


async def test_quota(samples: Conversation, neighbour: Conversation) -> None:
    """A chat has at most its quota; leaving makes room; another chat has its own."""
    for number in range(QUOTA):
        await samples.say(f"/subscribe word{number}")
    told = await samples.say("/subscribe diffusion")
    assert f"at most {QUOTA} subscriptions" in told.text
    assert told.commands == ["/subscriptions"]
    await samples.say("/unsubscribe 1")
    assert "#6 diffusion" in (await samples.say("/subscribe diffusion")).text
    assert "#1 diffusion" in (await neighbour.say("/subscribe diffusion")).text


async def test_undo_keeps_the_quota(samples: Conversation) -> None:
    """What was removed comes back only as far as the quota has room."""
    for number in range(QUOTA):
        await samples.say(f"/subscribe word{number}")
    await samples.say("/unsubscribe 1")
    await samples.say("/subscribe diffusion")
    told = await samples.say("/undo")
    assert f"at most {QUOTA} subscriptions" in told.text
    assert (await samples.say("/subscriptions")).text.count("#") == QUOTA


async def test_too_broad_asks_first(chat: Conversation) -> None:
    """A query that brings more than 100 papers a day is stored only once it was confirmed."""
    await flood(chat)
    told = await chat.say("/subscribe rivers")
    assert "very broad" in told.text
    assert told.tones[0] == "warning"
    assert (await chat.say("/subscriptions")).text == "You have no subscription yet."
    (confirm,) = told.commands
    assert confirm == "/subscribe yes: rivers"
    assert "#1 river" in (await chat.say(confirm)).text


async def test_one_letter_asks_first(samples: Conversation) -> None:
    """A single letter says little, so it is stored only once it was confirmed."""
    told = await samples.say("/subscribe x")
    assert told.commands == ["/subscribe yes: x"]
    assert "#1 x" in (await samples.say(told.commands[0])).text


async def test_too_broad_among_several_lines(chat: Conversation) -> None:
    """In a list, the broad line can be confirmed by its own button."""
    await flood(chat)
    told = await chat.say("/subscribe rivers\nlakes")
    assert "#1 lake" in told.text
    assert "/subscribe yes: rivers" in told.commands


async def test_an_edit_to_something_too_broad_asks_first(chat: Conversation) -> None:
    """/edit floods a chat no more easily than /subscribe does."""
    await flood(chat)
    await chat.say("/subscribe lakes")
    told = await chat.say("/edit 1 rivers")
    assert "very broad" in told.text
    assert "#1 lake" in (await chat.say("/subscriptions")).text
    (confirm,) = told.commands
    assert "Changed #1 to river" in (await chat.say(confirm)).text


async def test_nothing_found_warns_and_corrects(samples: Conversation) -> None:
    """A query that finds nothing is stored with a warning, and a slip is corrected where it stands."""
    told = await samples.say("/subscribe difusion video")
    assert "#1 difusion video · 0 of the 20 papers" in told.text
    assert "near it is diffusion" in told.text
    assert told.commands[0] == "/edit 1 diffusion video"
    changed = await samples.say(told.commands[0])
    assert "Changed #1 to diffusion video" in changed.text
    assert "0 of the" not in changed.text


async def test_a_correction_is_never_an_empty_word(samples: Conversation) -> None:
    """The nearest word is one that a query can look for: `foo` is not corrected to `for`."""
    for command in ("/subscribe foo", "/search foo"):
        told = await samples.say(command)
        assert "near it is" not in told.text
        for suggestion in told.commands:
            assert "error" not in (await samples.say(suggestion)).tones


async def test_nothing_lately_but_long_ago(chat: Conversation) -> None:
    """Older papers are counted, and /search shows them."""
    await chat.bring(entry("2503.00001v1", "A lake"))
    chat.later(days=40)
    told = await chat.say("/subscribe lake")
    assert "Nothing in the last 30 days, 1 older paper." in told.text
    assert (await chat.say(told.commands[0])).ids == ["arxiv:2503.00001"]


async def test_subscriptions_says_volume_and_state(samples: Conversation) -> None:
    """Each subscription is listed with number, query, volume and whether it is paused."""
    await samples.say("/subscribe diffusion\nvideo editing")
    await samples.say("/pause 2")
    told = await samples.say("/subscriptions")
    first, second = told.text.splitlines()[1:]
    assert first.startswith("#1 diffusion · ")
    assert second == "#2 video editing · 3 of the 20 papers known so far · paused"


@pytest.mark.parametrize("name", ["2", "#2", "２", "video editing", "editing video"])
async def test_a_subscription_is_named_by_number_or_query(samples: Conversation, name: str) -> None:
    """Pause, resume and unsubscribe take a number in any form, or the query."""
    await samples.say("/subscribe diffusion\nvideo editing")
    assert "Paused #2 video editing" in (await samples.say(f"/pause {name}")).text
    assert "Resumed #2 video editing" in (await samples.say(f"/resume {name}")).text
    assert (await samples.say(f"/unsubscribe {name}")).text == "Removed #2 video editing"


async def test_names_of_nothing(samples: Conversation, neighbour: Conversation) -> None:
    """A number, a query or another chat's subscription that this chat doesn't have is said to be none."""
    await samples.say("/subscribe diffusion")
    await neighbour.say("/subscribe video\nediting")
    for name in ("7", "#2", "video", "999999999999999999999999", "0"):
        for command in ("pause", "resume", "unsubscribe"):
            told = await samples.say(f"/{command} {name}")
            assert told.text == f"You have no subscription {name}."
            assert told.commands == ["/subscriptions"]
    assert "You have no subscription 7." in (await samples.say("/edit 7 video")).text
    assert "· paused" not in (await neighbour.say("/subscriptions")).text


async def test_numbers_are_never_used_again(samples: Conversation) -> None:
    """A new subscription gets a new number, also after the last one was removed."""
    await samples.say("/subscribe diffusion\nvideo")
    await samples.say("/unsubscribe 2")
    assert "#3 editing" in (await samples.say("/subscribe editing")).text
    await samples.say("/unsubscribe yes: all")
    assert "#4 video" in (await samples.say("/subscribe video")).text


async def test_edit_keeps_the_number(samples: Conversation) -> None:
    """/edit changes the query and nothing else; a paused subscription stays paused."""
    await samples.say("/subscribe diffusion\nvideo")
    await samples.say("/pause 1")
    told = await samples.say("/edit #1　video editing")
    assert "Changed #1 to video editing" in told.text
    listed = (await samples.say("/subscriptions")).text
    assert "#1 video editing" in listed
    assert listed.splitlines()[1].endswith("· paused")


async def test_edit_refuses_what_is_there_or_cannot_be_read(samples: Conversation) -> None:
    """A duplicate or unreadable query changes nothing; the suggestion names the subscription."""
    await samples.say("/subscribe diffusion\nvideo")
    assert "You have this already: #1 diffusion" in (await samples.say("/edit 2 diffusion")).text
    told = await samples.say("/edit 2 -medical")
    assert told.commands == ["/edit 2 diffusion -medical"]
    assert "#2 video" in (await samples.say("/subscriptions")).text
    assert (await samples.say("/edit 2 video")).tones[0] == "ok"
    for incomplete in ("/edit", "/edit 2", "/edit video"):
        assert (await samples.say(incomplete)).commands == ["/edit 1 diffusion"]


async def test_unsubscribe_all_asks_first(samples: Conversation) -> None:
    """Only `all` asks before it removes."""
    await samples.say("/subscribe diffusion\nvideo")
    asked = await samples.say("/unsubscribe all")
    assert asked.text == "Remove all 2 subscriptions?"
    assert (await samples.say("/subscriptions")).text.count("#") == 2
    removed = await samples.say(asked.commands[0])
    assert removed.text == "Removed #1 diffusion\nRemoved #2 video"
    assert removed.commands == ["/undo"]
    assert (await samples.say("/unsubscribe all")).text == "You have no subscription yet."


async def test_undo_within_ten_minutes(samples: Conversation) -> None:
    """What was removed last comes back under its numbers, all that went together."""
    await samples.say("/subscribe diffusion\nvideo\nediting")
    await samples.say("/unsubscribe 3")
    samples.later(minutes=5)
    await samples.say("/unsubscribe yes: all")
    samples.later(minutes=4)
    told = await samples.say("/undo")
    assert told.text == "Back again: #1 diffusion\nBack again: #2 video"
    assert (await samples.say("/undo")).text == "Back again: #3 editing"
    assert (await samples.say("/undo")).text == "Nothing was removed in the last 10 minutes."


async def test_undo_after_ten_minutes(samples: Conversation) -> None:
    """After ten minutes what was removed is gone."""
    await samples.say("/subscribe diffusion")
    await samples.say("/unsubscribe 1")
    samples.later(minutes=10, seconds=1)
    assert (await samples.say("/undo")).text == "Nothing was removed in the last 10 minutes."
    assert (await samples.say("/subscriptions")).text == "You have no subscription yet."


async def test_undo_brings_no_duplicate(samples: Conversation) -> None:
    """What was subscribed to again meanwhile, in any word order, doesn't come back beside it."""
    await samples.say("/subscribe video editing")
    await samples.say("/unsubscribe 1")
    await samples.say("/subscribe editing video")
    assert (await samples.say("/undo")).text == "Nothing was removed in the last 10 minutes."
    assert (await samples.say("/subscriptions")).text.count("#") == 1


async def test_undo_is_the_chats_own(samples: Conversation, neighbour: Conversation) -> None:
    """A chat brings back its own subscriptions only."""
    await samples.say("/subscribe diffusion")
    await samples.say("/unsubscribe 1")
    assert (await neighbour.say("/undo")).text == "Nothing was removed in the last 10 minutes."


async def test_pause_all_and_back(samples: Conversation) -> None:
    """`all` pauses everything, and the button undoes it."""
    await samples.say("/subscribe diffusion\nvideo")
    told = await samples.say("/pause all")
    assert told.text == "Paused #1 diffusion\nPaused #2 video"
    assert (await samples.say(told.commands[0])).text == "Resumed #1 diffusion\nResumed #2 video"


async def test_preview_stores_nothing(samples: Conversation) -> None:
    """/preview shows reading, volume and titles, and offers to subscribe."""
    told = await samples.say("/preview video editing")
    assert told.text.startswith("video editing · 3 of the 20 papers known so far")
    assert told.commands == ["/subscribe video editing", "/search video editing"]
    assert (await samples.say("/subscriptions")).text == "You have no subscription yet."


async def test_samples_are_matches(chat: Conversation) -> None:
    """Papers that only look like matches to the index, but newer, are neither counted nor shown."""
    king = "Martin Luther King"
    await chat.bring(*(entry(f"2503.0000{n}v1", f"Letter {n}", authors=(king,)) for n in range(1, 5)))
    others = ("Martin Luther", "Martin King")
    await chat.bring(*(entry(f"2503.0001{n}v1", f"Note {n}", authors=others) for n in range(1, 5)))
    told = await chat.say(f'/subscribe au:"{king}"')
    assert "4 of the 8 papers known so far" in told.text
    assert [f"Letter {n}" in told.text for n in (4, 3, 2, 1)] == [True, True, True, False]
    assert "Note" not in told.text


async def test_undo_brings_a_paused_subscription_back_paused(samples: Conversation) -> None:
    """What was paused does not begin to bring papers by being removed and brought back."""
    await samples.say("/subscribe diffusion")
    await samples.say("/pause 1")
    before = (await samples.say("/subscriptions")).text
    await samples.say("/unsubscribe 1")
    await samples.say("/undo")
    assert (await samples.say("/subscriptions")).text == before
    assert "paused" in before
