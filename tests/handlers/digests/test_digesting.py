"""/digest: each paper once, at most ten, and why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invented_digests import entry, numbered

from bot.domain.delivery.digest import CARDS

if TYPE_CHECKING:
    from conversation import Conversation

pytest_plugins = ("conversation_fixtures",)


async def test_a_paper_comes_once(samples: Conversation, neighbour: Conversation) -> None:
    """What was shown is not shown again, in whatever subscription; another chat gets it for itself."""
    await samples.say("/subscribe video editing")
    first = await samples.say("/digest")
    assert len(first.ids) == 3
    assert first.text.startswith("Your digest: 3 papers\n#1 video editing")
    await samples.say("/subscribe editing")
    second = await samples.say("/digest")
    assert not set(first.ids) & set(second.ids)
    neighbour.now = samples.now
    await neighbour.say("/subscribe video editing")
    assert set((await neighbour.say("/digest")).ids) == set(first.ids)


async def test_a_paper_says_why(samples: Conversation) -> None:
    """Each card names the subscriptions that brought it and their words; what most want comes first."""
    await samples.say("/subscribe video editing\nattention")
    told = await samples.say("/digest")
    assert {reason.subscription for reason in told.cards[0].reasons} == {1, 2}
    assert [card.position for card in told.cards] == list(range(1, len(told.cards) + 1))
    assert all(card.reasons for card in told.cards)
    words = {word.casefold() for card in told.cards for reason in card.reasons for word in reason.words}
    assert words == {"video", "editing", "attention"}


async def test_a_paper_from_another_source_or_version_is_no_new_one(chat: Conversation) -> None:
    """The same paper from another source, in another version or topic, is never shown twice."""
    await chat.say("/subscribe rivers")
    await chat.bring(entry("2503.00001v1", "On rivers"))
    assert len((await chat.say("/digest")).ids) == 1
    await chat.bring(entry("2503.00001v1", "On rivers"), source="https://two.example.org/feed", topic="Water")
    await chat.bring(entry("2503.00001v2", "On rivers, revised"), source="https://three.example.org/feed")
    assert (await chat.say("/digest")).ids == []
    await chat.bring(entry("2503.00001v3", "On rivers and lakes"), entry("2503.00002v1", "More rivers"))
    assert (await chat.say("/digest")).ids == ["arxiv:2503.00002"]


async def test_a_paper_that_gets_its_id_later_is_no_new_one(chat: Conversation) -> None:
    """A paper known by its title, shown, and then merged into its arXiv id is not shown again."""
    from bot.domain.papers.parsed_entry import Entry

    title = "A long and telling title about the noise of many rivers in spring"
    await chat.say("/subscribe rivers")
    await chat.bring(
        Entry(title=title, external_id="post-1", url="https://blog.example.org/1", authors=("Ada Example",))
    )
    assert len((await chat.say("/digest")).ids) == 1
    await chat.bring(entry("2503.00001v1", title, authors=("Ada Example",)))
    assert (await chat.say("/digest")).ids == []
    assert (await chat.say("/start")).text.endswith("1 paper is known.")


async def test_ten_at_a_time(chat: Conversation) -> None:
    """A digest holds ten papers, says how many wait, and the next ones bring them all, each once."""
    await chat.bring(*numbered(25, "rivers"))
    await chat.say("/subscribe rivers")
    first, second, third = [await chat.say("/digest") for _ in range(3)]
    assert [len(told.ids) for told in (first, second, third)] == [CARDS, CARDS, 5]
    assert "15 more papers wait." in first.text
    assert "5 more papers wait." in second.text
    assert "wait" not in third.text
    assert first.commands == ["/digest"]
    assert len({*first.ids, *second.ids, *third.ids}) == 25
    assert "you have seen all 25 papers that match" in (await chat.say("/digest")).text


async def test_the_newest_come_first(chat: Conversation) -> None:
    """Of papers that as many subscriptions want, those that came last stand first."""
    await chat.bring(entry("2503.00001v1", "Old rivers"))
    chat.later(days=1)
    await chat.bring(entry("2503.00002v1", "New rivers"))
    await chat.say("/subscribe rivers")
    assert (await chat.say("/digest")).ids == ["arxiv:2503.00002", "arxiv:2503.00001"]


async def test_paused_and_removed_bring_nothing(chat: Conversation) -> None:
    """A paused subscription brings nothing; once resumed it brings what was missed."""
    await chat.bring(entry("2503.00001v1", "On rivers"))
    await chat.say("/subscribe rivers\nlakes")
    await chat.say("/pause 1")
    assert (await chat.say("/digest")).ids == []
    await chat.say("/resume 1")
    assert (await chat.say("/digest")).ids == ["arxiv:2503.00001"]


async def test_why_it_is_empty(chat: Conversation) -> None:
    """An empty digest says which of the reasons it is, and what to do."""
    none = await chat.say("/digest")
    assert none.text == "You have no subscription yet."
    assert none.commands[0].startswith("/subscribe ")
    await chat.say("/subscribe rivers")
    assert (await chat.say("/digest")).text == (
        "No source is polled: `paperwire sources add …` names what to read."
    )
    await chat.bring(entry("2503.00009v1", "On lakes"))
    assert "0 of the 1 paper of the last 30 days matches" in (await chat.say("/digest")).text
    await chat.bring(entry("2503.00001v1", "On rivers"))
    await chat.say("/digest")
    assert "you have seen the 1 paper that matches" in (await chat.say("/digest")).text
    await chat.say("/pause all")
    assert "all your subscriptions are paused" in (await chat.say("/digest")).text


async def test_history_is_not_brought(chat: Conversation) -> None:
    """Papers that came in more than 30 days ago are history."""
    await chat.bring(entry("2503.00001v1", "On rivers"))
    chat.later(days=31)
    await chat.say("/subscribe rivers")
    assert "no paper came in" in (await chat.say("/digest")).text


async def test_chinese_finds_english(chat: Conversation) -> None:
    """A Chinese subscription brings English papers through the glossary, and says by which words."""
    await chat.bring(entry("2503.00001v1", "Diffusion models of rivers"))
    told = await chat.say("/subscribe 扩散模型")
    assert "diffusion model" in told.text
    (card,) = (await chat.say("/digest")).cards
    assert [word.casefold() for word in card.reasons[0].words] == ["diffusion models"]
    assert card.title_marks == ((0, 16),)
