"""The fetcher against servers that behave and servers that don't."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest
from web_server import Asked, answers_with, fetching, response, routes, says, serving

from bot.domain.papers.parsed_entry import Document
from bot.errors import (
    FetchError,
    FetchTimeoutError,
    HttpStatusError,
    TooLargeError,
    UnreachableError,
)
from bot.sources.web.fetcher import FetchLimits, NotModified

SMALL = FetchLimits(body_bytes=1000)
HASTY = FetchLimits(seconds=0.2)
ANYWHERE = "127.0.0.1"


async def test_document_carries_body_type_and_validators() -> None:
    """A document has the body, media type, charset and both validators of the answer."""
    answer = response(
        body="é".encode("latin-1"),
        content_type="Text/XML; charset=latin-1",
        etag='"v1"',
        last_modified="Mon, 05 Aug 2024 04:00:00 GMT",
    )
    async with serving(says(answer)) as server, fetching(ANYWHERE) as fetcher:
        got = await fetcher.get(f"{server.url}/feed?token=s3cret")
    assert got == Document(
        name=f"{server.url}/feed?token=***",
        body=b"\xe9",
        content_type="text/xml",
        charset="latin-1",
        etag='"v1"',
        last_modified="Mon, 05 Aug 2024 04:00:00 GMT",
    )
    assert server.asked[0].target == "/feed?token=s3cret"


async def test_validators_are_sent_and_304_is_no_document() -> None:
    """The validators of the last version are sent, and a 304 says that nothing changed."""
    async with serving(says(response("304 Not Modified"))) as server, fetching(ANYWHERE) as fetcher:
        got = await fetcher.get(server.url, etag='"v1"', last_modified="yesterday", accept="text/x")
    assert got == NotModified()
    headers = server.asked[0].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"v1"', "yesterday")
    assert (headers["accept"], headers["user-agent"]) == ("text/x", "test/1")
    assert headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("value", "kept"), [('"x"', '"x"'), ("é", None), ("x" * 501, None), ("a\tb", None), ("", None)]
)
async def test_unusable_validators_are_dropped(value: str, kept: str | None) -> None:
    """A validator that could not be sent back as a header is not kept."""
    async with serving(says(response(etag=value))) as server, fetching(ANYWHERE) as fetcher:
        got = await fetcher.get(server.url)
    assert isinstance(got, Document)
    assert got.etag == kept


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"paper", mtime=0)),
        ("x-gzip", gzip.compress(b"pa", mtime=0) + gzip.compress(b"per", mtime=0)),
        ("GZIP", gzip.compress(b"paper", mtime=0) + b"\0\0padding"),
        ("deflate", zlib.compress(b"paper")),
        ("deflate", zlib.compress(b"paper")[2:-4]),
        ("identity", b"paper"),
    ],
)
async def test_compressed_bodies_are_decoded(coding: str, body: bytes) -> None:
    """gzip, chained gzip and both kinds of deflate are decoded."""
    answer = says(response(body=body, content_encoding=coding))
    async with serving(answer) as server, fetching(ANYWHERE) as fetcher:
        got = await fetcher.get(server.url)
    assert isinstance(got, Document)
    assert got.body == b"paper"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"paper" * 99, mtime=0)[:-12]),
        ("deflate", b"\xff\xff\xff"),
        ("br", b"paper"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"paper", mtime=0), mtime=0)),
    ],
)
async def test_broken_compression_is_one_clear_error(coding: str, body: bytes) -> None:
    """A body that is not what its header says, or is coded as nobody asked for, is refused."""
    answer = says(response(body=body, content_encoding=coding))
    async with serving(answer) as server, fetching(ANYWHERE) as fetcher:
        with pytest.raises(UnreachableError, match="compression is broken"):
            await fetcher.get(server.url)


async def test_announced_size_over_the_cap_is_refused_before_the_body() -> None:
    """A Content-Length over the cap is refused although no byte of the body was sent."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    async with serving(says(head)) as server, fetching(ANYWHERE) as fetcher:
        with pytest.raises(TooLargeError, match=r"127\.0\.0\.1.*larger than the limit of 5 MB"):
            await fetcher.get(server.url)


async def test_endless_body_is_cut_at_the_cap() -> None:
    """A body without announced size is given up at the cap, while it is still being sent."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()

    async with serving(answer) as server, fetching(ANYWHERE, limits=SMALL) as fetcher:
        with pytest.raises(TooLargeError):
            await fetcher.get(server.url)


@pytest.mark.parametrize("length", [1000, 1001])
async def test_cap_is_exact(length: int) -> None:
    """A body of exactly the cap passes, one byte more does not, compressed or not."""
    plain, packed = b"x" * length, gzip.compress(b"x" * length, mtime=0)
    for answer in (response(body=plain), response(body=packed, content_encoding="gzip")):
        async with serving(says(answer)) as server, fetching(ANYWHERE, limits=SMALL) as fetcher:
            if length <= SMALL.body_bytes:
                got = await fetcher.get(server.url)
                assert isinstance(got, Document)
                assert got.body == plain
            else:
                with pytest.raises(TooLargeError):
                    await fetcher.get(server.url)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_bomb_is_refused_by_its_decoded_size(coding: str) -> None:
    """100 MB that travel as 0.1 MB are refused at the cap of the decoded body."""
    engine = zlib.compressobj(6, wbits=31 if coding == "gzip" else 15)
    bomb = b"".join(engine.compress(bytes(1024 * 1024)) for _ in range(100)) + engine.flush()
    assert len(bomb) < 1_000_000
    answer = says(response(body=bomb, content_encoding=coding))
    async with serving(answer) as server, fetching(ANYWHERE) as fetcher:
        with pytest.raises(TooLargeError):
            await fetcher.get(server.url)


async def test_server_that_never_answers_is_given_up() -> None:
    """A server that accepts and says nothing costs the time cap, not more."""

    async def answer(_: Asked, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving(answer) as server, fetching(ANYWHERE, limits=HASTY) as fetcher:
        with pytest.raises(FetchTimeoutError, match=r"not complete after 0\.2 s"):
            await fetcher.get(server.url)


async def test_dripping_server_is_given_up() -> None:
    """The time cap holds for the whole answer, so a byte now and then does not extend it."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(answer) as server, fetching(ANYWHERE, limits=HASTY) as fetcher:
        with pytest.raises(FetchTimeoutError):
            await fetcher.get(server.url)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    ],
)
async def test_answers_that_are_not_http_are_one_clear_error(answer: bytes) -> None:
    """Nothing, another protocol, lies about lengths: all are errors of our own with one line."""
    async with serving(says(answer)) as server, fetching(ANYWHERE) as fetcher:
        with pytest.raises(UnreachableError) as caught:
            await fetcher.get(server.url)
    assert "\n" not in str(caught.value)


async def test_dead_port_and_unknown_host_are_unreachable() -> None:
    """A refused connection and a name without address name the document and the reason."""
    async with serving(says(b"")) as server:
        pass
    async with fetching(ANYWHERE, "no.invalid", resolve=answers_with([])) as fetcher:
        with pytest.raises(UnreachableError, match="no connection to the host"):
            await fetcher.get(server.url)
        with pytest.raises(UnreachableError, match=r"the host no\.invalid has no address"):
            await fetcher.get("http://no.invalid/")


async def test_next_address_is_tried_where_one_is_dead() -> None:
    """A host with a dead and a living address is reached at the living one."""
    async with serving(says(response(body=b"alive"))) as server:
        resolve = answers_with(["127.0.0.2", "127.0.0.1"])
        async with fetching("digests.example", resolve=resolve) as fetcher:
            got = await fetcher.get(f"http://digests.example:{server.port}/")
    assert isinstance(got, Document)
    assert got.body == b"alive"
    assert server.asked[0].headers["host"] == f"digests.example:{server.port}"


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        ("429 Too Many", "120", 120.0),
        ("503 Busy", "soon", None),
        ("404 Gone Fishing", "", None),
        ("299 ?", "", None),
    ],
)
async def test_error_status_tells_reason_and_wait(status: str, header: str, wait: float | None) -> None:
    """An error status becomes an error with status, reason and the seconds to wait; 2xx is a document."""
    async with serving(says(response(status, retry_after=header))) as server, fetching(ANYWHERE) as fetcher:
        if status.startswith("2"):
            assert isinstance(await fetcher.get(server.url), Document)
            return
        with pytest.raises(HttpStatusError, match=f"HTTP {status[:3]}") as caught:
            await fetcher.get(server.url)
    assert (caught.value.status, caught.value.retry_after) == (int(status[:3]), wait)


async def test_body_of_an_error_may_explain_it() -> None:
    """The beginning of an error's body is given to who can read a reason out of it; a huge one is not."""
    huge = response("400 Bad", b"x" * 100_000)
    async with serving(says(response("400 Bad", b"because"), huge)) as server, fetching(ANYWHERE) as fetcher:
        for expected in ("because 400", "no body"):
            with pytest.raises(HttpStatusError, match=expected):
                await fetcher.get(
                    server.url,
                    explain=lambda status, body: f"{body.decode()} {status}" if body else "no body",
                )


async def test_redirects_are_followed_up_to_three() -> None:
    """Three redirects are followed, relative ones too; a fourth is refused."""
    table = {f"/{n}": response("302 Found", location=f"/{n + 1}") for n in range(4)}
    table["/4"] = response(body=b"there")
    async with serving(routes(table)) as server, fetching(ANYWHERE) as fetcher:
        got = await fetcher.get(f"{server.url}/1")
        assert isinstance(got, Document)
        assert (got.body, got.name) == (b"there", f"{server.url}/1")
        with pytest.raises(UnreachableError, match="more than 3 redirects"):
            await fetcher.get(f"{server.url}/0")


async def test_redirect_loop_ends() -> None:
    """A redirect to itself is given up."""
    async with serving(says(response("301 Moved", location="/"))) as server, fetching(ANYWHERE) as fetcher:
        with pytest.raises(UnreachableError, match="redirects"):
            await fetcher.get(server.url)
    assert len(server.asked) == 4


async def test_credentials_and_validators_stay_with_their_origin() -> None:
    """User name, password and validators go to the source's own origin, never to where it redirects."""
    async with serving(says(response())) as other:
        away = response("302 Found", location=f"http://u2:p2@127.0.0.1:{other.port}/x")
        table = {"/": response("302 Found", location="/own"), "/own": away}
        async with serving(routes(table)) as server, fetching(ANYWHERE) as fetcher:
            got = await fetcher.get(f"http://me:s3cret@127.0.0.1:{server.port}/", etag='"v"')
    assert isinstance(got, Document)
    assert "s3cret" not in got.name
    assert [asked.headers.get("authorization") for asked in server.asked] == ["Basic bWU6czNjcmV0"] * 2
    assert {"authorization", "if-none-match"} & set(other.asked[0].headers) == set()


async def test_cookies_are_never_sent() -> None:
    """A cookie that a server sets does not come back with the next request."""
    async with serving(says(response(set_cookie="id=1"))) as server, fetching(ANYWHERE) as fetcher:
        await fetcher.get(server.url)
        await fetcher.get(server.url)
    assert "cookie" not in server.asked[1].headers


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment would see and resolve the names in our place: it is not asked."""
    async with (
        serving(says(response(body=b"proxy"))) as proxy,
        serving(says(response(body=b"own"))) as server,
    ):
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        async with fetching(ANYWHERE) as fetcher:
            got = await fetcher.get(server.url)
    assert isinstance(got, Document)
    assert got.body == b"own"


async def test_secrets_stand_in_no_error() -> None:
    """Neither the password nor the token of a URL is in an error's text, document or reason."""
    async with serving(says(response("403 No"))) as server, fetching(ANYWHERE) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.get(f"http://me:s3cret@127.0.0.1:{server.port}/?access_token=t0ken&x=1")
    assert "s3cret" not in repr(caught.value)
    assert "t0ken" not in repr(caught.value)
    assert "x=1" in str(caught.value)
