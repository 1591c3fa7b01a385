"""The result of something that a person did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_server.records.model import Message
from slack_server.records.view import View

if TYPE_CHECKING:
    from slack_server.connections.delivery import Ack, Delivered
    from slack_server.records.world import Deed


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody did, and what the bot did for that person or in that channel until the waiting ended.

    Attributes:
        ack: of a command or an interaction; None of events and of what the bot hears nothing of.
        event: of what came as an event, or None where Slack did not tell the bot.
        message: what the person wrote, if that is what he or she did.
        deeds: what the bot did, in order.
        error: what Slack showed instead: `dispatch_failed`, `operation_timeout`, `http_error`,
            `invalid_command_response` or `invalid_view_response`; else None.
        errors: of a submitted modal, by block, as the bot answered.
        opens: the page that a button or option opened, or None.
        options: the texts of what an external menu offered.
    """

    ack: Ack | None = None
    event: Delivered | None = None
    message: Message | None = None
    deeds: tuple[Deed, ...] = ()
    error: str | None = None
    errors: dict[str, str] | None = None
    opens: str | None = None
    options: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[Message, ...]:
        """The bot's new messages, ephemeral ones too."""
        kinds = {"posted", "ephemeral"}
        return tuple(
            deed.thing for deed in self.deeds if deed.kind in kinds and isinstance(deed.thing, Message)
        )

    @property
    def answer(self) -> Message:
        """The last of them."""
        return self.answers[-1]

    @property
    def text(self) -> str:
        """What the new messages show."""
        return "\n".join(answer.shown for answer in self.answers)

    @property
    def edited(self) -> tuple[Message, ...]:
        """The messages that the bot changed."""
        return tuple(
            deed.thing for deed in self.deeds if deed.kind == "edited" and isinstance(deed.thing, Message)
        )

    @property
    def view(self) -> View | None:
        """The modal that was opened or changed last."""
        return self._last("view")

    @property
    def home(self) -> View | None:
        """The Home tab, if it was published."""
        return self._last("home")

    @property
    def acked_after(self) -> float:
        """Seconds until the acknowledgement; of events, of the first try that was taken.

        Raises:
            LookupError: there was none.
        """
        acks = [self.ack] if self.ack is not None else self.event.acks if self.event else []
        taken = [ack.seconds for ack in acks if ack.seconds is not None]
        if not taken:
            raise LookupError(f"not acknowledged: {acks}")
        return taken[0]

    def _last(self, kind: str) -> View | None:
        found = [deed.thing for deed in self.deeds if deed.kind == kind and isinstance(deed.thing, View)]
        return found[-1] if found else None
