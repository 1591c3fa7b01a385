"""Cards, texts and buttons in Slack messages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_reading import links, rows, seen, seen_block, spans
from slack_rendering import CARD, FULL, WHY, all_rendered, numbered, rendered, thread

from bot.domain.cards.card import Card, Reason
from bot.domain.chat.command import Button, Text


def test_a_compact_card_is_four_lines() -> None:
    """In a list a paper has its title, its facts, one line of what it says, and why it is there."""
    message = rendered(CARD)

    assert seen(message) == (
        "1. Editing Video by Walking Backwards\n"
        "Ada First, Ben Second, Cy Third +2 · cs.CV · 2024-01-02 · v2 · PDF · Code · Project\n"
        "Walking is known to go forwards. We show that frames walked backwards keep the identity of what "
        "they show. A last sentence tells that diffusion was never…\n"
        "matches #3 video -survey (words: frames)"
    )
    assert [block["type"] for block in message.blocks] == ["rich_text", "actions"]
    assert message.text == "1. Editing Video by Walking Backwards"
    assert message.paper_id == "arxiv:2401.99001"


def test_matched_words_are_bold_and_the_title_leads_to_the_page() -> None:
    """Of a title each piece leads to the page, and the words that brought the paper are bold."""
    message = rendered(replace(CARD, abstract_marks=((36, 42),)))

    assert links(message)[:3] == [
        ("Editing ", CARD.url),
        ("Video", CARD.url),
        (" by Walking Backwards", CARD.url),
    ]
    assert spans(message, "bold") == ["Video", CARD.abstract[36:42]]
    assert spans(message, "italic") == ["matches #3 video -survey (words: frames)"]


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


def test_a_listed_paper_has_buttons_and_a_menu_of_five() -> None:
    """More and Save are buttons; the menu holds five options at most, links only where there is room."""
    assert rows(rendered(CARD).blocks) == [
        [
            ("More", "/paper 2401.99001"),
            ("Save", "/save 2401.99001"),
            ("… Similar", "/similar 2401.99001"),
            ("… Less like this", "/mute 2401.99001"),
            ("… Abstract", "/abstract 2401.99001"),
            ("… Takeaways", "/takeaways 2401.99001"),
            ("… BibTeX", "/bibtex 2401.99001"),
        ]
    ]
    bare = replace(CARD, abstract="", summary=None, takeaways=())
    assert rows(rendered(bare).blocks)[0][4:] == [
        ("… BibTeX", "/bibtex 2401.99001"),
        ("… PDF", "https://arxiv.org/pdf/2401.99001"),
        ("… Code", "https://github.com/walk/back"),
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
    assert "nobody" in spans(message, "bold")


def test_an_excerpt_reaches_a_mark_in_a_long_sentence() -> None:
    """Where even its sentence is too long, the line begins shortly before the word."""
    for abstract in ("word " * 100 + "needle " + "word " * 100, "扩散" * 300 + "needle" + "扩散" * 300):
        at = abstract.index("needle")
        message = rendered(replace(CARD, abstract=abstract, abstract_marks=((at, at + 6),)))
        assert "needle" in spans(message, "bold")


def test_a_search_is_not_repeated_under_each_hit() -> None:
    """A hit says why only where it was found by words that were not typed."""
    assert "matches" not in seen(rendered(replace(CARD, reasons=(Reason("video", ("Video",)),))))
    assert "matches 扩散 (words: diffusion)" in seen(
        rendered(replace(CARD, reasons=(Reason("扩散", ("diffusion",)),)))
    )


def test_a_full_card_shows_everything() -> None:
    """Alone a paper is shown whole, and what a model wrote is labelled as such."""
    message = rendered(FULL)

    assert seen(message) == (
        "Editing Video by Walking Backwards\n"
        "Ada First, Ben Second, Cy Third, Di Fourth, Eve Fifth\n"
        "arxiv:2401.99001 · cs.CV · 2024-01-02 · v2\n"
        "matches #3 video -survey (words: frames)\n"
        f"Abstract\n{CARD.abstract}\n"
        "AI summary (unverified)\n模型按相反的顺序遍历视频帧，保持画面主体一致。\n"
        "AI takeaways (unverified)\n• 倒序遍历。\n• 无需训练。\n"
        "Comment: 9 pages\n"
        "PDF · Code · Project\n"
        "Sources: weekly.md, arXiv cs.CV"
    )
    assert spans(message, "code") == ["arxiv:2401.99001"]
    assert spans(message, "bold")[0] == CARD.title
    assert links(message)[0] == (CARD.title, CARD.url)
    assert message.text == f"{CARD.title}\nAda First, Ben Second, Cy Third +2\n{CARD.abstract}"


def test_a_full_card_has_its_buttons() -> None:
    """What to do with a paper, where it leads, then what the reply offers, each once."""
    message = rendered(FULL, buttons=(Button("Similar papers", "/similar 2401.99001"), WHY))

    assert rows(message.blocks) == [
        [
            ("Save", "/save 2401.99001"),
            ("Similar", "/similar 2401.99001"),
            ("BibTeX", "/bibtex 2401.99001"),
            ("Less like this", "/mute 2401.99001"),
            ("arXiv", "https://arxiv.org/abs/2401.99001"),
            ("PDF", "https://arxiv.org/pdf/2401.99001"),
            ("Code", "https://github.com/walk/back"),
        ],
        [(WHY.label, WHY.command)],
    ]


def test_what_is_cut_can_be_asked_for() -> None:
    """Where the full card shows not all of the abstract or of the takeaways, buttons bring them alone."""
    labels = [label for label, _ in rows(rendered(replace(FULL, takeaways=("A point.",) * 13)).blocks)[0]]

    assert labels[:4] == ["Save", "Similar", "Abstract", "Takeaways"]


def test_a_bare_card_has_no_empty_facts() -> None:
    """A card of nothing but a title is its title and id; one of nothing visible can still be pressed."""
    assert seen(rendered(Card(paper_id="title:abc", title="Abc", full=True))) == "Abc\ntitle:abc"
    assert seen(rendered(Card(paper_id="title:abc", title="\u202e\u200b"))) == "1. title:abc"
    assert seen(rendered(Card(paper_id="\u200b", title=" "))) == "1. …"


def test_a_digest_is_a_header_cards_and_what_comes_next() -> None:
    """The first heading is a large one, those of groups are bold; hints are small, buttons stand below."""
    first, second = numbered(2)
    message = rendered(
        Text("Your digest: 2 papers", "heading"),
        Text("#1 video", "heading"),
        first,
        Text("#2 editing", "heading"),
        second,
        Text("3 more papers wait.", "hint"),
        buttons=(Button("More", "/digest"),),
    )

    assert [block["type"] for block in message.blocks] == [
        *("header", "rich_text", "rich_text", "actions"),
        *("rich_text", "rich_text", "actions", "context", "actions"),
    ]
    assert spans(message, "bold")[0] == "#1 video"
    assert message.text == (
        "Your digest: 2 papers\n#1 video\n1. Editing Video by Walking Backwards\n"
        "#2 editing\n2. Editing Video by Walking Backwards\n3 more papers wait."
    )
    assert rows(message.blocks)[-1] == [("More", "/digest")]
    assert message.paper_id is None


def test_cards_without_a_number_get_the_next_one() -> None:
    """New versions after a digest continue counting."""
    message = rendered(*numbered(2), Text("New version"), replace(CARD, position=None))

    assert "\n3. Editing" in seen(message)


def test_the_thread_of_a_digest_has_its_full_cards() -> None:
    """Below a digest stands each of its papers whole, with the number it has there and a line between."""
    messages = thread(Text("Your digest: 3 papers", "heading"), *numbered(3), Text("3 more wait.", "hint"))

    blocks = [block for message in messages for block in message.blocks]
    assert [seen_block(block)[:9] for block in blocks if "matches" in seen_block(block)] == [
        "1. Editin",
        "2. Editin",
        "3. Editin",
    ]
    assert sum(block["type"] == "divider" for block in blocks) == 3 - len(messages)
    assert "more wait" not in "".join(map(seen, messages))


def test_a_thread_says_no_less_for_room() -> None:
    """Rather more messages than a cut abstract; where nothing is listed there is no thread."""
    cards = numbered(10, abstract="An abstract of words. " * 60, abstract_marks=())
    messages = thread(*cards)

    assert len(messages) > 1
    assert "".join(map(seen, messages)).count("An abstract of words. " * 59) == 10
    assert thread(FULL) == ()
    assert thread(Text("Nothing new.", "warning")) == ()


def test_long_labels_are_cut() -> None:
    """Examples are buttons like others; a label has 75 characters at most."""
    message = rendered(
        Text("For example:"),
        buttons=(Button("/search video editing", "/search video editing"), Button("x" * 99, "/search x")),
    )

    assert rows(message.blocks) == [
        [("/search video editing", "/search video editing"), ("x" * 74 + "…", "/search x")]
    ]


def test_many_buttons_stand_in_rows_of_five() -> None:
    """A row never has more than the 25 elements of a block; five are what a window shows side by side."""
    buttons = tuple(Button(f"Number {number}", f"/unsave {number}") for number in range(12))

    assert [len(row) for row in rows(rendered(Text("Saved"), buttons=buttons).blocks)] == [5, 5, 2]


def test_nothing_of_a_feed_comes_alive() -> None:
    """Mentions, links and emoji names in a title stay text, and the text for notifications is escaped."""
    title = "<!channel> *bold* <@U024BE7LH> & <https://bad.example|here> :fire:"
    message = rendered(replace(CARD, title=title, title_marks=()), Text(title, "hint"), Text(title))

    assert seen(message).startswith(f"1. {title}\n")
    assert message.text.splitlines()[0] == (
        "1. &lt;!channel&gt; *bold* &lt;@U024BE7LH&gt; &amp; &lt;https://bad.example|here&gt; :fire:"
    )
    assert [block["elements"][0]["emoji"] for block in message.blocks if block["type"] == "context"] == [
        False
    ]


def test_addresses_that_lead_nowhere_are_text() -> None:
    """What is no web address is shown, not linked; no button leads there."""
    message = rendered(
        replace(FULL, url="javascript:alert(1)", pdf_url=None, code_urls=("ftp://x.example/",))
    )

    assert "Backwards javascript:alert(1)\n" in seen(message)
    assert "Code ftp://x.example/" in seen(message)
    assert [label for label, _ in links(message)] == ["Project"]


def test_an_answer_is_never_empty() -> None:
    """A reply without anything to show is an ellipsis, since Slack refuses empty messages."""
    assert seen(rendered()) == "…"
    assert rendered(Text("\u200b"), buttons=(WHY,)).text == "…"


@pytest.mark.parametrize("tone", ["plain", "heading", "ok", "warning", "error", "hint", "code", "quote"])
def test_a_text_of_nothing_is_left_out(tone: str) -> None:
    """Blanks and what nobody sees make no block, since Slack refuses an empty one."""
    for nothing in ("", " ", "\n\n", "\u200b\n\u202e", "\n" * 200, " " * 9_000):
        assert len(all_rendered(Text(nothing, tone), Text("something"))[0].blocks) == 1  # type: ignore[arg-type]
