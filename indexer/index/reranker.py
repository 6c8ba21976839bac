"""A cross-encoder that reads a question and a clause together and says how well the one answers the other.

It is slower by far than the two legs and is only given the clauses that they found. None comes with the program: it is used
where a sentence-transformers cross-encoder is named, from a folder or from the hub.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.errors import EncoderError
from indexer.index.encoder import TRUST_VARIABLE, first_line, looks_like_path
from indexer.threads import chosen_threads

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

__all__ = ["Reranker"]

PAIRS_A_CALL = 16


class Reranker:
    """A cross-encoder by name or folder, loaded at the first question. Safe under threads, which wait for one another."""

    def __init__(self, name_or_path: str) -> None:
        """Names the model; raises EncoderError for a folder that is not there."""
        self.name = name_or_path
        self._is_folder = Path(name_or_path).expanduser().is_dir()
        if not self._is_folder and looks_like_path(name_or_path):
            raise EncoderError(
                f"{name_or_path}: no such folder; give a cross-encoder's folder, or its name, such as BAAI/bge-reranker-v2-m3"
            )
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, 0 to 1, in order; raises EncoderError where the model cannot be used."""
        if not texts:
            return []
        import torch

        with self._lock:
            if self._model is None:
                self._model = self._open()
            found = self._model.predict(
                [(question, text) for text in texts],
                batch_size=PAIRS_A_CALL,
                activation_fn=torch.nn.Sigmoid(),
                show_progress_bar=False,
            )
        values = np.asarray(found, dtype=np.float64)
        if values.shape != (len(texts),) or not np.isfinite(values).all():
            raise EncoderError(
                f"{self.name}: gives no single number for a pair of texts; name a cross-encoder that ranks"
            )
        return [float(value) for value in values]

    def _open(self) -> CrossEncoder:
        import torch
        from sentence_transformers import CrossEncoder

        threads = chosen_threads()
        if threads is not None:
            torch.set_num_threads(threads)
        source = str(Path(self.name).expanduser()) if self._is_folder else self.name
        trusted = os.environ.get(TRUST_VARIABLE) == "1"
        try:
            model: CrossEncoder = CrossEncoder(source, local_files_only=self._is_folder, trust_remote_code=trusted)
        except Exception as error:  # the libraries raise whatever they meet; every way to fail here is one to the user
            mend = "restore its files" if self._is_folder else "check the name and the network"
            raise EncoderError(
                f"{self.name}: the cross-encoder cannot be loaded ({first_line(error)}); {mend}, or leave it out"
            ) from error
        return model
