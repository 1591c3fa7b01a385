"""The error message for a document that no format recognizes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.text.normalize import collapse
from bot.sources.parsing.xml_guard import prolog

if TYPE_CHECKING:
    from collections.abc import Iterable

_HTML = re.compile(r"html\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(?:[^\n]*\n){1,60}?---[ \t]*\n")
_HEADING = re.compile(r"^#{1,6}[ \t]+\S.*$", re.MULTILINE)
_SHOWN = 80


def why_unknown(head: str, formats: Iterable[str]) -> str:
    """Return why no format reads a text, with its first heading or line, and what to do about it."""
    xml = prolog(head)
    if _is_html(head):
        title = _TITLE.search(head)
        named = f' titled "{_shown(title[1])}"' if title else ""
        return f"unknown layout: it is a web page{named}; give the address of the feed or the raw file"
    known = f"paperwire reads {', '.join(formats)}"
    if xml.root and head.lstrip().startswith("<?xml"):
        return f"unknown layout: it is XML with the root <{_shown(xml.root)}>; {known}"
    return f'unknown layout: it begins with "{_first_line(head)}"; {known}'


def _is_html(head: str) -> bool:
    xml = prolog(head)
    doctype = xml.doctype or ""
    return bool(
        _HTML.match(doctype[9:].lstrip()) or (xml.root and xml.root.lower() in {"html", "head", "body"})
    )


def _first_line(head: str) -> str:
    front = _FRONT_MATTER.match(head)
    heading = _HEADING.search(head, front.end() if front else 0)
    if heading:
        return _shown(heading[0])
    return _shown(next((line for line in head.split("\n") if line.strip()), ""))


def _shown(text: str) -> str:
    text = collapse(text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
