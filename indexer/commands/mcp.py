"""The command `mcp`: the archive for assistants, over stdin and stdout or over HTTP."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from indexer.commands.given import add_proxied_option

if TYPE_CHECKING:  # heavy modules are imported where they are needed, so that --help stays instant
    from indexer.serving.live_index import LiveIndex
    from indexer.serving.workers import Workers

__all__ = ["add_mcp_options", "run_mcp"]

_SECONDS, _SECONDS_TO_FINISH = 60.0, 10
_THREADS, _WAITING = 4, 16
_BODY_BYTES = 256 * 1024


def add_mcp_options(parser: argparse.ArgumentParser, *, given: Callable[[str], str]) -> None:
    """Add what `mcp` takes beside --index and --threads."""
    parser.add_argument(
        "--http", type=given, metavar="HOST:PORT", help="listen there (127.0.0.1:8601) in place of stdin and stdout"
    )
    add_proxied_option(parser)
    parser.add_argument(
        "--rate",
        type=given,
        metavar="600/minute",
        help="over HTTP, requests of one key or address; or none (access.toml)",
    )
    parser.add_argument("--open", action="store_true", help="let everybody in, where others reach it, without a key")


def run_mcp(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Serve until stdin ends, or over HTTP until a signal comes; exit status 0 then. Stdout is the protocol's alone."""
    from indexer.serving.admission import Admission
    from indexer.serving.live_index import LiveIndex
    from indexer.serving.workers import Workers

    workers = Workers(_THREADS, waiting=_WAITING, seconds=_SECONDS, name="tool")
    live = LiveIndex(options.index)
    try:
        if options.http is not None:
            _over_http(options, live, workers, say)
            return 0
        with live.held():  # what is wrong with it is said now, not to the first who asks
            pass
        from indexer.mcp_server.server import server_over

        server_over(Admission(live, via="mcp"), workers=workers).run()
    finally:
        workers.close()
        live.close()
    return 0


def _over_http(options: argparse.Namespace, live: LiveIndex, workers: Workers, say: Callable[[str], None]) -> None:
    from indexer.access import read_access
    from indexer.access.listening import admitted_as, is_loopback
    from indexer.serving.admission import Admission
    from indexer.serving.listening import address_of, host_and_port, listen, serve
    from indexer.serving.rates import RateLimit, checked_rates, plain_refusal, shown_key

    host, port = host_and_port(options.http)
    everybody = admitted_as(host, options.index, open_anyway=options.open, proxied=options.proxied)
    rates = read_access(options.index).rates
    checked_rates(rates, options.rate)
    with listen(host, port) as opened:
        with live.held():
            pass
        from indexer.mcp_server.server import server_over

        admission = Admission(live, everybody=everybody, via="mcp")
        application = server_over(admission, workers=workers).streamable_http_app(
            host=host, stateless_http=True, max_request_body_size=_BODY_BYTES
        )
        counted = RateLimit(
            application, admission=admission, shown=shown_key(admission), refuse=plain_refusal, given=options.rate,
            alone=is_loopback(host) and not options.proxied,
        )  # fmt: skip
        say(f"listening on {address_of(opened)}/mcp")
        serve(counted, opened, seconds_to_finish=_SECONDS_TO_FINISH, proxies=rates.proxies)
