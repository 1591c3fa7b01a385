"""Scenario: how the app gets into a workspace, and out again."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp

from slack_server.api.account import remove_installation
from slack_server.scenarios.forms import Forms

if TYPE_CHECKING:
    from slack_server.connections.delivery import Delivered
    from slack_server.records.workspace import Installation, Team, User

_LINK = re.compile(r'href="([^"]*/oauth/v2/authorize\?[^"]*)"')


@dataclass(frozen=True, slots=True)
class Installed:
    """How an installation ended.

    Attributes:
        status: of the page that the person saw last.
        page: its HTML.
        installation: the result of it, or None.
        asked: the scopes that the app asked for.
    """

    status: int
    page: str
    installation: Installation | None
    asked: frozenset[str]


class Installing(Forms):
    """What a person does with a browser."""

    async def installs(
        self,
        user: User,
        install_url: str,
        *,
        denies: bool = False,
        state: str | None = None,
        with_cookies: bool = True,
    ) -> Installed:
        """Let somebody follow the app's install page and allow what it asks for.

        The cookies are kept as a browser does that reaches the app by HTTPS: `Secure` ones too.

        Args:
            user: who; the app gets into his or her workspace.
            install_url: of the app, such as `http://127.0.0.1:3000/slack/install`.
            denies: whether the person says no.
            state: another one than the app gave, as somebody would who forges the redirection.
            with_cookies: whether the browser brings them back.
        """
        world = self.world
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            async with browser.get(install_url, allow_redirects=False) as answer:
                page, cookies = await answer.text(), answer.cookies
                found = _LINK.search(page)
                link = unescape(found[1]) if found else answer.headers.get("Location", "")
            assert link, f"no way to Slack on {install_url} ({answer.status})"
            query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
            assert query["client_id"] == world.client_id, f"another app's client_id: {query['client_id']}"
            asked = frozenset(query.get("scope", "").split(",")) - {""}
            back = {"state": query.get("state", "") if state is None else state}
            if denies:
                back["error"] = "access_denied"
            else:
                back["code"] = self.grants(user, asked, redirect_uri=query.get("redirect_uri", ""))
            where = query.get("redirect_uri") or install_url.replace("/install", "/oauth_redirect")
            kept = {name: morsel.value for name, morsel in cookies.items()} if with_cookies else {}
            header = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())} if kept else {}
            before = set(world.installations)
            async with browser.get(f"{where}?{urlencode(back)}", headers=header) as answer:
                page, status = await answer.text(), answer.status
        made = [one for token, one in world.installations.items() if token not in before]
        return Installed(status, page, made[-1] if made else None, asked)

    def grants(self, user: User, scopes: frozenset[str], *, redirect_uri: str = "") -> str:
        """Let somebody allow scopes; return the code that oauth.v2.access takes, once."""
        code = f"{random.getrandbits(128):032x}"
        self.world.codes[code] = (user.team, user, scopes, redirect_uri)
        return code

    def uninstalls(self, team: Team | None = None) -> list[Delivered]:
        """Let an admin remove the app from a workspace, the first one if none is named; return the events.

        Slack sends both events in no certain order, and the token is refused from now on.
        """
        where = team or self.team
        tokens = {
            "oauth": [],
            "bot": [one.bot.id for one in self.world.installations.values() if one.team is where],
        }
        told = [
            self.tell("tokens_revoked", {"tokens": tokens}, team=where),
            self.tell("app_uninstalled", {}, team=where),
        ]
        remove_installation(self.world, where)
        return [one for one in told if one is not None]

    def refuses_token(self, error: str = "token_revoked", *, team: Team | None = None) -> None:
        """Let Slack refuse a workspace's token, as after a rotation gone wrong, without a word to the bot."""
        for one in self.world.installations.values():
            if one.team is (team or self.team):
                one.refused_as = error
