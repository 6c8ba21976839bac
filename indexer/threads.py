"""How many processor threads encoding and vector search take: one number for all libraries that share them out."""

from __future__ import annotations

import os

from indexer.errors import UsageError

__all__ = ["VARIABLE", "chosen_threads", "limit_threads"]

VARIABLE = "TIAOWEN_THREADS"

# Read once by OpenMP (torch, FAISS), MKL, OpenBLAS (numpy) and the tokenizers when each of them is first imported.
_LIBRARIES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


def chosen_threads() -> int | None:
    """The number of threads that TIAOWEN_THREADS asks for; None where each library may choose.

    Raises UsageError for anything but a whole number from 1.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"{VARIABLE}={text}: not a number of threads; give 1 or more")
    return int(text)


def limit_threads(n: int | None = None) -> None:
    """Have this program and those it starts take `n` threads, or as many as TIAOWEN_THREADS asks for; else as before.

    To be called before numpy, torch and FAISS are imported; the encoder holds to the number in any case.
    """
    if n is not None:
        os.environ[VARIABLE] = str(n)
    chosen = chosen_threads()
    if chosen is not None:
        os.environ.update(dict.fromkeys(_LIBRARIES, str(chosen)))
