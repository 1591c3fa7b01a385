"""Decides which ids of a feed's items stay the same when the item is edited.

A guid (RSS), an `id` (Atom, JSON Feed) or, without one, the item's own link is such a name, unless it says
nothing: a counter that begins again, the feed's own address, or what several items of a document share.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.domain.text.normalize import title_key
from bot.sources.parsing.html_text import title_name
from bot.sources.parsing.item_links import own_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.papers.parsed_entry import Entry

_SAY_NOTHING: Final = frozenset(
    "|#|-|-1|/|0|1|false|guid|id|n/a|nan|nil|none|null|true|undefined|unknown|urn:uuid:|tag:".split("|")
)
"""What programs write where they have no identifier, case folded."""


class NamedItem(NamedTuple):
    """An item with the ids in it.

    Attributes:
        entry: the item as parsed.
        identifier: its guid or id as written; may be empty.
        link: the address of its own page, or None.
    """

    entry: Entry
    identifier: str
    link: str | None


def with_names(items: Sequence[NamedItem], *, own: Iterable[str | None]) -> tuple[Entry, ...]:
    """Return the entries, each with the name that its source keeps for it where there is one.

    Args:
        items: the items of a document.
        own: addresses and identifiers of the feed itself, which name no item.
    """
    feed = {_address(address) for address in own if address}
    shared = _shared(items)
    entries = []
    for item in items:
        usable = (
            name
            for name in (item.identifier, item.link or "")
            if name.strip().casefold() not in _SAY_NOTHING
            and name not in shared
            and _address(name) not in feed
        )
        name = next(usable, None)
        # An arXiv id is the paper's own name, and holds for all sources.
        if item.entry.arxiv and (name is None or own_arxiv_id(name)):
            entries.append(item.entry)
        elif name is None:
            entries.append(replace(item.entry, external_id=title_name(item.entry.title)))
        else:
            entries.append(replace(item.entry, external_id=name, lasting=True))
    return tuple(entries)


def _shared(items: Iterable[NamedItem]) -> set[str]:
    """Return the names that stand on several items; an item that stands twice is one."""
    bearers: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for item in items:
        for name in {item.identifier, item.link or ""}:
            bearers[name].add((title_key(item.entry.title) or item.entry.title, item.link))
    return {name for name, of in bearers.items() if len(of) > 1}


def _address(text: str) -> str:
    """Return an address for comparing: without scheme, fragment and last slash."""
    return text.strip().casefold().partition("#")[0].rpartition("://")[2].removeprefix("www.").rstrip("/")
