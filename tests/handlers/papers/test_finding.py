"""/search, /latest, /paper, /similar, /explain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from conversation import Conversation

pytest_plugins = ("conversation_fixtures",)


async def test_a_search_shows_what_it_found(samples: Conversation) -> None:
    """The reading and the count come first, the words are marked, and one may subscribe."""
    told = await samples.say("/search Video editing --exact")
    assert told.text == "video editing: 3 papers"
    assert len(told.ids) == 3
    assert told.commands == ["/subscribe video editing"]
    for card in told.cards:
        marked = {card.title[start:end].casefold() for start, end in card.title_marks}
        assert marked <= {"video", "editing"}
        assert marked


async def test_words_without_a_command_are_a_search(samples: Conversation) -> None:
    """Whoever just types words searches."""
    assert (await samples.say("video editing")).ids == (await samples.say("/search video editing")).ids


@pytest.mark.parametrize("command", ["/Search", "/search@paperwire_bot", "／搜索", "/find", " /search"])
async def test_how_a_command_may_be_written(samples: Conversation, command: str) -> None:
    """Case, the bot's name, full-width slashes, aliases and blanks before it don't matter."""
    assert len((await samples.say(f"{command} video editing --exact")).ids) == 3


async def test_pages(chat: Conversation) -> None:
    """More leads from page to page, through every paper once; beyond the last is said so."""
    await chat.bring(*numbered(12, "rivers"))
    told = await chat.say("/search rivers")
    assert told.text == "rivers: 12 papers · 1–5"
    seen = list(told.ids)
    while told.commands[0].startswith("/search"):
        told = await chat.say(told.commands[0])
        seen += told.ids
    assert len(seen) == len(set(seen)) == 12
    assert told.text == "rivers: 12 papers · 11–12"
    assert [card.position for card in told.cards] == [11, 12]
    beyond = await chat.say("/search rivers page:9")
    assert "There are no more: 12 papers in all." in beyond.text
    assert (await chat.say(beyond.commands[0])).text == "rivers: 12 papers · 1–5"


async def test_options_stay_while_paging(chat: Conversation) -> None:
    """A number of results, an order and a day are kept by More."""
    await chat.bring(*numbered(12, "rivers"))
    told = await chat.say("/search rivers sort:new after:2020 3")
    assert len(told.ids) == 3
    more = await chat.say(told.commands[0])
    assert len(more.ids) == 3
    assert more.text == "rivers: 12 papers · 4–6"
    assert not set(told.ids) & set(more.ids)


async def test_orders(chat: Conversation) -> None:
    """`sort:new` puts the newest first, `sort:best` what fits best."""
    day = date(2025, 3, 10)
    await chat.bring(entry("2503.00001v1", "Rivers and rivers of rivers", published=day))
    text = "Seen from afar, somewhere in a long text, rivers pass."
    await chat.bring(entry("2503.00002v1", "A note", text, published=day))
    assert (await chat.say("/search rivers sort:new")).ids == ["arxiv:2503.00002", "arxiv:2503.00001"]
    assert (await chat.say("/search rivers sort:best")).ids == ["arxiv:2503.00001", "arxiv:2503.00002"]


async def test_after_a_day(chat: Conversation) -> None:
    """`after:` keeps papers of that day or later; where none is left all days are offered."""
    await chat.bring(
        entry("2401.00001v1", "Rivers of January", published=date(2024, 1, 15)),
        entry("2403.00001v1", "Rivers of March", published=date(2024, 3, 1)),
    )
    assert (await chat.say("/search rivers after:2024-03")).ids == ["arxiv:2403.00001"]
    assert len((await chat.say("/search rivers after:2024")).ids) == 2
    assert (await chat.say("/search rivers after:2024-03-02")).ids == []
    none = await chat.say("/search rivers after:2025")
    assert len((await chat.say(none.commands[0])).ids) == 2


@pytest.mark.parametrize("options", ["sort:oldest", "after:soon", "after:2024-13", "page:0", "page:x"])
async def test_options_that_cannot_be(samples: Conversation, options: str) -> None:
    """An option with another value is refused with what to write."""
    told = await samples.say(f"/search video {options}")
    assert told.tones == ["error"]
    assert "write " in told.text


@pytest.mark.parametrize(
    "name",
    [
        "2411.99001",
        "2411.99001v1",
        "arXiv:2411.99001",
        "https://arxiv.org/abs/2411.99001v2",
        "http://arxiv.org/pdf/2411.99001.pdf",
        "<https://arxiv.org/abs/2411.99001|the paper>",
    ],
)
async def test_an_id_or_link_finds_its_paper(samples: Conversation, name: str) -> None:
    """An arXiv id or link, with or without version, shows that paper whole."""
    (card,) = (await samples.say(f"/search {name}")).cards
    assert card.paper_id == "arxiv:2411.99001"
    assert card.full


@pytest.mark.parametrize(
    "name", ["10.1234/Rivers.5", "doi:10.1234/rivers.5", "https://doi.org/10.1234/rivers.5"]
)
@pytest.mark.parametrize("command", ["search", "paper", "similar", "explain"])
async def test_a_doi_finds_its_paper(chat: Conversation, command: str, name: str) -> None:
    """A DOI in any form and case shows that paper, also where it has an arXiv id."""
    await chat.bring(entry("2503.00001v1", "On rivers", doi="10.1234/rivers.5"))
    told = await chat.say(f"/{command} {name}")
    assert "not in the archive" not in told.text
    assert told.ids == ["arxiv:2503.00001"] or "On rivers" in told.text or command == "similar"


async def test_an_unknown_id(samples: Conversation) -> None:
    """A paper that is not there is said to be missing, not searched for as words."""
    assert (await samples.say("/search 2503.00001")).text == "Not in the archive yet: 2503.00001"
    for command in ("paper", "similar", "explain"):
        told = await samples.say(f"/{command} 2503.00001")
        assert told.text == "2503.00001 is not in the archive."
        assert told.commands == ["/search 2503.00001"]


async def test_nothing_found(samples: Conversation) -> None:
    """What nothing matches may be watched for; a slip is corrected where it stands."""
    told = await samples.say("/search difusion video")
    assert told.text.splitlines() == [
        "No paper has all of these words; nearest:",
        "No paper has difusion; near it is diffusion (9 papers).",
    ]
    assert all(card.reasons[0].lacking == ("difusion",) for card in told.cards)
    assert told.commands == ["/search diffusion video", "/subscribe difusion video"]
    assert (await samples.say(told.commands[0])).ids
    assert (await samples.say("/search zebrafish")).commands == ["/subscribe zebrafish"]


async def test_latest(chat: Conversation) -> None:
    """The papers seen last come first, as many as asked for, of one topic where it is named."""
    await chat.bring(*numbered(30, "rivers"), topic="Water")
    chat.later(hours=1)
    await chat.bring(entry("2504.00001v1", "On stones"), topic="Solid Earth")
    told = await chat.say("/latest")
    assert told.ids[0] == "arxiv:2504.00001"
    assert len(told.ids) == 5
    assert len((await chat.say("/latest 7")).ids) == 7
    assert len((await chat.say("/latest 999")).ids) == 20
    assert len((await chat.say("/latest 0")).ids) == 1
    assert (await chat.say("/latest Solid Earth")).ids == ["arxiv:2504.00001"]
    assert len((await chat.say("/latest Water 2")).ids) == 2
    missing = await chat.say("/latest Fire")
    assert missing.text == "No digest has the topic Fire."
    assert missing.commands == ["/search Fire"]


async def test_latest_of_nothing(chat: Conversation) -> None:
    """On an empty archive it is said how papers come in."""
    assert "paperwire sources add" in (await chat.say("/latest")).text


async def test_a_whole_paper(samples: Conversation) -> None:
    """/paper shows everything known, and leads to what is like it and why it came."""
    told = await samples.say("/paper 2411.99001")
    (card,) = told.cards
    assert card.full
    assert card.abstract
    assert card.summary
    assert card.takeaways
    assert card.code_urls
    names = ["similar", "save", "bibtex", "mute", "explain"]
    assert told.commands == [f"/{name} 2411.99001" for name in names]


async def test_a_summary_by_a_model_is_marked(samples: Conversation) -> None:
    """/summary shows what a digest brought, and who wrote it; its older name still works."""
    told = await samples.say("/summary 2411.99001")
    assert "AI summary (unverified)" in told.text
    assert (await samples.say("/takeaways 2411.99001")).text == told.text


async def test_a_summary_from_the_abstract(chat: Conversation) -> None:
    """Where no digest brought one, /summary shows sentences of the abstract, and says so."""
    abstract = "Rivers bend. In this paper, we propose RiverNet, which bends with them. It is fast and small."
    await chat.bring(replace(entry("2503.00001v1", "RiverNet: On rivers"), abstract=abstract))
    told = await chat.say("/summary 2503.00001")
    assert "from the abstract" in told.text
    assert "We propose RiverNet, which bends with them." in told.text


async def test_a_summary_of_nothing(chat: Conversation) -> None:
    """A paper without an abstract has no summary, and that is said."""
    await chat.bring(replace(entry("2503.00001v1", "On rivers"), abstract=""))
    assert "No source has brought its abstract yet." in (await chat.say("/summary 2503.00001")).text


async def test_similar(samples: Conversation) -> None:
    """Papers like one share its words; the paper itself is not among them."""
    told = await samples.say("/similar 2411.99001")
    assert told.text.startswith("Like [Sample] CutWise")
    assert "arxiv:2411.99008" in told.ids[:3]
    assert "arxiv:2411.99001" not in told.ids


async def test_nothing_is_similar(chat: Conversation) -> None:
    """A lonely paper is said to be lonely."""
    await chat.bring(entry("2503.00001v1", "On rivers"))
    assert (await chat.say("/similar 2503.00001")).text == "No paper known so far is like it."


async def test_explain_what_was_shown(chat: Conversation) -> None:
    """A paper that was shown: when, by which subscription, and which words."""
    await chat.bring(entry("2503.00001v1", "On rivers and stones"))
    await chat.say("/subscribe rivers\nstones\nlakes")
    await chat.say("/digest")
    chat.later(days=3)
    told = await chat.say("/explain 2503.00001")
    assert "First seen 2025-03-14 09:00 in https://one.example.org/feed." in told.text
    assert "Shown to you 2025-03-14 09:00, for:" in told.text
    assert "· #1 rivers, by the words: rivers" in told.text
    assert "· #2 stones, by the words: stones" in told.text
    assert "lake" not in told.text
    assert told.commands == ["/paper 2503.00001"]


async def test_explain_what_comes(chat: Conversation) -> None:
    """A paper that was not shown yet: which subscription brings it, which does not, which is paused."""
    await chat.bring(entry("2503.00001v1", "On rivers and stones"))
    await chat.say("/subscribe rivers\nstones\nlakes")
    await chat.say("/pause 2")
    told = await chat.say("/explain 2503.00001")
    assert "Not shown to you yet." in told.text
    why = "known before you subscribed, or old: /digest shows it"
    assert f"· #1 rivers, by the words: rivers · {why}" in told.text
    assert "· #2 stones, by the words: stones · paused" in told.text
    assert "· #3 lakes does not match" in told.text


async def test_explain_what_is_too_old(chat: Conversation) -> None:
    """A paper that came in too long ago for a digest is said to be so."""
    await chat.bring(entry("2503.00001v1", "On rivers"))
    chat.later(days=31)
    await chat.say("/subscribe rivers")
    assert "first seen too long ago for a digest" in (await chat.say("/explain 2503.00001")).text


async def test_explain_without_subscriptions(samples: Conversation) -> None:
    """Without a subscription nothing could bring it."""
    assert "You have no subscription that could bring it." in (await samples.say("/explain 2411.99001")).text


async def test_explain_tells_what_happened(chat: Conversation) -> None:
    """New versions are told with their time, in the order in which they came."""
    await chat.bring(entry("2503.00001v1", "On rivers"))
    chat.later(days=1)
    await chat.bring(entry("2503.00001v2", "On rivers"))
    chat.later(days=1)
    await chat.bring(entry("2503.00001v4", "On rivers"), source="https://two.example.org/feed")
    told = await chat.say("/explain 2503.00001v1")
    assert "Version 2 came 2025-03-15 09:00.\nVersion 4 came 2025-03-16 09:00." in told.text
    assert "in https://one.example.org/feed, https://two.example.org/feed." in told.text
