"""The command `mcp`: the archive for assistants, over stdin and stdout or over HTTP."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

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
    from indexer.access.listening import admitted_as
    from indexer.serving.admission import Admission
    from indexer.serving.listening import address_of, host_and_port, listen, serve

    host, port = host_and_port(options.http)
    everybody = admitted_as(host, options.index, open_anyway=options.open)
    with listen(host, port) as opened:
        with live.held():
            pass
        from indexer.mcp_server.server import server_over

        application = server_over(Admission(live, everybody=everybody, via="mcp"), workers=workers).streamable_http_app(
            host=host, stateless_http=True, max_request_body_size=_BODY_BYTES
        )
        say(f"listening on {address_of(opened)}/mcp")
        serve(application, opened, seconds_to_finish=_SECONDS_TO_FINISH)
