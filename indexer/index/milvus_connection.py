"""The connection to Milvus: what the index asks of it, in batches and in time, with failures in one line.

milvus-lite is opened here as well: it serves its folder inside this process, which holds the folder's lock meanwhile.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from indexer.address import MilvusAddress
from indexer.errors import IndexMissing, IndexUnreachable, UsageError

if TYPE_CHECKING:
    import grpc
    from milvus_lite.db import MilvusLite
    from pymilvus import MilvusClient

__all__ = ["LARGEST_RESULT", "Milvus", "Row", "among"]

# A row as pymilvus takes and gives it, by field.
Row: TypeAlias = dict[str, Any]

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
WRITE_SECONDS = 600.0

# Between two signs of life on a connection. gRPC's servers, milvus-lite's among them, take more than one in five minutes
# without data for an attack and hang up; the client's own default is ten seconds.
KEEPALIVE_SECONDS = 330

# The most that Milvus gives in one answer (its default quota for limit and offset together).
LARGEST_RESULT = 16_384
# Values in one list of a filter, and rows in one page of a long answer.
_LISTED = 1000
_PAGE = 1000
# Rows and bytes of text in one insert; Milvus takes messages of 64 MB.
_INSERTED = 1000
_INSERTED_BYTES = 8_000_000

_TLS = {
    "MILVUS_CA": "server_pem_path",
    "MILVUS_CERTIFICATE": "client_pem_path",
    "MILVUS_KEY": "client_key_path",
    "MILVUS_SERVER_NAME": "server_name",
}


def among(field: str, values: Sequence[str | int]) -> str:
    """The filter for rows whose field has one of the values."""
    return f"{field} in {json.dumps(list(values), ensure_ascii=False)}"


class Milvus:
    """An open connection; safe under threads."""

    def __init__(self, address: MilvusAddress, *, create: bool = False) -> None:
        """Connect; `create` makes the folder of milvus-lite where there is none.

        Raises UsageError where the client library is not installed, IndexMissing where there is no such folder,
        IndexUnreachable where nobody answers within CONNECT_SECONDS, or the server refuses.
        """
        self.address = address
        self._client: MilvusClient | None = None
        client_class = _client_class(address)
        self._lite = _LiteFolder.open(address, create=create) if address.lite else None
        uri = self._lite.uri if self._lite else address.uri
        try:
            with self._failures():
                # Connections are not shared: each index closes its own.
                self._client = client_class(  # fmt: skip
                    uri=uri,
                    db_name=address.database,
                    timeout=CONNECT_SECONDS,
                    dedicated=True,
                    grpc_options={"grpc.keepalive_time_ms": 1000 * KEEPALIVE_SECONDS},
                    **_credentials(),
                )
        except IndexUnreachable:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection back; asking afterwards raises UsageError."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
        lite, self._lite = self._lite, None
        if lite is not None:
            lite.release()

    # --- reading -------------------------------------------------------------------------------

    def rows(self, collection: str, condition: str, fields: Sequence[str], *, fresh: bool = False) -> Iterator[Row]:
        """The fields of every row that passes the condition, page by page; `fresh` waits for what was just written."""
        with self._failures():
            pages = self._open.query_iterator(
                collection,
                batch_size=_PAGE,
                filter=condition,
                output_fields=list(fields),
                timeout=READ_SECONDS,
                consistency_level="Strong" if fresh else "Bounded",
            )
        try:
            while True:
                with self._failures():
                    page = pages.next()
                if not page:
                    return
                yield from page
        finally:
            pages.close()

    def rows_of(
        self,
        collection: str,
        field: str,
        values: Sequence[str | int],
        fields: Sequence[str],
        *,
        condition: str,
        fresh: bool = False,
        few_each: bool = False,
    ) -> Iterator[Row]:
        """The rows that pass the condition and whose field has one of the values, of which there may be any number.

        `few_each` says that a value has but a few rows: a list of values is then asked for in one round trip.
        """
        for first in range(0, len(values), _LISTED):
            listed = f"{among(field, values[first : first + _LISTED])} and {condition}"
            ask = self.few if few_each else self.rows
            yield from ask(collection, listed, fields, fresh=fresh)

    def few(self, collection: str, condition: str, fields: Sequence[str], *, fresh: bool = False) -> list[Row]:
        """The rows that pass the condition, in one round trip; there must be fewer than LARGEST_RESULT."""
        with self._failures():
            return list(
                self._open.query(
                    collection,
                    filter=condition,
                    output_fields=list(fields),
                    limit=LARGEST_RESULT,
                    timeout=READ_SECONDS,
                    consistency_level="Strong" if fresh else "Bounded",
                )
            )

    def count(self, collection: str, condition: str, *, fresh: bool = False) -> int:
        """How many rows pass the condition."""
        with self._failures():
            found = self._open.query(
                collection,
                filter=condition,
                output_fields=["count(*)"],
                timeout=READ_SECONDS,
                consistency_level="Strong" if fresh else "Bounded",
            )
        return int(found[0]["count(*)"])

    def nearest(
        self, collection: str, field: str, vector: object, limit: int, *, condition: str
    ) -> list[tuple[str, float]]:
        """The clause ids of the `limit` rows with the greatest inner product with the vector, and that product."""
        with self._failures():
            found = self._open.search(
                collection,
                data=[vector],
                anns_field=field,
                limit=limit,
                filter=condition,
                output_fields=["clause_id"],
                search_params={"metric_type": "IP", "params": {"ef": max(limit, 64)} if field == "meaning" else {}},
                timeout=READ_SECONDS,
                consistency_level="Bounded",
            )
        return [(hit["entity"]["clause_id"], float(hit["distance"])) for hit in found[0]]

    def collections(self) -> list[str]:
        """The names of all collections of the database."""
        with self._failures():
            return list(self._open.list_collections(timeout=READ_SECONDS))

    def fields(self, collection: str) -> frozenset[str]:
        """The names of a collection's fields."""
        with self._failures():
            described = self._open.describe_collection(collection, timeout=READ_SECONDS)
        return frozenset(field["name"] for field in described["fields"])

    # --- writing -------------------------------------------------------------------------------

    def create(self, collection: str, schema: object, indexes: object) -> None:
        """Make an empty collection with its indexes, ready to be asked."""
        with self._failures():
            self._open.create_collection(collection, schema=schema, consistency_level="Bounded", timeout=WRITE_SECONDS)
            # Not waited for one by one: there is nothing to index yet.
            self._open.create_index(collection, indexes, sync=False, timeout=WRITE_SECONDS)
        self.load(collection)

    def load(self, *collections: str) -> None:
        """Have the collections ready to be asked; milvus-lite forgets that whenever it is opened."""
        for collection in collections:
            with self._failures():
                self._open.load_collection(collection, timeout=WRITE_SECONDS)

    def drop(self, collection: str) -> None:
        """Remove a collection with all that it holds."""
        with self._failures():
            self._open.drop_collection(collection, timeout=WRITE_SECONDS)

    def insert(self, collection: str, rows: Sequence[Row]) -> None:
        """Add the rows."""
        for batch in _batches(rows):
            with self._failures():
                self._open.insert(collection, batch, timeout=WRITE_SECONDS)

    def put(self, collection: str, row: Row) -> None:
        """Set the row, in the place of one of the same key; others see either the old one or this one."""
        with self._failures():
            self._open.upsert(collection, [row], timeout=WRITE_SECONDS)

    def change(self, collection: str, rows: Sequence[Row]) -> None:
        """Set the fields given, besides the key, of rows that are there."""
        for batch in _batches(rows):
            with self._failures():
                self._open.upsert(collection, batch, partial_update=True, timeout=WRITE_SECONDS)

    def delete(self, collection: str, condition: str) -> None:
        """Remove every row that passes the condition."""
        with self._failures():
            self._open.delete(collection, filter=condition, timeout=WRITE_SECONDS)

    def flush(self, collection: str) -> None:
        """Have what was written in sealed segments, where it is indexed."""
        with self._failures():
            self._open.flush(collection, timeout=WRITE_SECONDS)

    @property
    def _open(self) -> MilvusClient:
        if self._client is None:
            raise UsageError(f"{self.address}: this index was closed; open it again")
        return self._client

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Raises IndexUnreachable, in one line, for whatever goes wrong between here and the server."""
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except (MilvusException, grpc.RpcError) as error:
            raise IndexUnreachable(f"{self.address}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """What is wrong and what to do, in one line."""
    import grpc

    # The client says of any failure to connect that it failed; why is in what it failed by.
    while error.__cause__ is not None and error.__cause__ is not error:
        error = error.__cause__
    told = error.details() if isinstance(error, grpc.RpcError) and hasattr(error, "details") else None
    said = " ".join(str(told or getattr(error, "message", error)).split())[:300]
    lowered = f"{said} {error.code() if isinstance(error, grpc.Call) else ''}".lower()
    if any(word in lowered for word in ("unauthenticated", "auth check fail", "permission deny", "permission_denied")):
        return f"Milvus refuses access ({said}); set MILVUS_USER and MILVUS_PASSWORD, or MILVUS_TOKEN"
    if any(word in lowered for word in ("fail connecting", "failed to connect", "unavailable", "deadline", "timeout")):
        return f"Milvus does not answer ({said}); check host and port, and that the server runs"
    return f"Milvus fails ({said}); see the server's log"


def _client_class(address: MilvusAddress) -> type[MilvusClient]:
    """The client; raises UsageError where it is not installed."""
    # gRPC's own library writes to the terminal, past Python, when a server hangs up; what matters of it is raised.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        if address.lite:
            import milvus_lite  # noqa: F401
        from pymilvus import MilvusClient
    except ImportError as error:
        raise UsageError(
            f"{address}: needs {error.name}, which is not installed; run: pip install -r requirements-cluster.txt"
        ) from error
    # What goes wrong is said here, in one line, and not by the client as well.
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    found: type[MilvusClient] = MilvusClient
    return found


def _credentials() -> dict[str, str]:
    """Who asks and with which certificates, from the environment; see `indexer.address`."""
    names = {"MILVUS_TOKEN": "token", "MILVUS_USER": "user", "MILVUS_PASSWORD": "password", **_TLS}
    return {option: os.environ[name] for name, option in names.items() if os.environ.get(name)}


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows in batches that fit into one message."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        own = 4 * sum(len(value) for value in row.values() if isinstance(value, str | Mapping)) + 4096
        if batch and (size + own > _INSERTED_BYTES or len(batch) >= _INSERTED):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += own
    if batch:
        yield batch


class _LiteFolder:
    """A folder of milvus-lite, served by this process while anyone here uses it."""

    _open: dict[str, _LiteFolder] = {}
    _lock = threading.Lock()

    def __init__(self, path: str, server: grpc.Server, database: MilvusLite, port: int) -> None:
        """A server that was started."""
        self.uri = f"http://127.0.0.1:{port}"
        self._path = path
        self._server = server
        self._database = database
        self._users = 0

    @classmethod
    def open(cls, address: MilvusAddress, *, create: bool) -> _LiteFolder:
        """The folder, served; the same one for all who ask for it in this process.

        Raises IndexMissing where there is none, IndexUnreachable where another process has it.
        """
        path = os.path.abspath(address.uri)
        with cls._lock:
            if path not in cls._open:
                if not create and not Path(path, "collections").is_dir():
                    raise IndexMissing(
                        f"{address}: there is no index here; build one: `python -m indexer build FOLDER --index {address}`"
                    )
                cls._open[path] = cls._started(address, path)
            folder = cls._open[path]
            folder._users += 1
            return folder

    @classmethod
    def _started(cls, address: MilvusAddress, path: str) -> _LiteFolder:
        from milvus_lite.adapter.grpc.server import start_server_in_thread
        from milvus_lite.exceptions import DataDirLockedError

        try:
            server, database, port = start_server_in_thread(path)
        except DataDirLockedError as error:
            raise IndexUnreachable(
                f"{address}: another process has this folder open, and milvus-lite lets in one at a time; end that one, "
                f"or serve the folder to both: milvus-lite server --data-dir {path}"
            ) from error
        except OSError as error:
            raise UsageError(f"{address}: cannot be opened ({error.strerror or error}); give another folder") from error
        return cls(path, server, database, port)

    def release(self) -> None:
        """Stop serving where nobody uses the folder any more: another process may then open it."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            self._server.stop(grace=None).wait()
            self._database.close()
            del self._open[self._path]
