"""Writing a static model to the disk, whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

__all__ = ["principal_axes_first", "save"]


def principal_axes_first(table: npt.NDArray[np.float16], tokenizer: Tokenizer) -> npt.NDArray[np.float16]:
    """The table turned so that its first numbers say most, the angles between texts staying as they are.

    The axes are the principal ones of the tokens, each token counting by its share in the tokenizer's corpora; so a
    vector that is cut (`--dim`) loses least. nDCG@10 by vectors over the samples (307 questions) of the model whose
    digest begins with 99d9f833, cut from 256 to 128 numbers: 0.807 to 0.767 as trained, to 0.795 when turned.
    """
    scores = np.array([score for _, score in json.loads(tokenizer.to_str())["model"]["vocab"]])
    rows = table.astype(np.float64)
    _, axes = np.linalg.eigh((rows * np.exp(scores)[:, None]).T @ rows)
    turned: npt.NDArray[np.float16] = (rows @ axes[:, ::-1]).astype(np.float16)
    return turned


def save(table: npt.NDArray[np.float16], tokenizer: Tokenizer, out: Path, record: dict[str, object]) -> None:
    """Writes the model beside `out` and then puts it in its place, so that `out` never holds half a model."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(out.name + ".new")
    if fresh.exists():
        shutil.rmtree(fresh)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(table))], device="cpu"
    )
    model.save(str(fresh), create_model_card=False)
    (fresh / "training.json").write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for file in fresh.iterdir():
        file.chmod(0o644)  # safetensors writes for the owner alone
    if out.exists():
        shutil.rmtree(out)
    fresh.rename(out)
