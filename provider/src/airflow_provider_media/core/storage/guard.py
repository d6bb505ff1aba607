"""Check of the web addresses that a worker may connect to: a source's URL must not reach into the worker's network.

A host name is resolved once, and every address of it must be public. The connection goes to one of the checked
addresses, so a name that resolves differently the next time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_media.core.media.errors import SourceForbidden, SourceUnreachable
from airflow_provider_media.core.media.uri import redact

if TYPE_CHECKING:
    import httpx

Resolver = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host name, as text."""

PORTS = {443, 8443}
"""Ports of https that need no entry in the allow list."""
DEFAULT_PORTS = {"http": 80, "https": 443}
IPV6_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All addresses that IANA assigns as global unicast: https://www.iana.org/assignments/ipv6-address-space."""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator: RFC 6052 §2.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A URL that may be fetched, and its checked addresses."""

    url: httpx.URL
    addresses: tuple[str, ...]

    def pinned(self, address: str, *, method: str = "GET", content: bytes | None = None) -> httpx.Request:
        """Return the request to one of the addresses; TLS and the server still see the host's name."""
        import httpx

        return httpx.Request(
            method,
            self.url.copy_with(host=address, fragment=None),
            # A content coding would hide the size of the decoded body, and the body's length would not be that of the
            # source.
            headers={"Host": self.url.netloc.decode(), "Accept": "*/*", "Accept-Encoding": "identity"},
            extensions={"sni_hostname": self.url.raw_host.decode()},
            content=content,
        )


def resolve(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses from the system resolver, which also reads decimal, octal and hexadecimal notations."""
    return tuple(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Return whether an address, and every address that it embeds, is on the public internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    embedded = tuple(_embedded(ip))
    if embedded:
        return all(is_public(str(inner)) for inner in embedded)
    return ip in IPV6_UNICAST and ip.is_global


def _embedded(ip: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses that a gateway would unwrap.

    These are v4-mapped, 6to4 (RFC 3056), Teredo (RFC 4380) and NAT64 (RFC 6052) addresses.
    """
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo
    if ip in NAT64:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def admit(url: str, *, allow: frozenset[str] = frozenset(), resolver: Resolver = resolve) -> Admitted:
    """Check a URL and the addresses of its host.

    :param allow: ``host:port`` pairs that may be private, on any port, and plain ``http``; only exact matches count.
    :param resolver: finds the addresses; called once.
    :raises SourceForbidden: when the URL may not be fetched.
    :raises SourceUnreachable: when the host has no address.
    """
    import httpx

    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise SourceForbidden(f"{redact(url)!r} is not a valid URL.") from None
    port = parsed.port or DEFAULT_PORTS.get(parsed.scheme, 0)
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    allowed = f"{host}:{port}" in {entry.lower() for entry in allow}
    _check_form(parsed, port, allowed=allowed)
    addresses = tuple(_addresses(parsed.raw_host.decode(), port, resolver))
    if not allowed and not all(map(is_public, addresses)):
        raise SourceForbidden(
            "The source's host is not on the public internet; such a host has to be allowed as host:port in the"
            " configuration."
        )
    return Admitted(url=parsed, addresses=addresses)


def _check_form(url: httpx.URL, port: int, *, allowed: bool) -> None:
    if url.scheme not in DEFAULT_PORTS or not url.host:
        raise SourceForbidden("The source is not an https:// URL; give one, or a URI of another scheme.")
    if url.userinfo:
        raise SourceForbidden("The source's URL holds credentials; use a presigned URL instead.")
    if url.scheme == "http" and not allowed:
        raise SourceForbidden(
            "The source is on plain http; use https, or have its host:port allowed in the configuration."
        )
    if port not in PORTS and not allowed:
        raise SourceForbidden(
            f"Port {port} is not open to sources; use {sorted(PORTS)}, or have host:port allowed in the configuration."
        )


def _addresses(host: str, port: int, resolver: Resolver) -> Sequence[str]:
    try:
        found = resolver(host.strip("[]"), port)
    except (OSError, UnicodeError):  # UnicodeError: a label longer than DNS allows
        found = ()
    if not found:
        raise SourceUnreachable("The source's host has no address; check its name.")
    return found
