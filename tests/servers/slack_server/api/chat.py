"""Methods `chat.*`, and what a message may hold (docs.slack.dev/reference/methods/chat.postMessage)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from slack_server.api.access import channel_of, message_of, need_scope, user_of, writable_channel
from slack_server.api.refusal import Refusal, invalid_blocks
from slack_server.block_kit.block_kit import MOST_MARKDOWN, complaints_about_message, too_long
from slack_server.block_kit.mrkdwn import unescaped
from slack_server.records.model import Version
from slack_server.records.world import set_initial_values

if TYPE_CHECKING:
    from slack_server.api.params import Params
    from slack_server.records.model import Channel, Message
    from slack_server.records.world import Call, World

MOST_TEXT = 40_000
"""Characters after which Slack cuts the text of a message."""
MOST_ADVISED = 4_000
"""Characters that Slack advises; chat.update takes no more."""
MOST_ATTACHMENTS = 100
_TS = re.compile(r"\d{10}\.\d{6}")


def post_message(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/chat.postMessage."""
    content = read_content(call.params)
    channel = writable_channel(world, call)
    place = _thread(channel, call.params)
    message = world.post(channel, call.bot, number=call.number, **content, **place)
    said = {"channel": channel.id, "ts": message.ts, "message": message.as_json}
    return said | _warnings(world, call.number, message)


def post_ephemeral(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/chat.postEphemeral."""
    content = read_content(call.params)
    need_scope(call, "chat:write")
    channel = channel_of(world, call)
    if channel.archived:
        raise Refusal("is_archived")
    if not channel.has(call.bot):
        raise Refusal("not_in_channel" if channel.kind == "public" else "channel_not_found")
    user = user_of(world, call)
    if not channel.has(user):
        raise Refusal("user_not_in_channel")
    place = _thread(channel, call.params)
    message = world.post(channel, call.bot, number=call.number, only_for=user, **content, **place)
    return {"message_ts": message.ts} | _warnings(world, call.number, message)


def update(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/chat.update: a text without blocks takes the blocks away."""
    need_scope(call, "chat:write")
    params = call.params
    content = read_content(params)
    if len(content["text"]) > MOST_ADVISED:
        raise Refusal("msg_too_long")
    channel = channel_of(world, call)
    message = message_of(channel, call)
    if message.author is not call.bot:
        raise Refusal("cant_update_message")
    if channel.archived:
        raise Refusal("is_archived")
    kept: dict[str, Any] = {} if "text" in params else {"text": message.text}
    kept |= {} if "blocks" in params or "text" in params else {"blocks": message.blocks}
    kept |= {} if "attachments" in params else {"attachments": message.attachments}
    kept |= {} if "metadata" in params else {"metadata": message.metadata}
    rewrite(world, message, content | kept)
    said = {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json}
    return said | _warnings(world, call.number, message)


def delete(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/chat.delete."""
    need_scope(call, "chat:write")
    channel = channel_of(world, call)
    message = message_of(channel, call)
    if message.author is not call.bot:
        raise Refusal("cant_delete_message")
    remove(world, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/chat.getPermalink."""
    channel = channel_of(world, call)
    message = message_of(channel, call, name="message_ts")
    return {"channel": channel.id, "permalink": message.permalink}


def unfurl(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/chat.unfurl: by channel and ts, or by unfurl_id and source."""
    need_scope(call, "links:write")
    params = call.params
    unfurls = params.structure("unfurls", "invalid_unfurls_format")
    if not unfurls:
        raise Refusal("missing_unfurls")
    if not isinstance(unfurls, dict) or not all(isinstance(one, dict) for one in unfurls.values()):
        raise Refusal("invalid_unfurls_format")
    if params.text("unfurl_id"):
        message = world.unfurl_ids.get(params.text("unfurl_id"))
        if message is None or params.text("source") not in {"composer", "conversations_history"}:
            raise Refusal("cannot_unfurl_message")
    else:
        # The app needs to be in no channel to unfurl there.
        channel = world.channels.get(params.required("channel"))
        if channel is None or channel.deleted:
            raise Refusal("cannot_find_channel")
        message = message_of(channel, call, missing="cannot_find_message")
    text = unescaped(message.text)
    if any(url not in text for url in unfurls):
        raise Refusal("cannot_unfurl_url")
    for url, one in unfurls.items():
        complaints = complaints_about_message(one.get("blocks") or [])
        if complaints:
            raise invalid_blocks(complaints)
        message.unfurls[url] = one
    world.did("unfurled", message, channel=message.channel)
    return {}


def read_content(params: Params) -> dict[str, Any]:
    """Return what a message would hold, as fields of `Message`.

    Raises:
        Refusal: Slack would not take it.
    """
    text, blocks = params.text("text"), read_blocks(params)
    attachments = params.structure("attachments", "invalid_attachments") or []
    markdown = params.text("markdown_text")
    if markdown:
        if text or blocks:
            raise Refusal("markdown_text_conflict")
        if len(markdown) > MOST_MARKDOWN:
            raise Refusal("msg_too_long")
        blocks = [{"type": "markdown", "text": markdown}]
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    if not text.strip() and not blocks and not attachments:
        raise Refusal("no_text")
    return {
        "text": text[:MOST_TEXT],
        "blocks": blocks,
        "attachments": attachments,
        "metadata": _metadata(params),
        "unfurl_links": params.flag("unfurl_links") if "unfurl_links" in params else None,
        "unfurl_media": params.flag("unfurl_media") if "unfurl_media" in params else None,
        "notifies_by_name": params.flag("link_names") or params.text("parse") == "full",
    }


def read_blocks(params: Params) -> list[dict[str, Any]]:
    """Return the blocks of a request.

    Raises:
        Refusal: `invalid_blocks_format`, `msg_blocks_too_long`, or `invalid_blocks` with all complaints.
    """
    blocks = params.structure("blocks", "invalid_blocks_format")
    if not blocks:
        return []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refusal("invalid_blocks_format")
    complaints = complaints_about_message(blocks)
    if complaints:
        raise invalid_blocks(complaints)
    if too_long(blocks):
        raise Refusal("msg_blocks_too_long")
    return blocks


def rewrite(world: World, message: Message, content: dict[str, Any]) -> None:
    """Let a message hold something else; what it was is kept in `edits`."""
    message.edits.append(Version(message.text, message.blocks))
    for name in ("text", "attachments", "metadata", "notifies_by_name"):
        setattr(message, name, content[name])
    message.blocks = world.with_ids(content["blocks"])
    message.edited_ts = world.new_ts()
    set_initial_values(message)
    world.did("edited", message, channel=message.channel, user=message.only_for)


def remove(world: World, message: Message) -> None:
    """Take a message away."""
    message.deleted = True
    world.did("deleted", message, channel=message.channel, user=message.only_for)


def _metadata(params: Params) -> dict[str, Any] | None:
    """Read `{event_type, event_payload}` (docs.slack.dev/messaging/message-metadata)."""
    metadata = params.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > 8000:
        raise Refusal("metadata_too_large")
    return metadata


def _thread(channel: Channel, params: Params) -> dict[str, Any]:
    """Return the thread that a request names; a reply to a reply goes to the parent."""
    thread_ts = params.text("thread_ts")
    if not thread_ts:
        return {}
    if not _TS.fullmatch(thread_ts):
        raise Refusal("invalid_thread_ts")
    parent = channel.history.get(thread_ts)
    if parent is None or parent.deleted:
        raise Refusal("thread_not_found")
    return {"thread_ts": parent.thread_ts or parent.ts, "broadcast": params.flag("reply_broadcast")}


def _warnings(world: World, number: int, message: Message) -> dict[str, Any]:
    found = []
    if not message.text.strip() and not all(one.get("fallback") for one in message.attachments or [{}]):
        found.append("missing_text_in_message")
    if len(message.text) > MOST_ADVISED:
        found.append("message_truncated")
    world.warnings += [(number, warning) for warning in found]
    return {"warning": ",".join(found), "response_metadata": {"warnings": found}} if found else {}
