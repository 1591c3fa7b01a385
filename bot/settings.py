"""Settings: from the environment, over `.env` in the working folder; read nowhere else.

Each NAME may also be given as NAME_FILE, a file that holds the value (for secrets of containers). All
problems are reported at once.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.delivery import OnUncertain  # noqa: TC001 (pydantic reads it)
from bot.domain.time_zone import UnknownZoneError, parse_zone
from bot.errors import SettingsError
from bot.i18n import match_language

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

DEFAULT_SOURCES = ("arxiv:cs.CV+cs.LG+cs.CL+cs.AI",)
"""What `paperwire run` polls where nothing is configured."""

_ENV_FILE = ".env"
_LAST_PORT = 65_535
_Words = Annotated[tuple[str, ...], NoDecode]


def default_database_url() -> str:
    """Return the URL of a SQLite file under the user's data folder."""
    return f"sqlite:///{Path(platformdirs.user_data_dir('paperwire')) / 'paperwire.sqlite3'}"


class Settings(BaseSettings):
    """What an operator may choose. Times are seconds.

    Attributes:
        database_url: `sqlite:///…` or `postgresql://…`.
        digest_sources: source URIs, separated by blanks or new lines.
        poll_interval: seconds between two polls of a source.
        fetch_allow_hosts: hosts or host:port that the guard lets through.
        default_tz: the time zone of new chats.
        default_language: the language of new chats.
        log_level: what is logged.
        log_format: `console` for people, `json` for machines.
        quota_subscriptions: how many subscriptions a chat may have.
        tick_seconds: seconds between two looks for what is due.
        lease_seconds: seconds that a claim or lease of a process holds; it renews them while it lives.
        drain_seconds: seconds at most to finish what is being sent when the process is told to end.
        catch_up_hours: hours after which a missed slot is not served any more; its papers come with the next.
        deliveries_in_flight: messages being sent at most; after a kill so many may have arrived or not.
        delivery_on_uncertain: what to do with a message that may have arrived.
        keep_days: days that digests and deliveries are kept.
        backup_folder: where the nightly copies of a SQLite database go; default: beside it.
        glossary_file: an operator's own Chinese-English terms, added to the bundled ones.
        telegram_bot_token: starts the Telegram platform.
        telegram_api_url: the Bot API server.
        telegram_webhook_url: where Telegram sends updates to; without it they are polled.
        telegram_webhook_secret: what Telegram sends along with each; 1 to 256 of A-Z, a-z, 0-9, _ and -.
        telegram_listen: host:port where the webhook is served.
        slack_bot_token: starts the Slack platform, with the next.
        slack_app_token: Slack's Socket Mode.
    """

    model_config = SettingsConfigDict(
        env_file=_ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    database_url: str = Field(default_factory=default_database_url, repr=False)
    digest_sources: _Words = Field(default=(), repr=False)
    poll_interval: int = Field(default=1800, ge=60, le=86_400)
    fetch_allow_hosts: _Words = ()
    default_tz: str = "UTC"
    default_language: str = "en"
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    log_format: Literal["console", "json"] = "console"
    quota_subscriptions: int = Field(default=30, ge=1, le=1000)
    tick_seconds: float = Field(default=15.0, ge=0.1, le=300)
    lease_seconds: int = Field(default=120, ge=1, le=3600)
    drain_seconds: float = Field(default=20.0, ge=0, le=300)
    catch_up_hours: float = Field(default=12.0, gt=0, le=168)
    deliveries_in_flight: int = Field(default=3, ge=1, le=1000)
    delivery_on_uncertain: OnUncertain = "offer"
    keep_days: int = Field(default=400, ge=31, le=10_000)
    backup_folder: Path | None = None
    glossary_file: Path | None = None
    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_listen: str = "127.0.0.1:8443"
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None

    @property
    def has_platform_token(self) -> bool:
        """Whether a chat platform beside the terminal is configured."""
        return any((self.telegram_bot_token, self.slack_bot_token, self.slack_app_token))

    @field_validator("digest_sources", "fetch_allow_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("log_level", "log_format", "delivery_on_uncertain", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("default_tz")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value == "UTC":
            return value
        try:
            return parse_zone(value)
        except UnknownZoneError as error:
            raise ValueError(str(error)) from error

    @field_validator("telegram_api_url", "telegram_webhook_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            message = f"{value!r} is no URL; write https://…"
            raise ValueError(message)
        return value

    @field_validator("telegram_listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port[:6]) <= _LAST_PORT:
            message = f"{value!r} is not host:port, such as 0.0.0.0:8443"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _has_secret(self) -> Self:
        if self.telegram_webhook_url and not self.telegram_webhook_secret:
            message = "TELEGRAM_WEBHOOK_SECRET: a webhook needs one, or anybody could speak for Telegram"
            raise ValueError(message)
        return self

    @field_validator("default_language")
    @classmethod
    def _language(cls, value: str) -> str:
        language = match_language(value)
        if language is None:
            message = f"{value!r} is not spoken here; use en or zh"
            raise ValueError(message)
        return language

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the library's signature)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put NAME_FILE after NAME and before `.env`."""
        return (init_settings, env_settings, _NameFile(settings_cls), dotenv_settings)


class _NameFile(PydanticBaseSettingsSource):
    """Reads settings from the files that NAME_FILE name; `load` reports those that can't be read."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 (the library's signature)
        field_name: str,
    ) -> tuple[str | None, str, bool]:
        value, _ = _read_name_file(field_name)
        return value, field_name, False

    def __call__(self) -> dict[str, str]:
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value}


def _read_name_file(name: str) -> tuple[str | None, str | None]:
    """Return a setting's value from the file that NAME_FILE names, or why that file can't be read."""
    path = os.environ.get(f"{name.upper()}_FILE")
    if not path:
        return None, None
    try:
        return Path(path).read_text(encoding="utf-8").strip(), None
    except OSError as error:
        return None, f"{name.upper()}_FILE: {path}: {error.strerror}"
    except UnicodeDecodeError:
        return None, f"{name.upper()}_FILE: {path}: it is not UTF-8 text"


def load() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: values that can't be used; names every one of them, and no secret.
    """
    problems = [problem for name in Settings.model_fields if (problem := _read_name_file(name)[1])]
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [
            # What concerns several settings names them itself.
            ": ".join([*(str(part).upper() for part in problem["loc"][:1]), problem["msg"]]).replace(
                "Value error, ", "", 1
            )
            for problem in error.errors(include_input=False, include_url=False)
        ]
    except UnicodeDecodeError:
        problems.append(f"{_ENV_FILE}: it is not UTF-8 text")
    if problems:
        raise SettingsError("; ".join(problems) + " (set in the environment or in .env)")
    return settings


def log_level_number(settings: Settings) -> int:
    """Return the standard library's number of the log level."""
    return logging.getLevelNamesMapping()[settings.log_level.upper()]
