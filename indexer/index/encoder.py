"""Where vectors come from: the bundled encoder, or any sentence-transformers model by name or path.

Prompts, pooling, dimensions and maximum length are those of the model's own configuration, unless settings say
otherwise. The bundled model (`embeddings/encoder`) is read from the disk alone, as is a model given by path; only a model
given by its name on the Hugging Face hub may be fetched, because the user asked for it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError
from indexer.index.encoder_settings import EncoderSettings, read_settings
from indexer.index.long_texts import in_parts, joined
from indexer.index.model_folder import check_folder, digest_of_folder
from indexer.threads import chosen_threads

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = [
    "BUNDLED",
    "Encoder",
    "EncoderCard",
    "SentenceTransformerEncoder",
    "Vectors",
    "first_line",
    "load_encoder",
    "looks_like_path",
]

Vectors = npt.NDArray[np.float32]

BUNDLED = Path(__file__).resolve().parents[2] / "embeddings" / "encoder"
BUNDLED_NAME = "bundled"

# STACK: 1,024 texts a call is where a static model is fastest; a transformer is cut down to fit in memory.
STATIC_BATCH = 1024
TRANSFORMER_BATCH = 32

# What models call the prompt of a query and of a text to be found, in the order in which they are looked for.
QUERY_PROMPTS = ("query", "search_query", "retrieval.query", "Retrieval-query", "s2p_query", "web_search_query")
DOCUMENT_PROMPTS = ("document", "passage", "corpus", "search_document", "retrieval.passage", "Retrieval-document")

# Set to 1, it lets a model run Python code that comes with it. No index and no file can ask for that, only the user.
TRUST_VARIABLE = "TIAOWEN_TRUST_MODEL_CODE"

# A limit above this is none: tokenizers without one give 10^30.
LONGEST_LIMIT = 1_000_000

# The hub answers a look-up in well under a second; without a network the wait ends here.
HUB_SECONDS = 10.0


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


def load_encoder(
    name_or_path: str | None = None, settings: EncoderSettings | None = None
) -> SentenceTransformerEncoder:
    """The bundled encoder, or the sentence-transformers model of this name or in this folder.

    A folder and the bundled model are loaded without any network. Loading takes seconds, nearly all of them spent on
    importing torch. Raises EncoderError for a missing or incomplete folder, a damaged model, an unreachable hub, a model
    that wants to run code of its own, and settings that the model cannot follow.
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
    return _load_from_hub(name_or_path, chosen)


def looks_like_path(name: str) -> bool:
    """Rule `hub_name`: a hub name is `model` or `owner/model`; ./model, /models/x, a/b/c and x\\y are paths."""
    return name.startswith((".", "/", "~")) or name.endswith("/") or name.count("/") > 1 or "\\" in name


def _load_folder(folder: Path, settings: EncoderSettings, *, name: str) -> SentenceTransformerEncoder:
    check_folder(folder)
    followed = settings.over(read_settings(folder))
    model = _open(str(folder), followed, name=name, device="cpu" if name == BUNDLED_NAME else None)
    return SentenceTransformerEncoder(
        model,
        name=name,
        sha256=settings.identity(digest_of_folder(folder)),
        settings=settings,
        followed=followed,
        pooling_declared=(folder / "modules.json").is_file(),
    )


def _load_from_hub(name: str, settings: EncoderSettings) -> SentenceTransformerEncoder:
    revision, reachable = _revision(name)
    model = _open(name, settings, name=name, revision=revision, local=not reachable)
    sha256 = hashlib.sha256(f"{name}@{revision}".encode()).hexdigest()
    return SentenceTransformerEncoder(
        model, name=name, sha256=settings.identity(sha256), settings=settings, followed=settings
    )


def _revision(name: str) -> tuple[str, bool]:
    """The commit that the hub has under this name, and whether the hub answered; else the commit in the local cache."""
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        found = HfApi().model_info(name, timeout=HUB_SECONDS).sha
        if found:
            return found, True
        reason = "the hub names no revision"
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise EncoderError(f"{name}: the hub has no model of this name; check it, or give a model's folder") from error
    except Exception as error:  # the hub's HTTP library, and with it the class of its errors, differs by version
        reason = first_line(error)
    try:
        return Path(snapshot_download(name, local_files_only=True)).name, False
    except LocalEntryNotFoundError as error:
        raise EncoderError(
            f"{name}: the hub cannot be reached ({reason}) and no copy is on this machine; give a model's folder"
        ) from error


def _open(
    source: str,
    settings: EncoderSettings,
    *,
    name: str,
    device: str | None = None,
    revision: str | None = None,
    local: bool = True,
) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer

    threads = chosen_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    trusted = os.environ.get(TRUST_VARIABLE) == "1"
    try:
        model = SentenceTransformer(
            source,
            device=device,
            revision=revision,
            local_files_only=local,
            trust_remote_code=trusted,
            truncate_dim=settings.dim,
        )
    except Exception as error:  # the Rust tokenizers raise bare Exception; every way to fail here is a damaged model
        if not trusted and "trust_remote_code" in str(error):
            raise EncoderError(
                f"{name}: the model comes with Python code of its own; read that code, and if you trust it, "
                f"set {TRUST_VARIABLE}=1"
            ) from error
        mend = "check the network" if not local else "restore its files, or give another model"
        raise EncoderError(f"{name}: the model cannot be loaded ({first_line(error)}); {mend}") from error
    # Weights are often stored in half precision: in it the mean of a static model loses digits, and a processor without
    # instructions for it is several times slower.
    return model.float() if model.device.type == "cpu" else model


def first_line(error: Exception) -> str:
    """The kind of error and the beginning of its message, in one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:160]}" if lines else type(error).__name__


class SentenceTransformerEncoder:
    """An Encoder over a loaded sentence-transformers model; prompts and prefixes are those of the model's own files.

    A text of more tokens than the model takes is encoded in parts, of which the mean counts; `split` counts such texts.
    Calls from several threads wait for one another, because a tokenizer cannot be used by two at once.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        *,
        name: str,
        sha256: str,
        settings: EncoderSettings,
        followed: EncoderSettings,
        pooling_declared: bool = True,
    ) -> None:
        """`settings` are the options given, `followed` these over encoder.toml.

        Raises EncoderError for settings that the model cannot follow.
        """
        self._model = model
        self._lock = threading.Lock()
        self.name = name
        self.sha256 = sha256
        self.settings = settings
        self.split = 0
        self.card = _card(model, name, followed, pooling_declared=pooling_declared)
        self._batch = STATIC_BATCH if self.card.kind == "StaticEmbedding" else TRANSFORMER_BATCH
        self.dim = min(self.card.own_dim, model.truncate_dim or self.card.own_dim)

    def encode_clauses(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of clauses in context, shape [len(texts), dim]; a text without a known token gives zeros."""
        return self._encode(texts, self.card.document_prompt, query=False)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of queries, shape [len(texts), dim]; a text without a known token gives zeros."""
        return self._encode(texts, self.card.query_prompt, query=True)

    def _encode(self, texts: Sequence[str], prompt: str, *, query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            parts = [in_parts(text, lambda part: self._fits(part, prompt)) for text in texts]
            vectors = self._vectors([part for of_text in parts for part in of_text], prompt, query=query)
            split = sum(len(of_text) > 1 for of_text in parts)
            self.split += split
        return joined(vectors, parts) if split else vectors

    def _fits(self, text: str, prompt: str) -> bool:
        """Whether the model takes the text with its prompt whole."""
        limit = self.card.max_length
        # No tokenizer makes more tokens than there are bytes, but for the few marks at a text's ends.
        if limit is None or len(prompt.encode()) + len(text.encode()) + _MARKS <= limit:
            return True
        return len(self._model.tokenizer(prompt + text, truncation=False, verbose=False)["input_ids"]) <= limit

    def _vectors(self, texts: list[str], prompt: str, *, query: bool) -> Vectors:
        encode = self._model.encode_query if query else self._model.encode_document
        found = encode(
            texts,
            prompt=prompt,
            batch_size=self._batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        vectors = np.ascontiguousarray(found, dtype=np.float32)
        if vectors.shape != (len(texts), self.dim):
            raise EncoderError(
                f"{self.name}: gave vectors of shape {vectors.shape}, not {(len(texts), self.dim)}; give another model"
            )
        if not np.isfinite(vectors).all():
            raise EncoderError(f"{self.name}: gave a vector that is not a number; restore the model's files")
        return vectors


# [CLS] and [SEP], <s> and </s>, a sign for the blank at the beginning; some tokenizers set a few more.
_MARKS = 8


def _card(model: SentenceTransformer, name: str, settings: EncoderSettings, *, pooling_declared: bool) -> EncoderCard:
    own_dim = _own_dim(model)
    if own_dim is None:
        raise EncoderError(f"{name}: the model does not say how long its vectors are; give another model")
    if settings.dim is not None and settings.dim > own_dim:
        raise EncoderError(f"{name}: its vectors have {own_dim} numbers, not {settings.dim}; give a smaller dim")
    prompts = {key: text or "" for key, text in model.prompts.items()}
    query, document = _prompt(prompts, QUERY_PROMPTS), _prompt(prompts, DOCUMENT_PROMPTS)
    first = model[0]
    poolings = [module.pooling_mode for module in model if hasattr(module, "pooling_mode")]
    static = type(first).__name__ == "StaticEmbedding"
    return EncoderCard(
        kind="StaticEmbedding" if static else type(getattr(first, "model", first)).__name__,
        pooling="+".join(map(str, poolings)) or "mean",
        pooling_declared=pooling_declared,
        query_prompt=query[1] if settings.query_prompt is None else settings.query_prompt,
        document_prompt=document[1] if settings.document_prompt is None else settings.document_prompt,
        unused_prompts=tuple(
            sorted(key for key, text in prompts.items() if text and key not in (query[0], document[0]))
        ),
        max_length=_max_length(model, name, settings),
        own_dim=own_dim,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
    )


def _own_dim(model: SentenceTransformer) -> int | None:
    with model.truncate_embeddings(None):
        dim: int | None = model.get_embedding_dimension()
    return dim


def _prompt(prompts: Mapping[str, str], names: Sequence[str]) -> tuple[str, str]:
    """The first of the names under which the model has a prompt, and that prompt; else empty.

    sentence-transformers adds empty prompts "query" and "document" to every model, and would take that "document" before
    the "passage" that a model declares.
    """
    return next(((name, prompts[name]) for name in names if prompts.get(name)), ("", ""))


def _max_length(model: SentenceTransformer, name: str, settings: EncoderSettings) -> int | None:
    """The tokens that the model takes at once, set in the model as well; None where it takes any number."""
    own = model.max_seq_length
    limit = None if own is None or own > LONGEST_LIMIT else int(own)
    if settings.max_length is None or model.tokenizer is None:
        return limit
    if limit is not None and settings.max_length > limit:
        raise EncoderError(
            f"{name}: takes {limit} tokens at once, not {settings.max_length}; give a smaller max-length"
        )
    model.max_seq_length = settings.max_length
    return settings.max_length
