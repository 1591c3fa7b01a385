"""Logging: one format, and no secret in any line."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import log

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "123456:invented-token"
FORMATS = pytest.mark.parametrize("as_json", [True, False])


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Give the loggers back as they were."""
    names = (None, "httpx", "httpcore", "aiosqlite")
    levels = {name: logging.getLogger(name).level for name in names}
    handlers = logging.getLogger().handlers[:]
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def failing(secret: str) -> None:
    """Raise an error whose message and frames hold a secret."""
    held = f"https://api.example.org/bot{secret}/send"
    raise ValueError(held)


@FORMATS
def test_secrets_are_masked_everywhere(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    """A token is masked in events, values, tracebacks, and what other libraries log."""
    log.set_up(level=logging.DEBUG, json=as_json, secrets=[TOKEN])
    own = structlog.get_logger("bot.anything")
    own.warning(f"sending with {TOKEN}", url=f"https://api.example.org/bot{TOKEN}/send", tokens=[TOKEN])
    logging.getLogger("some.library").error("POST %s", f"/bot{TOKEN}/send", extra={"token": TOKEN})
    try:
        failing(TOKEN)
    except ValueError:
        own.exception("sending failed")
        logging.getLogger("some.library").exception("failed in a library")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert TOKEN not in shown.err
    assert shown.err.count("***") >= 6
    assert "ValueError" in shown.err


@FORMATS
def test_what_urls_keep_secret_is_masked(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    """Passwords and tokens within URLs are masked though nobody named them."""
    log.set_up(level=logging.INFO, json=as_json, secrets=[])
    try:
        failing("x?api_key=deep-secret")
    except ValueError:
        structlog.get_logger().exception(
            "failed", database="postgresql://ada:hush-hush@db.example.org/papers"
        )
    shown = capsys.readouterr().err
    assert "hush" not in shown
    assert "deep" not in shown
    assert "db.example.org/papers" in shown


@FORMATS
@settings(deadline=None)
@given(secret=st.text(min_size=6, max_size=30).filter(lambda text: len(set(text.strip())) > 3))
def test_any_secret_is_masked_however_it_is_escaped(secret: str, *, as_json: bool) -> None:
    """Quotes, backslashes and control characters in a secret don't let it through."""
    log.set_up(level=logging.INFO, json=as_json, secrets=[secret])
    handler = logging.getLogger().handlers[0]
    record = logging.LogRecord("x", logging.INFO, "x", 1, "value %s", (f"<{secret}>",), None)
    line = handler.format(record)
    text = json.loads(line)["event"] if as_json else line
    assert f"<{secret}>" not in text


def test_short_values_are_no_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """A value of a few letters is not masked: it would mask ordinary words."""
    log.set_up(level=logging.INFO, json=False, secrets=["", "a", "paper"])
    structlog.get_logger().info("a paper came")
    assert "a paper came" in capsys.readouterr().err


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Every record, a traceback too, is one line of JSON with time, level and event."""
    log.set_up(level=logging.INFO, json=True, secrets=[])
    structlog.get_logger().info("扩散 came", count=3)
    try:
        failing("x")
    except ValueError:
        structlog.get_logger().exception("failed")
    logging.getLogger("some.library").warning("two\nlines")
    records = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [record["event"] for record in records] == ["扩散 came", "failed", "two\nlines"]
    assert [record["level"] for record in records] == ["info", "error", "warning"]
    assert all(record["timestamp"].endswith("Z") for record in records)
    assert records[0]["count"] == 3
    assert "held" not in json.dumps(records[1]["exception"])


def test_chatty_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Libraries that log whole URLs or every value of a statement stay silent below a warning."""
    log.set_up(level=logging.DEBUG, json=False, secrets=[])
    for name in ("httpx", "httpcore.connection", "aiosqlite"):
        logging.getLogger(name).info("GET https://example.org/private")
        logging.getLogger(name).debug("INSERT ('private')")
        logging.getLogger(name).warning("odd")
    shown = capsys.readouterr().err
    assert "private" not in shown
    assert shown.count("odd") == 3


def test_the_level_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What is below the level is not logged."""
    log.set_up(level=logging.WARNING, json=False, secrets=[])
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    shown = capsys.readouterr().err
    assert "quiet" not in shown
    assert "loud" in shown
