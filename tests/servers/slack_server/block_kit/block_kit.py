"""Strict checks of blocks, messages' and views', written from the documentation alone.

Source: docs.slack.dev/reference/block-kit/blocks and docs.slack.dev/reference/views. That an `action_id` may
stand only once in a block is what Slack enforces; that all blocks together may have about 13,200 characters
is measured (github.com/slackapi/bolt-js/issues/2509), not documented.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from slack_server.block_kit.composition import ID, plain, text
from slack_server.block_kit.elements import IMAGE, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION
from slack_server.block_kit.mrkdwn import objects_in
from slack_server.block_kit.rich_text import rich_text
from slack_server.block_kit.schema import (
    Complaints,
    boolean,
    by_type,
    choice,
    every,
    items,
    one_of_fields,
    shape,
    some_of_fields,
    string,
    url,
)

if TYPE_CHECKING:
    from slack_server.block_kit.schema import Check

Surface = Literal["message", "modal", "home"]

MOST_IN_A_MESSAGE = 50
MOST_IN_A_VIEW = 100
MOST_CHARACTERS = 13_200
"""Of all blocks of a message, as compact JSON; one for each code point, as its other limits count."""
MOST_MARKDOWN = 12_000
"""Characters of all markdown blocks of a message together."""
MOST_VIEW_BYTES = 250_000

_BLOCK = {"block_id": ID}


def _table(value: Any, place: str, said: Complaints) -> None:
    """Check a table (docs.slack.dev/reference/block-kit/blocks/table-block): 100 rows of 20 cells."""
    cell = by_type({"raw_text": shape({"text": string(3000)}), "rich_text": rich_text})
    column = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})
    shape(
        {"rows": items(items(cell, most=20), most=100)},
        {**_BLOCK, "column_settings": items(column, most=20)},
    )(value, place, said)


_BLOCKS: dict[str, Check] = {
    "section": every(
        some_of_fields("text", "fields"),
        shape(
            {},
            {
                **_BLOCK,
                "text": text(3000),
                "fields": items(text(2000), most=10),
                "accessory": by_type(IN_SECTION),
                "expand": boolean,
            },
        ),
    ),
    "header": shape({"text": plain(150)}, _BLOCK),
    "divider": shape({}, _BLOCK),
    "context": shape(
        {
            "elements": items(
                by_type(
                    {
                        "image": IMAGE,
                        "plain_text": shape({"text": string(3000)}, {"emoji": boolean}),
                        "mrkdwn": shape({"text": string(3000)}, {"verbatim": boolean}),
                    }
                ),
                most=10,
            )
        },
        _BLOCK,
    ),
    "actions": shape({"elements": items(by_type(IN_ACTIONS), most=25)}, _BLOCK),
    "image": every(
        one_of_fields("image_url", "slack_file"),
        shape(
            {"alt_text": string(2000)},
            {
                **_BLOCK,
                "image_url": url(3000),
                "slack_file": shape({}, {"id": ID, "url": url()}),
                "title": plain(2000),
            },
        ),
    ),
    "input": shape(
        {"label": plain(2000), "element": by_type(IN_INPUT)},
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": rich_text,
    "video": shape(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": url(), "video_url": url()},
        {
            **_BLOCK,
            "title_url": url(),
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": url(),
            "description": plain(200),
        },
    ),
}
_MESSAGE_ONLY: dict[str, Check] = {
    "markdown": shape({"text": string(MOST_MARKDOWN)}, _BLOCK),
    "context_actions": shape({"elements": items(by_type(IN_CONTEXT_ACTIONS), most=5)}, _BLOCK),
    "table": _table,
}


def complaints_about_message(blocks: Any) -> list[str]:
    """Return what Slack has against the blocks of a message; their total size is `too_long`'s."""
    said = Complaints()
    items(by_type({**_BLOCKS, **_MESSAGE_ONLY}), least=0, most=MOST_IN_A_MESSAGE)(blocks, "/blocks", said)
    _check_ids(blocks, "/blocks", said)
    markdown = [one["text"] for one in _objects(blocks) if one.get("type") == "markdown" and "text" in one]
    if sum(len(one) for one in markdown if isinstance(one, str)) > MOST_MARKDOWN:
        said.add(f"must be less than {MOST_MARKDOWN + 1} characters in all markdown blocks", "/blocks")
    if isinstance(blocks, list) and sum(one.get("type") == "table" for one in _objects(blocks)) > 1:
        said.add("only_one_table_allowed", "/blocks")
    return said.found


def too_long(blocks: Any) -> bool:
    """Return whether the blocks of a message are more than Slack takes (`msg_blocks_too_long`)."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MOST_CHARACTERS


def complaints_about_view(view: Any) -> list[str]:
    """Return what Slack has against a modal or a Home tab, without its total size."""
    said = Complaints()
    by_type({"modal": _view("modal"), "home": _view("home")})(view, "/view", said)
    if not isinstance(view, dict):
        return said.found
    blocks = view.get("blocks")
    _check_ids(blocks, "/view/blocks", said)
    if sum(one.get("focus_on_load") is True for one in _objects(blocks)) > 1:
        said.add("only one element may have focus_on_load", "/view/blocks")
    asks = isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )
    if asks and view.get("type") == "modal" and "submit" not in view:
        said.add("missing required field: submit", "/view")
    return said.found


def _view(surface: Surface) -> Check:
    optional: dict[str, Check] = {
        "private_metadata": string(3000, least=0),
        "callback_id": string(255, least=0),
        "external_id": string(255, least=0),
    }
    required: dict[str, Check] = {"blocks": items(by_type(_BLOCKS), least=0, most=MOST_IN_A_VIEW)}
    if surface == "modal":
        required["title"] = plain(24)
        optional |= {
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
        }
    return shape(required, optional)


def _check_ids(blocks: Any, place: str, said: Complaints) -> None:
    """Check that no block_id is there twice, nor an action_id in one block."""
    if not isinstance(blocks, list):
        return
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict)]
    said.found += [f"Block ID needs to be unique: `{one}` [json-pointer:{place}]" for one in _repeated(ids)]
    for number, block in enumerate(blocks):
        actions = [one.get("action_id") for one in _objects(block)]
        for one in _repeated(actions):
            said.add(f"`action_id` {one} already exists in this block", f"{place}/{number}")


def _repeated(ids: list[Any]) -> list[str]:
    counts = Counter(one for one in ids if isinstance(one, str) and one)
    return [one for one, times in counts.items() if times > 1]


def _objects(said: Any) -> list[dict[str, Any]]:
    return list(objects_in(said))
