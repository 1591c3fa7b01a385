"""Tokens of chat platforms are masked wherever they stand."""

from __future__ import annotations

import pytest

from bot.domain.text.redaction import without_secrets

SECRET = "A" * 20 + "b_-9" * 4


@pytest.mark.parametrize(
    "token",
    [
        f"871000123:{SECRET}",
        f"871000123%3A{SECRET}",
        f"xoxb-1234-5678-{SECRET}",
        f"xoxp-{SECRET}",
        f"xoxe.xoxp-1-{SECRET}",
        f"xapp-1-A0-{SECRET}",
    ],
)
@pytest.mark.parametrize("form", ["{}", "POST /bot{}/send", '{{"token": "{}"}}', "Bearer {}\n", "({})"])
def test_a_token_is_masked(token: str, form: str) -> None:
    """In a path, JSON, a header or alone, also as a URL escapes it."""
    told = without_secrets(form.format(token))
    assert SECRET not in told
    assert "***" in told


@pytest.mark.parametrize(
    "text", ["12:30:45", "arxiv:2401.99001", "at 1750000000: done", "xox", "port 8443:tcp", "doi:10.1000/x"]
)
def test_what_is_no_token_stays(text: str) -> None:
    """Times, ids and ports are no tokens."""
    assert without_secrets(text) == text
