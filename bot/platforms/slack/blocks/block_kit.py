"""Builds layout blocks and text objects of Block Kit as plain JSON.

Texts of feeds are in `plain_text` and in the `text` of rich text elements only: Slack reads neither for
mentions, links or markup (https://docs.slack.dev/messaging/formatting-message-text). `emoji` is false, or
`:fire:` in a title would burn. So nothing in a block needs escaping; the text of the message itself does.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.platforms.slack.blocks.limits import BLOCK_ID_SIZE, LINK, RICH_TEXT, cut, kept
from bot.platforms.texts.card_texts import harmless
from bot.platforms.texts.truncate import ELLIPSIS
from bot.platforms.texts.web_links import linkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.cards.card import Span

Json = dict[str, Any]
Inline = tuple[Json, ...]
"""Elements of a line of rich text: texts and links, with their styles."""

Style = Literal["bold", "italic", "code"]

_MOST_MARKS = 5
"""Marked pieces of one text; each takes the room of a few words."""
_ESCAPED: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def leaf(
    content: str,
    *,
    limit: int = RICH_TEXT,
    style: Style | None = None,
    marks: Sequence[Span] = (),
    url: str | None = None,
) -> Inline:
    """Return a text for one line, harmless and cut; nothing of a text that shows nothing.

    Args:
        content: any text.
        limit: code points it may take, an ellipsis included.
        style: of all of it.
        marks: pieces of it in bold, in whatever order; they count in the text as given.
        url: where it leads, as `web_link` returns it.
    """
    # What is cut anyhow is not looked at: a text of a megabyte costs no more than a long one. Of a text of
    # which more than half is invisible the end is cut, too.
    looked_at = content[: 2 * limit + 64]
    return _leaf(looked_at, limit, style, tuple(marks), url, longer=len(looked_at) < len(content))


@lru_cache(maxsize=512)
def _leaf(
    content: str, limit: int, style: Style | None, marks: tuple[Span, ...], url: str | None, *, longer: bool
) -> Inline:
    """Kept for a while: where a message does not fit, most of its texts are asked for again and again."""
    shown = [(harmless(content[start:end]), marked) for start, end, marked in _split(content, marks)]
    whole = "".join(piece for piece, _ in shown)
    if not whole.strip():
        return ()
    room = kept(whole, limit - 1 if longer else limit)
    tail = ELLIPSIS if longer or room < len(whole) else ""
    elements: list[Json] = []
    for piece, marked in shown:
        stays, room = piece[:room], room - min(room, len(piece))
        if stays:
            styles = [name for name in (style, "bold" if marked else None) if name]
            elements.append(_element(stays, styles, url))
    if not elements:
        return (_element(tail, [style] if style else [], url),)
    elements[-1]["text"] += tail
    return tuple(elements)


def lines(text: str) -> Inline:
    """Return a text of several lines, harmless and whole."""
    return _text("\n".join(map(harmless, text.split("\n"))))


def joined(pieces: Iterable[Inline], separator: str) -> Inline:
    """Return the pieces that are not empty, with a separator of our own between them.

    Texts of the same style are put together: each element costs as much room as a few words.
    """
    together: list[Json] = []
    for piece in pieces:
        if not piece:
            continue
        for element in (*(_text(separator) if together else ()), *piece):
            last = together[-1] if together else None
            if last and _is_text(last) and _is_text(element) and last.get("style") == element.get("style"):
                together[-1] = {**last, "text": last["text"] + element["text"]}
            else:
                together.append(element)
    return tuple(together)


def link(label: str, url: str) -> Inline:
    """Return a label that leads to an address; where none can be linked, the address as text behind it."""
    address = web_link(url)
    if address is None:
        return joined((leaf(label), leaf(url, limit=_SHOWN_ADDRESS)), " ")
    return leaf(label, url=address)


_SHOWN_ADDRESS = 100


def web_link(url: str) -> str | None:
    """Return an http or https address as our messages link it, at most `LINK` characters long, or None."""
    address = linkable(url)
    return address if address and len(escaped(address)) <= LINK else None


def escaped(text: str) -> str:
    """Return a text for where Slack reads its markup: nothing in it is a mention or a link."""
    return text.translate(_ESCAPED)


def spoken(texts: Iterable[str], limit: int) -> str:
    """Return a message's own text, which notifications show and screen readers read: escaped and cut."""
    shown = (harmless(line).strip() for text in texts for line in text.split("\n"))
    whole = "\n".join(line for line in shown if line)
    text = cut(whole, limit) if whole else ELLIPSIS
    # Each character that is escaped takes the room of others.
    while len(escaped(text)) > limit:
        text = cut(text, len(text) - max(1, (len(escaped(text)) - limit) // 5))
    return escaped(text)


def rich_text(*elements: Json) -> Json:
    """Return a block of rich text."""
    return {"type": "rich_text", "elements": list(elements)}


def section(line: Inline) -> Json:
    """Return lines of a rich text."""
    return {"type": "rich_text_section", "elements": list(line)}


def quotation(line: Inline) -> Json:
    """Return lines of a rich text with a bar beside them."""
    return {"type": "rich_text_quote", "elements": list(line)}


def fixed_width(text: str) -> Json:
    """Return lines of a rich text in letters of one width."""
    return {"type": "rich_text_preformatted", "elements": list(lines(text))}


def bullets(points: Iterable[Inline]) -> Json:
    """Return a list of a rich text."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(point) for point in points]}


def header(text: str) -> Json:
    """Return a heading; at most `HEADER_TEXT` characters of it are allowed."""
    return {"type": "header", "text": plain_text(text)}


def context(text: str) -> Json:
    """Return a paragraph in small grey letters."""
    return {"type": "context", "elements": [plain_text(text)]}


def divider() -> Json:
    """Return a line across the message."""
    return {"type": "divider"}


def plain_text(text: str) -> Json:
    """Return a text object of which nothing is read as markup or emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def size(blocks: Sequence[Json]) -> int:
    """Return the characters of blocks as `BLOCKS_SIZE` counts them."""
    written = json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))
    escapes = sum(written.count(char) * (len(escaped(char)) - 1) for char in "&<>")
    return len(written) + escapes + sum(BLOCK_ID_SIZE for block in blocks if "block_id" not in block)


def read(block: Json) -> str:
    """Return what a reader sees of our own block without buttons."""
    if block["type"] == "header":
        return str(block["text"]["text"])
    return "\n".join(map(_read_element, block.get("elements", ())))


def _read_element(element: Json) -> str:
    if "elements" not in element:
        return str(element.get("text", ""))
    separator = "\n" if element["type"] == "rich_text_list" else ""
    return separator.join(map(_read_element, element["elements"]))


def _text(text: str) -> Inline:
    return ({"type": "text", "text": text},)


def _is_text(element: Json) -> bool:
    return bool(element["type"] == "text")


def _element(text: str, styles: Iterable[str], url: str | None) -> Json:
    made: Json = {"type": "link", "url": url, "text": text} if url else {"type": "text", "text": text}
    style = dict.fromkeys(styles, True)
    return {**made, "style": style} if style else made


def _split(text: str, marks: Sequence[Span]) -> Iterator[tuple[int, int, bool]]:
    """Yield all of a text in pieces: start, end, and whether it is marked."""
    end = 0
    for mark_start, mark_end in sorted(marks)[:_MOST_MARKS]:
        start, stop = max(end, mark_start), min(mark_end, len(text))
        if start < stop:
            yield end, start, False
            yield start, stop, True
            end = stop
    yield end, len(text), False
