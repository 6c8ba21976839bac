"""Which network addresses are refused: private, loopback and link-local ones and ports of other services than the web,
unless a host is allowed by name.

Checked twice: before a request, so that the reason can be told, and where the connection's own address is looked up, so
that a name which changes its address in between gets nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from indexer.sources.crawler.sources_file import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

__all__ = [
    "PRIVATE_HOSTS",
    "AddressGuard",
    "GuardedResolver",
    "OtherService",
    "PrivateAddress",
    "RefusedAddress",
    "is_public",
]

PRIVATE_HOSTS = "PRIVATE_HOSTS"  # the setting that names the hosts allowed


# Ports of other services, which read a request as commands: those that browsers refuse (Fetch standard, "bad port"), and
# those of databases and caches.
_OTHER_PORTS = frozenset(
    [
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
        110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
        532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
        5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
        1433, 1521, 2375, 2379, 3306, 5432, 6379, 9200, 9300, 11211, 19530, 27017,
    ]
)  # fmt: skip


class RefusedAddress(IgnoreRequest):
    """An address that is not asked; the message says why in one line."""


class OtherService(RefusedAddress):
    """An address names a port that belongs to another service than the web."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port} is the port of another service than the web; not asked")


class PrivateAddress(RefusedAddress):
    """A host has an address that is not on the public network."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} has the address {address}, which is not public; allow it by `private_hosts`")


def is_public(address: str) -> bool:
    """Whether an IP address is on the public network; an IPv6 address that carries an IPv4 one is judged by that."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        carried = ip.ipv4_mapped or ip.sixtofour
        if carried is not None:
            return is_public(str(carried))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


class AddressGuard:
    """Refuses requests to hosts with a private address, before they are made."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = frozenset(allowed)
        self._public: dict[str, str] = {}  # host → the first address of it that is not public, "" where all are

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        """The guard for a crawler's settings."""
        return cls(crawler.settings.getlist(PRIVATE_HOSTS))

    async def process_request(self, request: Request) -> None:
        """Raises PrivateAddress or OtherService; a host that cannot be found is left to fail where it is connected to."""
        host = host_of(request.url)
        if host in self._allowed:
            return
        port = urlsplit(request.url).port
        if port in _OTHER_PORTS:
            raise OtherService(host, port)
        if host not in self._public:
            try:
                found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                return
            addresses = [str(address[0]) for *_, address in found]
            self._public[host] = next((address for address in addresses if not is_public(address)), "")
        if self._public[host]:
            raise PrivateAddress(host, self._public[host])


class GuardedResolver(CachingThreadedResolver):
    """Finds the address of a host for a connection, and only a public one."""

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """The resolver for a crawler's settings."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = frozenset(crawler.settings.getlist(PRIVATE_HOSTS))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """The address; fails with DNSLookupError where it is not public and the host is not allowed."""
        found = super().getHostByName(name, timeout)
        return found.addCallback(self._checked, name.lower())

    def _checked(self, address: str, name: str) -> str:
        if name not in self.allowed and not is_public(address):
            raise DNSLookupError(f"{name} has the address {address}, which is not public")
        return address
