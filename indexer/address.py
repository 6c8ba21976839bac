"""Where an index is: a folder of this machine, a Milvus server, or a folder of milvus-lite.

    embeddings/index                        a folder
    milvus://host:19530/notices             a Milvus server, and a name for the index there; …/database/notices
    milvus+tls://host:19530/notices         the same by TLS
    milvus-lite:PATH                        a folder that milvus-lite keeps; one process at a time

Who asks and how is in the environment, for addresses end up in logs and manifests: MILVUS_TOKEN, or MILVUS_USER and
MILVUS_PASSWORD; for TLS with own certificates MILVUS_CA (of the server), MILVUS_CERTIFICATE and MILVUS_KEY (of the client),
MILVUS_SERVER_NAME.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from indexer.errors import UsageError

__all__ = ["IndexAddress", "MilvusAddress", "folder_of", "index_address"]

_LITE = "milvus-lite:"
_SCHEMES = {"milvus": "http", "milvus+tls": "https"}
# What Milvus takes as the name of a collection; the rest of its 255 characters is for what the index appends.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_DEFAULT_PORT = 19530
_OWN_FOLDER = "TIAOWEN_EDITS"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """An index in Milvus; `str()` is the address as it was given."""

    given: str
    uri: str  # http(s)://host:port, or the path of milvus-lite's folder
    name: str  # of the collection that says what is live; the others begin with it
    database: str = ""
    lite: bool = False

    def __str__(self) -> str:
        return self.given

    @property
    def folder(self) -> Path:
        """The folder of this machine for what editors corrected by hand and uploaded: no server keeps files.

        Inside milvus-lite's own; for a server TIAOWEN_EDITS, else one of the user's data folder that bears its address.
        """
        if self.lite:
            return Path(self.uri)
        if named := os.environ.get(_OWN_FOLDER):
            return Path(named)
        data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        where = urlsplit(self.uri).netloc.replace(":", "-")
        return Path(data).expanduser() / "tiaowen" / "-".join(filter(None, (where, self.database, self.name)))


IndexAddress: TypeAlias = Path | MilvusAddress


def index_address(given: IndexAddress | str) -> IndexAddress:
    """The address that is meant; raises UsageError for one of Milvus that is not written as above."""
    if not isinstance(given, str):
        return given
    if given.startswith(_LITE):
        path = given.removeprefix(_LITE)
        if not path:
            raise UsageError(f"{given}: names no folder; write milvus-lite:PATH")
        return MilvusAddress(given, str(Path(path).expanduser()), "tiaowen", lite=True)
    scheme = given.partition("://")[0]
    if scheme in _SCHEMES and "://" in given:
        return _of_server(given, _SCHEMES[scheme])
    return Path(given)


def folder_of(given: IndexAddress | str) -> Path:
    """The folder of this machine that belongs to the index: its own, or for one in Milvus that of its edits."""
    address = index_address(given)
    return address.folder if isinstance(address, MilvusAddress) else address


def _of_server(given: str, protocol: str) -> MilvusAddress:
    try:
        parts = urlsplit(given)
        host, port = parts.hostname, parts.port or _DEFAULT_PORT
    except ValueError as error:
        raise UsageError(f"{given}: is no address ({error}); write milvus://host:19530/name") from error
    if parts.username or parts.password:
        shown = given.replace(parts.netloc, parts.netloc.rpartition("@")[2])
        raise UsageError(
            f"{shown}: an address bears no password, for it is shown and stored; set MILVUS_USER and MILVUS_PASSWORD, "
            "or MILVUS_TOKEN"
        )
    *database, name = parts.path.strip("/").split("/")
    if not host or len(database) > 1 or not all(map(_NAME.fullmatch, (*database, name))):
        raise UsageError(
            f"{given}: names no index; write milvus://host:19530/name, the name of letters, digits and underscores"
        )
    bracketed = f"[{host}]" if ":" in host else host
    return MilvusAddress(given, f"{protocol}://{bracketed}:{port}", name, database="".join(database))
