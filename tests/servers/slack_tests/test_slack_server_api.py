"""The Slack of the tests, driven by the real slack_sdk client: methods and refusals."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_server import SlackServer
from slack_server.client import client_of
from slack_server.records.world import DEFAULT_SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_server import Channel, User

pytest_plugins = ("slack_server.fixtures",)

SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "*A* &lt; B"}}


@pytest.fixture
def ada(server: SlackServer) -> User:
    """A person."""
    return server.user("Ada", locale="zh-CN", tz="Asia/Shanghai")


@pytest.fixture
def lab(server: SlackServer, ada: User) -> Channel:
    """A public channel with that person and the bot."""
    return server.channel("lab", members=[ada])


@contextmanager
def refused(error: str) -> Iterator[list[SlackApiError]]:
    """Expect a refusal of that name; it is in the list afterwards."""
    caught: list[SlackApiError] = []
    with pytest.raises(SlackApiError) as failed:
        yield caught
    caught.append(failed.value)
    assert failed.value.response["error"] == error


async def test_the_bot_knows_itself(client: AsyncWebClient, server: SlackServer) -> None:
    """Method auth.test names workspace, user and bot, and the answer's headers name the scopes."""
    said = await client.auth_test()
    assert (said["team_id"], said["user_id"], said["bot_id"]) == (
        server.team.id,
        server.bot.id,
        server.bot.bot_id,
    )
    assert set(said.headers["x-oauth-scopes"].split(",")) == DEFAULT_SCOPES
    assert (await client.bots_info(bot=said["bot_id"]))["bot"]["app_id"] == server.world.app_id
    assert (await client.team_info())["team"]["name"] == "Paper Lab"


async def test_a_message_is_kept_as_it_was_sent(
    client: AsyncWebClient, server: SlackServer, lab: Channel
) -> None:
    """A message has its text, its blocks with ids, metadata, links, and what people read of it."""
    metadata = {"event_type": "delivery", "event_payload": {"delivery_id": "7"}}
    blocks = [SECTION, {"type": "divider", "block_id": "line"}]
    sent = await client.chat_postMessage(
        channel=lab.id,
        text="A <https://a.example/x|paper>",
        blocks=blocks,
        metadata=metadata,
        unfurl_links=False,
    )
    [message] = lab.messages
    assert (sent["channel"], sent["ts"], sent["message"]["bot_id"]) == (lab.id, message.ts, server.bot.bot_id)
    assert message.text == "A <https://a.example/x|paper>"
    assert message.shown == "*A* < B"
    assert (message.links, message.mentions) == ([], [])
    assert message.blocks[0]["block_id"]
    assert message.blocks[1] == blocks[1]
    assert (message.metadata, message.unfurl_links, message.unfurl_media) == (metadata, False, None)
    assert server.accepted("chat.postMessage")[0].call.number == message.number
    link = await client.chat_getPermalink(channel=lab.id, message_ts=message.ts)
    assert link["permalink"] == message.permalink


async def test_notifications_are_seen(client: AsyncWebClient, server: SlackServer, lab: Channel) -> None:
    """What would notify somebody is listed, from the text and from blocks; escaped text notifies nobody."""
    await client.chat_postMessage(channel=lab.id, text="&lt;!channel&gt; @here <!date^1^x|y> <https://a.b|c>")
    assert lab.last.mentions == []
    assert lab.last.links == [("c", "https://a.b")]
    await client.chat_postMessage(channel=lab.id, text="<!here> <@U1> <#C1|x> <!subteam^S1>")
    assert lab.last.mentions == ["<!here>", "<@U1>", "<#C1|x>", "<!subteam^S1>"]
    await client.chat_postMessage(channel=lab.id, text="@everyone", link_names=True)
    assert lab.last.mentions == ["<!everyone>"]
    inline = [{"type": "broadcast", "range": "here"}, {"type": "link", "url": "https://a.b", "text": "c"}]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": inline}]}
    loud = {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> https://d.example/e"}}
    await client.chat_postMessage(channel=lab.id, text="x", blocks=[rich, loud])
    assert lab.last.mentions == ["<!here>", "<!channel>"]
    assert lab.last.links == [("c", "https://a.b"), ("https://d.example/e", "https://d.example/e")]
    assert server.warnings == []


async def test_a_message_without_text_is_warned_of(server: SlackServer, lab: Channel) -> None:
    """Blocks without a text are accepted, with a warning; nothing at all is refused."""
    async with client_of(server) as client:
        said = await client.api_call("chat.postMessage", json={"channel": lab.id, "blocks": [SECTION]})
        assert said["response_metadata"]["warnings"] == ["missing_text_in_message"]
        assert server.warnings == [(1, "missing_text_in_message")]
        with refused("no_text"):
            await client.api_call("chat.postMessage", json={"channel": lab.id, "text": " "})


async def test_where_the_bot_may_write(client: AsyncWebClient, server: SlackServer, ada: User) -> None:
    """Public channels by chat:write.public, private ones by membership; none that is archived or limited."""
    assert client.token
    public = server.channel("public", members=[ada], bot_is_in=False)
    await client.chat_postMessage(channel=public.id, text="hi")
    await client.chat_postMessage(channel="#public", text="hi")
    private = server.channel("private", members=[ada], private=True, bot_is_in=False)
    with refused("channel_not_found"):
        await client.chat_postMessage(channel=private.id, text="hi")
    server.joins(private, server.bot)
    await client.chat_postMessage(channel=private.id, text="hi")
    server.archives(private)
    with refused("is_archived"):
        await client.chat_postMessage(channel=private.id, text="hi")
    server.restricts(public)
    with refused("restricted_action"):
        await client.chat_postMessage(channel=public.id, text="hi")
    server.deletes(public)
    with refused("channel_not_found"):
        await client.chat_postMessage(channel=public.id, text="hi")
    with refused("channel_not_found"):
        await client.chat_postMessage(channel="C404", text="hi")
    with refused("cannot_dm_bot"):
        await client.chat_postMessage(channel=server.bot.id, text="hi")
    assert [len(one.messages) for one in (public, private)] == [2, 1]


async def test_scopes_are_needed(ada: User) -> None:
    """Without a scope a method is refused, with what is needed and what there is."""
    async with SlackServer(scopes=["chat:write", "im:write"]) as server, client_of(server) as client:
        channel = server.channel("lab", bot_is_in=False)
        with refused("not_in_channel"):
            await client.chat_postMessage(channel=channel.id, text="hi")
        with refused("missing_scope") as caught:
            await client.conversations_info(channel=channel.id)
        assert caught[0].response["needed"] == "channels:read"
        assert caught[0].response["provided"] == "chat:write,im:write"
        for refusing in (client.users_info(user=ada.id), client.conversations_history(channel=channel.id)):
            with refused("missing_scope"):
                await refusing


async def test_tokens(server: SlackServer, lab: Channel) -> None:
    """No token, a wrong one, one of another kind and one that is gone are told apart."""
    async with client_of(server, token="xoxb-wrong") as client:
        with refused("invalid_auth"):
            await client.auth_test()
        client.token = None
        with refused("not_authed"):
            await client.auth_test()
        with refused("not_allowed_token_type"):
            await client.chat_postMessage(channel=lab.id, text="hi", token=server.app_token)
        with refused("not_allowed_token_type"):
            await client.apps_connections_open(app_token=server.token)
        client.token = server.token
        server.refuses_token("token_revoked")
        with refused("token_revoked"):
            await client.auth_test()
        with refused("unknown_method"):
            await client.api_call("chat.shout")


async def test_uninstalling_ends_the_token(client: AsyncWebClient, server: SlackServer, lab: Channel) -> None:
    """After the app is removed its token is of an inactive account, and the bot is in no channel."""
    assert lab.has(server.bot)
    server.uninstalls()
    with refused("account_inactive"):
        await client.auth_test()
    assert not lab.has(server.bot)


async def test_editing(client: AsyncWebClient, server: SlackServer, lab: Channel, ada: User) -> None:
    """A text alone takes the blocks away; others' messages and unknown ones can't be edited, nor deleted."""
    ts = (await client.chat_postMessage(channel=lab.id, text="a", blocks=[SECTION]))["ts"]
    await client.chat_update(channel=lab.id, ts=ts, text="b")
    assert (lab.last.text, lab.last.blocks) == ("b", [])
    assert lab.last.edits[0].blocks[0]["text"] == SECTION["text"]
    with refused("msg_too_long"):
        await client.chat_update(channel=lab.id, ts=ts, text="x" * 4001)
    with refused("message_not_found"):
        await client.chat_update(channel=lab.id, ts="1.000001", text="b")
    theirs = (await server.posts(ada, lab, "hello", answers=0)).message
    assert theirs is not None
    with refused("cant_update_message"):
        await client.chat_update(channel=lab.id, ts=theirs.ts, text="b")
    with refused("cant_delete_message"):
        await client.chat_delete(channel=lab.id, ts=theirs.ts)
    await client.chat_delete(channel=lab.id, ts=ts)
    assert lab.texts == []
    with refused("message_not_found"):
        await client.chat_delete(channel=lab.id, ts=ts)


async def test_threads(server: SlackServer, lab: Channel) -> None:
    """A reply to a reply goes to the parent; a thread that is not there is refused; replies are listed."""
    scopes = DEFAULT_SCOPES | {"channels:history"}
    server.installation.scopes = scopes
    async with client_of(server) as client:
        parent = (await client.chat_postMessage(channel=lab.id, text="digest"))["ts"]
        metadata = {"event_type": "delivery", "event_payload": {"id": 1}}
        first = (
            await client.chat_postMessage(channel=lab.id, text="1", thread_ts=parent, metadata=metadata)
        )["ts"]
        await client.chat_postMessage(channel=lab.id, text="2", thread_ts=first)
        assert lab.last.thread_ts == parent
        listed = await client.conversations_replies(channel=lab.id, ts=parent, include_all_metadata=True)
        assert [one["text"] for one in listed["messages"]] == ["digest", "1", "2"]
        assert [one.get("metadata") for one in listed["messages"]] == [None, metadata, None]
        top = await client.conversations_history(channel=lab.id, oldest=parent, inclusive=True)
        assert [(one["text"], one["reply_count"]) for one in top["messages"]] == [("digest", 2)]
        assert not (await client.conversations_history(channel=lab.id, oldest=parent))["messages"]
        with refused("thread_not_found"):
            await client.chat_postMessage(channel=lab.id, text="x", thread_ts="1234567890.123456")
        with refused("invalid_thread_ts"):
            await client.chat_postMessage(channel=lab.id, text="x", thread_ts="yesterday")


async def test_history_needs_membership(server: SlackServer, ada: User) -> None:
    """History is read where the bot is in, a page at a time, the newest first."""
    server.installation.scopes = DEFAULT_SCOPES | {"channels:history"}
    lab = server.channel("lab", members=[ada], bot_is_in=False)
    for text in ("a", "b", "c"):
        await server.posts(ada, lab, text)
    async with client_of(server) as client:
        with refused("not_in_channel"):
            await client.conversations_history(channel=lab.id)
        server.joins(lab, server.bot)
        pages = [
            [one["text"] for one in page["messages"]]
            async for page in await client.conversations_history(channel=lab.id, limit=2)
        ]
    assert pages == [["c", "b"], ["a"]]


async def test_ephemeral_messages(
    client: AsyncWebClient, server: SlackServer, lab: Channel, ada: User
) -> None:
    """Only a member sees one; it is in no history and can't be edited by its ts."""
    said = await client.chat_postEphemeral(channel=lab.id, user=ada.id, text="psst")
    assert lab.last.only_for is ada
    assert not lab.history
    with refused("message_not_found"):
        await client.chat_update(channel=lab.id, ts=said["message_ts"], text="x")
    bo = server.user("Bo")
    with refused("user_not_in_channel"):
        await client.chat_postEphemeral(channel=lab.id, user=bo.id, text="psst")
    with refused("user_not_found"):
        await client.chat_postEphemeral(channel=lab.id, user="U404", text="psst")


async def test_direct_messages(client: AsyncWebClient, server: SlackServer, ada: User) -> None:
    """A direct message opens by the person's id.

    To a deactivated person it is taken, but not opened again.
    """
    opened = await client.conversations_open(users=[ada.id])
    channel = server.direct(ada)
    assert opened["channel"]["id"] == channel.id
    await client.chat_postMessage(channel=ada.id, text="hi")
    assert channel.texts == ["hi"]
    info = (await client.conversations_info(channel=channel.id))["channel"]
    assert (info["is_im"], info["user"]) == (True, ada.id)
    server.deactivates(ada)
    await client.chat_postMessage(channel=channel.id, text="still")
    with refused("user_disabled"):
        await client.conversations_open(users=ada.id)
    with refused("users_list_not_supplied"):
        await client.conversations_open(users="")
    with refused("cannot_dm_bot"):
        await client.conversations_open(users=server.bot.id)


async def test_people_and_channels(
    client: AsyncWebClient, server: SlackServer, ada: User, lab: Channel
) -> None:
    """People have a time zone and, if asked, a locale; channels list their members, page by page."""
    user = (await client.users_info(user=ada.id, include_locale=True))["user"]
    assert (user["tz"], user["locale"], user["is_admin"]) == ("Asia/Shanghai", "zh-CN", False)
    assert "locale" not in (await client.users_info(user=ada.id))["user"]
    server.joins(lab, server.user("Bo"))
    pages = [page["members"] async for page in await client.conversations_members(channel=lab.id, limit=2)]
    assert [len(page) for page in pages] == [2, 1]
    server.renames(lab, "lab-2")
    server.channel("hidden", private=True, bot_is_in=False)
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [channel["name"] for channel in listed["channels"]] == ["lab-2"]
    assert len((await client.users_list())["members"]) == 4
    with refused("user_not_found"):
        await client.users_info(user="U404")


async def test_strangers_of_a_shared_channel(client: AsyncWebClient, server: SlackServer) -> None:
    """Somebody of another workspace is known through a shared channel only, as a stranger."""
    partner = server.workspace("Partner")
    eve = server.user("Eve", team=partner)
    with refused("user_not_found"):
        await client.users_info(user=eve.id)
    server.channel("shared", members=[eve], shared_with=[partner])
    user = (await client.users_info(user=eve.id))["user"]
    assert (user["is_stranger"], user["team_id"]) == (True, partner.id)
    assert "is_admin" not in user


async def test_reactions(server: SlackServer, lab: Channel) -> None:
    """A reaction can be given once and taken back once."""
    server.installation.scopes = DEFAULT_SCOPES | {"reactions:write"}
    async with client_of(server) as client:
        ts = (await client.chat_postMessage(channel=lab.id, text="hi"))["ts"]
        await client.reactions_add(channel=lab.id, timestamp=ts, name="eyes")
        assert lab.last.reactions == {"eyes": [server.bot]}
        with refused("already_reacted"):
            await client.reactions_add(channel=lab.id, timestamp=ts, name="eyes")
        listed = (await client.reactions_get(channel=lab.id, timestamp=ts))["message"]["reactions"]
        assert listed == [{"name": "eyes", "users": [server.bot.id], "count": 1}]
        with refused("invalid_name"):
            await client.reactions_add(channel=lab.id, timestamp=ts, name="No Emoji")
        await client.reactions_remove(channel=lab.id, timestamp=ts, name="eyes")
        with refused("no_reaction"):
            await client.reactions_remove(channel=lab.id, timestamp=ts, name="eyes")


async def test_files(client: AsyncWebClient, lab: Channel) -> None:
    """A file is announced, uploaded and shared with a comment, as the SDK's files_upload_v2 does."""
    await client.files_upload_v2(
        channel=lab.id, filename="paper.bib", content="@misc{x}", title="BibTeX", initial_comment="Here."
    )
    [file] = lab.last.files
    assert (file.name, file.title, file.content) == ("paper.bib", "BibTeX", b"@misc{x}")
    assert lab.last.text == "Here."
    with refused("file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": file.id, "title": "again"}])


async def test_unfurling(client: AsyncWebClient, server: SlackServer, lab: Channel, ada: User) -> None:
    """Links of a message are unfurled by channel and ts, if they are in it and the blocks are good."""
    url = "https://arxiv.org/abs/2401.00001?a=1&b=2"
    message = (await server.posts_link(ada, lab, f"see {url}", answers=0)).message
    assert message is not None
    await client.chat_unfurl(channel=lab.id, ts=message.ts, unfurls={url: {"blocks": [SECTION]}})
    assert message.unfurls == {url: {"blocks": [SECTION]}}
    with refused("cannot_unfurl_url"):
        await client.chat_unfurl(
            channel=lab.id, ts=message.ts, unfurls={"https://other.example": {"text": "x"}}
        )
    with refused("cannot_find_message"):
        await client.chat_unfurl(channel=lab.id, ts="1.000001", unfurls={url: {"text": "x"}})
    with refused("invalid_blocks"):
        await client.chat_unfurl(channel=lab.id, ts=message.ts, unfurls={url: {"blocks": [{"type": "x"}]}})


async def test_arguments_in_forms(client: AsyncWebClient, lab: Channel) -> None:
    """Arguments may come as a form, objects in it as JSON text, too."""
    blocks = '[{"type": "divider"}]'
    await client.api_call("chat.postMessage", data={"channel": lab.id, "text": "hi", "blocks": blocks})
    assert lab.last.blocks[0]["type"] == "divider"
    with refused("invalid_blocks_format"):
        await client.api_call("chat.postMessage", data={"channel": lab.id, "text": "x", "blocks": "[{"})
    with refused("invalid_arguments"):
        await client.api_call("chat.postMessage", data={"text": "x"})


async def test_metadata_has_its_form(client: AsyncWebClient, lab: Channel) -> None:
    """Metadata is an event_type with an event_payload."""
    incomplete: list[dict[str, Any]] = [{"event_type": "x"}, {"event_payload": {}}]
    for metadata in incomplete:
        with refused("invalid_metadata_schema"):
            await client.chat_postMessage(channel=lab.id, text="x", metadata=metadata)
