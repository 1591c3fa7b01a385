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

Map: `slack_server` is what tests use; `people`, `acts`, `forms` and `installing` (over `waiting`) are its
scenarios, `said` what they give back; `faults` and `flood` what goes wrong; `delivery` brings `payloads` to
the bot, over `sockets` or by HTTP; `engine` answers requests by `methods` (`chat`, `conversations`,
`views`, `things`, `account`, and `response_urls`) on the `world` of `workspace`, `model` and `view`, where
`access` lets them; `block_kit` (with `elements`, `composition`, `rich_text`, `schema`) says what Slack
would not take, `mrkdwn` and `shown` what people get to see, `states` what they chose; `wire` and `exchange`
are HTTP; `client` is the other side, `fixtures` are for `pytest_plugins`, `example_app` is for own tests.
"""

from server_parts.changes import HangingError
from server_parts.faults import Broken, CutAfter, CutAmid, CutBefore, Held

from slack_server.faults import RateLimited, Refused
from slack_server.flood import FloodLimits
from slack_server.model import Channel, Message
from slack_server.said import Said
from slack_server.slack_server import SlackServer
from slack_server.view import View
from slack_server.workspace import Team, User

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
