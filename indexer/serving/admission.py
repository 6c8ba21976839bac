"""Who asks a server that stays running, what of the archive they are shown, and that it is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from indexer.access import LOCAL, Reader, for_reader, require
from indexer.access.keys import reader_of_feed_key, reader_of_key
from indexer.audit import Deed, Via, note
from indexer.errors import AccessDenied, NotIdentified, NotInArchive
from indexer.index import Index
from indexer.serving.live_index import LiveIndex

__all__ = ["Admission", "ids_in", "key_in"]

_NO_KEY = "no key was given; send one as `Authorization: Bearer KEY`"
_NO_FEED = "there is no such feed; its key is unknown, revoked or has expired"
_BEARER = "bearer "


class Admission:
    """The door of a server: `everybody` is as whom all are let in, None where each has to show a key."""

    def __init__(self, live: LiveIndex, *, everybody: Reader | None = LOCAL, via: Via = "api") -> None:
        """The live index behind the door."""
        self.live = live
        self.everybody = everybody
        self._via = via

    def reader(self, key: str | None) -> Reader:
        """Who shows this key; raises NotIdentified where there is none, or it does not hold."""
        if self.everybody is not None:
            return self.everybody
        if not key:
            raise NotIdentified(_NO_KEY)
        try:
            return reader_of_key(self.live.address, key)
        except AccessDenied as error:
            raise NotIdentified(str(error)) from error

    def feed_reader(self, key: str) -> Reader:
        """Whose feeds the key in an address opens; raises NotInArchive where it does not hold, which tells nothing more."""
        try:
            return reader_of_feed_key(self.live.address, key)
        except AccessDenied as error:
            raise NotInArchive(_NO_FEED) from error

    @contextmanager
    def held(self, reader: Reader) -> Iterator[Index]:
        """The live index as the reader may see it: one generation, which stays open until the block ends."""
        with self.live.held() as index:
            yield for_reader(index, reader)

    def note(
        self, index: Index, reader: Reader, deed: Deed, *, question: str | None, shown: object, what: str | None = None
    ) -> None:
        """Write down what is about to be shown; raises AuditFault where it cannot be, and then nothing may be shown."""
        note(index, reader, deed, via=self._via, question=question, shown=ids_in(shown), what=what)

    def may_administer(self, key: str | None) -> None:
        """Raise NotIdentified or AccessDenied where whoever shows this key may not see how the server does."""
        require(self.reader(key), "administer")


def key_in(headers: Mapping[str, str]) -> str | None:
    """The key in a request's headers: `Authorization: Bearer KEY` (RFC 6750); None where there is none."""
    given = headers.get("authorization", "")
    return given[len(_BEARER) :].strip() or None if given[: len(_BEARER)].lower() == _BEARER else None


def ids_in(value: object) -> list[str]:
    """The ids of the clauses in what is shown, once each, in its order; of the notices where it has no clauses."""
    for name in ("clause_id", "doc_id"):
        if found := list(dict.fromkeys(_named(value, name))):
            return found
    return []


def _named(value: object, name: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == name and isinstance(inner, str):
                yield inner
            else:
                yield from _named(inner, name)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _named(inner, name)
