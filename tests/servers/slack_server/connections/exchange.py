"""One HTTP request and its answer, or the lack of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web
from server_parts.connections import cut

from slack_server.api.params import read_params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_server.api.params import Params
    from slack_server.api.refusal import Refusal

_TITLES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


class Exchange:
    """A request of the bot, as `engine` answers it.

    Attributes:
        response: what will be written.
    """

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self.response: web.StreamResponse = web.Response(status=500)

    @property
    def authorization(self) -> str:
        """The header of that name."""
        return self._request.headers.get("Authorization", "")

    async def params(self) -> Params:
        """Read the request's arguments."""
        return await read_params(self._request)

    def answer(self, said: dict[str, Any], refusal: Refusal | None, headers: Mapping[str, str]) -> None:
        """Answer in JSON."""
        status = 200 if refusal is None else refusal.status
        fields = dict(headers)
        if refusal is not None and refusal.retry_after is not None:
            fields["Retry-After"] = str(refusal.retry_after)
        self.response = web.json_response(said, status=status, headers=fields)

    def answer_text(self, text: str) -> None:
        """Answer in plain text, as response_urls do."""
        self.response = web.Response(text=text)

    def answer_page(self, status: int) -> None:
        """Answer as a proxy does where what is behind it does not."""
        title = f"{status} {_TITLES.get(status, 'Gateway Timeout')}"
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        self.response = web.Response(status=status, text=page, content_type="text/html")

    async def answer_half(self, said: dict[str, Any]) -> None:
        """Answer with the first half, then end the connection."""
        body = json.dumps(said).encode()
        response = web.StreamResponse(
            headers={"Content-Type": "application/json", "Content-Length": str(len(body))}
        )
        await response.prepare(self._request)
        await response.write(body[: len(body) // 2])
        self.response = response
        self.cut(reset=False)

    def cut(self, *, reset: bool) -> None:
        """End the connection."""
        if self._request.transport is not None:
            cut(self._request.transport, reset=reset)
