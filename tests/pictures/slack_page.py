"""Slack's messages, App Home and modals as web pages, drawn from the JSON that is sent.

Slack folds long texts behind *See more*; here they are whole. Reference:
https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from slack_elements import element_html
from slack_text import mrkdwn_html, rich_text_html, text_html
from web_page import PictureError, language_tag, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from slack_text import Json

WIDTH: Final = 640
"""CSS pixels of the column of messages in a small window."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the app.

    Attributes:
        text: its own text, in Slack's markup; shown where it has no blocks.
        blocks: its blocks.
        time: what the clock showed, `08:30`.
        only_you: whether it is ephemeral: seen by one person only.
    """

    text: str
    blocks: Sequence[Json]
    time: str
    only_you: bool = False


def messages_page(posts: Iterable[Post], *, language: str, style: str, name: str = "paperwire") -> str:
    """Return a page that shows messages of the app.

    Args:
        posts: the messages, in order.
        language: of the chat, `en` or `zh_Hans`; fonts and Slack's own words follow it.
        style: the style sheet.
        name: of the app.

    Raises:
        PictureError: a block or an element has a type that can't be drawn.
    """
    written = "".join(_post(post, name) for post in posts)
    return page(f"<main>{written}</main>", language=language_tag(language), style=style, title=name)


def _post(post: Post, name: str) -> str:
    shown = blocks_html(post.blocks) if post.blocks else f'<div class="line">{mrkdwn_html(post.text)}</div>'
    only_you = '<div class="only-you"></div>' if post.only_you else ""
    sender = f'<b>{escape(name)}</b><span class="badge"></span><time>{escape(post.time)}</time>'
    said = f'{only_you}<div class="sender">{sender}</div>{shown}'
    return f'<article>{_avatar(name)}<div class="post">{said}</div></article>'


def home_page(view: Json, *, language: str, style: str, name: str = "paperwire") -> str:
    """Return a page that shows the app's Home tab.

    Args:
        view: a view of type `home`.
        language: as for messages.
        style: the style sheet.
        name: of the app.

    Raises:
        PictureError: the view is no Home, or something in it can't be drawn.
    """
    _check_type(view, "home")
    tabs = '<nav><span class="home on"></span><span class="messages"></span><span class="about"></span></nav>'
    head = f"<header>{_avatar(name)}<b>{escape(name)}</b></header>{tabs}"
    body = f'{head}<main class="home">{blocks_html(view["blocks"])}</main>'
    return page(body, language=language_tag(language), style=style, title=name)


def modal_page(view: Json, *, language: str, style: str, name: str = "paperwire") -> str:
    """Return a page that shows a modal.

    Args:
        view: a view of type `modal`.
        language: as for messages.
        style: the style sheet.
        name: of the app.

    Raises:
        PictureError: the view is no modal, or something in it can't be drawn.
    """
    _check_type(view, "modal")
    keys = "".join(
        f'<span class="button {kind}">{text_html(view[part])}</span>'
        for part, kind in (("close", "default"), ("submit", "primary"))
        if part in view
    )
    head = f'<header>{_avatar(name)}<b>{text_html(view["title"])}</b><span class="cross"></span></header>'
    foot = f"<footer>{keys}</footer>" if keys else ""
    modal = f"{head}<main>{blocks_html(view['blocks'])}</main>{foot}"
    body = f'<div class="shade"><div class="modal">{modal}</div></div>'
    return page(body, language=language_tag(language), style=style, title=name)


def blocks_html(blocks: Iterable[Json]) -> str:
    """Return blocks, in order.

    Raises:
        PictureError: a block or an element has a type that can't be drawn: nothing is left out in silence.
    """
    return "".join(f'<div class="block {escape(block["type"])}">{_block(block)}</div>' for block in blocks)


def _block(block: Json) -> str:
    draw = _BLOCKS.get(block["type"])
    if draw is None:
        raise PictureError(f"no picture of a block of type {block['type']!r}")
    return draw(block)


def _section(block: Json) -> str:
    text = f'<div class="line">{text_html(block["text"])}</div>' if "text" in block else ""
    fields = "".join(f'<div class="line">{text_html(one)}</div>' for one in block.get("fields", ()))
    beside = f'<div class="beside">{element_html(block["accessory"])}</div>' if "accessory" in block else ""
    columns = f'<div class="columns">{fields}</div>' if fields else ""
    return f'<div class="said">{text}{columns}</div>{beside}'


def _input(block: Json) -> str:
    optional = ' class="optional"' if block.get("optional") else ""
    hint = f"<small>{text_html(block['hint'])}</small>" if "hint" in block else ""
    return f"<label{optional}>{text_html(block['label'])}</label>{element_html(block['element'])}{hint}"


_BLOCKS: Final[Mapping[str, Callable[[Json], str]]] = {
    "header": lambda block: text_html(block["text"]),
    "section": _section,
    "rich_text": rich_text_html,
    "context": lambda block: " ".join(f"<span>{text_html(one)}</span>" for one in block["elements"]),
    "divider": lambda _: "<hr>",
    "actions": lambda block: "".join(map(element_html, block["elements"])),
    "input": _input,
}


def _avatar(name: str) -> str:
    return f'<span class="avatar">{escape(name[:1].upper())}</span>'


def _check_type(view: Json, expected: str) -> None:
    if view["type"] != expected:
        raise PictureError(f"a view of type {view['type']!r} is no {expected}")
