"""A local Slack for tests: the real slack_bolt and slack_sdk talk to it over HTTP and WebSockets.

    async with SlackServer() as server:
        ada = server.user("Ada", locale="zh-CN")
        lab = server.channel("lab", members=[ada])
        app = AsyncApp(token=server.token, client=AsyncWebClient(server.token, base_url=server.url))
        async with in_socket_mode(app, server):             # or over_http(app, server)
            said = await server.command(ada, lab, "/papers", "search diffusion")
            assert "diffusion" in said.text
            assert said.answer.mentions == []
            await server.presses(ada, said.answer, "Save")
            said = await server.opens_home(ada)
            await server.presses(ada, said.home, "Subscribe")
            await server.submits(ada, server.modal(ada), {"query": "diffusion"})

Map: tests use `slack_server`; `scenarios` is what people do, and `said` what they get back; `faults` and
`flood` are what goes wrong; `api` answers requests on the `records`; `block_kit` says what Slack would not
accept, and what people see; `connections` is HTTP, WebSockets and what Slack brings to the bot; `client` is
the other side, `fixtures` are for `pytest_plugins`, `example_app` is for the server's own tests.
"""

from server_parts.changes import HangingError
from server_parts.faults import Broken, CutAfter, CutAmid, CutBefore, Held

from slack_server.faults import RateLimited, Refused
from slack_server.flood import FloodLimits
from slack_server.records.model import Channel, Message
from slack_server.records.view import View
from slack_server.records.workspace import Team, User
from slack_server.scenarios.said import Said
from slack_server.slack_server import SlackServer

__all__ = [
    "Broken",
    "Channel",
    "CutAfter",
    "CutAmid",
    "CutBefore",
    "FloodLimits",
    "HangingError",
    "Held",
    "Message",
    "RateLimited",
    "Refused",
    "Said",
    "SlackServer",
    "Team",
    "User",
    "View",
]
