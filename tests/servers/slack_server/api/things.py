"""Methods about reactions and files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slack_server.api.access import channel_of, message_of, need_scope
from slack_server.api.chat import read_blocks
from slack_server.api.refusal import Refusal
from slack_server.records.model import File

if TYPE_CHECKING:
    from slack_server.records.model import Message
    from slack_server.records.world import Call, World

_NAME = re.compile(r"[a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?")


def add_reaction(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/reactions.add."""
    need_scope(call, "reactions:write")
    message, name = _reacted(world, call), _name(call)
    users = message.reactions.setdefault(name, [])
    if call.bot in users:
        raise Refusal("already_reacted")
    users.append(call.bot)
    world.did("reacted", message, channel=message.channel)
    return {}


def remove_reaction(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/reactions.remove."""
    need_scope(call, "reactions:write")
    message, name = _reacted(world, call), _name(call)
    users = message.reactions.get(name, [])
    if call.bot not in users:
        raise Refusal("no_reaction")
    users.remove(call.bot)
    if not users:
        del message.reactions[name]
    world.did("reacted", message, channel=message.channel)
    return {}


def get_reactions(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/reactions.get."""
    need_scope(call, "reactions:read")
    message = _reacted(world, call)
    return {"type": "message", "channel": message.channel.id, "message": message.as_json}


def get_upload_url(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    need_scope(call, "files:write")
    name, length = call.params.required("filename"), call.params.integer("length", 0)
    if length <= 0:
        raise Refusal("file_upload_size_restricted" if length < 0 else "invalid_arguments")
    file = File(world.new_id("F"), name, length, call.bot)
    world.files[file.id] = file
    return {"upload_url": f"{world.url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/files.completeUploadExternal: shares what was uploaded."""
    need_scope(call, "files:write")
    params = call.params
    files = []
    for one in params.structure("files") or []:
        file = world.files.get(str(one.get("id")))
        if file is None or file.content is None or file.title is not None:
            raise Refusal("file_not_found")
        files.append((file, one.get("title") or file.name))
    if not files:
        raise Refusal("invalid_arguments")
    channel = channel_of(world, call, name="channel_id") if params.text("channel_id") else None
    if channel is not None and not channel.has(call.bot):
        raise Refusal("not_in_channel")
    blocks = read_blocks(params)
    for file, title in files:
        file.title = title
    if channel is not None:
        world.post(
            channel,
            call.bot,
            number=call.number,
            text=params.text("initial_comment"),
            blocks=blocks,
            thread_ts=params.text("thread_ts") or None,
            files=[file for file, _ in files],
        )
    return {"files": [file.as_json for file, _ in files]}


def _reacted(world: World, call: Call) -> Message:
    if not call.params.text("channel"):
        raise Refusal("no_item_specified")
    channel = channel_of(world, call)
    if not call.params.text("timestamp"):
        raise Refusal("no_item_specified")
    return message_of(channel, call, name="timestamp")


def _name(call: Call) -> str:
    name = call.params.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refusal("invalid_name")
    return name
