"""Arguments of a Web API request: from a query, a form, a multipart form or JSON.

Source: docs.slack.dev/apis/web-api/#methods-argument-formats: forms hold objects as JSON text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from slack_server.api.refusal import Refusal, invalid_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web


@dataclass(frozen=True, slots=True)
class Params:
    """What a request says.

    Attributes:
        values: of JSON as they are typed there, else texts.
    """

    values: Mapping[str, Any] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """Return a value as text."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """Return a value that must be there.

        Raises:
            Refusal: it is not.
        """
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return whether a value is true, as Slack reads it."""
        if name not in self.values:
            return default
        return self.values[name] is True or str(self.values[name]).lower() in {"true", "1"}

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return an object or a list, or None; texts are read as JSON.

        Args:
            name: of the value.
            error: what Slack says where it is no JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(error) from None


async def read_params(request: web.Request) -> Params:
    """Return the arguments of a request; those of the body win.

    Raises:
        Refusal: the body can't be read.
    """
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            said = json.loads(body) if body else {}
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(said, dict):
            raise Refusal("json_not_object")
        return Params(values | {name: value for name, value in said.items() if value is not None})
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        return Params(values | {name: value for name, value in form.items() if isinstance(value, str)})
    if request.content_type in {"application/x-www-form-urlencoded", "application/octet-stream"}:
        return Params(values | dict(parse_qsl(await request.text(), keep_blank_values=True)))
    raise Refusal("invalid_post_type")
