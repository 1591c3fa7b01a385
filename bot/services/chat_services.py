"""The services that command handlers may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.chats import Chats
    from bot.services.compile_digests import CompileDigests
    from bot.services.explain_paper import ExplainPaper
    from bot.services.keep_saved import KeepSaved
    from bot.services.manage_schedules import ManageSchedules
    from bot.services.manage_sources import ManageSources
    from bot.services.manage_subscriptions import ManageSubscriptions
    from bot.services.preview_query import PreviewQuery
    from bot.services.propose_mute import ProposeMute
    from bot.services.queries import Queries
    from bot.services.read_digests import ReadDigests
    from bot.services.search_papers import SearchPapers
    from bot.services.tell_status import TellStatus


@dataclass(frozen=True, slots=True)
class ChatServices:
    """The use cases behind the commands of a chat.

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
    saved: KeepSaved
    sources: ManageSources
    muting: ProposeMute
