"""The command `serve`: the archive over HTTP, until a signal comes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from indexer.commands.given import add_proxied_option
from indexer.errors import UsageError

if TYPE_CHECKING:  # heavy modules are imported where they are needed, so that --help stays instant
    from indexer.api import Limits

__all__ = ["add_serve_options", "run_serve"]

_PORT = 8600
_MOST_SECONDS = 3600


def add_serve_options(parser: argparse.ArgumentParser, *, given: Callable[[str], str]) -> None:
    """Add what `serve` takes beside --index and --threads."""
    parser.add_argument(
        "--host", type=given, default="127.0.0.1", metavar="HOST", help="address to listen on (127.0.0.1)"
    )
    parser.add_argument(
        "--port", type=int, default=_PORT, metavar="N", help=f"port to listen on ({_PORT}); 0: a free one"
    )
    parser.add_argument(
        "--root-path",
        type=given,
        metavar="PATH",
        help="below which a proxy has this server, and which it takes off (/api)",
    )
    add_proxied_option(parser)
    parser.add_argument("--open", action="store_true", help="let everybody in, where others reach it, without a key")
    parser.add_argument(
        "--rate", type=given, metavar="600/minute", help="requests of one key, or of one address; or none (access.toml)"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="questions answered at once (as many as processors)")
    parser.add_argument("--waiting", type=int, metavar="N", help="questions that may wait for their turn (32)")
    parser.add_argument("--seconds", type=float, metavar="S", help="time for one answer (30)")


def run_serve(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Serve the HTTP API until a signal comes; exit status 0 then."""
    from indexer.access import read_access
    from indexer.access.listening import admitted_as, is_loopback
    from indexer.api.addresses import Addresses
    from indexer.api.application import application_over
    from indexer.rewriting import endpoint_from
    from indexer.serving.listening import address_of, listen, path_prefix, serve
    from indexer.serving.live_index import LiveIndex
    from indexer.serving.rates import checked_rates

    limits = _limits(options)
    root_path = path_prefix(options.root_path) if options.root_path is not None else ""
    endpoint = endpoint_from(os.environ)
    everybody = admitted_as(options.host, options.index, open_anyway=options.open, proxied=options.proxied)
    rates = read_access(options.index).rates
    checked_rates(rates, options.rate)
    opened = listen(options.host, options.port)
    live = LiveIndex(options.index)
    try:
        with live.held():  # what is wrong with it is said now, not to the first who asks
            pass
        application = application_over(
            live, limits=limits, endpoint=endpoint, everybody=everybody, rate=options.rate,
            alone=is_loopback(options.host) and not options.proxied, addresses=Addresses.of(os.environ),
        )  # fmt: skip
        say(f"listening on {address_of(opened)}, documentation at {address_of(opened)}/docs")
        serve(
            application, opened, seconds_to_finish=limits.seconds_to_finish, root_path=root_path, proxies=rates.proxies
        )
    finally:
        live.close()
        opened.close()
    return 0


def _limits(options: argparse.Namespace) -> Limits:
    """The limits given, the others as they are by default; raises UsageError for one that lets nothing through."""
    from dataclasses import replace

    from indexer.api import Limits

    for name, least in (("workers", 1), ("waiting", 0)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise UsageError(f"--{name} must be {least} or more, not {value}")
    if options.seconds is not None and not 0 < options.seconds <= _MOST_SECONDS:
        raise UsageError(f"--seconds must be a time above 0 and up to {_MOST_SECONDS}, not {options.seconds:g}")
    given = {"threads": options.workers, "waiting": options.waiting, "seconds": options.seconds}
    return replace(Limits(), **{name: value for name, value in given.items() if value is not None})
