"""Replies on a terminal and in a pipe."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.domain.cards.card import Card, Reason
from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import translator
from bot.platforms.console.plain import render_plain
from bot.platforms.console.render import MAX_WIDTH, MIN_WIDTH, render
from bot.platforms.console.wrapping import ELLIPSIS, break_lines, cut_lines
from bot.platforms.texts.card_texts import harmless

EN = translator("en")
CARD = Card(
    paper_id="arxiv:2401.00001",
    title="Editing Video by Walking Backwards",
    url="https://arxiv.org/abs/2401.00001",
    pdf_url="https://arxiv.org/pdf/2401.00001",
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
    code_urls=("https://git.example/walk",),
    project_urls=("https://walk.example",),
    sources=("weekly.md", "arXiv cs.CV"),
    reasons=(Reason("video -survey", ("Video", "frames"), 3),),
    position=4,
)
# What people must never be able to steer a terminal with, beside what is only unusual.
HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x1b\x9b\x9d\x07\x00\r\n\t\x85\u2028\u200b\u202e\u2066\ufeff\ud800\U000e0041[]\\/;m扩散，（…"
        ),
    ),
    max_size=60,
)
# The only sequences we send ourselves: colours, and links with an encoded target.
OWN_SEQUENCES = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;(?:id=\d+)?;[\x21-\x7e]*\x1b\\")


def plain(*parts: Text | Card, buttons: tuple[Button, ...] = (), language: str = "en") -> str:
    """Return what a pipe gets."""
    return render_plain(Reply(parts, buttons), translator(language))


def shown(
    *parts: Text | Card, buttons: tuple[Button, ...] = (), width: int = 80, language: str = "en"
) -> list[str]:
    """Return the lines a terminal shows, without colours."""
    return [line.plain for line in render(Reply(parts, buttons), translator(language), width)]


def sent(*parts: Text | Card, width: int = 80, environment: dict[str, str] | None = None) -> str:
    """Return the characters a terminal is sent."""
    output = io.StringIO()
    console = Console(
        file=output, force_terminal=True, width=width, _environ=environment or {"TERM": "xterm-256color"}
    )
    for line in render(Reply(parts), EN, width):
        console.print(line, soft_wrap=True)
    return output.getvalue()


def controls(text: str) -> set[str]:
    """Return the characters that steer a terminal or hide or turn text, line feeds aside."""
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"} | set(
        re.findall("[\u200b\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029\U000e0041]", text)
    )


def test_a_pipe_gets_every_fact_on_a_line_of_its_own() -> None:
    """Nothing is cut, no fact is broken over lines, and the order is fixed."""
    assert plain(Text("1 paper"), replace(CARD, full=True), buttons=(Button("More", "/more"),)) == (
        "1 paper\n"
        "4. Editing Video by Walking Backwards\n"
        "   arxiv:2401.00001 · cs.CV · 2024-01-02 · v2\n"
        "   Authors: Ada First, Ben Second, Cy Third, Di Fourth, Eve Fifth\n"
        f"   Abstract: {CARD.abstract}\n"
        "   AI summary (unverified): 模型按相反的顺序遍历视频帧，保持画面主体一致。\n"
        "   AI takeaway (unverified): 倒序遍历。\n"
        "   AI takeaway (unverified): 无需训练。\n"
        "   Comment: 9 pages\n"
        "   Why: matches #3 video -survey (words: frames)\n"
        "   Page: https://arxiv.org/abs/2401.00001\n"
        "   PDF: https://arxiv.org/pdf/2401.00001\n"
        "   Code: https://git.example/walk\n"
        "   Project: https://walk.example\n"
        "   Sources: weekly.md, arXiv cs.CV\n"
        "\n"
        "More: /more\n"
        "\n"
    )


def test_a_pipe_gets_signs_for_tones() -> None:
    """Success, warning and error begin with a sign that is the same in every language."""
    reply = plain(
        Text("Done.", "ok"), Text("Late.", "warning"), Text("No.\nTry yes.", "error"), Text("Plain.")
    )
    assert reply == "✔ Done.\n! Late.\n✗ No.\nTry yes.\nPlain.\n\n"


def test_a_bare_card_has_no_empty_facts() -> None:
    """A card of nothing but a title is its title and id."""
    bare = Card(paper_id="title:abc", title="Abc")
    assert plain(bare) == "Abc\n   title:abc\n\n"
    assert shown(bare) == ["Abc", ""]
    assert shown(replace(bare, full=True)) == ["Abc", "  title:abc", ""]


def test_a_compact_card_is_short() -> None:
    """In a list, a paper takes a few lines: three authors, two lines of abstract, one of the model's text."""
    assert shown(CARD) == [
        " 4. Editing Video by Walking Backwards",
        "    Ada First, Ben Second, Cy Third +2 · cs.CV · 2024-01-02 · v2",
        "    Walking is known to go forwards. We show that frames walked backwards keep",
        "    the identity of what they show. A last sentence tells that diffusion was…",
        "    AI: 模型按相反的顺序遍历视频帧，保持画面主体一致。",
        "    matches #3 video -survey (words: frames)",
        "    https://arxiv.org/abs/2401.00001 · Code https://git.example/walk",
        "    Project https://walk.example",
        "",
    ]


def test_a_full_card_shows_everything() -> None:
    """Alone, a paper is shown whole."""
    text = " ".join(" ".join(shown(replace(CARD, full=True, position=None))).split())
    everything = [
        *CARD.authors,
        CARD.abstract,
        "9 pages",
        *CARD.sources,
        "AI summary (unverified)",
        *CARD.takeaways,
    ]
    everything += [
        CARD.url or "",
        CARD.pdf_url or "",
        *CARD.code_urls,
        *CARD.project_urls,
        "matches #3 video -survey",
    ]
    assert [fact for fact in everything if fact not in text] == []


def test_a_search_is_not_repeated_under_each_hit() -> None:
    """A hit says why only where it was found by words that were not typed."""
    assert not any("matches" in line for line in shown(replace(CARD, reasons=(Reason("video", ("Video",)),))))
    assert "    matches 扩散 (words: diffusion)" in shown(
        replace(CARD, reasons=(Reason("扩散", ("diffusion",)),))
    )


def test_an_excerpt_begins_where_the_first_mark_is() -> None:
    """Where the marked word would be cut off, the excerpt begins with its sentence."""
    at = CARD.abstract.index("nobody")
    lines = shown(replace(CARD, abstract_marks=((at, at + 6),)))
    assert lines[2] == "    …A last sentence tells that diffusion was never needed, and that nobody had"


def test_an_excerpt_reaches_a_mark_in_a_long_sentence() -> None:
    """Where even its sentence is too long, the excerpt begins shortly before the marked word."""
    abstract = "word " * 100 + "needle " + "word " * 100
    lines = shown(replace(CARD, abstract=abstract, abstract_marks=((500, 506),)))
    assert lines[2].startswith("    …word")
    assert "needle" in lines[2]


def test_labels_are_translated() -> None:
    """A Chinese chat gets Chinese labels."""
    assert "   作者: " in plain(CARD, language="zh_Hans")
    assert any(line.startswith("    AI：模型") for line in shown(CARD, language="zh_Hans"))


def test_the_page_is_a_link() -> None:
    """The title and the address are hyperlinks for terminals that have them."""
    output = sent(CARD)
    assert len(re.findall(r"\x1b\]8;id=\d+;https://arxiv\.org/abs/2401\.00001\x1b\\", output)) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https:///x", "x"])
def test_other_addresses_are_not_linked(url: str) -> None:
    """Only web addresses become hyperlinks; others are shown as text."""
    output = sent(replace(CARD, url=url, pdf_url=None, code_urls=(), project_urls=()))
    assert url in output
    assert "\x1b]8;" not in output


def test_markup_is_text() -> None:
    """Square brackets of a paper are not rich's markup."""
    assert shown(replace(CARD, title="[red]x[/red] [link=https://bad.example]y[/link]"))[0] == (
        " 4. [red]x[/red] [link=https://bad.example]y[/link]"
    )
    assert "[red]x[/red]" in sent(Text("[red]x[/red]", "ok"))


def test_marked_words_stand_out_without_colours() -> None:
    """With NO_COLOR there is no colour, and marked words are still underlined."""
    card = replace(CARD, title_marks=((8, 13),))
    output = sent(card, environment={"TERM": "xterm-256color", "NO_COLOR": "1"})
    assert re.search(r"\x1b\[1;4mVideo\x1b\[0m|\x1b\[1;4m(?:\x1b\]8[^\x1b]*\x1b\\)?Video", output)
    assert not re.search(r"\x1b\[[\d;]*3[0-7][;m]", output)


def test_a_dumb_terminal_gets_no_sequences() -> None:
    """With TERM=dumb nothing but text is sent."""
    assert "\x1b" not in sent(CARD, Text("No.", "error"), environment={"TERM": "dumb"})


def test_columns_and_bullets_hang() -> None:
    """A broken line continues below the column or bullet it belongs to."""
    row = "  /search words    finds papers that hold all of the words"
    point = "- a point that needs two lines to be made"
    assert shown(Text(f"{row}\n{point}"), width=40) == [
        "  /search words    finds papers that",
        "                   hold all of the words",
        "- a point that needs two lines to be",
        "  made",
        "",
    ]


def test_what_fits_stays_as_it_is() -> None:
    """A caret below a text stays where it was put, as long as its line fits."""
    query = "a query that goes wrong near its very end here"
    text = f"A word is missing.\n{query}\n{' ' * 42}^"
    assert shown(Text(text, "error")) == ["✗ A word is missing.", f"  {query}", f"  {' ' * 42}^", ""]


def test_buttons_share_a_line_where_they_fit() -> None:
    """What to do next is shown as commands to type, and never broken where a new line would do."""
    buttons = (Button("More", "/more"), Button("Subscribe", "/subscribe video"))
    assert shown(buttons=buttons) == ["More: /more · Subscribe: /subscribe video", ""]
    assert shown(buttons=buttons, width=30) == ["More: /more", "Subscribe: /subscribe video", ""]


def test_lines_have_a_readable_length() -> None:
    """A very wide terminal does not make very long lines, a very narrow one no columns of letters."""
    assert max(map(cell_len, shown(CARD, width=500))) <= MAX_WIDTH
    assert shown(CARD, width=3) == shown(CARD, width=MIN_WIDTH)


def test_chinese_breaks_between_characters() -> None:
    """Chinese text fills its line, and punctuation stays with its character."""
    text = "AI：本文提出了一种方法（Diffusion），很好。"
    assert [text[a:b] for a, b in break_lines(text, 12)] == [
        "AI：本文提出",
        "了一种方法",
        "（Diffusion",
        "），很好。",
    ]


@given(HOSTILE, st.integers(2, 40))
def test_breaking_keeps_the_text(text: str, width: int) -> None:
    """Only blanks vanish at the end of a line, and no line is too wide but for one character."""
    lines = [text[a:b] for a, b in break_lines(text, width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width and line == line.strip() for line in lines)


@given(HOSTILE, st.integers(4, 40), st.integers(1, 3))
def test_cutting_leaves_room_for_the_ellipsis(text: str, width: int, count: int) -> None:
    """A cut text has the lines it may have, and its last one has room for an ellipsis."""
    spans, cut = cut_lines(text, width, count)
    assert len(spans) <= count
    assert cut == (len(list(break_lines(text, width))) > count)
    if cut:
        assert cell_len(text[spans[-1][0] : spans[-1][1]] + ELLIPSIS) <= width


@st.composite
def hostile_cards(draw: st.DrawFn) -> Card:
    """Draw a card whose every text is hostile, with marks anywhere."""
    texts, marks = (
        st.lists(HOSTILE, max_size=3).map(tuple),
        st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70))),
    )
    return Card(
        paper_id=draw(HOSTILE),
        title=draw(HOSTILE),
        url=draw(st.none() | HOSTILE.map("https://x.example/".__add__)),
        pdf_url=draw(st.none() | HOSTILE),
        authors=draw(st.lists(HOSTILE, max_size=5).map(tuple)),
        category=draw(st.none() | HOSTILE),
        comment=draw(st.none() | HOSTILE),
        abstract=draw(HOSTILE),
        summary=draw(st.none() | HOSTILE),
        takeaways=draw(texts),
        code_urls=draw(texts),
        sources=draw(texts),
        reasons=(Reason(draw(HOSTILE), draw(texts), draw(st.none() | st.integers(1, 99))),),
        title_marks=tuple(draw(marks)),
        abstract_marks=tuple(draw(marks)),
        full=draw(st.booleans()),
        position=draw(st.none() | st.integers(1, 200)),
    )


@given(hostile_cards(), HOSTILE, st.integers(10, 120))
def test_nothing_of_a_paper_steers_the_terminal(card: Card, text: str, width: int) -> None:
    """Whatever a card holds, the terminal gets only our own sequences, and no line wider than asked."""
    output = sent(card, Text(text, "warning"), width=width)
    assert controls(OWN_SEQUENCES.sub("", output)) == set()
    assert max(map(cell_len, shown(card, Text(text), width=width))) <= max(MIN_WIDTH, width)


@given(hostile_cards(), HOSTILE)
def test_nothing_of_a_paper_makes_lines_in_a_pipe(card: Card, text: str) -> None:
    """Whatever a card holds, a pipe gets no controls, and no text can pose as another fact."""
    output = plain(card, buttons=(Button(text, text),))
    assert controls(output) == set()
    facts = [card.abstract, card.summary, card.url, card.pdf_url, *card.code_urls, ", ".join(card.authors)]
    if card.full:
        facts += [*card.takeaways, card.comment, ", ".join(card.sources)]
    # Title, id, why, the empty line after the card, the button, the empty line at the end.
    assert output.count("\n") == 6 + sum(bool(fact and harmless(fact).strip()) for fact in facts)
