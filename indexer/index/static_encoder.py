"""A static model of a folder, read without torch: a text's vector is the mean of the vectors of its tokens.

It is what sentence-transformers calls StaticEmbedding, and gives what that gives to six digits. Importing that library and
torch takes seconds and hundreds of megabytes, and all there is to do here is to look rows up and to add them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from indexer.errors import EncoderError
from indexer.index.encoder import EncoderCard, LoadedEncoder, Vectors, first_line, prompts_used
from indexer.index.encoder_settings import EncoderSettings

__all__ = ["StaticEncoder", "load_static"]

_KIND = "StaticEmbedding"
_WEIGHTS = "embedding.weight"  # as sentence-transformers saves them
_FLOATS = ("F16", "F32", "F64")  # what NumPy has a type for

# Texts at a time: their tokens as Python numbers take far more memory than their vectors.
_BATCH = 1024


class StaticEncoder(LoadedEncoder):
    """A table of vectors, one a token, and the tokenizer that numbers them. It takes texts of any length, unless settings say otherwise."""

    def __init__(
        self,
        table: Vectors,
        tokenizer: Tokenizer,
        *,
        name: str,
        sha256: str,
        settings: EncoderSettings,
        card: EncoderCard,
        dim: int,
    ) -> None:
        """The table is of shape [tokens, card.own_dim], of which the first `dim` columns count."""
        super().__init__(name=name, sha256=sha256, settings=settings, card=card, dim=dim)
        self._table = np.ascontiguousarray(table[:, :dim], dtype=np.float32)
        self._tokenizer = tokenizer

    def _n_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _vectors(self, texts: Sequence[str], prompt: str, *, query: bool) -> Vectors:
        return np.concatenate(
            [self._means([prompt + text for text in texts[at : at + _BATCH]]) for at in range(0, len(texts), _BATCH)]
        )

    def _means(self, texts: Sequence[str]) -> Vectors:
        """The mean vector of each text's tokens, of length 1; zeros where it has none."""
        found = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        ids = [np.asarray(each.ids, dtype=np.int32) for each in found]
        means = _means_of_one(self._table, ids[0]) if len(ids) == 1 else _means_of_many(self._table, ids)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        unit: Vectors = means / np.maximum(lengths, np.float32(1e-12))
        return unit


def _means_of_one(table: Vectors, ids: np.ndarray[Any, Any]) -> Vectors:
    """As `_means_of_many` of one text, without SciPy, which takes a while to be imported."""
    total = table[ids].sum(axis=0, keepdims=True, dtype=np.float32)
    mean: Vectors = total / np.float32(max(len(ids), 1))
    return mean


def _means_of_many(table: Vectors, ids: Sequence[np.ndarray[Any, Any]]) -> Vectors:
    """The mean of the rows that each text names: a sparse matrix of ones times the table, which copies no row."""
    from scipy.sparse import csr_array

    counts = np.fromiter(map(len, ids), np.int32, len(ids))
    tokens = np.concatenate(ids)
    ones = np.ones(len(tokens), dtype=np.float32)
    starts = np.concatenate(([0], np.cumsum(counts)))
    totals = csr_array((ones, tokens, starts), shape=(len(ids), len(table))) @ table
    means: Vectors = totals / np.maximum(counts, 1).astype(np.float32)[:, None]
    return means


def load_static(
    folder: Path, *, name: str, sha256: str, settings: EncoderSettings, followed: EncoderSettings
) -> StaticEncoder | None:
    """The static model in the folder; None where it holds another kind.

    Raises EncoderError for damaged files, and for more dimensions than there are.
    """
    part = _only_part(folder)
    if part is None:
        return None
    try:
        table = _table(part / "model.safetensors")
        if table is None:
            return None
        tokenizer = Tokenizer.from_file(str(part / "tokenizer.json"))
        declared = _declared(folder / "config_sentence_transformers.json")
    except Exception as error:  # the Rust tokenizers raise bare Exception; every way to fail here is a damaged model
        raise EncoderError(
            f"{name}: the model cannot be loaded ({first_line(error)}); restore its files, or give another model"
        ) from error
    if tokenizer.get_vocab_size() > len(table):
        raise EncoderError(f"{name}: has more tokens than vectors; restore its files, or give another model")
    tokenizer.no_padding()
    own_dim = table.shape[1]
    if followed.dim is not None and followed.dim > own_dim:
        raise EncoderError(f"{name}: its vectors have {own_dim} numbers, not {followed.dim}; give a smaller dim")
    query, document, unused = prompts_used(declared.get("prompts") or {}, followed)
    card = EncoderCard(
        kind=_KIND,
        pooling="mean",
        pooling_declared=True,
        query_prompt=query,
        document_prompt=document,
        unused_prompts=unused,
        max_length=followed.max_length,
        own_dim=own_dim,
        parameters=table.size,
    )
    dim = min(followed.dim or declared.get("truncate_dim") or own_dim, own_dim)
    return StaticEncoder(table, tokenizer, name=name, sha256=sha256, settings=settings, card=card, dim=dim)


def _only_part(folder: Path) -> Path | None:
    """The folder of the one module of a static model; None for any other model, and where it cannot be told."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        [module] = modules
        return folder / module["path"] if module["type"].rpartition(".")[2] == _KIND else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _table(file: Path) -> Vectors | None:
    """The vectors, [tokens, dim]; None where the file keeps them in a way that only sentence-transformers reads."""
    from safetensors import safe_open

    with safe_open(file, "np") as weights:
        if _WEIGHTS not in weights.keys() or weights.get_slice(_WEIGHTS).get_dtype() not in _FLOATS:  # noqa: SIM118
            return None
        # Half precision, as it is often stored, would lose digits of a mean.
        table: Vectors = weights.get_tensor(_WEIGHTS).astype(np.float32)
        return table


def _declared(file: Path) -> dict[str, Any]:
    """What the model says of itself; nothing where there is no such file."""
    if not file.is_file():
        return {}
    found = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise TypeError(f"{file.name} is no object")
    return found
