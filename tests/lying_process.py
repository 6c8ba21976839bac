"""A reading process that was taken over: it answers with a pickle that would make a file, named by the question."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from indexer.sources.bounded import receive, send


class _Makes:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path(self.path),)


if __name__ == "__main__":
    while (question := receive(sys.stdin.buffer)) is not None:
        send(sys.stdout.buffer, pickle.dumps((_Makes(pickle.loads(question)[0]), False)))
