"""The arguments of the `paperwire` command."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Annotated

import typer

from bot import log
from bot.errors import InputError, PaperwireError
from bot.runtime import report
from bot.settings import Settings, load, log_level_number

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from bot.domain.delivery.delivery import State
    from bot.storage.delivery.outbox_admin import Step

app = typer.Typer(
    help="Reads paper digests, knows each paper once, and brings the right ones into your chats.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sources_app = typer.Typer(help="What is polled: add, list, remove, check.", no_args_is_help=True)
app.add_typer(sources_app, name="sources")
outbox_app = typer.Typer(
    help="Messages on their way, and those that failed: ls, show, retry, offer, drop.", no_args_is_help=True
)
app.add_typer(outbox_app, name="outbox")

Uris = Annotated[list[str], typer.Argument(help="Files, folders, globs, git+URL#path, URLs, arxiv:cs.CV, …")]
_LARGEST_ROW = 2**63 - 1
Row = Annotated[int, typer.Argument(min=1, max=_LARGEST_ROW, metavar="ID", help="As `outbox ls` shows it.")]
Rows = Annotated[
    list[int] | None,
    typer.Argument(min=1, max=_LARGEST_ROW, metavar="ID", help="As `outbox ls` shows them."),
]
Failed = Annotated[bool, typer.Option("--failed", help="All that failed.")]
Uncertain = Annotated[bool, typer.Option("--uncertain", help="All that may have arrived.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")]


@app.callback(invoke_without_command=True)
def root(
    *, show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False
) -> None:
    """Handle options that are before a command."""
    if show_version:
        from importlib.metadata import version

        report.say(version("paperwire"))
        raise typer.Exit


@app.command()
def chat() -> None:
    """Chat in the terminal; in a pipe, answer one command a line."""
    from bot.cli import chatting

    _carry_out(chatting.chat)


@app.command()
def run() -> None:
    """Poll sources until stopped."""
    from bot.runtime import run

    _carry_out(run.run)


@app.command("check")
def check_platforms() -> None:
    """Say whether the tokens of chat platforms work."""
    from bot.cli.check import check

    _carry_out(check)


@app.command()
def start() -> None:
    """Chat in the terminal; where a platform token is configured, run."""
    from bot.cli import chatting
    from bot.runtime import run

    _carry_out(lambda settings: (run.run if settings.has_platform_token else chatting.chat)(settings))


@app.command()
def poll(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="With --now: which, as `sources list` shows them."),
    ] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Poll what is due, then end.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Poll at once, due or not, then end.")] = False,
) -> None:
    """Poll the sources that are due."""
    from bot.cli import reading

    if names and not now:
        raise typer.BadParameter("a SOURCE needs --now: paperwire poll --now SOURCE")
    _carry_out(lambda settings: reading.poll(settings, names or (), once=once, now=now))


@app.command()
def ingest(uris: Uris) -> None:
    """Read sources at once and store their papers."""
    from bot.cli import reading

    _carry_out(lambda settings: reading.ingest(settings, uris))


@app.command()
def parse(uris: Uris, *, as_json: AsJson = False) -> None:
    """Print what documents hold; store nothing."""
    from bot.cli import reading

    _carry_out(lambda settings: reading.parse(settings, uris, as_json=as_json))


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="What to look for, as in /search.")],
    *,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="The most papers.")] = 20,
) -> None:
    """Find papers in the archive."""
    from bot.cli import searching

    _carry_out(lambda settings: searching.search(settings, " ".join(query), as_json=as_json, limit=limit))


@app.command()
def match(
    query: Annotated[list[str], typer.Argument(help="What to look for, as in /search.")],
    *,
    as_json: AsJson = False,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Match what these hold, without storing it; repeat it."),
    ] = None,
) -> None:
    """Print every paper that a query matches, in the archive or in sources."""
    from bot.cli import searching

    _carry_out(lambda settings: searching.match(settings, " ".join(query), source or [], as_json=as_json))


@sources_app.command("add")
def add(uris: Uris) -> None:
    """Poll these sources from now on."""
    from bot.cli import reading

    _carry_out(lambda settings: reading.add_sources(settings, uris))


@sources_app.command("list")
def list_sources() -> None:
    """Say what is polled, and how it does."""
    from bot.cli import reading

    _carry_out(reading.list_sources)


@sources_app.command("remove")
def remove(uri: Annotated[str, typer.Argument(help="The source, as `sources list` shows it.")]) -> None:
    """Stop polling a source; its papers stay."""
    from bot.cli import reading

    _carry_out(lambda settings: reading.remove_source(settings, uri))


@sources_app.command("check")
def check(
    uris: Annotated[list[str] | None, typer.Argument(help="All polled ones where none is named.")] = None,
) -> None:
    """Read sources without storing anything, and say what they hold."""
    from bot.cli import reading

    _carry_out(lambda settings: reading.check_sources(settings, uris or []))


@outbox_app.command("ls")
def list_outbox(
    *,
    state: Annotated[list[str] | None, typer.Option(help="Only these, such as sent; repeat it.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="The most, newest.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Count the deliveries and list those that are open, uncertain or failed."""
    from bot.cli import outbox

    _carry_out(lambda settings: outbox.ls(settings, state or [], limit=limit, as_json=as_json))


@outbox_app.command("show")
def show_delivery(row: Row) -> None:
    """Print all of one delivery, with the titles of its digest."""
    from bot.cli import outbox

    _carry_out(lambda settings: outbox.show(settings, row))


@outbox_app.command("retry")
def retry(rows: Rows = None, *, failed: Failed = False, uncertain: Uncertain = False) -> None:
    """Send again now what failed or waits; what is uncertain may then arrive twice."""
    _change("retry", rows, failed=failed, uncertain=uncertain)


@outbox_app.command("offer")
def offer(rows: Rows = None) -> None:
    """Let the next digest of its chat offer what failed or may not have arrived."""
    _change("offer", rows)


@outbox_app.command("drop")
def drop(rows: Rows = None, *, failed: Failed = False, uncertain: Uncertain = False) -> None:
    """Cancel deliveries that no bot is sending now."""
    _change("drop", rows, failed=failed, uncertain=uncertain)


@app.command()
def doctor() -> None:
    """Check settings, database, sources, schedules, outbox and backups; status 1 where there is a problem."""
    from bot.cli import doctor as checks

    _carry_out(checks.doctor)


@app.command()
def backup() -> None:
    """Copy a SQLite database at once, beside a running bot, and print the copy's path."""
    from bot.cli import doctor as checks

    _carry_out(checks.backup)


def _change(step: Step, rows: list[int] | None, *, failed: bool = False, uncertain: bool = False) -> None:
    from bot.cli import outbox

    states: list[State] = []
    if failed:
        states.append("failed")
    if uncertain:
        states.append("uncertain")
    _carry_out(lambda settings: outbox.change(settings, step, rows or [], states))


def _carry_out(command: Callable[[Settings], Coroutine[Any, Any, int]]) -> None:
    """Run a command with the settings; each expected error is one line, status 1, or 2 for settings."""
    try:
        settings = load()
        gc.freeze()
        gc.enable()
        log.set_up_when_needed(
            level=log_level_number(settings),
            json=settings.log_format == "json",
            secrets=settings.secrets,
        )
        status = asyncio.run(command(settings))
    except InputError as error:
        report.problem(error)
        status = 2
    except PaperwireError as error:
        report.problem(error)
        status = 1
    except KeyboardInterrupt:
        status = 130
    raise typer.Exit(status)
