"""Sealing of secrets, and the keys for it."""

from __future__ import annotations

import base64
import traceback

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.sealing import Sealer

SECRET = "xoxb-a-secret-token"
# Not random: they are in the names of tests, which all workers must agree on.
OLD, NEW = (base64.urlsafe_b64encode(sign * 32).decode() for sign in (b"o", b"n"))

keys = st.binary(min_size=32, max_size=32).map(base64.b64encode).map(bytes.decode)
texts = st.text(st.characters(exclude_categories=["Cs"]))


def sealer(*given_keys: str) -> Sealer:
    """Return a sealer with these keys."""
    return Sealer(" ".join(given_keys), setting="SLACK_TOKEN_KEY")


@given(st.lists(keys, min_size=1, max_size=4), texts)
def test_what_is_sealed_is_opened(given_keys: list[str], text: str) -> None:
    """Any text comes back as it was; sealed it is ASCII, and each time another one."""
    one = sealer(*given_keys)
    sealed = one.seal(text)
    assert one.open(sealed) == text
    assert sealed.isascii()
    assert sealed != one.seal(text)


@given(keys, texts)
def test_both_alphabets_of_base64_are_keys(key: str, text: str) -> None:
    """A key is the same one in URL-safe base64 or not, with or without its padding."""
    sealed = sealer(key).seal(text)
    for form in (key.rstrip("="), key.replace("+", "-").replace("/", "_")):
        assert sealer(form).open(sealed) == text


def test_the_first_key_seals_and_all_keys_open() -> None:
    """A key put before the old one opens what the old one sealed; the old one alone opens nothing new."""
    old, both, new = sealer(OLD), sealer(NEW, OLD), sealer(NEW)
    before = old.seal("xoxb-1")
    assert both.open(before) == "xoxb-1"
    after = both.seal("xoxb-2")
    assert new.open(after) == "xoxb-2"
    with pytest.raises(SettingsError):
        old.open(after)


def test_what_an_old_key_sealed_is_renewed() -> None:
    """Sealed again the new key alone opens it; what the first key sealed stays as it is."""
    both = sealer(NEW, OLD)
    renewed = both.renewed(sealer(OLD).seal("xoxb-1"))
    assert renewed is not None
    assert sealer(NEW).open(renewed) == "xoxb-1"
    assert both.renewed(renewed) is None
    with pytest.raises(SettingsError):
        sealer(NEW).renewed(sealer(OLD).seal("xoxb-1"))


@given(st.data())
def test_what_somebody_changed_is_refused(data: st.DataObject) -> None:
    """One bit of the sealed bytes is enough."""
    raw = bytearray(base64.urlsafe_b64decode(sealer(NEW).seal("xoxb-1")))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SettingsError):
        sealer(NEW).open(base64.urlsafe_b64encode(raw).decode())


@given(st.text(max_size=200))
def test_what_was_never_sealed_is_refused(text: str) -> None:
    """Whatever is in the database, the only error is ours."""
    for reading in (sealer(NEW).open, sealer(NEW).renewed):
        with pytest.raises(SettingsError, match="SLACK_TOKEN_KEY"):
            reading(text)


@pytest.mark.parametrize(
    ("given_keys", "problem"),
    [
        ("", "there is no key"),
        (" \n", "there is no key"),
        ("secret", "key 1 is not 32 bytes"),
        (f"{NEW} {OLD[:-2]}", "key 2 is not 32 bytes"),
        (f"{NEW}, {OLD}", "key 1 is not 32 bytes"),
        (f"{NEW[:20]}!{NEW[20:]}", "key 1 is not 32 bytes"),
        ("é" * 43, "key 1 is not 32 bytes"),
    ],
)
def test_a_key_that_can_not_be_used_is_told(given_keys: str, problem: str) -> None:
    """The error names the setting, which key and how to make one, and shows no key."""
    with pytest.raises(
        SettingsError, match=rf"^SLACK_TOKEN_KEY: {problem}.*openssl rand -base64 32"
    ) as caught:
        Sealer(given_keys, setting="SLACK_TOKEN_KEY")
    told = "".join(traceback.format_exception(caught.value))
    assert not any(key in told for key in given_keys.split())


def test_a_sealer_shows_no_key() -> None:
    """Neither itself nor what is raised where no key opens a text."""
    one = sealer(NEW, OLD)
    with pytest.raises(SettingsError) as caught:
        one.open(sealer(Fernet.generate_key().decode()).seal(SECRET))
    shown = f"{one!r} {one} {''.join(traceback.format_exception(caught.value))}"
    assert "SLACK_TOKEN_KEY" in shown
    assert not any(secret in shown for secret in (NEW, OLD, SECRET))
