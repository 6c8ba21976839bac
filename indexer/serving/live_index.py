"""The live index, opened once a generation, and again when a build has made another one live."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from indexer.address import IndexAddress, index_address
from indexer.errors import TiaowenError
from indexer.index import Index, open_index
from indexer.index.opening import live_generation
from indexer.records import Query
from indexer.search import plan

__all__ = ["LiveIndex"]

# The live generation, and the one before it for whoever has begun to answer from that.
_KEPT = 2


@dataclass(slots=True, eq=False)
class _Opened:
    """An open generation, and how many answer from it just now."""

    index: Index
    n_holders: int = 0


class LiveIndex:
    """The index at one address, whatever is built there meanwhile; safe under threads.

    `held` and `current` raise IndexMissing, IndexDamaged, IndexMismatch or IndexUnreachable as `open_index` does.
    """

    def __init__(self, address: IndexAddress | str) -> None:
        """Nothing is opened yet."""
        self.address = index_address(address)
        self._lock = threading.Lock()
        self._opened: list[_Opened] = []  # the newest last
        self._warming: list[threading.Thread] = []
        self._closed = False

    @contextmanager
    def held(self) -> Iterator[Index]:
        """The live index; the generation stays open until the block ends, however many builds come between."""
        opened = self._hold()
        try:
            yield opened.index
        finally:
            self._let_go(opened)

    def current(self) -> Index:
        """The live index, for a caller that does not say when it is done: open until the build after the next."""
        with self._lock:
            return self._live().index

    def close(self) -> None:
        """Close every generation as soon as nobody answers from it; waits for an encoder that is being loaded.

        A program that ended meanwhile would have the loading fail, with a trace.
        """
        with self._lock:
            self._closed = True
            warming, self._warming = self._warming, []
        for thread in warming:
            thread.join()
        with self._lock:
            self._close_unused()

    def _hold(self) -> _Opened:
        with self._lock:
            opened = self._live()
            opened.n_holders += 1
            return opened

    def _let_go(self, opened: _Opened) -> None:
        with self._lock:
            opened.n_holders -= 1
            self._close_unused()

    def _live(self) -> _Opened:
        """The live generation, opened where it is not yet; the lock is held."""
        name = live_generation(self.address)
        if not self._opened or self._opened[-1].index.generation != name:
            self._opened.append(_Opened(open_index(self.address), n_holders=1))
            warming = threading.Thread(target=self._warm, args=(self._opened[-1],), name=f"encoder of {name}")
            self._warming = [*(thread for thread in self._warming if thread.is_alive()), warming]
            warming.start()
            self._close_unused()
        return self._opened[-1]

    def _close_unused(self) -> None:
        """Close what is neither kept nor held; the lock is held."""
        kept = [] if self._closed else self._opened[-_KEPT:]
        for opened in list(self._opened):
            if opened not in kept and not opened.n_holders:
                self._opened.remove(opened)
                opened.index.close()

    def _warm(self, opened: _Opened) -> None:
        """Have the encoder and the planner's words loaded (seconds) before they are asked for."""
        try:
            plan(opened.index, Query("条文"))  # its titles and words
            opened.index.dense("条文", 1)
        except TiaowenError as error:  # every question will meet it again, and shows it
            logging.getLogger(__name__).warning("%s", error)
        finally:
            self._let_go(opened)
