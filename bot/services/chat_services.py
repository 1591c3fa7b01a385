"""The services that command handlers may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.chats.chat_settings import Chats
    from bot.services.chats.manage_schedules import ManageSchedules
    from bot.services.chats.tell_status import TellStatus
    from bot.services.digests.compile_digests import CompileDigests
    from bot.services.digests.explain_paper import ExplainPaper
    from bot.services.digests.read_digests import ReadDigests
    from bot.services.papers.saved_papers import SavedPapers
    from bot.services.papers.search_papers import SearchPapers
    from bot.services.reading.manage_sources import ManageSources
    from bot.services.subscriptions.manage_subscriptions import ManageSubscriptions
    from bot.services.subscriptions.preview_query import PreviewQuery
    from bot.services.subscriptions.propose_mute import ProposeMute
    from bot.services.subscriptions.queries import Queries


@dataclass(frozen=True, slots=True)
class ChatServices:
    """The services behind the commands of a chat.

    Attributes:
        chats: what chats chose.
        queries: reads queries.
        searching: finds papers.
        previews: tells what a query would bring.
        subscriptions: what chats subscribe to.
        digests: compiles digests.
        explaining: explains why a paper was shown or not.
        schedules: when and how chats are served.
        reading: reads digests that were compiled before.
        status: tells how a chat is served.
        saved: keeps the papers that a chat saves.
        sources: what is read.
        muting: proposes how queries could leave papers out.
    """

    chats: Chats
    queries: Queries
    searching: SearchPapers
    previews: PreviewQuery
    subscriptions: ManageSubscriptions
    digests: CompileDigests
    explaining: ExplainPaper
    schedules: ManageSchedules
    reading: ReadDigests
    status: TellStatus
    saved: SavedPapers
    sources: ManageSources
    muting: ProposeMute
