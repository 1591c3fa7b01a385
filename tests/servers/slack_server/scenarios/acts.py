"""Scenario: what people do in channels, and waiting for what the bot does then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from slack_server.block_kit import mrkdwn
from slack_server.connections import payloads
from slack_server.records.model import Message
from slack_server.records.states import chosen, is_stateful
from slack_server.records.view import View
from slack_server.scenarios.said import Said
from slack_server.scenarios.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_server.block_kit.shown import Control
    from slack_server.connections.delivery import Ack, Delivered
    from slack_server.records.model import Channel
    from slack_server.records.workspace import User


class Acts(Waiting):
    """What people do with messages.

    Most acts take `answers`: how many things the bot is to do for that person or in that channel (messages,
    edits, views, a Home tab …) before the waiting ends, and `until`, what to wait for instead.
    """

    async def command(
        self,
        user: User,
        channel: Channel,
        name: str,
        text: str = "",
        *,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody use a slash command.

        Args:
            user: who; the workspace must have the app.
            channel: where; the bot need not be in.
            name: such as `/papers`.
            text: what follows.
            answers: see the class.
            until: likewise.
        """
        by = self._installed(user)
        assert channel.has(user), f"{user.name} is not in {channel.name}"
        payload = payloads.command(self.world, by, user, channel, name=name, text=text)

        def take(ack: Ack) -> str | None:
            if not ack.payload:
                return None
            return self._take_response(ack.payload, user, channel, "invalid_command_response")

        return await self._interact(
            "slash_commands", payload, user, channel, answers=answers, until=until, take=take
        )

    async def mention(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        thread: Message | None = None,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody write `@bot text`; Slack tells the bot only where it is in."""
        bot = self._bot_of(channel)
        message = self._written(user, channel, f"<@{bot.id}> {mrkdwn.typed(text)}", thread)
        event = None
        if channel.has(bot):
            event = {**message.as_json, "channel": channel.id}
            event |= {"user_team": user.team.id, "source_team": user.team.id}
        return await self._publish("app_mention", event, user, message, answers=answers, until=until)

    async def direct_message(
        self,
        user: User,
        text: str,
        *,
        thread: Message | None = None,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody write to the bot in the Messages tab."""
        return await self.posts(user, self.direct(user), text, thread=thread, answers=answers, until=until)

    async def posts(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        thread: Message | None = None,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody write a message; the bot sees those of conversations whose history it may read."""
        message = self._written(user, channel, mrkdwn.typed(text), thread)
        kinds = {"im": "im", "mpim": "mpim", "public": "channels", "private": "groups"}
        event = None
        if channel.has(self._bot_of(channel)):
            kind = {"im": "im", "mpim": "mpim", "public": "channel", "private": "group"}[channel.kind]
            event = {**message.as_json, "channel": channel.id, "channel_type": kind}
            event |= {"client_msg_id": str(uuid4())}
        name = f"message.{kinds[channel.kind]}"
        return await self._publish(name, event, user, message, answers=answers, until=until)

    async def posts_link(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        in_composer: bool = False,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody write a text with links; the bot hears of those of its unfurl domains.

        Args:
            user: who.
            channel: where; the bot need not be in.
            text: as it is typed.
            in_composer: whether it is not sent yet.
            answers: see the class.
            until: likewise.
        """
        said = mrkdwn.typed(text)
        links = []
        for _, url in mrkdwn.links_in(said):
            host = urlsplit(url).hostname or ""
            links += [
                {"domain": domain, "url": url}
                for domain in sorted(self.unfurl_domains)
                if host == domain or host.endswith(f".{domain}")
            ]
        if in_composer:
            message = Message(ts=str(uuid4()), channel=channel, author=user, text=said)
        else:
            message = self._written(user, channel, said, None)
        unfurl_id = self.world.new_id("Uf")
        self.world.unfurl_ids[unfurl_id] = message
        event = {
            "channel": "COMPOSER" if in_composer else channel.id,
            "is_bot_user_member": channel.has(self._bot_of(channel)),
            "user": user.id,
            "message_ts": message.ts,
            "unfurl_id": unfurl_id,
            "source": "composer" if in_composer else "conversations_history",
            "links": links,
        }
        return await self._publish(
            "link_shared", event if links else None, user, message, answers=answers, until=until
        )

    async def reacts(
        self,
        user: User,
        message: Message,
        name: str,
        *,
        removed: bool = False,
        answers: int = 0,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody react to a message with an emoji, or take that back."""
        users = message.reactions.setdefault(name, [])
        if removed:
            users.remove(user)
        else:
            users.append(user)
        if not users:
            del message.reactions[name]
        event = None
        if message.channel.has(self._bot_of(message.channel)):
            item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
            event = {"user": user.id, "reaction": name, "item_user": message.author.id, "item": item}
        kind = "reaction_removed" if removed else "reaction_added"
        return await self._publish(kind, event, user, message, answers=answers, until=until, is_written=False)

    async def presses(
        self,
        user: User,
        place: Message | View,
        wanted: str | Control,
        option: Any = None,
        *,
        nth: int = 0,
        answers: int | None = None,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody press a button, or choose from a menu.

        Args:
            user: who.
            place: the message or view.
            wanted: a button's label or value, an option's text or value, an `action_id`, or the control
                itself, such as one of an earlier version.
            option: what to choose, where `wanted` names the menu; several for menus of several.
            nth: which one, where several are named so.
            answers: see the class; None means 1, and 0 for what opens a page.
            until: likewise.
        """
        control = place.control(wanted, nth=nth) if isinstance(wanted, str) else wanted
        if option is not None and control.kind == "overflow":
            control = place.control(str(option), nth=nth)
        self._check_sight(user, place)
        state = None
        if is_stateful(control.element):
            block_id, action_id = control.key
            state = place.values[block_id][action_id] = chosen(control, option)
            if control.block["type"] == "input" and not control.block.get("dispatch_action"):
                return Said()
        by = self._installed(user)
        actions = [payloads.action(self.world, control, state)]
        payload = payloads.block_actions(self.world, by, user, place, actions)
        channel = place.channel if isinstance(place, Message) else None
        wait_for = answers if answers is not None else int(control.url is None)
        return await self._interact(
            "interactive", payload, user, channel, answers=wait_for, until=until, opens=control.url
        )

    async def shortcut(
        self,
        user: User,
        callback_id: str,
        *,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody use a global shortcut."""
        payload = payloads.shortcut(self.world, self._installed(user), user, callback_id)
        return await self._interact("interactive", payload, user, None, answers=answers, until=until)

    async def message_shortcut(
        self,
        user: User,
        callback_id: str,
        message: Message,
        *,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody use a shortcut of a message, anybody's."""
        payload = payloads.message_action(self.world, self._installed(user), user, callback_id, message)
        channel = message.channel
        return await self._interact("interactive", payload, user, channel, answers=answers, until=until)

    def repeats(self, event: Delivered) -> Delivered:
        """Bring an event once more, with its event_id, as Slack does when it missed the acknowledgement."""
        return self.delivery.publish(event.body)

    def _written(self, user: User, channel: Channel, text: str, thread: Message | None) -> Message:
        assert channel.has(user), f"{user.name} is not in {channel.name}"
        assert not user.deleted, f"{user.name} is deactivated"
        assert not channel.archived, f"{channel.name} is archived"
        thread_ts = (thread.thread_ts or thread.ts) if thread is not None else None
        return self.world.post(channel, user, text=text, thread_ts=thread_ts)

    def _bot_of(self, channel: Channel) -> User:
        for team in [channel.team, *channel.shared_with]:
            installed = self.world.installed(team)
            if installed is not None:
                return installed.bot
        return self.bot

    @staticmethod
    def _check_sight(user: User, place: Message | View) -> None:
        """Assert that a person can see what he or she is to press."""
        if isinstance(place, View):
            assert place.user is user, f"{user.name} does not see that view"
            assert place.open, "that view is closed"
            return
        assert not place.deleted, "that message is deleted"
        assert place.only_for in {None, user}, f"{user.name} does not see that message"
        assert place.channel.has(user), f"{user.name} is not in {place.channel.name}"
