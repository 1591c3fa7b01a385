"""Decides which IP addresses may be fetched from.

The pure half of the protection against server-side request forgery.

Someone who may name a source, and every server that answers with a redirect, could otherwise make the bot
ask the machines of its own network. Only public unicast addresses pass. Source of the tables: the IANA
special-purpose address registries (RFC 6890 and its updates) and RFC 4291, 6052, 3056, 4380, 5214 for IPv4
inside IPv6. `ipaddress.is_global` alone lets 6to4, NAT64 and multicast through.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import idna

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_V4 = tuple(
    (ipaddress.IPv4Network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this machine"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's inner network (CGNAT)"),
        ("127.0.0.0/8", "this machine (loopback)"),
        ("168.63.129.16/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "a link-local address, as of a cloud's metadata service"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "reserved for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "reserved for benchmarks"),
        ("198.51.100.0/24", "reserved for documentation"),
        ("203.0.113.0/24", "reserved for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "reserved"),
    )
)
_REFUSED_V6 = tuple(
    (ipaddress.IPv6Network(network), why)
    for network, why in (
        ("::/128", "this machine"),
        ("::1/128", "this machine (loopback)"),
        ("2001::/23", "reserved for protocols (Teredo, ORCHID)"),
        ("2001:db8::/32", "reserved for documentation"),
        ("3fff::/20", "reserved for documentation"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_IN_THE_LAST_BITS = (
    _MAPPED,
    _NAT64,
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated
)
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_-])?")
_HOST_AND_PORT = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^:\[\]/@\s]+))(?::(?P<port>[0-9]{1,5}))?")
_HIGHEST_PORT = 65_535


def refusal(address: str) -> str | None:
    """Return why an IP address may not be asked, or None where it is public.

    What is not an address at all is refused too.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "not an IP address"
    return _refusal(parsed)


def _refusal(address: Address) -> str | None:
    if isinstance(address, ipaddress.IPv4Address):
        return next((why for network, why in _REFUSED_V4 if address in network), None)
    why = next((why for network, why in _REFUSED_V6 if address in network), None)
    for inner in _embedded(address):
        inner_why = _refusal(inner)
        if inner_why and not (why and inner in ipaddress.IPv4Network("0.0.0.0/8")):
            return f"{inner} in IPv6, {inner_why}"
    if why or address in _MAPPED or address in _NAT64:
        return why
    return None if address in _PUBLIC_V6 else "reserved"


def _embedded(address: ipaddress.IPv6Address) -> tuple[ipaddress.IPv4Address, ...]:
    """Return the IPv4 addresses that a network may route this address to."""
    last = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    if any(address in network for network in _IPV4_IN_THE_LAST_BITS):
        return (last,)
    return (last,) if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP else ()


def ascii_host(host: str) -> str:
    """Return a URL's host in the one spelling that is compared, resolved and sent: ASCII, lower case.

    The full stops of other scripts and full-width digits become ASCII first, as browsers do (UTS 46), so
    that `127。0。0。1` is seen for what it is. An IPv6 address has no brackets here.

    Raises:
        ValueError: it is not a host name; the message says why.
    """
    name = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii").removesuffix(".")
        except UnicodeError:
            raise ValueError(f"{host!r} is not a host name") from None
    if literal(name) is None and (not _NAME.fullmatch(name) or ".." in name):
        raise ValueError(f"{host!r} is not a host name")
    return name


def literal(host: str) -> Address | None:
    """Return the IP address that a host spells, or None where it is a name.

    Raises:
        ValueError: it is an address in a spelling that programs read differently (decimal, octal, hex,
            fewer than four parts, with a zone).
    """
    if ":" in host:
        try:
            if "%" not in host:
                return ipaddress.IPv6Address(host)
        except ipaddress.AddressValueError:
            pass
        raise ValueError(f"{host!r} is not an IPv6 address that can be fetched from")
    if not _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2].lower()):
        return None
    try:
        return ipaddress.IPv4Address(host.removesuffix("."))
    except ipaddress.AddressValueError:
        raise ValueError(f"{host!r} spells an IP address in an odd way: write four decimal numbers") from None


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Hosts that the operator allows although they are not public.

    Attributes:
        entries: host and port; None stands for every port of that host.
    """

    entries: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> AllowedHosts:
        """Read the items of `FETCH_ALLOW_HOSTS`: `intranet.example`, `127.0.0.1:8080`, `[::1]:8080`.

        Raises:
            SettingsError: lists every item that is neither a host nor host:port.
        """
        good: set[tuple[str, int | None]] = set()
        bad: list[str] = []
        for entry in filter(None, (entry.strip() for entry in entries)):
            match = _HOST_AND_PORT.fullmatch(entry)
            port = int(match["port"]) if match and match["port"] else None
            try:
                host = ascii_host((match["v6"] or match["host"]) if match else "")
            except ValueError:
                host = ""
            if not host or (port is not None and not 0 < port <= _HIGHEST_PORT):
                bad.append(entry)
            else:
                good.add((host, port))
        if bad:
            raise SettingsError(f"FETCH_ALLOW_HOSTS: write host or host:port instead of {', '.join(bad)}")
        return cls(frozenset(good))

    def allows(self, host: str, port: int) -> bool:
        """Tell whether the operator lets us ask this host (as `ascii_host` spells it) at this port."""
        return (host, port) in self.entries or (host, None) in self.entries
