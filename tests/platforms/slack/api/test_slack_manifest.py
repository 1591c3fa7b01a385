"""The manifest that creates the app, and the settings that start it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from running_slack import KEY

from bot.errors import SettingsError
from bot.platforms.slack.api.scopes import EVENTS, SCOPES, missing
from bot.settings import Settings, load

MANIFEST = Path(__file__).parents[4] / "deploy" / "slack_manifest.yaml"
NAMES = [name.upper() for name in Settings.model_fields]


@pytest.fixture
def manifest() -> dict[str, Any]:
    """The manifest."""
    read: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return read


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without settings."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_the_manifest_asks_for_what_the_code_needs(manifest: dict[str, Any]) -> None:
    """No scope and no event more or less than the code knows."""
    assert manifest["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)


def test_slack_takes_the_manifest(manifest: dict[str, Any]) -> None:
    """Its texts keep to the limits of docs.slack.dev/reference/app-manifest."""
    about = manifest["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    commands = manifest["features"]["slash_commands"]
    assert {one["command"] for one in commands} == {"/papers", "/subscribe", "/unsubscribe"}
    for one in commands:
        assert len(one["command"]) <= 32
        assert len(one["description"]) <= 2000
        assert len(one["usage_hint"]) <= 1000
    for one in manifest["features"]["shortcuts"]:
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150
    assert manifest["settings"]["socket_mode_enabled"]


@given(st.sets(st.sampled_from(sorted(SCOPES))), st.sampled_from([",", ", "]))
def test_missing_scopes_are_those_that_were_not_granted(granted: set[str], between: str) -> None:
    """Whatever else a token may do does not matter."""
    assert set(missing(between.join([*granted, "team:read"]))) == set(SCOPES) - granted


TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
OAUTH = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_TOKEN_KEY": KEY}


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, {"SLACK_APP_TOKEN: Slack needs one"}),
        ({"SLACK_APP_TOKEN": "xapp-1"}, {"SLACK_BOT_TOKEN: Slack needs one"}),
        ({"SLACK_SIGNING_SECRET": "s"}, {"SLACK_BOT_TOKEN: Slack needs one"}),
        (
            {"SLACK_BOT_TOKEN": "xapp-secret-1", "SLACK_APP_TOKEN": "xoxb-secret-1"},
            {"SLACK_BOT_TOKEN: a bot's token", "SLACK_APP_TOKEN: an app-level token"},
        ),
        (TOKENS | {"SLACK_CLIENT_ID": "1.2"}, {"SLACK_CLIENT_SECRET: ", "SLACK_TOKEN_KEY: "}),
        (TOKENS | {"SLACK_CLIENT_SECRET": "s"}, {"SLACK_CLIENT_ID: ", "SLACK_TOKEN_KEY: "}),
        (OAUTH, {"SLACK_APP_TOKEN: "}),
        (TOKENS | OAUTH | {"SLACK_TOKEN_KEY": "short-secret-1"}, {"SLACK_TOKEN_KEY: key 1 is not"}),
        (TOKENS | {"SLACK_LISTEN": "3000"}, {"SLACK_LISTEN: "}),
        (TOKENS | {"SLACK_API_URL": "slack.com"}, {"SLACK_API_URL: "}),
        (TOKENS | {"CHANNEL_POLICY": "nobody"}, {"CHANNEL_POLICY: "}),
        (TOKENS | {"SLACK_THREADS": "perhaps"}, {"SLACK_THREADS: "}),
        (
            TOKENS | {"SLACK_CLIENT_ID": "1", "TELEGRAM_WEBHOOK_URL": "https://a.example"},
            {"SLACK_CLIENT_SECRET: ", "SLACK_TOKEN_KEY: ", "TELEGRAM_WEBHOOK_SECRET: "},
        ),
    ],
)
def test_what_slack_lacks_is_said_at_once(
    environment: pytest.MonkeyPatch, settings: dict[str, str], problems: set[str]
) -> None:
    """Each setting that is missing or wrong is named with its next step, and no secret is shown."""
    for name, value in settings.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load()
    said = str(refused.value)
    assert not [problem for problem in problems if problem not in said], said
    assert "secret-1" not in said


@pytest.mark.parametrize(
    "settings",
    [
        TOKENS,
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"},
        OAUTH | {"SLACK_APP_TOKEN": "xapp-1"},
        TOKENS
        | OAUTH
        | {"SLACK_THREADS": "off", "CHANNEL_POLICY": "Admins", "SLACK_API_URL": "http://a.b/api"},
    ],
)
def test_what_starts_slack(environment: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    """One workspace or many, over Socket Mode or HTTP; no rendering shows a secret."""
    for name, value in settings.items():
        environment.setenv(name, value)
    read = load()
    assert read.has_slack
    assert read.has_platform_token
    assert read.slack_api_url.endswith("/api/")
    assert "xoxb-1" not in repr(read)
    assert KEY not in repr(read)
