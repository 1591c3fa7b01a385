"""Cards, texts and buttons in Telegram messages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from telegram_reading import read, read_html, read_plain
from telegram_rendering import CARD, FULL, WHY, labels, numbered, rendered, seen

from bot.domain.cards.card import Card, Reason
from bot.domain.chat.command import Button, Text
from bot.platforms.telegram.messages.render import Key


def test_a_compact_card_is_short() -> None:
    """In a list a paper has its title, authors, facts, one line of what it says, and why it is there."""
    message = rendered(CARD)

    assert seen(message) == (
        "1. Editing Video by Walking Backwards\n"
        "Ada First, Ben Second, Cy Third +2\n"
        "cs.CV · 2024-01-02 · v2 · Code · Project\n"
        "Walking is known to go forwards. We show that frames walked backwards keep the identity of what "
        "they show. A last sentence tells…\n"
        "matches #3 video -survey (words: frames)"
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


def test_a_heading_is_not_repeated_under_each_card() -> None:
    """Below its subscription's heading a card says only which others found it, and by which other words."""
    own, other = Reason("video", ("Video",), 1), Reason("walk*", ("Walking",), 2)
    assert "matches" not in seen(rendered(replace(CARD, reasons=(own,), headed_by=1)))
    both = seen(rendered(replace(CARD, reasons=(own, other), headed_by=1)))
    assert "matches #2 walk*" in both
    assert "#1" not in both
    assert "matches #1 扩散" in seen(
        rendered(replace(CARD, reasons=(Reason("扩散", ("diffusion",), 1),), headed_by=1))
    )


def test_a_full_card_shows_everything() -> None:
    """Alone a paper is shown whole, with the abstract folded and what a model wrote labelled as such."""
    message = rendered(FULL)

    assert seen(message) == (
        "Editing Video by Walking Backwards\n"
        "Ada First, Ben Second, Cy Third, Di Fourth, Eve Fifth\n"
        "arxiv:2401.99001 · cs.CV · 2024-01-02 · v2\n"
        "matches #3 video -survey (words: frames)\n\n"
        f"Abstract\n{CARD.abstract}\n\n"
        "AI summary (unverified)\n模型按相反的顺序遍历视频帧，保持画面主体一致。\n\n"
        "AI takeaways (unverified)\n• 倒序遍历。\n• 无需训练。\n\n"
        "Comment: 9 pages\n"
        "Project\n"
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
        (
            Key("Save", command="/save 2401.99001"),
            Key("Similar", command="/similar 2401.99001"),
            Key("BibTeX", command="/bibtex 2401.99001"),
        ),
        (
            Key("Abstract", command="/abstract 2401.99001"),
            Key("Takeaways", command="/takeaways 2401.99001"),
            Key("Less like this", command="/mute 2401.99001"),
        ),
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
    """New versions after a digest continue counting, so that each button says which paper it opens."""
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
