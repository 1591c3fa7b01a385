"""Removes tracking parameters (utm_source and others) from URLs."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_NAMES: Final = frozenset(
    "_hsenc _hsmi dclid fbclid gbraid gclid igshid mc_cid mc_eid mkt_tok msclkid ref ref_src ref_url "
    "twclid wbraid yclid".split()
)
"""Parameters of mailing and advertising services; none of them chooses what a page shows."""

_BEGINNINGS: Final = ("utm_",)
_PAIRS: Final = frozenset({"rss=1", "source=rss", "src=rss"})
"""Parameters of other meanings that say only that a feed was read, by their value."""

_BY_BRANCH: Final = re.compile(
    r"https?://(?:[^/?#]*\.)?(?:github\.com|gitlab\.[^/?#]+|bitbucket\.org|gitee\.com)(?=[/?#])",
    re.IGNORECASE,
)
"""Code hosts, where `ref` names a branch."""


def without_tracking(address: str) -> str:
    """Return an address without tracking parameters; nothing else of it changes."""
    head, mark, rest = address.partition("?")
    if not mark or "#" in head:
        return address
    query, hash_mark, fragment = rest.partition("#")
    kept_names = frozenset({"ref"}) if _BY_BRANCH.match(address) else frozenset()
    parts = query.split("&")
    kept = [part for part in parts if not _is_tracking(part, kept_names)]
    if len(kept) == len(parts):
        return address
    query = "&".join(kept)
    return f"{head}?{query}{hash_mark}{fragment}" if query else f"{head}{hash_mark}{fragment}"


def _is_tracking(part: str, kept: frozenset[str]) -> bool:
    part = unquote(part).casefold()
    name = part.partition("=")[0]
    return part in _PAIRS or (name not in kept and (name in _NAMES or name.startswith(_BEGINNINGS)))
