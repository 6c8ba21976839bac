"""Whether the app or the API may listen at an address, and as whom it lets people in who have not shown who they are."""

from __future__ import annotations

import ipaddress
import os

from indexer.access.configuration import is_configured, read_access
from indexer.access.keys import list_keys
from indexer.access.roles import LOCAL, Reader
from indexer.address import IndexAddress
from indexer.errors import UsageError

__all__ = ["OPEN", "admitted_as", "is_loopback", "is_guarded"]

OPEN = "TIAOWEN_OPEN"


def is_guarded(index_dir: IndexAddress | str) -> bool:
    """Whether access is set up: there is an access.toml, or a key was ever made."""
    return is_configured(index_dir) or bool(list_keys(index_dir))


def admitted_as(
    host: str | None, index_dir: IndexAddress | str, *, open_anyway: bool = False, proxied: bool = False
) -> Reader | None:
    """As whom everybody is let in by a server that listens at `host`; None where each has to show who they are.

    `host` is an address or a name as it is given to the server, None or empty for all addresses of the machine; one that is
    `proxied` is reached by others wherever it listens. Where
    access is set up, each has to. Where it is not, everybody who is at this machine may do everything; a server that
    others reach has to be told outright to be open: by `open_anyway`, by `open = true` in access.toml, or by
    TIAOWEN_OPEN=1. Told so where access is set up, it lets everybody in as a reader of the default collection.

    Raises UsageError where it may not listen, in one line that says what to do.
    """
    access = read_access(index_dir)
    is_open = open_anyway or access.open or os.environ.get(OPEN, "").lower() in ("1", "yes", "true")
    if is_guarded(index_dir):
        return access.reader("", ("reader",)) if is_open else None
    if is_open or (is_loopback(host) and not proxied):
        return LOCAL
    where = "behind a proxy" if proxied else host or "every address of this machine"
    here = "leave --proxied out" if proxied else "listen on 127.0.0.1"
    raise UsageError(
        f"{where}: others could read and change this archive without saying who they "
        f"are; make a key (`python -m indexer keys create`), write access.toml (docs/access.md), {here}, or "
        f"say outright that it is open: {OPEN}=1"
    )


def is_loopback(host: str | None) -> bool:
    """Whether only this machine reaches a server there; a name other than localhost is not looked up."""
    if not host:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
