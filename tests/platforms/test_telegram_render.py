"""Replies as Telegram messages."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hostile_replies import hostile_reply
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_promises import check
from telegram_reading import read, read_html, read_plain

from bot.domain.card import Card, Reason
from bot.domain.cards import card_of
from bot.domain.command import Button, Reply, Text
from bot.domain.paper import found
from bot.platforms.telegram.markup import JOINER
from bot.platforms.telegram.render import Key, render
from bot.sources import chatpaper, overview

if TYPE_CHECKING:
    from pathlib import Path

    from bot.platforms.telegram.render import TelegramMessage

CARD = Card(
    paper_id="arxiv:2401.99001",
    title="Editing Video by Walking Backwards",
    url="https://arxiv.org/abs/2401.99001",
    pdf_url="https://arxiv.org/pdf/2401.99001",
    authors=("Ada First", "Ben Second", "Cy Third", "Di Fourth", "Eve Fifth"),
    category="cs.CV",
    day=date(2024, 1, 2),
    version=2,
    comment="9 pages",
    abstract=(
        "Walking is known to go forwards. We show that frames walked backwards keep the identity of what "
        "they show. A last sentence tells that diffusion was never needed, and that nobody had asked for it."
    ),
    summary="模型按相反的顺序遍历视频帧，保持画面主体一致。",
    takeaways=("倒序遍历。", "无需训练。"),
    code_urls=("https://github.com/walk/back",),
    project_urls=("https://walk.example/",),
    sources=("weekly.md", "arXiv cs.CV"),
    reasons=(Reason("video -survey", ("Video", "frames"), 3),),
    title_marks=((8, 13),),
    position=1,
)
FULL = replace(CARD, full=True, position=None)
WHY = Button("Why did I (not) get it?", "/explain 2401.99001")


def rendered(*parts: Text | Card, buttons: tuple[Button, ...] = (), language: str = "en") -> TelegramMessage:
    """Return the one message of a reply, with all promises checked."""
    (message,) = all_rendered(*parts, buttons=buttons, language=language)
    return message


def all_rendered(
    *parts: Text | Card, buttons: tuple[Button, ...] = (), language: str = "en"
) -> tuple[TelegramMessage, ...]:
    """Return the messages of a reply, with all promises checked."""
    reply = Reply(parts, buttons)
    messages = render(reply, language)
    check(reply, messages)
    return messages


def seen(message: TelegramMessage) -> str:
    """Return what a reader sees."""
    return read(message).text.replace(JOINER, "")


def labels(message: TelegramMessage) -> list[list[str]]:
    """Return what stands on the buttons."""
    return [[key.label for key in row] for row in message.keys]


def numbered(count: int, **changes: Any) -> list[Card]:
    """Return a list of papers."""
    return [
        replace(
            CARD,
            paper_id=f"arxiv:2401.{99_000 + number}",
            url=f"https://arxiv.org/abs/2401.{99_000 + number}",
            position=number,
            **changes,
        )
        for number in range(1, count + 1)
    ]


def test_a_compact_card_is_four_lines() -> None:
    """In a list a paper has its title, its facts, one line of what it says, and why it is there."""
    message = rendered(CARD)

    assert seen(message) == (
        "1. Editing Video by Walking Backwards\n"
        "Ada First, Ben Second, Cy Third +2 · cs.CV · 2024-01-02 · v2 · Code · Project\n"
        "Walking is known to go forwards. We show that frames walked backwards keep the identity of what "
        "they show. A last sentence tells that diffusion was never…\n"
        "matches #3 video -survey (words: Video, frames)"
    )
    assert [(entity.kind, entity.text) for entity in read(message).entities[:2]] == [
        ("TextUrl", "Editing Video by Walking Backwards"),
        ("Underline", "Video"),
    ]


def test_the_one_line_is_in_the_language_of_the_chat() -> None:
    """A Chinese chat gets the model's Chinese summary, labelled; who reads English the authors' own words."""
    assert "AI：模型按相反的顺序遍历视频帧" in seen(rendered(CARD, language="zh_Hans"))
    assert "AI" not in seen(rendered(CARD))
    assert "AI: It walks." in seen(rendered(replace(CARD, summary="It walks.")))
    assert "AI: 模型" in seen(rendered(replace(CARD, abstract="")))


def test_an_excerpt_begins_where_the_first_mark_is() -> None:
    """Where the marked word would be cut off, the line begins with its sentence."""
    at = CARD.abstract.index("nobody")
    message = rendered(replace(CARD, abstract_marks=((at, at + 6),)))

    assert "\n…A last sentence tells that diffusion was never needed, and that nobody had" in seen(message)
    assert "nobody" in [entity.text for entity in read(message).entities if entity.kind == "Underline"]


def test_an_excerpt_reaches_a_mark_in_a_long_sentence() -> None:
    """Where even its sentence is too long, the line begins shortly before the word."""
    for abstract in ("word " * 100 + "needle " + "word " * 100, "扩散" * 300 + "needle" + "扩散" * 300):
        at = abstract.index("needle")
        message = rendered(replace(CARD, abstract=abstract, abstract_marks=((at, at + 6),)))
        assert "needle" in [entity.text for entity in read(message).entities if entity.kind == "Underline"]


def test_a_search_is_not_repeated_under_each_hit() -> None:
    """A hit says why only where it was found by words that were not typed."""
    assert "matches" not in seen(rendered(replace(CARD, reasons=(Reason("video", ("Video",)),))))
    assert "matches 扩散 (words: diffusion)" in seen(
        rendered(replace(CARD, reasons=(Reason("扩散", ("diffusion",)),)))
    )


def test_a_full_card_shows_everything() -> None:
    """Alone a paper is shown whole, with the abstract folded and what a model wrote labelled as such."""
    message = rendered(FULL)

    assert seen(message) == (
        "Editing Video by Walking Backwards\n"
        "Ada First, Ben Second, Cy Third, Di Fourth, Eve Fifth\n"
        "arxiv:2401.99001 · cs.CV · 2024-01-02 · v2\n"
        "matches #3 video -survey (words: Video, frames)\n\n"
        f"Abstract\n{CARD.abstract}\n\n"
        "AI summary (unverified)\n模型按相反的顺序遍历视频帧，保持画面主体一致。\n\n"
        "AI takeaways (unverified)\n• 倒序遍历。\n• 无需训练。\n\n"
        "Comment: 9 pages\n"
        "PDF · Code · Project\n"
        "Sources: weekly.md, arXiv cs.CV"
    )
    entities = [(entity.kind, entity.text) for entity in read(message).entities]
    assert ("ExpandableBlockQuote", CARD.abstract) in entities
    assert ("Code", "arxiv:2401.99001") in entities


def test_a_bare_card_has_no_empty_facts() -> None:
    """A card of nothing but a title is its title and id; one of nothing visible can still be tapped."""
    assert seen(rendered(Card(paper_id="title:abc", title="Abc", full=True))) == "Abc\ntitle:abc"
    assert seen(rendered(Card(paper_id="title:abc", title="\u202e\u200b"))) == "1. title:abc"
    assert seen(rendered(Card(paper_id="\u200b", title=" "))) == "1. …"


def test_a_full_card_has_its_buttons() -> None:
    """What to do with a paper, where it leads, then what the reply offers, each once."""
    message = rendered(FULL, buttons=(Button("Similar papers", "/similar 2401.99001"), WHY))

    assert message.keys == (
        (Key("Similar", command="/similar 2401.99001"), Key("Save", command="/save 2401.99001")),
        (Key("BibTeX", command="/bibtex 2401.99001"), Key("Less like this", command="/mute 2401.99001")),
        (
            Key("arXiv", url="https://arxiv.org/abs/2401.99001"),
            Key("PDF", url="https://arxiv.org/pdf/2401.99001"),
            Key("Code", url="https://github.com/walk/back"),
        ),
        (Key(WHY.label, command=WHY.command),),
    )


def test_a_list_has_one_button_a_paper() -> None:
    """Buttons with the numbers of the papers open the full cards, five in a row; the reply's own follow."""
    message = rendered(
        Text("Your digest", "heading"),
        *numbered(7),
        buttons=(Button("More", "/digest"), Button("Help", "/help")),
    )

    assert labels(message) == [["1", "2", "3", "4", "5"], ["6", "7"], ["More", "Help"]]
    assert message.keys[0][1] == Key("2", command="/paper 2401.99002")
    assert message.preview_url is None


def test_cards_without_a_number_get_the_next_one() -> None:
    """New versions after a digest go on counting, so that each button says which paper it opens."""
    message = rendered(*numbered(2), Text("New version"), replace(CARD, position=None))

    assert "\n3. Editing" in seen(message)
    assert labels(message) == [["1", "2", "3"]]


def test_long_labels_are_cut_and_stand_alone() -> None:
    """Examples are buttons like others; what a phone would cut gets a row of its own."""
    message = rendered(
        Text("For example:"),
        buttons=(Button("/search video editing", "/search video editing"), Button("x" * 99, "/search x")),
    )

    assert labels(message) == [["/search video editing"], ["x" * 63 + "…"]]


def test_only_repositories_are_previewed() -> None:
    """A full card shows what a code host draws of its repository; no other page that a feed names."""
    assert rendered(FULL).preview_url == "https://github.com/walk/back"
    assert rendered(replace(FULL, code_urls=("https://bad.example/",))).preview_url is None
    assert rendered(CARD).preview_url is None


def test_texts_have_signs_and_tones() -> None:
    """Headings are bold, hints in italics; success, warnings and errors begin with a sign."""
    message = rendered(
        Text("Done", "heading"), Text("It is.", "ok"), Text("Late.", "warning"), Text("No.", "error")
    )
    assert seen(message) == "Done\n✅ It is.\n⚠️ Late.\n❌ No."
    assert [(entity.kind, entity.text) for entity in read(message).entities] == [("Bold", "Done")]
    assert read_html(rendered(Text("By the way", "hint")).html).entities[0].kind == "Italic"


def test_tables_become_sentences() -> None:
    """Columns that blanks would align are parted by a dash; commands can be tapped; empty lines stay."""
    message = rendered(Text("/help                 all commands\nti:sam  au:song   in a field\n\nend"))

    assert seen(message) == "/help — all commands\nti:sam  au:song — in a field\n\nend"
    assert [(found.kind, found.text) for found in read(message).alive] == [("BotCommand", "/help")]


@pytest.mark.parametrize(("before", "after"), [(3, 0), (3, 30), (60, 3), (60, 60), (0, 90)])
def test_a_caret_points_at_its_place(before: int, after: int) -> None:
    """What a caret points at is shown in letters of one width, on a line that a phone does not break."""
    text = f"A word is missing.\n{'a' * before}X{'b' * after}\n{' ' * before}^"
    message = rendered(Text(text, "error"))

    (shown,) = [entity for entity in read(message).entities if entity.kind == "Pre"]
    line, caret = shown.text.split("\n")
    assert line[caret.index("^")] == "X"
    assert len(line) <= 34


def test_a_caret_counts_wide_characters() -> None:
    """The blanks before a caret are as wide as what they stand under."""
    blanks = "\u3000" * 30
    message = rendered(Text(f"?\n{'扩' * 30}(x\n{blanks}^", "error"))

    line, caret = read(message).entities[0].text.split("\n")
    assert caret == " " + "\u3000" * (line.index("(") - 1) + "^"


def test_many_papers_are_one_message_that_says_less() -> None:
    """Abstracts are cut first, then summaries, so that ten papers with long titles are one message."""
    cards = numbered(10, title="A very long title " * 9, abstract="An abstract of words. " * 40)
    message = rendered(Text("Your digest", "heading"), *cards)

    assert seen(message).count("\nAn abstract") == 10
    assert read(message).units > 3_500


def test_details_are_given_up_in_their_order() -> None:
    """Abstracts are cut before summaries, those before reasons, reasons before links; titles stay."""
    long = replace(FULL, abstract="abstract " * 300, summary="summary " * 150)
    text = seen(rendered(long))
    assert "summary " * 149 in text
    assert "abstract…" in text

    longer = seen(rendered(replace(long, summary="summary " * 900)))
    assert longer.count("abstract ") < 10
    assert longer.count("summary") > 400
    assert "words: Video, frames" in longer

    reasons = tuple(Reason("query " * 90, (f"word{number} " * 60,), number) for number in range(5))
    many = replace(long, summary="summary " * 900, reasons=reasons, takeaways=("takeaway " * 90,) * 12)
    many = replace(many, authors=("A name of sixty letters " * 3,) * 12, comment="comment " * 60)
    least = seen(rendered(replace(many, title="title " * 200)))
    assert "word1" not in least
    assert "PDF · Code · Project" in least


def test_a_long_list_breaks_between_cards() -> None:
    """Where not even the least of each paper fits, there are more messages, each with its own buttons."""
    cards = numbered(40, title="A very long title " * 9)
    messages = all_rendered(Text("Found", "heading"), *cards, buttons=(Button("More", "/search x page:2"),))

    assert len(messages) > 1
    assert seen(messages[0]).startswith("Found\n\n1. ")
    assert [label for message in messages for row in labels(message) for label in row] == [
        *(str(number) for number in range(1, 41)),
        "More",
    ]


def test_a_list_with_too_many_entities_breaks() -> None:
    """Telegram drops what is over a hundred entities, so the papers go into more messages instead."""
    cards = numbered(80, title="Ti", abstract="", summary=None, reasons=(), authors=(), project_urls=())
    messages = all_rendered(*cards)

    assert len(messages) > 1
    assert sum(read(message).links().total() for message in messages) >= 80


def test_a_heading_goes_with_its_papers() -> None:
    """No message ends in the heading of what comes with the next one."""
    parts: list[Text | Card] = []
    for card in numbered(40, title="A very long title " * 9):
        parts += [Text(f"#{card.position} video", "heading"), card]
    messages = all_rendered(*parts)

    assert len(messages) > 1
    assert all(seen(message).startswith("#") for message in messages)
    assert not any(seen(message).splitlines()[-1].startswith("#") for message in messages)


def test_a_long_text_goes_on_in_the_next_message() -> None:
    """Nothing of a text of ours is cut: it is broken between lines, and a line between words."""
    text = "\n".join(f"line {number} " + "of words " * 60 for number in range(20)) + "\n" + "word " * 3_000
    messages = all_rendered(Text(text))

    assert " ".join(" ".join(seen(message) for message in messages).split()) == " ".join(text.split())


def test_an_answer_is_never_empty() -> None:
    """A reply without anything to show is an ellipsis, since Telegram refuses empty messages."""
    assert rendered().html == "…"
    assert rendered(Text("\u200b"), buttons=(WHY,)).html == "…"


def test_plain_text_says_the_same() -> None:
    """Where the markup is refused, addresses stand as text behind what they belong to, and are alive."""
    message = rendered(CARD)

    assert message.plain.startswith(
        "1. Editing Video by Walking Backwards https://arxiv.org/abs/2401.99001\nAda First"
    )
    assert [found.text for found in read_plain(message.plain).alive] == [
        "https://arxiv.org/abs/2401.99001",
        "https://github.com/walk/back",
        "https://walk.example/",
    ]


@pytest.mark.digests
@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_every_real_paper_is_a_message(shared_digests: Path, language: str) -> None:
    """Every paper of the real digests is one message alone, and ten are one message together."""
    cards = []
    for file in sorted(shared_digests.rglob("*.md")):
        text = file.read_text("utf-8")
        parse = (overview if overview.recognises(text[:65_536]) else chatpaper).parse
        papers = [
            found(entry, topic=None, now=0, source=file.stem) for entry in parse(text, file.name).entries
        ]
        cards += [card_of(paper, reasons=(Reason("diffusion", ("diffusion",), 1),)) for paper in papers]

    for card in cards:
        rendered(replace(card, full=True), language=language)
    for start in range(0, len(cards), 10):
        ten = [replace(card, position=at) for at, card in enumerate(cards[start : start + 10], start=1)]
        rendered(Text("Your digest", "heading"), *ten, language=language)
    assert len(cards) > 50


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.sampled_from(["en", "zh_Hans"]))
def test_all_promises_hold_for_hostile_papers(seed: int, language: str) -> None:
    """Whatever papers, texts and buttons hold, every message is read, fits, and leads only where it may."""
    reply = hostile_reply(random.Random(seed))  # noqa: S311 (test data)
    check(reply, render(reply, language))


def test_a_paper_of_ten_thousand_authors_is_one_message() -> None:
    """Monsters in every field at once are cut, and say so."""
    monster = replace(
        FULL,
        title="Title < & > " * 2_500,
        authors=tuple(f"Author {number}" for number in range(10_000)),
        abstract="\\frac{{{ $x " * 20_000,
        takeaways=("@admin " * 5_000,) * 50,
        code_urls=CARD.code_urls * 500,
        sources=("weekly.md",) * 500,
        reasons=CARD.reasons * 300,
    )

    text = seen(rendered(monster))

    assert "+9988" in text or "+9997" in text
    assert text.count("…") >= 3
