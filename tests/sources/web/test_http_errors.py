"""Errors of httpx, TLS and sockets become ours, all of them."""

from __future__ import annotations

import ssl

import httpx
import pytest

from bot.errors import FetchError
from bot.sources.web.http_errors import FOREIGN_ERRORS, status_reason, translated


def _exception_classes(module: object) -> list[type[BaseException]]:
    values = [getattr(module, name) for name in dir(module)]
    return [value for value in values if isinstance(value, type) and issubclass(value, BaseException)]


@pytest.mark.parametrize("kind", _exception_classes(httpx), ids=lambda kind: kind.__name__)
def test_every_error_of_httpx_has_its_translation(kind: type[BaseException]) -> None:
    """Each exception class of httpx is in the table itself, not only by its parent."""
    assert kind in FOREIGN_ERRORS
    error = translated("digest", kind.__new__(kind))
    assert isinstance(error, FetchError)
    assert str(error).startswith("digest: ")


@pytest.mark.parametrize("kind", [*_exception_classes(ssl), ConnectionResetError, TimeoutError])
def test_errors_of_tls_and_sockets_have_their_translation(kind: type[BaseException]) -> None:
    """What ssl and the sockets raise is translated too."""
    assert isinstance(translated("digest", kind.__new__(kind)), FetchError)


def test_bugs_are_not_translated() -> None:
    """An error that no request raises is a bug and stays one."""
    with pytest.raises(TypeError):
        translated("digest", KeyError("x"))


@pytest.mark.parametrize(("status", "expected"), [(404, "not found"), (418, "teapot"), (799, "refused")])
def test_every_status_has_a_reason(status: int, expected: str) -> None:
    """Statuses that no standard knows have a reason too."""
    assert expected in status_reason(status)
