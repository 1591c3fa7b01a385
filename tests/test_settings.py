"""Settings: where they come from, and what is said about those that can't be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, default_database_url, load

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without settings, and an environment without them."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """With nothing set the database is a file in the user's data folder, and nothing is polled."""
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    settings = load()
    assert settings.database_url == f"sqlite:///{folder}/data/paperwire/paperwire.sqlite3"
    assert settings.digest_sources == ()
    assert settings.default_language == "en"
    assert not settings.has_platform_token


def test_environment_over_name_file_over_env_file(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """NAME wins over NAME_FILE, NAME_FILE over `.env`, and `.env` over the default."""
    (folder / ".env").write_text("POLL_INTERVAL=100\nDEFAULT_TZ=Asia/Tokyo\n", encoding="utf-8")
    assert load().poll_interval == 100
    (folder / "interval").write_text("200\n", encoding="utf-8")
    monkeypatch.setenv("POLL_INTERVAL_FILE", str(folder / "interval"))
    assert load().poll_interval == 200
    monkeypatch.setenv("POLL_INTERVAL", "300")
    assert load().poll_interval == 300
    assert load().default_tz == "Asia/Tokyo"


def test_secrets_from_files_are_not_shown(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A token from a file loses its line end, and no rendering of the settings shows a secret."""
    (folder / "token").write_text("123456:invented-token\n", encoding="utf-8")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(folder / "token"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:hush-hush@127.0.0.1/papers")
    monkeypatch.setenv("DIGEST_SOURCES", "https://ada:hush-hush@example.org/feed")
    settings = load()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "123456:invented-token"
    assert settings.has_platform_token
    for shown in (repr(settings), str(settings)):
        assert "invented-token" not in shown
        assert "hush" not in shown


def test_lists_are_split_at_blanks_and_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources and hosts are separated by any blanks."""
    monkeypatch.setenv("DIGEST_SOURCES", "  arxiv:cs.CV\n\thttps://example.org/feed  digests/*.md\n")
    monkeypatch.setenv("FETCH_ALLOW_HOSTS", "127.0.0.1:8000 localhost")
    settings = load()
    assert settings.digest_sources == ("arxiv:cs.CV", "https://example.org/feed", "digests/*.md")
    assert settings.fetch_allow_hosts == ("127.0.0.1:8000", "localhost")


def test_empty_values_are_as_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """`NAME=` in an environment, as compose files write it, is the default."""
    for name in NAMES:
        monkeypatch.setenv(name, "")
    settings = load()
    assert settings.database_url == default_database_url()
    assert settings.poll_interval == Settings.model_fields["poll_interval"].default
    assert settings.telegram_bot_token is None
    assert settings.glossary_file is None
    assert not settings.has_platform_token


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("DEFAULT_LANGUAGE", "zh-CN", "zh_Hans"),
        ("DEFAULT_LANGUAGE", "English", "en"),
        ("LOG_LEVEL", " Debug ", "debug"),
        ("LOG_FORMAT", "JSON", "json"),
        ("DEFAULT_TZ", "Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_forgiving_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: str) -> None:
    """Letter case and names of languages are read as people write them."""
    monkeypatch.setenv(name, value)
    assert getattr(load(), name.lower()) == read


def test_all_problems_at_once(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Every setting that can't be used is named in one message, and no value that may be secret is in it."""
    monkeypatch.setenv("POLL_INTERVAL", "soon")
    monkeypatch.setenv("DEFAULT_TZ", "Mars/Olympus")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "xx")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("QUOTA_SUBSCRIPTIONS", "0")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(folder / "nosuch"))
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(folder / "nosuch-either"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:hush-hush@127.0.0.1/papers")
    with pytest.raises(SettingsError) as caught:
        load()
    message = str(caught.value)
    for name in (
        "POLL_INTERVAL", "DEFAULT_TZ", "DEFAULT_LANGUAGE", "LOG_LEVEL", "QUOTA_SUBSCRIPTIONS",
        "TELEGRAM_BOT_TOKEN_FILE", "SLACK_BOT_TOKEN_FILE",
    ):  # fmt: skip
        assert name in message
    assert "hush" not in message
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary", None])
def test_a_name_file_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, folder: Path, content: bytes | None
) -> None:
    """A NAME_FILE that is no text or a folder is named, without what is in it."""
    path = folder / "secret"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    monkeypatch.setenv("SLACK_APP_TOKEN_FILE", str(path))
    with pytest.raises(SettingsError, match=r"SLACK_APP_TOKEN_FILE: .*secret") as caught:
        load()
    assert "binary" not in str(caught.value)


def test_an_env_file_that_is_no_text(folder: Path) -> None:
    """A `.env` in another encoding is named, not a traceback."""
    (folder / ".env").write_bytes(b"POLL_INTERVAL=100\n# \xc4nderung\n")
    with pytest.raises(SettingsError, match=r"\.env"):
        load()


def test_other_lines_of_an_env_file_do_not_matter(folder: Path) -> None:
    """A `.env` that other programs share is fine."""
    (folder / ".env").write_text("# a comment\nSOMETHING_ELSE=1\nPOLL_INTERVAL = '120'\n", encoding="utf-8")
    assert load().poll_interval == 120


def test_nothing_is_written(folder: Path) -> None:
    """Reading the settings makes no file."""
    load()
    assert list(folder.iterdir()) == []
