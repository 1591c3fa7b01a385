"""Which papers links and messages name. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from bot.domain.arxiv_id import find_arxiv_id, parse_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_NAMED: Final = 20
"""Papers of one message; a longer list is cut."""

_DOI_HOSTS: Final = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
_PAPER_HOSTS: Final = ("arxiv.org", "alphaxiv.org", "ar5iv.org", "huggingface.co", "hf.co")
# In Slack's markup an address ends at a bar or an angle bracket, in a sentence at a blank or a quote.
_ADDRESS: Final = re.compile(r"https?://[^\s<>|\"'`，。；！？、（）【】「」]+", re.IGNORECASE)
_TRAILING: Final = ".,;:!?)]*_~"
_NAMED: Final = re.compile(r"\barxiv:\s*\S+", re.IGNORECASE)
_COMMAND: Final = re.compile(r"/(?:paper|save|abstract|takeaways|similar|bibtex) (\S.*)")
_DEEPEST: Final = 12
"""Objects within each other that are looked into; Slack's own go half as deep."""


def paper_id_of(url: str) -> str | None:
    """Return the canonical id of the paper that an address is the page, PDF or DOI of, or None."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").casefold()
    except ValueError:
        return None
    if parts.scheme.casefold() not in {"http", "https"}:
        return None
    if any(host == known or host.endswith(f".{known}") for known in (*_PAPER_HOSTS, *_DOI_HOSTS)):
        arxiv = parse_arxiv_id(unquote(url))
        if arxiv:
            return arxiv.canonical
    if host in _DOI_HOSTS:
        doi = unquote(parts.path).strip("/").casefold()
        return f"doi:{doi}" if doi.startswith("10.") and "/" in doi else None
    return None


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
        arxiv = parse_arxiv_id(command[1])
        yield arxiv.canonical if arxiv else command[1]
        return
    for match in sorted((*_ADDRESS.finditer(text), *_NAMED.finditer(text)), key=lambda one: one.start()):
        written = match[0].replace("&amp;", "&").rstrip(_TRAILING)
        if written.casefold().startswith("arxiv"):
            arxiv = find_arxiv_id(written)
            named = arxiv.canonical if arxiv else None
        else:
            named = paper_id_of(written)
        if named:
            yield named
