"""Finds the papers that links and messages name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.papers.arxiv_id import find_arxiv_id
from bot.domain.papers.paper_id import PREFIXED, paper_id_of_page, read_paper_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_NAMED: Final = 20
"""Papers of one message; a longer list is cut."""

# In Slack's markup an address ends at a bar or an angle bracket, in a sentence at a blank or a quote.
_ADDRESS: Final = re.compile(r"https?://[^\s<>|\"'`，。；！？、（）【】「」]+", re.IGNORECASE)
_TRAILING: Final = ".,;:!?)]*_~"
_NAMED: Final = re.compile(rf"\barxiv:\s*\S+|(?<![\w:/]){PREFIXED.pattern}", re.IGNORECASE)
_COMMAND: Final = re.compile(r"/(?:paper|save|abstract|takeaways|similar|bibtex) (\S.*)")
_DEEPEST: Final = 12
"""Objects within each other that are looked into; Slack's own go half as deep."""


def paper_id_of(url: str) -> str | None:
    """Return the canonical id of the paper that an http(s) address is a page of, or None."""
    url = url.strip()
    return paper_id_of_page(url) if _ADDRESS.match(url) else None


def named_papers(message: Mapping[str, object]) -> tuple[str, ...]:
    """Return the canonical ids of the papers that a message names, each once, in the order of the message.

    Its text, blocks and attachments are looked at: addresses, `arXiv:2403.09638`, the buttons of our cards.

    Args:
        message: as Slack describes it (https://docs.slack.dev/reference/objects/message-object).
    """
    found: dict[str, None] = {}
    for part in ("text", "blocks", "attachments"):
        for text in _texts(message.get(part), _DEEPEST):
            found.update(dict.fromkeys(_in_text(text)))
    return tuple(found)[:MOST_NAMED]


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict):
        for item in value.values():
            yield from _texts(item, depth - 1)
    elif depth and isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, depth - 1)


def _in_text(text: str) -> Iterator[str]:
    command = _COMMAND.fullmatch(text)
    if command:
        yield read_paper_id(command[1]) or command[1]
        return
    for match in sorted((*_ADDRESS.finditer(text), *_NAMED.finditer(text)), key=lambda one: one.start()):
        written = match[0].replace("&amp;", "&").rstrip(_TRAILING)
        if written.casefold().startswith("arxiv"):
            arxiv = find_arxiv_id(written)
            named = arxiv.canonical if arxiv else None
        else:
            named = paper_id_of(written) or read_paper_id(written)
        if named:
            yield named
