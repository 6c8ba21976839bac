"""A single page or file from an address, fetched by the crawler's rules in a process of its own.

Scrapy's loop runs once in a process, and an answer may be slow, endless or hostile: so each address has a process, which
is ended when its time is over.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from indexer.errors import UnreadableNotice, UsageError
from indexer.sources.crawler.sources_file import CONTACT_UNSET, site_of

__all__ = ["MAX_SECONDS", "OnePage", "fetch_page"]

MAX_SECONDS = 60.0  # for the answer
MAX_MB = 50.0
_MORE_SECONDS = 15.0  # for the process to start, and for robots.txt, beyond which it is ended
_LONGEST = 2000  # characters of an address


@dataclass(frozen=True, slots=True)
class OnePage:
    """What to fetch and how; as JSON it is what the process is given."""

    url: str
    into: str  # an empty folder
    private_hosts: tuple[str, ...] = ()
    contact: str = CONTACT_UNSET
    seconds: float = MAX_SECONDS
    megabytes: float = MAX_MB


def fetch_page(
    url: str,
    into: Path,
    *,
    private_hosts: Collection[str] = (),
    contact: str = CONTACT_UNSET,
    seconds: float = MAX_SECONDS,
    megabytes: float = MAX_MB,
) -> Path:
    """The file with the answer, in an empty folder, its provenance record beside it (`read_provenance`).

    robots.txt is obeyed; private, loopback and link-local addresses are refused unless the host is one of
    `private_hosts`, before the request, where the connection is made, and for each redirect. Raises UsageError for what
    is no web address, UnreadableNotice with the reason where there is no answer that can be kept.
    """
    address = checked_address(url)
    asked = OnePage(address, str(into), tuple(host.lower() for host in private_hosts), contact, seconds, megabytes)
    answer = _answer(asked)
    if "path" not in answer:
        raise UnreadableNotice(address, answer.get("reason", "could not be fetched"))
    return into / answer["path"]


def checked_address(url: str) -> str:
    """The address; raises UsageError where it is no address of the web or holds a password."""
    bare = url.strip()
    try:
        parts = urlsplit(bare)
        known = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and bool(site_of(bare))
    except ValueError:  # http://[ is no address
        known = False
    if not known or len(bare) > _LONGEST or any(c.isspace() or not c.isprintable() for c in bare):
        shown = bare if len(bare) <= 200 else f"{bare[:200]}…"
        raise UsageError(f"{shown!r} is no address that begins with http:// or https://; give one of a page or a file")
    if parts.username is not None or parts.password is not None:
        raise UsageError("the address holds a name or a password; give it without")
    return bare


def _answer(asked: OnePage) -> dict[str, str]:
    """What the process says: {"path": …}, or {"reason": …}."""
    package = Path(__file__).resolve().parents[3]
    path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "indexer.sources.crawler.one_page_process"]
    given = {name: getattr(asked, name) for name in OnePage.__slots__}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
            timeout=asked.seconds + _MORE_SECONDS,
            check=False,
        )
        answer: dict[str, str] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"reason": f"did not answer in full within {asked.seconds:g} s"}
    except ValueError:
        return {"reason": "could not be fetched: the process that asks for it broke off"}
    return answer
