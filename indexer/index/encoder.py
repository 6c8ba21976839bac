"""Where vectors come from: the bundled encoder, or any sentence-transformers model by name or path.

The bundled model (`embeddings/encoder`) is read from the disk alone, as is a model given by path; only a model
given by its name on the Hugging Face hub may be fetched, because the user asked for it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["BUNDLED", "Encoder", "Vectors", "load_encoder"]

Vectors = npt.NDArray[np.float32]

BUNDLED = Path(__file__).resolve().parents[2] / "embeddings" / "encoder"
BUNDLED_NAME = "bundled"

# STACK: 1,024 texts a call is where a static model is fastest; a transformer is cut down to fit in memory.
STATIC_BATCH = 1024
TRANSFORMER_BATCH = 32

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


def load_encoder(name_or_path: str | None = None) -> Encoder:
    """The bundled encoder, or the sentence-transformers model of this name or in this folder.

    A folder and the bundled model are loaded without any network. Loading takes seconds, nearly all of them spent on
    importing torch. Raises EncoderError for a missing folder, a damaged model and an unreachable hub.
    """
    if not name_or_path or name_or_path == BUNDLED_NAME:
        if not BUNDLED.is_dir():
            raise EncoderError(
                f"{BUNDLED}: the bundled encoder is missing; restore it or run: python -m embeddings.train"
            )
        return _load_folder(BUNDLED, name=BUNDLED_NAME)
    folder = Path(name_or_path).expanduser()
    if folder.is_dir():
        return _load_folder(folder, name=name_or_path)
    if folder.exists() or _looks_like_path(name_or_path):
        raise EncoderError(f"{name_or_path}: no such folder; give a model's folder, or its name, such as BAAI/bge-m3")
    return _load_from_hub(name_or_path)


def _looks_like_path(name: str) -> bool:
    """Rule `hub_name`: a hub name is `model` or `owner/model`; ./model, /models/x, a/b/c and x\\y are paths."""
    return name.startswith((".", "/", "~")) or name.endswith("/") or name.count("/") > 1 or "\\" in name


def _load_folder(folder: Path, *, name: str) -> Encoder:
    if not any((folder / part).is_file() for part in ("modules.json", "config.json")):
        raise EncoderError(
            f"{folder}: holds no sentence-transformers model (no modules.json); give the model's own folder"
        )
    model = _open(str(folder), name=name, device="cpu" if name == BUNDLED_NAME else None)
    return SentenceTransformerEncoder(model, name=name, sha256=_digest_of_folder(folder))


def _load_from_hub(name: str) -> Encoder:
    revision, reachable = _revision(name)
    model = _open(name, name=name, revision=revision, local=not reachable)
    return SentenceTransformerEncoder(
        model, name=name, sha256=hashlib.sha256(f"{name}@{revision}".encode()).hexdigest()
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
        reason = _first_line(error)
    try:
        return Path(snapshot_download(name, local_files_only=True)).name, False
    except LocalEntryNotFoundError as error:
        raise EncoderError(
            f"{name}: the hub cannot be reached ({reason}) and no copy is on this machine; give a model's folder"
        ) from error


def _open(
    source: str, *, name: str, device: str | None = None, revision: str | None = None, local: bool = True
) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(source, device=device, revision=revision, local_files_only=local)
    except Exception as error:  # the Rust tokenizers raise bare Exception; every way to fail here is a damaged model
        mend = "check the network" if not local else "restore its files, or give another model"
        raise EncoderError(f"{name}: the model cannot be loaded ({_first_line(error)}); {mend}") from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:160]}" if lines else type(error).__name__


def _digest_of_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of the folder's files, by name; hidden files and READMEs do not count."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        part = file.relative_to(folder)
        if not file.is_file() or any(name.startswith(".") for name in part.parts) or file.suffix == ".md":
            continue
        digest.update(part.as_posix().encode() + b"\0")
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


class SentenceTransformerEncoder:
    """An Encoder over a loaded sentence-transformers model; prompts and prefixes are those of the model's own files.

    Calls from several threads wait for one another, because a tokenizer cannot be used by two at once.
    """

    def __init__(self, model: SentenceTransformer, *, name: str, sha256: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self.name = name
        self.sha256 = sha256
        self._batch = TRANSFORMER_BATCH
        if type(model[0]).__name__ == "StaticEmbedding":
            self._batch = STATIC_BATCH
            model.float()  # the bundled weights are stored in half precision, in which the mean would lose digits
        dim = model.get_embedding_dimension()
        if dim is None:
            raise EncoderError(f"{name}: the model does not say how long its vectors are; give another model")
        self.dim = dim

    def encode_clauses(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of clauses in context, shape [len(texts), dim]; a text without a known token gives zeros."""
        return self._encode(texts, query=False)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of queries, shape [len(texts), dim]; a text without a known token gives zeros."""
        return self._encode(texts, query=True)

    def _encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        encode = self._model.encode_query if query else self._model.encode_document
        with self._lock:
            vectors = encode(
                list(texts),
                batch_size=self._batch,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.shape != (len(texts), self.dim):
            raise EncoderError(
                f"{self.name}: gave vectors of shape {vectors.shape}, not {(len(texts), self.dim)}; give another model"
            )
        if not np.isfinite(vectors).all():
            raise EncoderError(f"{self.name}: gave a vector that is not a number; restore the model's files")
        return vectors
