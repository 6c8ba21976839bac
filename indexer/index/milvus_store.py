"""Builds into Milvus: one at a time, each live at once when it is complete, and harmless where it is killed."""

from __future__ import annotations

import json
import os
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.address import MilvusAddress
from indexer.errors import IndexFault, IndexUnreachable, UsageError
from indexer.index.archive import Archive
from indexer.index.generations import ARCHIVE, SCHEMA_VERSION
from indexer.index.identity import COLLECTIONS, DeferredEncoder
from indexer.index.milvus_archive import MilvusArchive
from indexer.index.milvus_collections import LAYOUT, NEVER, CollectionSet, create_registry, sets_of
from indexer.index.milvus_connection import Milvus
from indexer.index.milvus_index import check_counts
from indexer.index.milvus_publish import Before, Publication
from indexer.index.milvus_snapshot import Snapshot, check_registry, live_snapshot, registry_row
from indexer.index.milvus_writer import MilvusWriter
from indexer.index.previous import Previous
from indexer.index.store import Beside, Draft, Published, Tell
from indexer.records import Manifest

__all__ = ["CLAIM_SECONDS", "MilvusStore"]

# How long a build's claim holds that nobody renews: of one that was killed on another machine.
CLAIM_SECONDS = 120.0
_CLAIM = 'pk == "build"'


@dataclass(frozen=True, slots=True)
class MilvusPrevious:
    """The live generation as the next build sees it."""

    manifest: Manifest
    archive: MilvusArchive

    @property
    def is_as_described(self) -> bool:
        """Whether the collections hold what the manifest says; a generation of which they do not is no previous one."""
        return True

    def states(self) -> dict[str, str]:
        """Nothing: the next build may be done on another machine, and reads every file."""
        return {}

    def check(self) -> None:
        """Nothing: Milvus keeps checksums of its own."""


class MilvusStore:
    """An index in Milvus, as builds write to it."""

    def __init__(self, address: MilvusAddress) -> None:
        """The address, at which there may be nothing yet."""
        self._address = address
        self._connection: Milvus | None = None
        self._claim: _Claim | None = None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """While held, no other build writes there; the folder of the index's edits and its registry are made if absent.

        Raises UsageError while another build holds it, IndexUnreachable where Milvus does not answer.
        """
        try:
            self._address.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{self._address.folder}: cannot be made ({error.strerror}); set TIAOWEN_EDITS to another folder"
            ) from error
        with closing(Milvus(self._address, create=True)) as self._connection:
            if self._address.name in self._milvus.collections():
                check_registry(self._milvus, self._address)
                self._milvus.load(self._address.name)
            else:
                create_registry(self._milvus, self._address.name)
            self._claim = _Claim(self._milvus)
            try:
                yield
            finally:
                self._claim.release()

    @contextmanager
    def previous(self) -> Iterator[MilvusPrevious | None]:
        """The live generation; None where there is none that is whole: a build then makes a new set of collections.

        What a killed build left in its collections is gone.
        """
        live = self._live()
        if live is None:
            yield None
            return
        self._restore(live)
        try:
            manifest = live.manifest()
            check_counts(live, manifest)
        except IndexUnreachable:
            raise
        except IndexFault:
            yield None
            return
        yield MilvusPrevious(manifest, MilvusArchive(live))

    @contextmanager
    def draft(self, previous: Previous | None, manifest: Manifest) -> Iterator[Draft]:
        """A build that goes on in the collections of the previous one, or in new ones where nothing there would stay."""
        if previous is not None and not isinstance(previous, MilvusPrevious):
            raise TypeError(f"{type(previous).__name__} is of another kind of store")
        archive = previous.archive if previous else None
        whole = previous is None or not _may_stay(previous.manifest, manifest)
        with tempfile.TemporaryDirectory(prefix="indexer-") as scratch:
            path = Path(scratch) / ARCHIVE
            with MilvusWriter(path, archive, whole=whole) as writer:
                yield _MilvusDraft(self, writer, previous, whole)

    def sweep(self, *, changed: bool) -> None:
        """Remove what no reader of the live generation sees; after a change not yet what readers of the last one see.

        Who reads is not known, so the generation before the live one stays for one build more; the next build, also one
        that changes nothing, removes it.
        """
        live = self._live()
        if live is None:
            return
        kept = {live.collections.number} | ({live.before} if changed else set())
        for collections in sets_of(self._milvus, self._address.name):
            if collections.number not in kept:
                collections.drop(self._milvus)
        dead = live.generation - 1 if changed else live.generation
        for collection in live.collections.all:
            self._milvus.delete(collection, f"died <= {dead}")

    def renew(self) -> None:
        """Keep the claim of this build."""
        if self._claim is not None:
            self._claim.renew()

    def start(self, previous: MilvusPrevious | None, *, whole: bool, dim: int, n_clauses: int) -> Snapshot:
        """The generation to write: the next one of the set that is live, or the first one of a new set."""
        if previous is not None and not whole:
            live = previous.archive.snapshot
            return Snapshot(self._milvus, live.collections, live.generation + 1)
        numbers = [collections.number for collections in sets_of(self._milvus, self._address.name)]
        collections = CollectionSet(self._address.name, max(numbers, default=0) + 1)
        collections.create(self._milvus, dim=dim, n_clauses=n_clauses)
        return Snapshot(self._milvus, collections, 1)

    def make_live(self, snapshot: Snapshot, before: Snapshot | None) -> None:
        """Have readers see the generation from now on, after the one before."""
        values: dict[str, int | str | float] = {
            "layout": f"{LAYOUT}.{SCHEMA_VERSION}",
            "set": snapshot.collections.number,
            "generation": snapshot.generation,
            "before": before.collections.number if before else 0,
        }
        self._milvus.put(self._address.name, registry_row("live", values))
        self._milvus.flush(self._address.name)

    def _live(self) -> Snapshot | None:
        """The live generation; None where there is none, or one of another layout."""
        try:
            return live_snapshot(self._milvus)
        except IndexUnreachable:
            raise
        except IndexFault:
            return None

    def _restore(self, live: Snapshot) -> None:
        """Undo what a build that was killed has written into the collections of the live generation."""
        collections, generation = live.collections, live.generation
        for collection in collections.all:
            self._milvus.delete(collection, f"born > {generation}")
        for collection in collections.all:
            condition = f"died > {generation} and died < {NEVER}"
            dying = [row["pk"] for row in self._milvus.rows(collection, condition, ["pk"], fresh=True)]
            self._milvus.change(collection, [{"pk": key, "died": NEVER} for key in dying])

    @property
    def _milvus(self) -> Milvus:
        if self._connection is None:
            raise LookupError("the lock is not held")
        return self._connection


@dataclass(frozen=True, slots=True)
class _MilvusDraft:
    store: MilvusStore
    writer: MilvusWriter
    previous: MilvusPrevious | None
    whole: bool

    def publish(self, manifest: Manifest, encoder: DeferredEncoder, tell: Tell, *, beside: Beside) -> Published:
        """Write the generation, see that it is all there, then make it live; a cluster keeps nothing beside it."""
        del beside  # whoever wants it makes it of the index
        self.writer.finish()
        before = self.previous
        same_encoder = before is not None and before.manifest.encoder_sha256 == encoder.sha256
        dim = before.manifest.dim if before is not None and same_encoder else encoder.load().dim

        def told(stage: str, done: int, total: int) -> None:
            self.store.renew()
            tell(stage, done, total)

        with closing(Archive(self.writer.path)) as fresh:
            snapshot = self.store.start(before, whole=self.whole, dim=dim, n_clauses=fresh.n_clauses)
            publication = Publication(snapshot, fresh=fresh, writer=self.writer)
            published = publication.write(
                manifest,
                before=None if self.whole or before is None else Before.of(before.archive, before.manifest),
                vectors_of=before.archive.snapshot if before is not None and same_encoder else None,
                encoder=encoder,
                dim=dim,
                tell=told,
            )
        tell("publish", 0, 1)
        check_counts(snapshot, published.manifest)
        self.store.make_live(snapshot, before.archive.snapshot if before else None)
        tell("publish", 1, 1)
        return published


class _Claim:
    """A row that says who builds. Milvus has no locks: two that claim within the same moment see one another at once."""

    def __init__(self, milvus: Milvus) -> None:
        """Claim; raises UsageError while somebody else's claim holds."""
        self._milvus = milvus
        self._host, self._own = socket.gethostname(), secrets.token_hex(8)
        self._renewed = 0.0
        self._refuse_others()
        self.renew()
        self._refuse_others()

    def renew(self) -> None:
        """Let the claim hold CLAIM_SECONDS from now."""
        if time.monotonic() - self._renewed > CLAIM_SECONDS / 4:
            until = time.time() + CLAIM_SECONDS
            values: dict[str, int | str | float] = {
                "host": self._host, "process": os.getpid(), "claim": self._own, "until": until,
            }  # fmt: skip
            self._milvus.put(self._milvus.address.name, registry_row("build", values))
            self._renewed = time.monotonic()

    def release(self) -> None:
        """Let the next one build."""
        try:
            self._milvus.delete(self._milvus.address.name, _CLAIM)
        except IndexUnreachable:
            return  # it lapses by itself

    def _refuse_others(self) -> None:
        for row in self._milvus.few(self._milvus.address.name, _CLAIM, ["payload"], fresh=True):
            claim = json.loads(row["payload"])
            if claim["claim"] != self._own and claim["until"] > time.time() and not self._is_dead(claim):
                raise UsageError(
                    f"{self._milvus.address}: another build is writing there (process {claim['process']} on "
                    f"{claim['host']}); wait until it ends, or give another name in the address"
                )

    def _is_dead(self, claim: dict[str, str | int | float]) -> bool:
        """Whether the claim is of a process of this machine that has ended, or that milvus-lite would not let in."""
        if self._milvus.address.lite:
            return claim["process"] != os.getpid()
        if claim["host"] != self._host:
            return False
        try:
            os.kill(int(claim["process"]), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def _may_stay(before: Manifest, now: Manifest) -> bool:
    """Whether rows of the earlier generation can be those of the next: same code of the index, same encoder and settings."""
    fixed = [name for name, _ in now.parameters if name not in ("parser", COLLECTIONS)]
    earlier, later = dict(before.parameters), dict(now.parameters)
    return before.encoder_sha256 == now.encoder_sha256 and all(earlier.get(name) == later[name] for name in fixed)
