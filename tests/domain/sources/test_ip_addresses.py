"""The guard's tables: what is public, what is not, and what hides inside IPv6."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.sources.ip_addresses import AllowedHosts, ascii_host, literal, refusal
from bot.errors import SettingsError


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "151.101.3.42",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_public_addresses_pass(address: str) -> None:
    """Public unicast passes, also where IPv6 carries public IPv4."""
    assert refusal(address) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("0.0.0.0", "this machine"),
        ("127.8.9.10", "loopback"),
        ("10.255.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "CGNAT"),
        ("100.127.255.255", "CGNAT"),
        ("169.254.169.254", "metadata"),
        ("168.63.129.16", "metadata"),
        ("192.0.0.192", "protocols"),
        ("198.51.100.7", "documentation"),
        ("198.19.0.1", "benchmarks"),
        ("239.1.1.1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "this machine"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "127.0.0.1 in IPv6"),
        ("::ffff:0:127.0.0.1", "127.0.0.1 in IPv6"),
        ("::10.0.0.1", "10.0.0.1 in IPv6"),
        ("::8.8.8.8", "reserved"),
        ("64:ff9b::a00:1", "10.0.0.1 in IPv6"),
        ("64:ff9b:1::808:808", "reserved"),
        ("2002:a9fe:a9fe::", "169.254.169.254 in IPv6"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "127.0.0.1 in IPv6"),
        ("2001:0:808:808::f7f7:f7f7", "Teredo"),
        ("2606:4700::5efe:127.0.0.1", "127.0.0.1 in IPv6"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("100::1", "reserved"),
        ("5f00::1", "reserved"),
        ("3fff::1", "documentation"),
        ("localhost", "not an IP address"),
        ("127.1", "not an IP address"),
        ("", "not an IP address"),
    ],
)
def test_other_addresses_are_refused_with_the_reason(address: str, why: str) -> None:
    """Whatever is not public unicast is refused, and the reason says what it is."""
    assert why in str(refusal(address))


@given(st.ip_addresses())
@settings(deadline=None)
def test_nothing_passes_that_the_standard_library_calls_inner(address: object) -> None:
    """Our tables are stricter than `ipaddress`: what it calls private, local or reserved never passes."""
    parsed = ipaddress.ip_address(str(address))
    # NAT64's well-known prefix is the one that `ipaddress` calls reserved although it leads to public hosts.
    nat64 = parsed.version == 6 and parsed in ipaddress.ip_network("64:ff9b::/96")
    if refusal(str(address)) is None and not nat64 and not getattr(parsed, "ipv4_mapped", None):
        assert parsed.is_global
        assert not any((parsed.is_multicast, parsed.is_reserved, parsed.is_link_local, parsed.is_loopback))


@given(st.ip_addresses(v=4))
@settings(deadline=None)
def test_ipv4_inside_ipv6_passes_only_where_it_passes_alone(address: ipaddress.IPv4Address) -> None:
    """Mapped, 6to4 and NAT64 forms are refused exactly where the address itself is."""
    number = int(address)
    expected = refusal(str(address)) is None
    for prefix, shift in ((0xFFFF << 32, 0), (0x64FF9B << 96, 0), (0x2002 << 112, 80)):
        assert (refusal(str(ipaddress.IPv6Address(prefix | number << shift))) is None) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("my_host-1.example", "my_host-1.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("１２７。０．０｡１", "127.0.0.1"),
        ("::1", "::1"),
    ],
)
def test_hosts_have_one_spelling(host: str, expected: str) -> None:
    """Case, a closing dot, full-width forms and other scripts' full stops are folded."""
    assert ascii_host(host) == expected


@pytest.mark.parametrize(
    "host", ["", ".", "a..b", ".a", "-a", "a b", "a/b", "a%2eb", "x" * 254, "127.1", "\u200d"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    """What can't be a host name raises `ValueError`."""
    with pytest.raises(ValueError, match=r"not a host name|odd way"):
        ascii_host(host)


@given(st.text(max_size=30))
@settings(deadline=None)
def test_any_text_becomes_a_plain_host_or_a_value_error(text: str) -> None:
    """The result is ASCII, lower case, and its own spelling."""
    try:
        host = ascii_host(text)
    except ValueError:
        return
    assert host.isascii()
    assert host == host.lower()
    assert ascii_host(host) == host


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "1.2.3.4.5", "a.0x1", "256.1.1.1"]
)
def test_odd_spellings_of_addresses_are_refused(host: str) -> None:
    """What ends in a number is an IPv4 address in four decimal numbers or nothing."""
    with pytest.raises(ValueError, match="odd way"):
        literal(host)


@pytest.mark.parametrize("host", ["example.com", "1.example", "0xg", "a1"])
def test_names_are_no_addresses(host: str) -> None:
    """A name that holds digits is a name."""
    assert literal(host) is None


def test_allow_list_opens_a_host_or_one_port() -> None:
    """A host opens all its ports, host:port only that one; brackets hold IPv6."""
    allowed = AllowedHosts.parse(["Intranet.example.", "127.0.0.1:8080", "[::1]:80", " ", "[::2]"])
    assert allowed.allows("intranet.example", 9)
    assert allowed.allows("127.0.0.1", 8080)
    assert not allowed.allows("127.0.0.1", 80)
    assert allowed.allows("::1", 80)
    assert allowed.allows("::2", 443)
    assert not allowed.allows("x.intranet.example", 80)


def test_allow_list_names_all_items_that_can_not_be_read() -> None:
    """All wrong items are reported at once."""
    with pytest.raises(SettingsError, match=r"http://x, a:0, b:70000"):
        AllowedHosts.parse(["http://x", "good.example", "a:0", "b:70000"])
