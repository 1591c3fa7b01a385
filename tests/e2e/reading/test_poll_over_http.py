"""`paperwire poll --once` and `paperwire sources` against a web server on 127.0.0.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invented_digests import feed, overview
from web_server import Asked, response, says, serving

if TYPE_CHECKING:
    import asyncio

    from command_line import CommandLine
    from web_server import Loopback

pytest_plugins = ("command_line_fixtures",)

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
LAKES = ("2503.00002v1", "Lakes of Tokens", "Language models of still water.")
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><rss version="2.0">&c;</rss>'


def watch(paperwire: CommandLine, server: Loopback, *paths: str) -> None:
    """Let the command poll a server's paths."""
    paperwire.settings["FETCH_ALLOW_HOSTS"] = f"127.0.0.1:{server.port}"
    paperwire.settings["DIGEST_SOURCES"] = " ".join(f"{server.url}{path}" for path in paths)


async def etag(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Answer 304 to whoever has the feed already."""
    if asked.headers.get("if-none-match") == '"one"':
        writer.write(response("304 Not Modified", etag='"one"'))
    else:
        writer.write(response(body=feed([RIVERS, LAKES]), content_type="application/rss+xml", etag='"one"'))
    await writer.drain()


async def test_new_then_not_due_then_nothing_new(paperwire: CommandLine) -> None:
    """The first poll brings papers, the next is not due, and when it is, a 304 says that nothing is new."""
    async with serving(etag) as server:
        watch(paperwire, server, "/feed")
        first = await paperwire("poll", "--once")
        assert (first.status, first.err) == (0, "")
        assert first.lines == [f"{server.url}/feed: 1 document: 2 new papers, 0 merged, 0 unchanged"]
        early = await paperwire("poll", "--once")
        assert (early.status, early.err) == (0, "")
        assert early.lines == ["not due yet: 1 of 1"]
        assert len(server.asked) == 1
        paperwire.make_due()
        again = await paperwire("poll", "--once")
        assert (again.status, again.err) == (0, "")
        assert again.lines == [f"{server.url}/feed: nothing new"]
        assert server.asked[1].headers["if-none-match"] == '"one"'


async def test_what_is_not_due_is_read_when_it_is_asked_for(paperwire: CommandLine) -> None:
    """`--now` reads at once what is configured, or the sources that are named; an unknown name is told."""
    async with serving(etag) as server:
        watch(paperwire, server, "/feed", "/other")
        await paperwire("poll", "--once")
        both = await paperwire("poll", "--now")
        assert both.lines == [f"{server.url}/feed: nothing new", f"{server.url}/other: nothing new"]
        one = await paperwire("poll", "--now", f"{server.url}/other")
        assert (one.status, one.lines) == (0, [f"{server.url}/other: nothing new"])
        asked = len(server.asked)
        unknown = await paperwire("poll", "--now", "arxiv:cs.CV")
        assert unknown.status == 2
        assert unknown.err.startswith("paperwire: arxiv:cs.CV: no such source; polled now: ")
        wrong = await paperwire("poll", "arxiv:cs.CV")
        assert wrong.status == 2
        assert "--now" in wrong.err
        assert len(server.asked) == asked


async def test_due_again_after_the_interval(paperwire: CommandLine) -> None:
    """A healthy source is due POLL_INTERVAL seconds after its poll, or a tenth later."""
    paperwire.settings["POLL_INTERVAL"] = "600"
    async with serving(etag) as server:
        watch(paperwire, server, "/feed")
        await paperwire("poll", "--once")
    ((polled, due),) = paperwire.rows("SELECT last_polled_at, next_poll_at FROM sources")
    assert 600 <= due - polled <= 661


async def test_an_overloaded_server_says_when(paperwire: CommandLine) -> None:
    """A 503 with Retry-After is one line and status 1, and the source rests as long as it asks."""
    async with serving(says(response("503 Service Unavailable", retry_after="7200"))) as server:
        watch(paperwire, server, "/feed")
        done = await paperwire("poll", "--once")
        assert done.status == 1
        assert len(done.problems) == 1
        assert f"{server.url}/feed" in done.problems[0]
        assert "503" in done.problems[0]
        assert len(server.asked) == 1
    ((polled, due),) = paperwire.rows("SELECT last_polled_at, next_poll_at FROM sources")
    assert 7200 <= due - polled <= 7921
    listed = await paperwire("sources", "list")
    assert "503" in listed.out
    assert listed.status == 0


async def test_one_bad_source_among_good_ones(paperwire: CommandLine) -> None:
    """A dead host, a bomb and a missing page are one line each; the other sources bring their papers."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        pages = {
            "/good": response(body=feed([RIVERS])),
            "/digest.md": response(body=overview(LAKES).encode()),
            "/bomb": response(body=BOMB),
            "/empty": response(body=feed([])),
        }
        writer.write(pages.get(asked.target, response("404 Not Found")))
        await writer.drain()

    async with serving(answer) as server, serving(says(b"")) as dead:
        closed = dead.port
        watch(paperwire, server, "/bomb", "/gone", "/empty", "/good", "/digest.md")
        paperwire.settings["FETCH_ALLOW_HOSTS"] += f" 127.0.0.1:{closed}"
        paperwire.settings["DIGEST_SOURCES"] += f" http://127.0.0.1:{closed}/feed"
        done = await paperwire("poll", "--once")
    assert done.status == 1
    assert len(done.problems) == 3
    for name in ("/bomb", "/gone", f":{closed}/feed"):
        assert [name in line for line in done.problems].count(True) == 1, name
    assert paperwire.rows("SELECT canonical_id FROM papers ORDER BY 1") == [
        ("arxiv:2503.00001",),
        ("arxiv:2503.00002",),
    ]
    assert f"{server.url}/empty: 1 document: 0 new papers, 0 merged, 0 unchanged" in done.lines


async def test_a_private_address_is_refused_with_the_setting(paperwire: CommandLine) -> None:
    """Without FETCH_ALLOW_HOSTS the guard refuses, names the setting, and nothing is asked."""
    async with serving(etag) as server:
        paperwire.settings["DIGEST_SOURCES"] = f"{server.url}/feed"
        done = await paperwire("poll", "--once")
        assert done.status == 1
        assert len(done.problems) == 1
        assert "FETCH_ALLOW_HOSTS" in done.problems[0]
        assert f"127.0.0.1:{server.port}" in done.problems[0]
        assert server.asked == []


async def test_credentials_stay_secret(paperwire: CommandLine) -> None:
    """A password or token in a source's URI is never printed, whatever comes of it."""
    async with serving(says(response("401 Unauthorized"))) as server:
        paperwire.settings["FETCH_ALLOW_HOSTS"] = f"127.0.0.1:{server.port}"
        uri = f"http://ada:hush-hush@127.0.0.1:{server.port}/feed?token=deep-secret"
        paperwire.settings["LOG_LEVEL"] = "debug"
        printed = ""
        for command in (
            ("sources", "add", uri),
            ("sources", "list"),
            ("sources", "check"),
            ("poll", "--once"),
            ("sources", "list"),
            ("ingest", uri),
            ("parse", uri),
            ("sources", "remove", f"{uri}x"),
            ("sources", "remove", uri),
        ):
            done = await paperwire(*command)
            printed += done.out + done.err
        assert any(asked.headers.get("authorization", "").startswith("Basic ") for asked in server.asked)
    assert f"127.0.0.1:{server.port}/feed" in printed
    assert "hush" not in printed
    assert "deep" not in printed


async def test_sources_added_listed_checked_removed(paperwire: CommandLine) -> None:
    """A source is added once, listed with its state, checked without storing, and removed as it is listed."""
    async with serving(etag) as server:
        paperwire.settings["FETCH_ALLOW_HOSTS"] = f"127.0.0.1:{server.port}"
        uri = f"{server.url}/feed?key=k1"
        label = f"{server.url}/feed?key=***"
        assert (await paperwire("sources", "add", uri)).status == 0
        await paperwire("sources", "add", uri)
        listed = await paperwire("sources", "list")
        assert listed.lines == [f"{label}  not read yet; due now"]
        checked = await paperwire("sources", "check")
        assert checked.lines == [f"{label}: 1 feed, 2 papers"]
        assert paperwire.rows("SELECT count(*) FROM papers") == [(0,)]
        await paperwire("poll", "--once")
        assert (await paperwire("sources", "list")).out.startswith(f"{label}  read 2")
        removed = await paperwire("sources", "remove", label)
        assert removed.lines == [f"removed {label}; its papers stay"]
        assert paperwire.rows("SELECT count(*) FROM papers") == [(2,)]
        again = await paperwire("sources", "remove", uri)
        assert again.status == 2
        assert "no such source" in again.err


async def test_nothing_configured(paperwire: CommandLine) -> None:
    """`poll --once` without a source says how to name one."""
    done = await paperwire("poll", "--once")
    assert done.status == 1
    assert "sources add" in done.err
    assert "DIGEST_SOURCES" in done.err


async def test_sources_that_cannot_be_used(paperwire: CommandLine) -> None:
    """A source that can't be used is refused with the reason, and none of its neighbours is added."""
    done = await paperwire("sources", "add", "arxiv:cs.LG", "arxiv:nosuch", "arxiv:cs.CV")
    assert done.status == 2
    assert "'nosuch' is not an arXiv category" in done.err
    assert "no source is configured" in (await paperwire("sources", "list")).out
