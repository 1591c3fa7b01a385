"""The services that platform adapters may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.ports import Dispatch
    from bot.services.chat_services import ChatServices
    from bot.services.chats.chat_settings import Chats
    from bot.services.platform_state.callback_store import CallbackStore
    from bot.services.platform_state.card_messages import CardMessages
    from bot.services.platform_state.event_inbox import EventInbox
    from bot.services.platform_state.owed_threads import OwedThreads
    from bot.services.platform_state.platform_health import PlatformHealth


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A command in a platform's menu.

    Attributes:
        name: without slash.
        summary: what it does, as a msgid.
        changes: whether it changes what a chat gets, so that in groups it is for admins.
        keeps: whether it changes what a chat keeps for itself, which is for everybody in it.
        posts: whether its answer is meant for all readers of the chat it is about.
        aliases: its other names.
    """

    name: str
    summary: str
    changes: bool = False
    keeps: bool = False
    posts: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called by."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class PlatformServices:
    """The services behind the adapters of chat platforms.

    Attributes:
        dispatch: answers a command.
        use_cases: what is behind the commands, for surfaces that show more than an answer.
        chats: opens chats, and knows which are gone or moved.
        buttons: keeps commands that are too long for a button.
        cards: knows which message shows which paper.
        inbox: knows which events came already.
        trouble: notes when a platform can't be reached.
        threads: remembers which digests are still to get their thread.
        menu: the commands there are.
    """

    dispatch: Dispatch
    use_cases: ChatServices
    chats: Chats
    buttons: CallbackStore
    cards: CardMessages
    inbox: EventInbox
    trouble: PlatformHealth
    threads: OwedThreads
    menu: tuple[MenuItem, ...]

    @property
    def command_names(self) -> frozenset[str]:
        """What any of our commands is called by."""
        return frozenset(name for item in self.menu for name in item.names)

    @property
    def posting_names(self) -> frozenset[str]:
        """What those are called by whose answers are meant for all readers of a chat."""
        return frozenset(name for item in self.menu if item.posts for name in item.names)

    @property
    def acting_names(self) -> frozenset[str]:
        """What those are called by that do more than look something up; a digest is not shown again."""
        acting = [item for item in self.menu if item.changes or item.keeps or item.posts]
        return frozenset(name for item in acting for name in item.names)
