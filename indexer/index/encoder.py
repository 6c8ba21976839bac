"""Where vectors come from: the bundled encoder, or any sentence-transformers model by name or path.

Prompts, pooling, dimensions and maximum length are those of the model's own configuration, unless settings say
otherwise. The bundled model (`embeddings/encoder`) is read from the disk alone, as is a model given by path; only a model
given by its name on the Hugging Face hub may be fetched, because the user asked for it. A static model is read without
torch (`static_encoder.py`), any other one by sentence-transformers (`transformer_encoder.py`).
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError
from indexer.index.encoder_settings import EncoderSettings, read_settings
from indexer.index.long_texts import in_parts, joined
from indexer.index.model_folder import check_folder, digest_of_folder

__all__ = [
    "BUNDLED",
    "BUNDLED_NAME",
    "TRUST_VARIABLE",
    "Encoder",
    "EncoderCard",
    "LoadedEncoder",
    "Vectors",
    "first_line",
    "load_encoder",
    "looks_like_path",
    "prompts_used",
]

Vectors = npt.NDArray[np.float32]

BUNDLED = Path(__file__).resolve().parents[2] / "embeddings" / "encoder"
BUNDLED_NAME = "bundled"

# Set to 1, it lets a model run Python code that comes with it. No index and no file can ask for that, only the user.
TRUST_VARIABLE = "TIAOWEN_TRUST_MODEL_CODE"

# What models call the prompt of a query and of a text to be found, in the order in which they are looked for.
QUERY_PROMPTS = ("query", "search_query", "retrieval.query", "Retrieval-query", "s2p_query", "web_search_query")
DOCUMENT_PROMPTS = ("document", "passage", "corpus", "search_document", "retrieval.passage", "Retrieval-document")


class Encoder(Protocol):
    """Turns clauses and queries into unit vectors; the two may be treated differently (prompts, prefixes)."""

    @property
    def name(self) -> str:
        """What the user would give to load the same model again; `bundled` for the bundled one."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    @property
    def sha256(self) -> str:
        """The model's identity: equal digests give equal vectors."""

    def encode_clauses(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of clauses in context, shape [len(texts), dim]; a text without a known token gives zeros."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of queries, shape [len(texts), dim]; a text without a known token gives zeros."""


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What a model was found to be, and how it is used."""

    kind: str  # StaticEmbedding, or the architecture: BertModel, Qwen3Model …
    pooling: str  # how tokens become a text: mean, cls, lasttoken …; as in the model's own configuration
    pooling_declared: bool  # False where the folder does not say and sentence-transformers took its default
    query_prompt: str
    document_prompt: str
    unused_prompts: tuple[str, ...]  # names of prompts that the model has for other uses
    max_length: int | None  # tokens at once, prompt and marks included; None where any length is taken
    own_dim: int  # before anything is cut off
    parameters: int


# [CLS] and [SEP], <s> and </s>, a sign for the blank at the beginning; some tokenizers set a few more.
_MARKS = 8


class LoadedEncoder(ABC):
    """An Encoder of a model that was read; prompts and prefixes are those of the model's own files.

    A text of more tokens than the model takes is encoded in parts, of which the mean counts; `split` counts such texts.
    Calls from several threads wait for one another, because not every tokenizer can be used by two at once.
    """

    def __init__(self, *, name: str, sha256: str, settings: EncoderSettings, card: EncoderCard, dim: int) -> None:
        """`settings` are the options given; `dim` is what is left of a vector under them."""
        self.name = name
        self.sha256 = sha256
        self.settings = settings
        self.card = card
        self.dim = dim
        self.split = 0
        self._lock = threading.Lock()

    def encode_clauses(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of clauses in context, shape [len(texts), dim]; a text without a known token gives zeros."""
        return self._encode(texts, self.card.document_prompt, query=False)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of queries, shape [len(texts), dim]; a text without a known token gives zeros."""
        return self._encode(texts, self.card.query_prompt, query=True)

    @abstractmethod
    def _n_tokens(self, text: str) -> int:
        """How many tokens the model makes of the text, its own marks included."""

    @abstractmethod
    def _vectors(self, texts: Sequence[str], prompt: str, *, query: bool) -> Vectors:
        """The unit vectors of texts that fit."""

    def _fits(self, text: str, prompt: str) -> bool:
        """Whether the model takes the text with its prompt whole."""
        limit = self.card.max_length
        # No tokenizer makes more tokens than there are bytes, but for the few marks at a text's ends.
        if limit is None or len(prompt.encode()) + len(text.encode()) + _MARKS <= limit:
            return True
        return self._n_tokens(prompt + text) <= limit

    def _encode(self, texts: Sequence[str], prompt: str, *, query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            parts = [in_parts(text, lambda part: self._fits(part, prompt)) for text in texts]
            vectors = self._vectors([part for of_text in parts for part in of_text], prompt, query=query)
            split = sum(len(of_text) > 1 for of_text in parts)
            self.split += split
        if not np.isfinite(vectors).all():
            raise EncoderError(f"{self.name}: gave a vector that is not a number; restore the model's files")
        return joined(vectors, parts) if split else vectors


def load_encoder(name_or_path: str | None = None, settings: EncoderSettings | None = None) -> LoadedEncoder:
    """The bundled encoder, or the sentence-transformers model of this name or in this folder.

    A folder and the bundled model are loaded without any network. A static model, as the bundled one, takes a quarter of a
    second; of any other, seconds go into importing torch. Raises EncoderError for a missing or incomplete folder, a damaged
    model, an unreachable hub, a model that wants to run code of its own, and settings that the model cannot follow.
    """
    chosen = settings or EncoderSettings()
    if not name_or_path or name_or_path == BUNDLED_NAME:
        if not BUNDLED.is_dir():
            raise EncoderError(
                f"{BUNDLED}: the bundled encoder is missing; restore it or run: python -m embeddings.train"
            )
        return _load_folder(BUNDLED, chosen, name=BUNDLED_NAME)
    folder = Path(name_or_path).expanduser()
    if folder.is_dir():
        return _load_folder(folder, chosen, name=name_or_path)
    if folder.exists() or looks_like_path(name_or_path):
        raise EncoderError(f"{name_or_path}: no such folder; give a model's folder, or its name, such as BAAI/bge-m3")
    from indexer.index.transformer_encoder import load_from_hub

    return load_from_hub(name_or_path, chosen)


def looks_like_path(name: str) -> bool:
    """Rule `hub_name`: a hub name is `model` or `owner/model`; ./model, /models/x, a/b/c and x\\y are paths."""
    return name.startswith((".", "/", "~")) or name.endswith("/") or name.count("/") > 1 or "\\" in name


def _load_folder(folder: Path, settings: EncoderSettings, *, name: str) -> LoadedEncoder:
    from indexer.index.static_encoder import load_static

    check_folder(folder)
    followed = settings.over(read_settings(folder))
    sha256 = settings.identity(digest_of_folder(folder))
    static = load_static(folder, name=name, sha256=sha256, settings=settings, followed=followed)
    if static is not None:
        return static
    from indexer.index.transformer_encoder import load_from_folder

    return load_from_folder(folder, name=name, sha256=sha256, settings=settings, followed=followed)


def first_line(error: Exception) -> str:
    """The kind of error and the beginning of its message, in one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:160]}" if lines else type(error).__name__


def prompts_used(prompts: Mapping[str, str], settings: EncoderSettings) -> tuple[str, str, tuple[str, ...]]:
    """Of a model's own prompts by name: that of queries, that of documents, and the names of those left over.

    Settings stand before both.
    """
    query, document = _prompt(prompts, QUERY_PROMPTS), _prompt(prompts, DOCUMENT_PROMPTS)
    return (
        query[1] if settings.query_prompt is None else settings.query_prompt,
        document[1] if settings.document_prompt is None else settings.document_prompt,
        tuple(sorted(key for key, text in prompts.items() if text and key not in (query[0], document[0]))),
    )


def _prompt(prompts: Mapping[str, str], names: Sequence[str]) -> tuple[str, str]:
    """The first of the names under which the model has a prompt, and that prompt; else empty.

    sentence-transformers adds empty prompts "query" and "document" to every model, and would take that "document" before
    the "passage" that a model declares.
    """
    return next(((name, prompts[name]) for name in names if prompts.get(name)), ("", ""))
