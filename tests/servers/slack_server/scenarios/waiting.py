"""Brings what people do to the bot, and waits for what the bot does then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server_parts.changes import PATIENCE

from slack_server.api.chat import read_content
from slack_server.api.params import Params
from slack_server.api.refusal import Refusal
from slack_server.scenarios.people import People
from slack_server.scenarios.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_server.connections.delivery import Ack, Delivered, EnvelopeKind
    from slack_server.records.model import Channel, Message
    from slack_server.records.workspace import User
    from slack_server.records.world import Deed


class Waiting(People):
    """Waits without sleeping; patience only tells what hangs."""

    async def until(
        self, condition: Callable[[], object], *, awaited: str = "a condition", patience: float = PATIENCE
    ) -> None:
        """Wait until a condition holds, here or in the bot; patience, in seconds, tells what hangs."""
        await self.world.changes.until(condition, patience=patience, awaited=lambda: self._told(awaited))

    async def connected(self, connections: int = 1) -> None:
        """Wait until so many WebSockets are open that Slack has not told to leave."""
        sockets = self.delivery.sockets
        await self.until(
            lambda: sum(not one.leaving for one in sockets.connections) >= connections,
            awaited=f"{connections} connections",
        )

    async def handled(self, event: Delivered | None) -> None:
        """Wait until an event was taken or given up; that it was handled, this does not say."""
        if event is not None:
            await self.until(lambda: event.done, awaited=f"{event.event['type']} to be taken")

    async def _interact(
        self,
        kind: EnvelopeKind,
        payload: dict[str, Any],
        user: User,
        channel: Channel | None,
        *,
        answers: int,
        until: Callable[[], object] | None,
        take: Callable[[Ack], str | None] | None = None,
        opens: str | None = None,
    ) -> Said:
        """Bring a command or an interaction and wait.

        Args:
            kind: of the envelope.
            payload: what is brought.
            user: who did it.
            channel: where.
            answers: how many things of the bot to wait for.
            until: what to wait for instead.
            take: does with the acknowledgement what Slack does; returns an error's name, or None.
            opens: the page that is opened besides.
        """
        assert not user.deleted, f"{user.name} is deactivated"
        before = len(self.world.deeds)
        ack = await self.delivery.bring(kind, payload)
        error = ack.error or (take(ack) if take is not None else None)
        if error not in {"dispatch_failed", "http_error"}:
            awaited = f"what follows {_brief(payload)}"
            await self._wait(before, user, channel, answers=answers, until=until, awaited=awaited)
        deeds = self._deeds_for(user, channel, before)
        return Said(ack=ack, deeds=deeds, error=error, opens=opens)

    async def _publish(
        self,
        kind: str,
        event: dict[str, Any] | None,
        user: User,
        message: Message,
        *,
        answers: int,
        until: Callable[[], object] | None,
        is_written: bool = True,
    ) -> Said:
        """Bring an event and wait; without an event, or where Slack does not tell the bot, not at all."""
        before = len(self.world.deeds)
        delivered = self.tell(kind, event, message.channel) if event is not None else None
        if delivered is not None:
            await self.until(lambda: delivered.acks, awaited=f"{kind} to be taken")
            awaited = f"an answer to {message.text!r}"
            await self._wait(before, user, message.channel, answers=answers, until=until, awaited=awaited)
        deeds = self._deeds_for(user, message.channel, before)
        return Said(event=delivered, message=message if is_written else None, deeds=deeds)

    async def _wait(
        self,
        before: int,
        user: User,
        channel: Channel | None,
        *,
        answers: int,
        until: Callable[[], object] | None,
        awaited: str,
    ) -> None:
        condition = until or (lambda: len(self._deeds_for(user, channel, before)) >= answers)
        await self.until(condition, awaited=awaited)

    def _deeds_for(self, user: User, channel: Channel | None, before: int) -> tuple[Deed, ...]:
        """Return what the bot did since then that a person can see here, alone, or in direct messages."""

        def concerns(deed: Deed) -> bool:
            if deed.user is not None:
                return deed.user is user
            return deed.channel is not None and (deed.channel is channel or deed.channel.person is user)

        return tuple(deed for deed in self.world.deeds[before:] if concerns(deed))

    def _take_response(self, payload: dict[str, Any], user: User, channel: Channel, error: str) -> str | None:
        """Show what came with an acknowledgement as a message."""
        params = Params(payload)
        try:
            content = read_content(params)
        except Refusal:
            return error
        whole = params.text("response_type") == "in_channel"
        self.world.post(channel, self._installed(user).bot, only_for=None if whole else user, **content)
        return None

    def _told(self, awaited: str) -> str:
        lines = [str(logged) for logged in self.world.log[-12:]]
        connections = len(self.delivery.sockets.connections)
        return f"{awaited}; {connections} sockets; last requests:\n" + "\n".join(lines)


def _brief(payload: dict[str, Any]) -> str:
    said = payload.get("command") or payload.get("callback_id")
    if not said and payload.get("actions"):
        said = payload["actions"][0]["action_id"]
    return f"{payload.get('type', 'command')} {said or ''} {payload.get('text', '')}".strip()
