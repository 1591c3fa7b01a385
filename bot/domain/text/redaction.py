"""Removes passwords and tokens from texts before people or logs see them."""

from __future__ import annotations

import re

# `//user:password@host`; the second form is a URL whose password holds a slash and so can't be read.
_USERINFO = re.compile(
    r"(?P<scheme>ssh:)?//(?P<user>[^/?#\s]*(?=@)|[^/?#\s@\[]*:(?!\d*(?:[/?#\s]|$))\S*(?=@))@", re.IGNORECASE
)
_SECRET_PARAMETER = re.compile(
    r"(?P<name>[?&;#](?:[\w.-]|%[0-9a-f]{2})*?"
    r"(?:token|secret|passwo?r?d|pwd|signature|credentials?|api-?key|access-?key"
    r"|(?<![a-z0-9])(?:key|sig|auth|pass)))"
    r"=[^&;#\s]*",
    re.IGNORECASE,
)

# Tokens of chat platforms, also those that no setting holds: of workspaces that installed the app.
_TOKEN = re.compile(r"xox[a-z](?:\.xox[a-z])?-[\w-]{8,}|xapp-[\w-]{8,}|(?<!\d)\d{6,12}(?::|%3[Aa])[\w-]{30,}")


def without_secrets(text: str) -> str:
    """Return a text without what its URLs keep secret.

    User names and passwords before the host are cut out (of ssh only where there is a password, since its
    user name is no secret but part of the address); the values of query parameters such as `token`, `key`
    or `access_token` become `***`, as do tokens of Slack and Telegram wherever they stand. Works on any text,
    so error messages of other programs may pass.
    """
    masked = _SECRET_PARAMETER.sub(r"\g<name>=***", _USERINFO.sub(_without_user, text))
    return _TOKEN.sub("***", masked)


def _without_user(match: re.Match[str]) -> str:
    if match["scheme"] and ":" not in match["user"]:
        return match[0]
    return f"{match['scheme'] or ''}//"
