"""Replies whose every text is hostile: what feeds could send to break a message or to reach its readers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from bot.domain.cards.card import Card, Reason
from bot.domain.chat.command import Button, Reply, Text

if TYPE_CHECKING:
    import random

_PIECES = (
    '<b> </b> </a> <a href="https://bad.example">x</a> <tg-spoiler> <blockquote> <!-- ]]> &amp; &lt; '
    "&#0; &#x110000; & < > \" ' &quot; @admin @a_b @channel /delete_my_data /start@bot #tag #标签 #1 "
    "$USD $x^2$ \\frac{1}{2} \\emph{ {{{ }}} https://bad.example/x http://1.2.3.4/ "
    "tg://resolve?domain=x t.me/joinchat x.org a@b.org cs.CV model.py 127.0.0.1 пример.рф 例.中国 "
    "😀.com 扩散模型 视频，编辑。 （ ） العربية עברית ไทย हिन्दी e\u0301 a\u0300\u0301\u0302 "
    "👩\u200d💻 👍🏽 🇩🇪🇫🇷 😀 \U0001f600\U00020000 \u202e \u2066 \u200b \u2060 \ufeff \x00 \x1b[31m "
    "\ud800 \udfff \U000e0041 \u2028 \x85 \n \t diffusion models word a the of 3.5 e.g. ... … — ; , * "
    "_ ` ~ [x](https://bad.example) ||x|| \u3164 \u2800 \u00a0"
).split(" ")
_URLS = (
    "https://arxiv.org/abs/2401.99001 http://arxiv.org/abs/2401.99002v3 https://github.com/a/b "
    'https://x.example/?a=1&b=2#c https://x.example/"><b> https://пример.рф/ü https://u:p@x.example/ '
    "javascript:alert(1) tg://user?id=1 https:///x http://localhost/x http://[::1]/ https://x..y/ "
    "ftp://x.example/ https://x.example/@name/#tag $ https://xn--a.example/ "
    "https://x.example/a_(b)_[c]{d}|^`'!* //x.example x.example https://x.example:99999/ "
    "https://x.example/?a=1&lt;=2&amp=3 http://1.2.3.4:8080/a?b=c"
).split(" ")
_SHARE_OF_LONG, _SHARE_OF_HUGE, _SHARE_OF_NOISE = 0.04, 0.004, 0.15


def hostile_text(source: random.Random, most: int = 12) -> str:
    """Return one text: pieces of markup and scripts, characters of all planes, or up to 30 kB of either."""
    kind = source.random()
    if kind < _SHARE_OF_NOISE:
        planes = (0x80, 0x250, 0x3000, 0x10000, 0x110000)
        return "".join(chr(source.randrange(source.choice(planes))) for _ in range(source.randrange(60)))
    joint = source.choice(("", " ", " ", " ", ", "))
    text = joint.join(source.choice(_PIECES) for _ in range(source.randrange(most)))
    if kind > 1 - _SHARE_OF_HUGE:
        return (text + joint) * (30_000 // (len(text) + 1))
    if kind > 1 - _SHARE_OF_HUGE - _SHARE_OF_LONG:
        return (text + source.choice((" ", ""))) * source.randrange(1, 80)
    return text


def hostile_card(source: random.Random, position: int | None) -> Card:
    """Return a card of hostile texts, with marks anywhere."""
    title, abstract = hostile_text(source), hostile_text(source, 60)
    return Card(
        paper_id=source.choice(("arxiv:2401.99001", "doi:10.1000/x.yz", f"title:{hostile_text(source)}")),
        title=title,
        url=source.choice((None, *_URLS, _URLS[0] + "x" * source.randrange(2_500))),
        pdf_url=source.choice((None, *_URLS)),
        authors=_texts(source, source.choice((0, 1, 3, 4, 30, 300))),
        category=source.choice((None, "cs.CV", "stat.ML", hostile_text(source))),
        day=source.choice((None, date(2024, 2, 29))),
        version=source.choice((None, 1, 17)),
        comment=source.choice((None, hostile_text(source))),
        abstract=abstract,
        summary=source.choice((None, hostile_text(source, 40), "扩散模型。" * source.randrange(400))),
        takeaways=_texts(source, source.choice((0, 0, 3, 40))),
        code_urls=_addresses(source),
        project_urls=_addresses(source),
        sources=_texts(source, source.randrange(4)),
        reasons=tuple(_reason(source) for _ in range(source.choice((0, 1, 1, 2, 12)))),
        title_marks=_marks(source, title),
        abstract_marks=_marks(source, abstract),
        full=source.random() < _SHARE_OF_NOISE,
        position=position,
    )


def hostile_reply(source: random.Random) -> Reply:
    """Return a list of papers, a paper, or texts, with buttons."""
    parts: list[Text | Card] = []
    for position in range(1, 1 + source.choice((0, 1, 1, 1, 2, 2, 5, 5, 10, 10, 10, 40))):
        if source.random() < _SHARE_OF_NOISE:
            parts.append(_text(source))
        parts.append(hostile_card(source, position if source.random() < 1 - _SHARE_OF_LONG else None))
    if source.random() < 1 / 2:
        parts += [_text(source) for _ in range(source.randrange(4))]
    buttons = tuple(
        Button(hostile_text(source), f"/search {hostile_text(source)}")
        for _ in range(source.choice((0, 1, 3, 3, 140)))
    )
    return Reply(tuple(parts), buttons)


def _text(source: random.Random) -> Text:
    tone: Any = source.choice(("plain", "heading", "ok", "warning", "error", "hint", "code", "quote"))
    lines = [hostile_text(source) for _ in range(source.choice((1, 1, 2, 60)))]
    if source.random() < _SHARE_OF_NOISE:
        lines.append(" " * source.randrange(80) + "^")
    return Text("\n".join(lines), tone)


def _reason(source: random.Random) -> Reason:
    number = source.choice((None, 1, 30))
    return Reason(hostile_text(source), _texts(source, source.randrange(3)), number)


def _texts(source: random.Random, count: int) -> tuple[str, ...]:
    return tuple(hostile_text(source) for _ in range(count))


def _addresses(source: random.Random) -> tuple[str, ...]:
    return tuple(source.choice(_URLS) for _ in range(source.choice((0, 0, 1, 2, 50))))


def _marks(source: random.Random, text: str) -> tuple[tuple[int, int], ...]:
    places = range(-5, len(text) + 6)
    return tuple(
        (source.choice(places), source.choice(places)) for _ in range(source.choice((0, 0, 1, 3, 60)))
    )
