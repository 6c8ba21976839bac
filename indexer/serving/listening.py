"""A web application on an address of this machine, until it is told to stop."""

from __future__ import annotations

import logging
import re
import signal
import socket
from typing import TYPE_CHECKING

from indexer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from types import FrameType

    import uvicorn

__all__ = ["address_of", "host_and_port", "listen", "path_prefix", "serve", "server_for"]

# Connections that the system keeps for a server that is about to take them.
_BACKLOG = 512


def host_and_port(given: str) -> tuple[str, int]:
    """127.0.0.1:8601 or [::1]:8601 as host and port; raises UsageError for anything else."""
    host, colon, port = given.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"{given}: is no address to listen on; give one such as 127.0.0.1:8601")
    return host, int(port)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, on a free port where `port` is 0; raises UsageError where it cannot."""
    if not 0 <= port <= 65535:
        raise UsageError(f"port {port} does not exist; give one from 1 to 65535, or 0 for a free one")
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        opened = socket.create_server((str(where[0]), port), family=family, backlog=_BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no name of a machine"
        raise UsageError(f"cannot listen on {host}:{port} ({reason}); give another --host or --port") from error
    # Connections inherit it. Without it, the second part of a reply waits for the client to confirm the first (40 ms).
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.setblocking(False)
    return opened


def address_of(opened: socket.socket) -> str:
    """The address of the socket as a browser takes it."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if opened.family == socket.AF_INET6 else f"http://{host}:{port}"


def path_prefix(given: str) -> str:
    """A path such as /archive/api, below which a proxy puts a server; raises UsageError for anything else."""
    prefix = given.rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", prefix) or {".", ".."} & {*prefix.split("/")}:
        raise UsageError(f"{given}: is no path below which a proxy puts a server; give one such as /api")
    return prefix


def server_for(
    application: Callable[..., Awaitable[None]],
    *,
    seconds_to_finish: int,
    root_path: str = "",
    proxies: Sequence[str] = (),
) -> uvicorn.Server:
    """A server that logs nothing itself; when it ends, what runs has so many seconds to finish.

    `root_path` is the prefix that a proxy takes off before it hands a request on; addresses in replies begin with it.
    From where a request comes is what the connection says, or X-Forwarded-For where one of the `proxies` says it.
    """
    import uvicorn

    # Its access log would have whole addresses, with questions and the keys of feeds, whatever handlers others have set up.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Server(
        uvicorn.Config(
            application, log_config=None, access_log=False, server_header=False, lifespan="on", ws="none",
            timeout_graceful_shutdown=seconds_to_finish, root_path=root_path,
            proxy_headers=bool(proxies), forwarded_allow_ips=list(proxies),
        )
    )  # fmt: skip


def serve(
    application: Callable[..., Awaitable[None]],
    opened: socket.socket,
    *,
    seconds_to_finish: int,
    root_path: str = "",
    proxies: Sequence[str] = (),
) -> None:
    """Answer until SIGINT or SIGTERM comes; then take nothing more and give what runs so many seconds to finish."""
    before = [(number, signal.signal(number, _ended)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        server = server_for(application, seconds_to_finish=seconds_to_finish, root_path=root_path, proxies=proxies)
        server.run(sockets=[opened])
    finally:
        opened.close()
        for number, each in before:
            signal.signal(number, each)


def _ended(number: int, frame: FrameType | None) -> None:
    """The signal was for the server, which has raised it again after it ended."""
