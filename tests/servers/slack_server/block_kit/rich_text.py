"""The rich_text block and what is in it.

Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_server.block_kit.composition import ID
from slack_server.block_kit.schema import boolean, by_type, choice, integer, items, shape, string, url

if TYPE_CHECKING:
    from slack_server.block_kit.schema import Check

_MOST_TEXT = 12_000
"""Characters; Slack documents none, and its limit of all blocks is close above."""
_MOST_ELEMENTS = 1000
_LINK = url(3000, ("http", "https", "mailto"))
_STYLE = shape(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), boolean)
)
_MENTION_STYLE = {"style": _STYLE}

_TEXT = shape({"text": string(_MOST_TEXT)}, {"style": _STYLE})
_LINKED = shape({"url": _LINK}, {"text": string(_MOST_TEXT), "style": _STYLE, "unsafe": boolean})
_INLINE: dict[str, Check] = {
    "text": _TEXT,
    "link": _LINKED,
    "emoji": shape(
        {"name": string(100)}, {"unicode": string(100), "skin_tone": integer(2, 6), "style": _STYLE}
    ),
    "user": shape({"user_id": ID}, _MENTION_STYLE),
    "usergroup": shape({"usergroup_id": ID}, _MENTION_STYLE),
    "channel": shape({"channel_id": ID}, _MENTION_STYLE),
    "broadcast": shape({"range": choice("here", "channel", "everyone")}, _MENTION_STYLE),
    "date": shape(
        {"timestamp": integer(0, 1 << 53), "format": string(300)},
        {"url": _LINK, "fallback": string(300), "style": _STYLE},
    ),
    "color": shape({"value": string(7)}, _MENTION_STYLE),
}
_inline = items(by_type(_INLINE), least=0, most=_MOST_ELEMENTS)
_section = shape({"elements": _inline})
_PARTS: dict[str, Check] = {
    "rich_text_section": _section,
    "rich_text_list": shape(
        {
            "style": choice("bullet", "ordered"),
            "elements": items(by_type({"rich_text_section": _section}), most=_MOST_ELEMENTS),
        },
        {"indent": integer(0, 8), "offset": integer(0, 1_000_000), "border": integer(0, 1)},
    ),
    "rich_text_preformatted": shape(
        {"elements": items(by_type({"text": _TEXT, "link": _LINKED}), least=0, most=_MOST_ELEMENTS)},
        {"border": integer(0, 1), "language": string(50)},
    ),
    "rich_text_quote": shape({"elements": _inline}, {"border": integer(0, 1)}),
}

rich_text: Check = shape({"elements": items(by_type(_PARTS), most=_MOST_ELEMENTS)}, {"block_id": ID})
"""A rich_text block."""
