"""Settings, from the environment and from `.env` in the working folder; no other module reads them.

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

from bot.domain.delivery.delivery import OnUncertain  # noqa: TC001 (pydantic reads it)
from bot.domain.schedules.time_zone import UnknownZoneError, parse_zone
from bot.errors import SettingsError
from bot.i18n import match_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_ENV_FILE = ".env"
_LAST_PORT = 65_535
_Words = Annotated[tuple[str, ...], NoDecode]


def default_database_url() -> str:
    """Return the URL of a SQLite file under the user's data folder."""
    return f"sqlite:///{Path(platformdirs.user_data_dir('paperwire')) / 'paperwire.sqlite3'}"


class Settings(BaseSettings):
    """The settings of an operator. Times are seconds.

    Attributes:
        database_url: `sqlite:///…` or `postgresql://…`.
        digest_sources: source URIs, separated by blanks or new lines.
        poll_interval: seconds between two polls of a source.
        fetch_allow_hosts: hosts or host:port that the guard lets through.
        backfill_days: days before today that a new source of arXiv is read back; 0 for none.
        complete_papers: whether arXiv is asked for authors and categories that no source gave.
        arxiv_rss_url: arXiv's feeds, without the category.
        arxiv_api_url: arXiv's query API.
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
        slack_bot_token: the bot's in one workspace of Slack.
        slack_app_token: starts Slack over Socket Mode.
        slack_signing_secret: starts Slack over HTTP instead: Slack signs its requests with it.
        slack_listen: host:port of Slack's requests, and of the pages where workspaces install the app.
        slack_client_id: lets other workspaces install the app, with the next two.
        slack_client_secret: of the app.
        slack_token_key: seals the tokens that workspaces give; 32 bytes in base64, older keys after it.
        slack_api_url: Slack's Web API.
        slack_threads: whether a digest in a channel has the full cards in its thread.
        channel_policy: who may change what a channel of Slack gets.
    """

    model_config = SettingsConfigDict(
        env_file=_ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    database_url: str = Field(default_factory=default_database_url, repr=False)
    digest_sources: _Words = Field(default=(), repr=False)
    poll_interval: int = Field(default=1800, ge=60, le=86_400)
    fetch_allow_hosts: _Words = ()
    backfill_days: int = Field(default=30, ge=0, le=365)
    complete_papers: bool = True
    arxiv_rss_url: str = "https://rss.arxiv.org/rss"
    arxiv_api_url: str = "https://export.arxiv.org/api/query"
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
    slack_signing_secret: SecretStr | None = None
    slack_listen: str = "127.0.0.1:3000"
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_token_key: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_threads: bool = True
    channel_policy: Literal["creator", "members", "admins"] = "members"

    @property
    def has_platform_token(self) -> bool:
        """Whether a chat platform beside the terminal is configured."""
        return self.telegram_bot_token is not None or self.has_slack

    @property
    def has_slack(self) -> bool:
        """Whether Slack is configured."""
        return any((self.slack_bot_token, self.slack_app_token, self.slack_client_id))

    @property
    def secrets(self) -> list[str]:
        """All values that no line may show; of a list of keys, each."""
        held = [getattr(self, name) for name in type(self).model_fields]
        values = [one.get_secret_value() for one in held if isinstance(one, SecretStr)]
        return [*values, *(key for value in values for key in value.split())]

    @field_validator("digest_sources", "fetch_allow_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("log_level", "log_format", "delivery_on_uncertain", "channel_policy", mode="before")
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

    @field_validator(
        "arxiv_rss_url", "arxiv_api_url", "telegram_api_url", "telegram_webhook_url", "slack_api_url"
    )
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            message = f"{value!r} is no URL; write https://…"
            raise ValueError(message)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _folder(cls, value: str) -> str:
        return f"{value.rstrip('/')}/"

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _beginning(value, "xoxb-", "a bot's token", "OAuth & Permissions")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _beginning(value, "xapp-", "an app-level token", "Basic Information")

    @field_validator("slack_token_key")
    @classmethod
    def _sealing_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            # The library takes its time to import; who has no key does not need it.
            from bot.sealing import Sealer

            try:
                Sealer(value.get_secret_value(), setting="SLACK_TOKEN_KEY")
            except SettingsError as error:
                raise ValueError(str(error).removeprefix("SLACK_TOKEN_KEY: ")) from error
        return value

    @field_validator("telegram_listen", "slack_listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port[:6]) <= _LAST_PORT:
            message = f"{value!r} is not host:port, such as 0.0.0.0:8443"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        lacking = [*self._lacking_of_telegram(), *self._lacking_of_slack()]
        if lacking:
            raise ValueError("; ".join(lacking))
        return self

    def _lacking_of_telegram(self) -> Iterator[str]:
        if self.telegram_webhook_url and not self.telegram_webhook_secret:
            yield "TELEGRAM_WEBHOOK_SECRET: a webhook needs one, or anybody could speak for Telegram"

    def _lacking_of_slack(self) -> Iterator[str]:
        if not self.has_slack and not self.slack_signing_secret:
            return
        if not self.slack_app_token and not self.slack_signing_secret:
            yield (
                "SLACK_APP_TOKEN: Slack needs one for Socket Mode (Basic Information, App-Level Tokens), "
                "or SLACK_SIGNING_SECRET for HTTP"
            )
        if not self.slack_bot_token and not self.slack_client_id:
            yield (
                "SLACK_BOT_TOKEN: Slack needs one (OAuth & Permissions, after Install to Workspace), "
                "or SLACK_CLIENT_ID, by which workspaces install the app"
            )
        together = {
            "SLACK_CLIENT_ID": self.slack_client_id,
            "SLACK_CLIENT_SECRET": self.slack_client_secret,
            "SLACK_TOKEN_KEY": self.slack_token_key,
        }
        if self.slack_client_id or self.slack_client_secret:
            for name in (name for name, value in together.items() if not value):
                yield f"{name}: installing in workspaces needs it, as {', '.join(together)} belong together"

    @field_validator("default_language")
    @classmethod
    def _language(cls, value: str) -> str:
        language = match_language(value)
        if language is None:
            message = f"there is no translation into {value!r}; use en or zh"
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


def _beginning(value: SecretStr | None, prefix: str, what: str, page: str) -> SecretStr | None:
    """Return a token that begins as it must: there are two, and they are easily taken for each other.

    Raises:
        ValueError: it begins otherwise; does not say how.
    """
    if value is not None and not value.get_secret_value().startswith(prefix):
        message = f"{what} begins with {prefix}; your app's page on api.slack.com shows it below {page}"
        raise ValueError(message)
    return value


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
