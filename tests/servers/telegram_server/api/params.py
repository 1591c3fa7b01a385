"""Parameters of a Bot API request: from a query, a form, a multipart form or JSON.

Source: core.telegram.org/bots/api#making-requests
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from telegram_server.api.refusal import Refusal, bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Params:
    """What a request says; numbers and objects are text, as forms have them."""

    values: Mapping[str, str]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a value as it is."""
        return self.values.get(name, default)

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number."""
        value = self.values.get(name, "")
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise bad_request(f'invalid parameter "{name}" specified') from None

    def flag(self, name: str) -> bool:
        """Return whether a value is true, as Telegram reads it."""
        return self.values.get(name, "").lower() in {"true", "yes", "1"}

    def structure(self, name: str) -> Any:
        """Return a JSON-serialized value, or None."""
        value = self.values.get(name, "")
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """Return the file of a parameter, which may name another part by `attach://`."""
        part = self.values.get(name, "").removeprefix("attach://") or name
        return self.uploads.get(part)


def read_params(target: str, content_type: str, body: bytes) -> Params:
    """Return the parameters of a request.

    Args:
        target: path and query of the request.
        content_type: the header.
        body: as it came.
    """
    values = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" and body:
        return Params(values | _from_json(body))
    if kind == "application/x-www-form-urlencoded":
        return Params(values | dict(parse_qsl(body.decode(), keep_blank_values=True)))
    if kind == "multipart/form-data":
        fields, uploads = _from_multipart(content_type, body)
        return Params(values | fields, uploads)
    return Params(values)


def _from_json(body: bytes) -> dict[str, str]:
    try:
        said = json.loads(body)
    except ValueError:
        raise Refusal(400, "Bad Request: can't parse request: Can't parse JSON object") from None
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in said.items()
        if value is not None
    }


def _from_multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes), "a form has no parts in parts"
        filename = part.get_filename()
        if filename is None:
            fields[name] = payload.decode()
        else:
            uploads[name] = Upload(filename, payload, part.get_content_type())
    return fields, uploads
