"""The guard against URLs, redirects and name servers that want the bot to ask its own network."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_server import answers_with, fetching, response, says, serving

from bot.domain.papers.parsed_entry import Document
from bot.domain.sources.ip_addresses import AllowedHosts
from bot.errors import BlockedAddressError, FetchError, UnreachableError
from bot.sources.web.guard import Guard, resolve_by_system

PUBLIC = "93.184.215.14"

HOSTILE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http://00.0.0.0/",
    "http://127.0.0.0x1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127．0．0．1/",
    "http://127｡0｡0｡1/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://example.com@127.0.0.1/",
    "http://example.com:80@127.0.0.1/",
    "http://127.0.0.1:80\\@example.com/",
    "http://example.com\\@127.0.0.1/",
    "http://127.0.0.1#@example.com/",
    "http://127.0.0.1?@example.com/",
    "http:///127.0.0.1/",
    "http:127.0.0.1",
    "//127.0.0.1/",
    "http://[127.0.0.1]/",
    "http://127.0.0.1:/",
    "http://public.example:22/",
    "http://public.example:6379/",
    "https://public.example:8443/",
    "http://public.example:0/",
    "http://public.example:99999/",
    "http://public.example:８０/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://public.example/x",
    "dict://public.example/",
    "data:text/plain,x",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun/x",
    "http://public.example/\r\nX-Evil: 1",
    "http://public.example\r\n.evil.example/",
    "http://public.example/%0d%0a\n",
    "http://public .example/",
    "http://public%2eexample/",
    "http://pub\x00lic.example/",
    "http://-oProxyCommand=x/",
    "http://public..example/",
    "http://.public.example/",
    "http://" + "a" * 300 + ".example/",
    "http://public.example/" + "a" * 5000,
    "http://",
    "http://:80/",
    "",
    " ",
    "x",
]

RELATIVE = {"", " ", "x", "http://", "http:127.0.0.1", "http:///127.0.0.1/"}
"""As a redirect these stay on the server that sent them."""


async def _resolve(host: str, port: int) -> list[str]:
    """Know the public host, and the loopback names as every system does."""
    if host == "public.example":
        return [PUBLIC]
    if host == "metadata.google.internal":
        return ["169.254.169.254"]
    return await resolve_by_system(host, port)


@pytest.mark.parametrize("url", HOSTILE)
async def test_hostile_url_is_refused_in_one_line(url: str) -> None:
    """Each spelling of an inner address, each other scheme and port is refused before any connection."""
    async with fetching(resolve=_resolve) as fetcher:
        with pytest.raises(BlockedAddressError) as caught:
            await fetcher.get(url, name="the digest")
    assert str(caught.value).startswith("the digest: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", sorted({url for url in HOSTILE if url.isprintable()} - RELATIVE))
async def test_redirect_to_a_hostile_url_is_refused(url: str) -> None:
    """A server that may be asked can't lead us to any of them either; httpx itself refuses some."""
    async with (
        serving(says(response("302 Found", location=url))) as server,
        fetching(f"127.0.0.1:{server.port}", resolve=_resolve) as fetcher,
    ):
        with pytest.raises(FetchError, match=r"refused|not HTTP|can't be used|FETCH_ALLOW_HOSTS"):
            await fetcher.get(server.url)
    assert len(server.asked) == 1


@pytest.mark.parametrize("url", sorted({url for url in HOSTILE if not url.isprintable()}))
async def test_redirect_with_control_characters_is_refused(url: str) -> None:
    """Lines smuggled into a Location header lead nowhere, as an error or as a broken answer."""
    async with (
        serving(says(response("302 Found", location=url), response("404 No"))) as server,
        fetching(f"127.0.0.1:{server.port}", resolve=_resolve) as fetcher,
    ):
        with pytest.raises(FetchError):
            await fetcher.get(server.url)
    assert len(server.asked) == 1


async def test_name_of_the_metadata_service_is_refused_with_the_way_to_allow_it() -> None:
    """A name that resolves to a link-local address is refused; the message names both and the setting."""
    async with fetching(resolve=_resolve) as fetcher:
        with pytest.raises(BlockedAddressError) as caught:
            await fetcher.get("http://metadata.google.internal/computeMetadata/v1/")
    for part in (
        "metadata.google.internal (169.254.169.254)",
        "FETCH_ALLOW_HOSTS=metadata.google.internal:80",
    ):
        assert part in str(caught.value)


async def test_one_inner_address_among_public_ones_refuses_the_host() -> None:
    """All addresses of a name are checked, not only the first."""
    async with fetching(resolve=answers_with([PUBLIC, "10.0.0.1"])) as fetcher:
        with pytest.raises(BlockedAddressError, match=r"10\.0\.0\.1"):
            await fetcher.get("http://mixed.example/")


async def test_name_is_asked_once_and_its_checked_address_is_used() -> None:
    """DNS rebinding: a second, inner answer of the name server is never asked for.

    The first answer is an address where nobody listens; were the name asked again for the connection, the
    second answer would lead to the server.
    """
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    async with serving(says(response())) as server, fetching("rebind.example", resolve=rebinding) as fetcher:
        with pytest.raises(UnreachableError, match="no connection"):
            await fetcher.get(f"http://rebind.example:{server.port}/")
    assert asked == ["rebind.example"]
    assert server.asked == []


async def test_name_that_turns_inner_between_two_requests_is_refused() -> None:
    """Every request and every redirect checks again: public first and loopback next does not pass."""
    resolve = answers_with([PUBLIC], ["127.0.0.1"])
    guard = Guard(resolve=resolve)
    assert await guard.vet("digest", "rebind.example", 80) == (PUBLIC,)
    with pytest.raises(BlockedAddressError):
        await guard.vet("digest", "rebind.example", 80)


async def test_allowed_port_opens_no_other_port() -> None:
    """`host:port` allows this port only."""
    async with (
        serving(says(response(body=b"in"))) as server,
        serving(says(response())) as other,
        fetching(f"127.0.0.1:{server.port}") as fetcher,
    ):
        got = await fetcher.get(server.url)
        assert isinstance(got, Document)
        with pytest.raises(BlockedAddressError, match="FETCH_ALLOW_HOSTS"):
            await fetcher.get(other.url)
    assert other.asked == []


@given(st.text(max_size=60) | st.builds("http://{}/{}".format, st.text(max_size=20), st.text(max_size=20)))
@settings(deadline=None)
async def test_any_text_is_refused_or_unreachable(text: str) -> None:
    """Whatever is in the place of a URL: an error of ours, and no connection to an inner address."""
    async with fetching(resolve=answers_with(["127.0.0.1"])) as fetcher:
        with pytest.raises(BlockedAddressError):
            await fetcher.get(text)


@given(st.ip_addresses(v=4))
@settings(deadline=None)
async def test_every_spelling_of_an_address_is_checked(address: object) -> None:
    """An address that is refused as such is refused as a number, in hex, and inside IPv6."""
    guard = Guard(resolve=answers_with([PUBLIC]))
    number = int(address)  # type: ignore[call-overload]  # an IPv4Address
    for odd in (str(number), hex(number), f"0{number:o}"):
        with pytest.raises(BlockedAddressError):
            await guard.vet("digest", odd, 80)
    allowed = Guard(allowed=AllowedHosts.parse([str(address)]))
    assert await allowed.vet("digest", str(address), 80) == (str(address),)
