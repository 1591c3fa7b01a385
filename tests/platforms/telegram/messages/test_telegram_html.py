"""Texts and links in Telegram's HTML, as Telegram's own parser reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram_promises import DEAD_KINDS, OWN_KINDS, check_alive
from telegram_reading import read_html, read_plain

from bot.data import bundled_categories, bundled_glossary
from bot.domain.query import parse_query
from bot.platforms.telegram.messages.html import JOINER, copied, fixed_width, folded, leaf, link, web_link
from bot.platforms.texts.card_texts import harmless

HOSTILE = st.lists(
    st.one_of(
        st.characters(),
        st.sampled_from("@#/$.:<>&\"'_-aZ09 \n\x00\x1b\u200b\u202e\u2060\ud800扩散Яé\u0301अ\u093f😀🏽，。"),
        st.sampled_from(
            ("@abc", "/start", "#tag", "$USD", "x.org", "://", "1.2.3.4", "<b>", "&lt;", "a@b.org", "٣", "·")
        ),
    ),
    max_size=50,
).map("".join)
MARKS = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6)


@pytest.mark.parametrize(
    "text",
    [
        "@admin and @a_b, mail to a@b.org",
        "/start, (/unsubscribe all) and /a@bot",
        "#tag #标签 #12a",
        "$USD $1INCH",
        "ftp://bad.example/x and http://u:p@x.example/y, tg://resolve?domain=x, t.me/x",
        "cs.CV stat.ML model.py fast.ai пример.рф 例.中国 😀.com",
        "127.0.0.1 1.2.3.4.5",
    ],
)
def test_nothing_of_a_feed_comes_alive(text: str) -> None:
    """Telegram would find something in the text and finds nothing in what we send; readers see the same."""
    assert {found.kind for found in read_plain(text).alive} & DEAD_KINDS

    shown = leaf(text)

    assert read_html(shown.html).alive == ()
    assert read_plain(shown.plain).alive == ()
    assert shown.plain.replace(JOINER, "") == text


@pytest.mark.parametrize(
    "text", ["GPT-3.5 and/or C#, 50 $ at 3.5 %, e.g. #3", "arXiv 2401.00001v2, 扩散/模型"]
)
def test_what_is_not_alive_stays_as_it_is(text: str) -> None:
    """No joiner is put where Telegram would find nothing."""
    assert leaf(text).plain == text


ADDRESSES = st.sampled_from(
    (
        "https://github.com/a/b",
        "http://x.example",
        "HTTPS://x.example:8080/a_(b)?c=1&d=2#e",
        "http://1.2.3.4:80/y",
        "https://blog.example/@name/#tag",
        "https://x.example/扩散/$USD",
        "http://localhost:8000/v1",
        "https://a-b.example.org/x.html",
    )
)


@given(st.lists(st.tuples(st.one_of(HOSTILE, st.just("Code: ")), ADDRESSES), min_size=1, max_size=3), HOSTILE)
def test_an_address_is_copied_as_it_was_written(pieces: list[tuple[str, str]], after: str) -> None:
    """Addresses with http or https stay as they are among other words, whatever is beside them."""
    text = " ".join(f"{before[:40]} {address}" for before, address in pieces) + " " + after
    shown = leaf(text)

    for _, address in pieces:
        assert address in read_html(shown.html).text
    check_alive(read_html(shown.html), text)
    check_alive(read_plain(shown.plain), text)


@given(ADDRESSES, st.integers(1, 60), st.sampled_from(("", " and more", ", then", "😀")))
def test_an_address_is_shown_whole_or_not_at_all(address: str, limit: int, after: str) -> None:
    """No text is cut within an address, which would lead elsewhere."""
    shown = leaf(f"See {address}{after}", limit=limit)
    assert address in shown.plain or "://" not in shown.plain


@given(HOSTILE, MARKS, st.integers(1, 90))
def test_a_leaf_is_read_as_it_was_meant(text: str, marks: list[tuple[int, int]], limit: int) -> None:
    """Whatever a text holds, it is read as text, counted as Telegram counts, and nothing in it is alive."""
    shown = leaf(text, marks=marks, limit=limit)
    reading = read_html(shown.html)

    assert reading.text == shown.plain
    assert reading.units == shown.units <= limit
    assert len(reading.entities) <= shown.entities
    assert {entity.kind for entity in reading.entities} <= {"Underline"}
    check_alive(reading, text)
    seen = shown.plain.replace(JOINER, "")
    assert harmless(text).startswith(seen.removesuffix("…"))


@given(HOSTILE)
def test_only_commands_of_our_own_texts_are_alive(text: str) -> None:
    """Of our own text Telegram finds the commands, and they are counted."""
    shown = leaf(text, commands=True)
    alive = read_html(shown.html).alive

    assert not {found.kind for found in alive} & (DEAD_KINDS - {"BotCommand"})
    assert sum(found.kind == "BotCommand" for found in alive) <= shown.entities
    assert [found.text for found in read_html(leaf("try /help", commands=True).html).alive] == ["/help"]


@given(HOSTILE)
def test_code_is_read_as_it_was_meant(text: str) -> None:
    """What is copied or of fixed width has no joiners, and nothing in it is alive."""
    for shown in (fixed_width(text), copied(text, limit=40)):
        reading = read_html(shown.html)
        assert reading.units == shown.units
        assert JOINER not in reading.text
        assert not {found.kind for found in reading.alive} & DEAD_KINDS


def test_marks_stand_where_they_stood() -> None:
    """Marks count in the text as given, whatever is taken out of it or put into it."""
    shown = leaf("\u202ea@b <video> x.org", marks=((6, 11), (13, 18)))

    marked = [entity.text for entity in read_html(shown.html).entities]

    assert marked == ["video", f"x.{JOINER}org"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://arxiv.org/abs/2401.00001", "https://arxiv.org/abs/2401.00001"),
        ("HTTP://ArXiv.org", "http://arxiv.org/"),
        (" https://x.example/a?b=1&c=2#d e", "https://x.example/a?b=1&c=2#d%20e"),
        ("https://пример.рф/ü", "https://xn--e1afmkfd.xn--p1ai/%C3%BC"),
        ("https://user:secret@x.example/", "https://x.example/"),
        ("https://x.example:8443/", "https://x.example:8443/"),
    ],
)
def test_addresses_are_linked_in_one_spelling(url: str, expected: str) -> None:
    """An address is linked in ASCII, without a user name, and Telegram takes it as it is."""
    assert web_link(url) == expected
    reading = read_html(link(leaf("title"), url).html)
    assert [(entity.kind, entity.text, entity.url) for entity in reading.entities] == [
        ("TextUrl", "title", expected)
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "tg://user?id=1",
        "file:///etc/passwd",
        "https:///x",
        "http://localhost/x",
        "//x.example",
        'https://x.example/"><b>',
        "http://[::1]/",
        f"https://x.example/{'x' * 2048}",
    ],
)
def test_other_addresses_are_text(url: str) -> None:
    """What Telegram would not link, or nobody should, is shown behind its label and leads nowhere."""
    shown = link(leaf("title"), url)
    reading = read_html(shown.html)

    assert web_link(url) is None
    assert reading.entities == ()
    check_alive(reading, url)
    assert reading.text.replace(JOINER, "").startswith(f"title {url}"[:60])


@given(st.one_of(HOSTILE, HOSTILE.map("https://x.example/".__add__), HOSTILE.map("https://x.".__add__)))
def test_every_linked_address_is_taken(url: str) -> None:
    """Telegram drops none of the addresses that we link, and none of them is spelled in two ways."""
    address = web_link(url)
    if address is None:
        return
    reading = read_html(link(leaf("title"), url).html)
    assert [entity.url for entity in reading.entities] == [address]
    assert re.fullmatch(r"https?://[^\s@/]+/[!-~]*", address)
    assert web_link(address) == address


def test_an_abstract_is_folded() -> None:
    """An abstract is a quotation that opens when it is tapped; marks may be in it."""
    reading = read_html(folded(leaf("an abstract", marks=((3, 11),))).html)

    assert [entity.kind for entity in reading.entities] == ["ExpandableBlockQuote", "Underline"]
    assert {entity.kind for entity in reading.entities} <= OWN_KINDS


@pytest.mark.parametrize("query", ["diffusion", "cat:cs.CV", '"video editing" -model.py', "fast.ai"])
def test_a_query_that_is_copied_out_of_a_message_is_read(query: str) -> None:
    """Joiners do not change what a query means."""
    glossary, categories = bundled_glossary(), bundled_categories()

    copied_out = parse_query(leaf(query).plain, glossary=glossary, categories=categories)

    assert copied_out.canonical == parse_query(query, glossary=glossary, categories=categories).canonical
