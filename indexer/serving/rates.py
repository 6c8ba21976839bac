"""How often somebody may ask a server that stays running: by key, else by address; who shows wrong keys, much less often.

Rule `counting`: a sliding window of two counters (`limits`, its memory storage): what was asked in the window before counts
for the part of it that is not over yet. What is counted is this process's: two servers over one index count each for itself.

Keys that hold are let in whatever others at the same address do; an unknown key is not even looked at while the address has
shown too many wrong ones, so that guessing ends there.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from msgspec import Struct

from indexer.access import LOCAL, Reader, read_access
from indexer.access.configuration import RateRules
from indexer.errors import AccessDenied, NotInArchive, TooManyRequests, UsageError
from indexer.serving.admission import Admission, key_in

__all__ = [
    "NO_RATE",
    "Counted",
    "RateLimit",
    "Shown",
    "checked_rates",
    "own_path",
    "plain_refusal",
    "rate_of",
    "shown_key",
]

NO_RATE = "none"
# Where nothing is set up: of whoever shows no key to a server that others reach, or that asks for keys.
ADDRESS_RATE = "300/minute"
# Keys that were found to hold are remembered, so many of them.
_REMEMBERED = 10_000

Counted: TypeAlias = Literal["key", "address", "wrong-keys"]
_Scope: TypeAlias = MutableMapping[str, Any]
_Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Application: TypeAlias = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

_SAID: Final[Mapping[Counted, str]] = {
    "key": "this key may ask {rate}",
    "address": "from one address, without a key, it may be asked {rate}",
    "wrong-keys": "from one address {rate} may be shown that do not hold",
}


class Shown(Struct, frozen=True):
    """A key that a request shows, and how it is known whose it is."""

    token: str
    reader: Callable[[str], Reader]  # raises AccessDenied or NotInArchive for one that does not hold
    in_address: bool = False  # of a feed: asked for wherever one is, and of nobody who asks for anything else


class _Standing(Struct, frozen=True):
    """How much of its rate somebody has left."""

    counted: Counted
    item: RateLimitItem
    left: int
    seconds: int  # until there is more
    refused: bool

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The fields of draft-ietf-httpapi-ratelimit-headers."""
        policy = f'"{self.counted}";q={self.item.amount};w={self.item.get_expiry()}'
        left = f'"{self.counted}";r={self.left};t={self.seconds}'
        return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]

    @property
    def refusal(self) -> TooManyRequests:
        """What whoever has none left is told."""
        window = self.item.get_expiry()
        what = "keys" if self.counted == "wrong-keys" else "times"
        rate = f"{self.item.amount} {what} in {window} s"
        said = _SAID[self.counted].format(rate=rate)
        return TooManyRequests(f"{said}; ask again in {self.seconds} s", retry_after=self.seconds)


def rate_of(text: str, where: str) -> RateLimitItem | None:
    """The rate meant by 600/minute or 10/second; None for `none`. Raises UsageError, naming where it stands."""
    if text == NO_RATE:
        return None
    try:
        found = parse(text)
    except ValueError:
        found = None
    if found is None or found.amount < 1 or ";" in text or "," in text:
        raise UsageError(f"{where}: {text}: is no rate; write 600/minute, 10/second, 5000/hour, or {NO_RATE}")
    return found


def checked_rates(rules: RateRules, given: str | None = None) -> None:
    """Raises UsageError for a rate, or the address of a proxy, that is none."""
    for name, text in (("key", rules.key), ("address", rules.address), ("wrong_keys", rules.wrong_keys)):
        if text is not None:
            rate_of(text, f"rates.{name} in access.toml")
    if given is not None:
        rate_of(given, "--rate")
    for each in rules.proxies:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            raise UsageError(
                f"rates.proxies in access.toml: {each}: is no address; write 127.0.0.1 or 10.0.0.0/8"
            ) from None


def shown_key(admission: Admission) -> Callable[[_Scope], Shown | None]:
    """What finds the key in the headers of a request."""

    def shown(scope: _Scope) -> Shown | None:
        key = key_in(headers_of(scope))
        return None if key is None else Shown(key, admission.reader)

    return shown


def headers_of(scope: _Scope) -> dict[str, str]:
    """The headers of a request, names in lower case."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def own_path(scope: _Scope) -> str:
    """The path of a request without the prefix below which a proxy has this server."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", "")))


class RateLimit:
    """The layer of a server before which requests are counted; those that are too many go no further.

    Whose key it is stands for the layers behind in the request's state, as `reader`.
    """

    def __init__(
        self,
        application: _Application,
        *,
        admission: Admission,
        shown: Callable[[_Scope], Shown | None],
        refuse: Callable[[TooManyRequests], _Application],
        given: str | None = None,
        alone: bool = False,
        free: tuple[str, ...] = (),
        told: Callable[[Counted], None] = lambda _: None,
    ) -> None:
        """`given` takes the place of the rates set up; `alone`: only this machine reaches the server.

        Requests for `free` paths without a key are not counted; `told` is told of every refusal.
        """
        self._application, self._admission, self._shown = application, admission, shown
        self._refuse, self._given, self._alone, self._free, self._told = refuse, given, alone, free, told
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._looking = threading.Lock()
        self._known: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Count the request, then let the application answer it, or refuse it."""
        shown = self._shown(scope) if scope["type"] == "http" else None
        if scope["type"] != "http" or (shown is None and own_path(scope) in self._free):
            await self._application(scope, receive, send)
            return
        standing, reader = await asyncio.to_thread(self._count, address_of(scope), shown)
        if reader is not None:
            scope.setdefault("state", {})["reader"] = reader

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if standing is not None and message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *standing.headers]
            await send(message)

        if standing is not None and standing.refused:
            self._told(standing.counted)
            await self._refuse(standing.refusal)(scope, receive, with_headers)
        else:
            await self._application(scope, receive, with_headers)

    def _count(self, address: str, shown: Shown | None) -> tuple[_Standing | None, Reader | None]:
        """How whoever asks stands after this request, and who it is, where a key says so."""
        try:
            rules = read_access(self._admission.live.address).rates
            everybody = self._admission.everybody
            if shown is None or (everybody is not None and not shown.in_address):
                unset = None if self._alone and everybody == LOCAL else ADDRESS_RATE
                return self._hit("address", self._given or rules.address or unset, address), everybody
            return self._count_key(address, shown, rules)
        except UsageError:  # what is set up cannot be read: the application says so
            return None, None

    def _count_key(self, address: str, shown: Shown, rules: RateRules) -> tuple[_Standing | None, Reader | None]:
        digest = hashlib.sha256(shown.token.encode("utf-8", "surrogatepass")).hexdigest()
        with self._looking:  # one at a time, so that no more wrong ones get through at once
            wrong = rate_of(rules.wrong_keys, "rates.wrong_keys")
            if wrong and digest not in self._known and not self._limiter.test(wrong, "wrong-keys", address):
                return self._standing("wrong-keys", wrong, address, refused=True), None
            try:
                reader = shown.reader(shown.token)
            except (AccessDenied, NotInArchive):
                self._known.pop(digest, None)
                return self._hit("wrong-keys", rules.wrong_keys, address), None
            self._known[digest] = None
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._hit("key", self._given or rules.key, digest), None if shown.in_address else reader

    def _hit(self, counted: Counted, rate: str | None, who: str) -> _Standing | None:
        """How somebody stands after one more request; None where there is no rate."""
        item = None if rate is None else _rate(rate)
        if item is None:
            return None
        return self._standing(counted, item, who, refused=not self._limiter.hit(item, counted, who))

    def _standing(self, counted: Counted, item: RateLimitItem, who: str, *, refused: bool) -> _Standing:
        stats = self._limiter.get_window_stats(item, counted, who)
        seconds = max(1, math.ceil(stats.reset_time - time.time()))
        return _Standing(counted, item, stats.remaining, seconds, refused)


@lru_cache(maxsize=64)
def _rate(text: str) -> RateLimitItem | None:
    return rate_of(text, "rates")


def address_of(scope: _Scope) -> str:
    """From where a request comes; of IPv6 the network that a site is given (/64), all of whose addresses are one caller's."""
    client = scope.get("client")
    if not client:
        return ""
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return str(client[0])
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((address.packed, 64), strict=False))
    return str(address)


def plain_refusal(error: TooManyRequests) -> _Application:
    """The refusal as a problem (RFC 9457), for a server that has no form of its own for mistakes."""

    async def reply(scope: _Scope, receive: _Receive, send: _Send) -> None:
        del scope, receive
        problem = {"title": TooManyRequests.title, "status": 429, "detail": str(error)}
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"cache-control", b"no-store"),
            (b"retry-after", str(error.retry_after).encode()),
        ]
        await send({"type": "http.response.start", "status": 429, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(problem, ensure_ascii=False).encode()})

    return reply
