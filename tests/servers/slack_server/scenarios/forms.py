"""Scenario: what people do in modals and in the Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_server.api import views
from slack_server.api.refusal import Refusal
from slack_server.connections import payloads
from slack_server.records.states import chosen, complaint_of_the_client, is_empty, is_stateful
from slack_server.scenarios.acts import Acts
from slack_server.scenarios.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_server.connections.delivery import Ack
    from slack_server.records.model import Channel
    from slack_server.records.view import View
    from slack_server.records.workspace import User


class Forms(Acts):
    """What people do with views. For `answers` and `until` see `Acts`."""

    def modal(self, user: User) -> View | None:
        """Return the modal that a person sees, the top one of the stack, or None."""
        stack = self.world.stacks.get(user.id)
        return stack[-1] if stack else None

    def home(self, user: User) -> View | None:
        """Return a person's Home tab, or None where the bot published none yet."""
        return self.world.homes.get((user.team.id, user.id))

    async def opens_home(
        self,
        user: User,
        *,
        tab: str = "home",
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody open the app's Home tab (or its `messages`) and wait until it is published."""
        channel = self.direct(user)
        event: dict[str, Any] = {"user": user.id, "channel": channel.id, "tab": tab}
        view = self.home(user)
        if view is not None:
            event["view"] = view.as_json
        before = len(self.world.deeds)
        delivered = self.tell("app_home_opened", event, team=user.team)
        if delivered is not None:
            await self.handled(delivered)
            awaited = "the Home tab"
            await self._wait(before, user, channel, answers=answers, until=until, awaited=awaited)
        return Said(event=delivered, deeds=self._deeds_for(user, channel, before))

    async def submits(
        self,
        user: User,
        view: View,
        values: Mapping[str, Any] | None = None,
        *,
        answers: int = 0,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody fill in a modal and submit it, and do what the bot answers with its views.

        Args:
            user: who.
            view: the modal on top.
            values: by `block_id/action_id`, by either of them, or by an element's label: a text, an option's
                text or value, several of them, an id or what has one; None empties.
            answers: see `Acts`.
            until: likewise.

        Raises:
            AssertionError: Slack's client would not submit this, such as an empty input that is not optional.
        """
        assert view is self.modal(user), f"the modal {view.title!r} is not on top"
        assert "submit" in view.said, f"the modal {view.title!r} has nothing to submit"
        for wanted, value in (values or {}).items():
            self._fill(view, wanted, value)
        self._check_inputs(view)
        by = self._installed(user)
        view.errors = {}
        said = await self._interact(
            "interactive",
            payloads.view_submission(self.world, by, user, view),
            user,
            self._channel_of(user),
            answers=answers,
            until=until,
            take=lambda ack: self._take_view_response(ack, user, view),
        )
        return Said(ack=said.ack, deeds=said.deeds, error=said.error, errors=dict(view.errors) or None)

    async def types_into(
        self,
        user: User,
        view: View,
        wanted: str,
        value: Any,
        *,
        answers: int | None = None,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody type or choose in an input; the bot hears of it if it asked (`dispatch_action`).

        Args:
            user: who.
            view: the modal or Home tab.
            wanted: as in `submits`.
            value: likewise.
            answers: see `Acts`; None means 1 where the bot hears of it.
            until: likewise.
        """
        assert view.open, "that view is closed"
        assert view.user is user, f"{user.name} does not see that view"
        control = self._fill(view, wanted, value)
        if control.block["type"] == "input" and not control.block.get("dispatch_action"):
            return Said()
        block_id, action_id = control.key
        action = payloads.action(self.world, control, view.values[block_id][action_id])
        payload = payloads.block_actions(self.world, self._installed(user), user, view, [action])
        return await self._interact(
            "interactive", payload, user, None, answers=1 if answers is None else answers, until=until
        )

    async def closes(self, user: User, view: View, *, all_of_them: bool = False) -> Said:
        """Let somebody close a modal by its button, or all of them by the cross; the bot may hear of it.

        Args:
            user: who.
            view: the modal on top.
            all_of_them: whether by the cross.
        """
        assert view is self.modal(user), f"the modal {view.title!r} is not on top"
        by = self._installed(user)
        stack = self.world.stacks[user.id]
        clears = all_of_them or bool(view.said.get("clear_on_close"))
        gone = views.clear(self.world, user) if clears else [stack.pop()]
        ack = None
        for one in gone:
            one.open = False
            if one.said.get("notify_on_close"):
                payload = payloads.view_closed(self.world, by, user, one, is_cleared=clears)
                ack = await self.delivery.bring("interactive", payload)
        self.world.changes.tell()
        return Said(ack=ack, error=ack.error if ack else None)

    async def searches_menu(self, user: User, view: View, wanted: str, typed: str) -> Said:
        """Let somebody type into an external menu; `options` of the result is what it offers then."""
        control = view.control(wanted)
        payload = payloads.block_suggestion(
            self.world, self._installed(user), user, view, control, typed=typed
        )
        ack = await self.delivery.bring("interactive", payload)
        groups = ack.payload.get("option_groups") or [{"options": ack.payload.get("options") or []}]
        texts = [option["text"]["text"] for group in groups for option in group["options"]]
        # What was offered can be chosen from then on, as in Slack's client.
        control.element["options"] = [option for group in groups for option in group["options"]]
        return Said(ack=ack, error=ack.error, options=tuple(texts))

    def _fill(self, view: View, wanted: str, value: Any) -> Any:
        control = view.control(wanted)
        assert is_stateful(control.element), f"{wanted!r} takes no value"
        block_id, action_id = control.key
        view.values[block_id][action_id] = chosen(control, value)
        return control

    @staticmethod
    def _check_inputs(view: View) -> None:
        for block in view.blocks:
            if block["type"] != "input":
                continue
            element = block["element"]
            if not is_stateful(element):
                continue
            state = view.values[block["block_id"]][element["action_id"]]
            label = block["label"]["text"]
            if is_empty(state):
                assert block.get("optional"), f"the input {label!r} is empty and not optional"
                continue
            complaint = complaint_of_the_client(element, state)
            assert complaint is None, f"the input {label!r} {complaint}"

    def _take_view_response(self, ack: Ack, user: User, view: View) -> str | None:
        """Do what the bot answered to a submission (docs.slack.dev/surfaces/modals#updating_response)."""
        said = ack.payload
        stack = self.world.stacks[user.id]
        try:
            match said.get("response_action"):
                case None:
                    if view in stack:
                        stack.remove(view)
                    view.open = False
                case "clear":
                    views.clear(self.world, user)
                case "errors":
                    return self._take_errors(said.get("errors"), view)
                case "update":
                    views.replace(self.world, view, views.read_view(said.get("view")))
                case "push":
                    views.check_room(self.world, user)
                    views.show(self.world, views.read_view(said.get("view")), user, view.bot)
                case _:
                    return "invalid_view_response"
        except Refusal as refusal:
            self.world.warnings.append((0, f"response_action: {refusal.as_json}"))
            return "invalid_view_response"
        self.world.changes.tell()
        return None

    @staticmethod
    def _take_errors(errors: Any, view: View) -> str | None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            return "invalid_view_response"
        view.errors = {block: str(text) for block, text in errors.items()}
        return None

    def _channel_of(self, user: User) -> Channel | None:
        """Return the direct messages that a person has with the bot, if they were opened."""
        found = (one for one in self.world.channels.values() if one.person is user)
        return next(found, None)
