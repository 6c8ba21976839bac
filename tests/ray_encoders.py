"""Encoders for builds by Ray, in a module that its processes can import."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError
from tests.hash_encoder import HashEncoder

__all__ = ["SECONDS", "MarkedEncoder", "no_model"]

SECONDS = 120


class MarkedEncoder(HashEncoder):
    """The first process that encodes with it says which one it is, and waits there."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark

    def encode_clauses(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As the encoder without a mark, once there is one."""
        if not self._mark.exists():
            part = self._mark.with_suffix(".part")
            part.write_text(str(os.getpid()), encoding="utf-8")
            part.replace(self._mark)
            time.sleep(SECONDS)
        return super().encode_clauses(texts)


def no_model() -> HashEncoder:
    """What loading an encoder does where there is none."""
    raise EncoderError("no such model there; copy it to every machine")
