"""Logging with structlog on top of the standard library.

Removes secrets from every line, traceback and foreign logger.
"""

from __future__ import annotations

import json as json_text
import logging
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.domain.text.redaction import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MASK = "***"
_SHORTEST_SECRET = 6
"""Masking shorter values would mask ordinary words."""


def set_up_when_needed(*, level: int, json: bool, secrets: Iterable[str]) -> None:
    """Do what `set_up` does at the first line that is logged: structlog takes 0.1 s to import.

    Args:
        level: as for `set_up`.
        json: as for `set_up`.
        secrets: as for `set_up`.
    """
    root = logging.getLogger()
    root.handlers[:] = [_FirstLine(lambda: set_up(level=level, json=json, secrets=secrets))]
    root.setLevel(level)


def set_up(*, level: int, json: bool, secrets: Iterable[str]) -> None:
    """Send all logs to stderr in one format.

    Args:
        level: a level of the standard library.
        json: True for one JSON object a line, False for people.
        secrets: texts that must never be in a line, such as tokens; what URLs keep secret is masked anyway.
    """
    import structlog

    forms = {form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in _forms(secret)}
    masked = tuple(sorted(forms, key=len, reverse=True))  # an escaped form holds the plain one
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Any] = [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
    if json:
        # Without the local variables of each frame, which hold whole documents.
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        render = [
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    handler = logging.StreamHandler()
    handler.setFormatter(
        _Redacting(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=shared,
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
            ),
            masked,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # httpx logs whole URLs at INFO, and Telegram's hold the token; aiosqlite logs every value at DEBUG.
    for name in ("httpx", "httpcore", "aiosqlite"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # It warns of each tick that comes while the one before still works: that is how long reads continue.
    logging.getLogger("apscheduler.scheduler").setLevel(max(level, logging.ERROR))
    # It logs with a traceback that a last question at the end had no answer; `Reached` has said why.
    logging.getLogger("telegram.ext.Updater").setLevel(logging.CRITICAL)
    # It warns of each macro without arguments in somebody's abstract.
    logging.getLogger("pylatexenc").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _forms(secret: str) -> set[str]:
    """Return how a secret may be in a line: as it is, or escaped within JSON, a `repr` or a URL."""
    return {
        secret,
        json_text.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        quote(secret),
        quote(secret, safe=""),
    }


class _FirstLine(logging.Handler):
    """Sets logging up when the first line comes, and hands the line on."""

    def __init__(self, set_up_now: Callable[[], None]) -> None:
        super().__init__()
        self._set_up_now = set_up_now

    def emit(self, record: logging.LogRecord) -> None:
        self._set_up_now()
        root = logging.getLogger()
        if logging.getLogger(record.name).isEnabledFor(record.levelno):
            root.handle(record)


class _Redacting(logging.Formatter):
    """Masks secrets in the finished line, so tracebacks and foreign loggers are covered too."""

    def __init__(self, inner: logging.Formatter, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, _MASK)
        return without_secrets(line)
