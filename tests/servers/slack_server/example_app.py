"""A small app, with the real slack_bolt, that answers whatever people can do: for the server's own tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from slack_server.slack_server import SlackServer


def plain(text: str) -> dict[str, Any]:
    """Return a text object."""
    return {"type": "plain_text", "text": text}


def option(text: str) -> dict[str, Any]:
    """Return an option."""
    return {"text": plain(text), "value": text.lower()}


CARD: list[dict[str, Any]] = [
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*A paper*"},
        "accessory": {
            "type": "overflow",
            "action_id": "more",
            "options": [option("Similar"), option("Mute"), {**option("PDF"), "url": "https://a.example/1"}],
        },
    },
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "save", "text": plain("Save"), "value": "/save 1"},
            {"type": "button", "action_id": "edit", "text": plain("Edit")},
            {"type": "button", "action_id": "link", "text": plain("arXiv"), "url": "https://arxiv.org/abs/1"},
            {"type": "static_select", "action_id": "when", "options": [option("Daily"), option("Weekly")]},
        ],
    },
]


def modal(title: str = "Edit", **fields: Any) -> dict[str, Any]:
    """Return a modal that asks for a query, a time, words, and where to."""
    blocks = [
        {
            "type": "input",
            "block_id": "query",
            "dispatch_action": True,
            "label": plain("Query"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "time",
            "optional": True,
            "label": plain("Time"),
            "element": {"type": "timepicker", "action_id": "at", "initial_time": "09:00"},
        },
        {
            "type": "input",
            "block_id": "days",
            "optional": True,
            "label": plain("Days"),
            "element": {"type": "checkboxes", "action_id": "on", "options": [option("Mon"), option("Tue")]},
        },
        {
            "type": "input",
            "block_id": "where",
            "optional": True,
            "label": plain("Channel"),
            "element": {
                "type": "conversations_select",
                "action_id": "to",
                "response_url_enabled": True,
                "default_to_current_conversation": True,
            },
        },
    ]
    said = {"type": "modal", "callback_id": "edit", "title": plain(title), "submit": plain("OK")}
    return {**said, "blocks": blocks, **fields}


class ExampleApp:
    """Answers whatever people can do.

    Attributes:
        bodies: what came, in order.
        submission: what the next submissions are acknowledged with.
    """

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.submission: dict[str, Any] = {}

    def app(self, server: SlackServer) -> AsyncApp:
        """Return the app, with a client of the server."""
        web = AsyncWebClient(server.token, base_url=server.url, retry_handlers=[])
        app = AsyncApp(client=web, signing_secret=server.signing_secret)
        app.use(self.note)
        app.command("/papers")(self.papers)
        app.action("save")(self.save)
        app.action("more")(self.more)
        app.action("when")(self.when)
        app.action("link")(self.take)
        app.action("edit")(self.edit)
        app.action("text")(self.typed)
        app.shortcut("subscribe")(self.edit)
        app.shortcut("save_paper")(self.save_paper)
        app.view("edit")(self.submitted)
        app.view_closed("edit")(self.take)
        app.event("app_home_opened")(self.home)
        app.event("link_shared")(self.unfurl)
        app.event("app_mention")(self.written)
        app.event("message")(self.written)
        app.event(re.compile("channel|member|reaction|user_change|app_uninstalled|tokens_revoked"))(self.take)
        return app

    async def note(self, body: dict[str, Any], next: Any) -> None:  # noqa: A002 (slack_bolt's name)
        """Remember what came."""
        self.bodies.append(body)
        await next()

    @staticmethod
    async def take(ack: Any) -> None:
        """Acknowledge, no more."""
        await ack()

    @staticmethod
    async def papers(ack: Any, command: dict[str, Any], say: Any) -> None:
        """Answer a command."""
        if command["text"] == "help":
            await ack("Use it.")
        elif command["text"] == "badly":
            await ack(text="x", blocks=[{"type": "shout"}])
        else:
            await ack()
            await say(text=command["text"], blocks=CARD)

    @staticmethod
    async def save(ack: Any, respond: Any) -> None:
        """Answer the person alone."""
        await ack()
        await respond("Saved.")

    @staticmethod
    async def more(ack: Any, action: dict[str, Any], respond: Any) -> None:
        """Answer all."""
        await ack()
        await respond(action["selected_option"]["value"], response_type="in_channel")

    @staticmethod
    async def when(ack: Any, body: dict[str, Any], respond: Any) -> None:
        """Replace the message."""
        await ack()
        [values] = body["state"]["values"].values()
        await respond(values["when"]["selected_option"]["value"], replace_original=True)

    @staticmethod
    async def edit(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open a modal."""
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @staticmethod
    async def typed(ack: Any, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
        """Change the modal."""
        await ack()
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(action["value"]))

    async def submitted(self, ack: Any) -> None:
        """Answer a submission."""
        await ack(**self.submission)

    @staticmethod
    async def save_paper(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        """Answer a message shortcut."""
        await ack()
        await respond(f"Saved {shortcut['message']['text']}")

    @staticmethod
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        """Publish the Home tab."""
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Home")}, CARD[1]]}
        await client.views_publish(user_id=event["user"], view=view)

    @staticmethod
    async def unfurl(event: dict[str, Any], client: AsyncWebClient) -> None:
        """Unfurl links."""
        unfurls = {link["url"]: {"blocks": CARD[:1]} for link in event["links"]}
        await client.chat_unfurl(unfurl_id=event["unfurl_id"], source=event["source"], unfurls=unfurls)

    @staticmethod
    async def written(event: dict[str, Any], say: Any) -> None:
        """Repeat what was written."""
        await say(event["text"], thread_ts=event.get("thread_ts"))
