"""Scenario: who there is, who is where, and how that changes."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from telegram_server.api.chats import change_status
from telegram_server.model import GENERAL, Chat, Topic, User
from telegram_server.texts.entities import Formatted
from telegram_server.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram_server.model import ChatKind, Status

BOT_NAME = "paperwire_test_bot"


class People:
    """Makes users and chats, and lets them change; each change tells the bot what Telegram would.

    Args:
        token: the bot's.

    Attributes:
        world: everything there is.
        bot: the bot's own user.
    """

    def __init__(self, *, token: str | None = None) -> None:
        self._user_ids = count(7_000_000_001)  # over 32 bits, as today's are
        self._chat_ids = count(1)
        self.bot = User(871_000, "paperwire", language=None, username=BOT_NAME, is_bot=True)
        self.world = World(bot=self.bot, token=token) if token else World(bot=self.bot)
        self.world.users[self.bot.id] = self.bot

    def user(self, name: str, *, language: str | None = "en", username: str | None = None) -> User:
        """Make a person."""
        made = User(next(self._user_ids), name, language, username)
        self.world.users[made.id] = made
        return made

    def private(self, user: User) -> Chat:
        """Return the chat of a person with the bot, who has opened it."""
        known = self.world.chats.get(user.id)
        if known is not None:
            return known
        return self._keep(Chat(id=user.id, kind="private", title=user.first_name, person=user), [], [user])

    def group(
        self, title: str, *, admins: Sequence[User] = (), members: Sequence[User] = (), forum: bool = False
    ) -> Chat:
        """Make a group that the bot is a member of; a forum is a supergroup, always.

        Args:
            title: its name.
            admins: the first one owns it.
            members: others.
            forum: whether it has topics.
        """
        if forum:
            return self.supergroup(title, admins=admins, members=members, forum=True)
        chat = Chat(id=-4_000_000_000 - next(self._chat_ids), kind="group", title=title)
        return self._keep(chat, admins, members)

    def supergroup(
        self,
        title: str,
        *,
        admins: Sequence[User] = (),
        members: Sequence[User] = (),
        forum: bool = False,
        username: str | None = None,
    ) -> Chat:
        """Make a supergroup that the bot is a member of."""
        chat = self._big("supergroup", title, username)
        chat.is_forum = forum
        if forum:
            chat.topics[GENERAL] = Topic(chat, GENERAL, "General")
        return self._keep(chat, admins, members)

    def channel(
        self,
        title: str,
        *,
        admins: Sequence[User] = (),
        members: Sequence[User] = (),
        username: str | None = None,
        bot_is_admin: bool = True,
    ) -> Chat:
        """Make a channel; bots are in channels as admins only, so without the right the bot is not there."""
        chat = self._keep(self._big("channel", title, username), admins, members)
        chat.members[self.bot.id] = "administrator" if bot_is_admin else "left"
        return chat

    def topic(self, forum: Chat, name: str) -> Topic:
        """Open a topic in a forum; the service message is its first, and gives it its number."""
        assert forum.is_forum, f"{forum.title} has no topics"
        owner = self._owner(forum)
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self.world.post(forum, owner, Formatted(""), service=created)
        message.thread = message.id
        forum.topics[message.id] = Topic(forum, message.id, name)
        self.world.tell("message", message.as_json)
        return forum.topics[message.id]

    def closes_topic(self, topic: Topic) -> None:
        """Let an admin close a topic."""
        topic.closed = True
        self._service(topic.chat, {"forum_topic_closed": {}}, topic.thread)

    def reopens_topic(self, topic: Topic) -> None:
        """Let an admin open a topic again."""
        topic.closed = False
        self._service(topic.chat, {"forum_topic_reopened": {}}, topic.thread)

    def deletes_topic(self, topic: Topic) -> None:
        """Let an admin delete a topic; Telegram tells bots nothing."""
        topic.deleted = True

    def blocks(self, user: User) -> int | None:
        """Let a person block the bot; return the id of the update."""
        return change_status(self.world, self.private(user), self.bot, "kicked", by=user)

    def returns(self, user: User) -> int | None:
        """Let a person unblock the bot; return the id of the update."""
        return change_status(self.world, self.private(user), self.bot, "member", by=user)

    def deletes_account(self, user: User) -> None:
        """Let a person's account be gone; Telegram tells bots nothing."""
        user.deleted = True

    def promotes(self, chat: Chat, user: User) -> int | None:
        """Let the owner make a user, or the bot, an admin; return the id of the update, if there is one."""
        return change_status(self.world, chat, user, "administrator", by=self._owner(chat))

    def demotes(self, chat: Chat, user: User) -> int | None:
        """Let the owner make an admin a member; in a channel, a bot is out then."""
        status: Status = "left" if chat.kind == "channel" and user.is_bot else "member"
        return change_status(self.world, chat, user, status, by=self._owner(chat))

    def joins(self, chat: Chat, user: User) -> int | None:
        """Let a user join, or the owner add the bot."""
        update_id = change_status(self.world, chat, user, "member", by=self._owner(chat))
        self._service(chat, {"new_chat_members": [user.as_json]}, None)
        return update_id

    def kicks(self, chat: Chat, user: User) -> int | None:
        """Let the owner remove a user, or the bot."""
        return change_status(self.world, chat, user, "kicked", by=self._owner(chat))

    def mutes(self, chat: Chat, *, muted: bool = True) -> None:
        """Let members write no more, the bot among them unless it is an admin."""
        chat.muted = muted

    def deletes(self, chat: Chat) -> None:
        """Let the owner delete a group; Telegram tells bots nothing."""
        chat.deleted = True

    def migrates(self, group: Chat) -> Chat:
        """Make a supergroup of a group and return it; the bot gets both service messages."""
        assert group.kind == "group", f"{group.title} is no group"
        bigger = self._big("supergroup", group.title, None)
        bigger.members, bigger.people = dict(group.members), dict(group.people)
        self.world.chats[bigger.id] = bigger
        self._service(group, {"migrate_to_chat_id": bigger.id}, None)
        self._service(bigger, {"migrate_from_chat_id": group.id}, None)
        group.migrated_to = bigger
        return bigger

    def _service(self, chat: Chat, service: dict[str, Any], thread: int | None) -> None:
        if chat.kind == "channel":
            return
        message = self.world.post(chat, self._owner(chat), Formatted(""), service=service, thread=thread)
        self.world.tell("message", message.as_json)

    def _big(self, kind: ChatKind, title: str, username: str | None) -> Chat:
        made = Chat(id=-1_000_000_000_000 - 2_200_000_000 - next(self._chat_ids), kind=kind, title=title)
        made.username = username
        return made

    def _keep(self, chat: Chat, admins: Sequence[User], members: Sequence[User]) -> Chat:
        for user in (*members, self.bot):
            chat.members[user.id] = "member"
            chat.people[user.id] = user
        for number, user in enumerate(admins):
            chat.members[user.id] = "administrator" if number else "creator"
            chat.people[user.id] = user
        self.world.chats[chat.id] = chat
        return chat

    def _owner(self, chat: Chat) -> User:
        """Return who owns a chat, or somebody where nobody was named."""
        for user in chat.people.values():
            if chat.status(user) == "creator":
                return user
        return next((user for user in chat.people.values() if not user.is_bot), self.bot)
