"""What a message would do besides showing text: whom it notifies, and where its links lead.

Source: docs.slack.dev/messaging/formatting-message-text; `<…>` is special, and only `&`, `<` and `>` are
escaped. Code spans are not taken out: what is in one is counted, too, so tests are rather too strict.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPECIAL = re.compile(r"<([^<>\n]+)>")
_BARE = re.compile(r"https?://(?:(?!&[lg]t;)[^\s<>|])*(?!&[lg]t;)[^\s<>|.,;:!?'\")\]]")
_SHOUT = re.compile(r"@(?:channel|here|everyone)\b")
_RANGES = {"channel": "<!channel>", "here": "<!here>", "everyone": "<!everyone>"}


def unescaped(text: str) -> str:
    """Return a text with its three entities read."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def shown(mrkdwn: str) -> str:
    """Return what people see of a mrkdwn text; its stars and the like stay."""

    def label(match: re.Match[str]) -> str:
        target, _, name = match[1].partition("|")
        if target.startswith("!date^"):
            return name
        return name or (target if target[:1] not in "!@#" else f"<{target}>")

    return unescaped(_SPECIAL.sub(label, mrkdwn))


def mentions_in(mrkdwn: str, *, by_name: bool = False) -> list[str]:
    """Return the sequences that name a person, a group or a channel, as they are written.

    Args:
        mrkdwn: the text.
        by_name: whether `@channel` and the like count, as with `link_names` or `parse=full`.
    """
    found = [match[0] for match in _SPECIAL.finditer(mrkdwn) if _is_mention(match[1])]
    if by_name:
        found += [_RANGES[match[0][1:]] for match in _SHOUT.finditer(_SPECIAL.sub("", mrkdwn))]
    return found


def links_in(mrkdwn: str) -> list[tuple[str, str]]:
    """Return the links of a text with what they show; Slack makes links of bare addresses, too."""
    found = []
    for match in _SPECIAL.finditer(mrkdwn):
        target, _, name = match[1].partition("|")
        if target[:1] not in "!@#":
            found.append((unescaped(name or target), unescaped(target)))
    bare = _SPECIAL.sub(" ", mrkdwn)
    return found + [(unescaped(match[0]), unescaped(match[0])) for match in _BARE.finditer(bare)]


def objects_in(said: Any) -> Iterator[dict[str, Any]]:
    """Return all objects within blocks, outer ones first."""
    if isinstance(said, dict):
        yield said
        for value in said.values():
            yield from objects_in(value)
    elif isinstance(said, list):
        for value in said:
            yield from objects_in(value)


def mentions_of_blocks(blocks: Any) -> list[str]:
    """Return the mentions of blocks: in mrkdwn, and as elements of rich text."""
    found: list[str] = []
    for one in objects_in(blocks):
        match one.get("type"):
            case "mrkdwn":
                found += mentions_in(str(one.get("text", "")))
            case "markdown":
                found += mentions_in(str(one.get("text", "")), by_name=True)
            case "broadcast":
                found.append(_RANGES.get(str(one.get("range")), "<!channel>"))
            case "user" if "user_id" in one:
                found.append(f"<@{one['user_id']}>")
            case "channel" if "channel_id" in one:
                found.append(f"<#{one['channel_id']}>")
            case "usergroup" if "usergroup_id" in one:
                found.append(f"<!subteam^{one['usergroup_id']}>")
    return found


def links_of_blocks(blocks: Any) -> list[tuple[str, str]]:
    """Return the links of blocks: in mrkdwn and in rich text; buttons are not among them."""
    found: list[tuple[str, str]] = []
    for one in objects_in(blocks):
        if one.get("type") == "mrkdwn":
            found += links_in(str(one.get("text", "")))
        elif one.get("type") == "link":
            found.append((str(one.get("text") or one.get("url")), str(one.get("url"))))
    return found


def _is_mention(inner: str) -> bool:
    return inner[0] in "@#" or (inner[0] == "!" and not inner.startswith("!date^"))


def typed(text: str) -> str:
    """Return what Slack makes of a text that a person types: escaped, and with its addresses marked."""
    parts, end = [], 0
    for match in _BARE.finditer(text):
        parts += [_escaped(text[end : match.start()]), f"<{_escaped(match[0])}>"]
        end = match.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
