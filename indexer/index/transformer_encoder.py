"""Any sentence-transformers model, of a folder or of the Hugging Face hub; importing torch takes seconds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.errors import EncoderError
from indexer.index.encoder import (
    BUNDLED_NAME,
    TRUST_VARIABLE,
    EncoderCard,
    LoadedEncoder,
    Vectors,
    first_line,
    prompts_used,
)
from indexer.index.encoder_settings import EncoderSettings
from indexer.threads import chosen_threads

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["TransformerEncoder", "load_from_folder", "load_from_hub"]

# STACK: 1,024 texts a call is where a static model is fastest; a transformer is cut down to fit in memory.
STATIC_BATCH = 1024
TRANSFORMER_BATCH = 32

# A limit above this is none: tokenizers without one give 10^30.
LONGEST_LIMIT = 1_000_000

# The hub answers a look-up in well under a second; without a network the wait ends here.
HUB_SECONDS = 10.0


class TransformerEncoder(LoadedEncoder):
    """A model that sentence-transformers has loaded."""

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
        card = _card(model, name, followed, pooling_declared=pooling_declared)
        dim = min(card.own_dim, model.truncate_dim or card.own_dim)
        super().__init__(name=name, sha256=sha256, settings=settings, card=card, dim=dim)
        self._model = model
        self._batch = STATIC_BATCH if card.kind == "StaticEmbedding" else TRANSFORMER_BATCH

    def _n_tokens(self, text: str) -> int:
        return len(self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def _vectors(self, texts: Sequence[str], prompt: str, *, query: bool) -> Vectors:
        encode = self._model.encode_query if query else self._model.encode_document
        found = encode(
            list(texts),
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
        return vectors


def load_from_folder(
    folder: Path, *, name: str, sha256: str, settings: EncoderSettings, followed: EncoderSettings
) -> TransformerEncoder:
    """The model in the folder; errors as `load_encoder`."""
    model = _open(str(folder), followed, name=name, device="cpu" if name == BUNDLED_NAME else None)
    return TransformerEncoder(
        model,
        name=name,
        sha256=sha256,
        settings=settings,
        followed=followed,
        pooling_declared=(folder / "modules.json").is_file(),
    )


def load_from_hub(name: str, settings: EncoderSettings) -> TransformerEncoder:
    """The model of this name on the hub, or its copy on this machine; errors as `load_encoder`."""
    revision, reachable = _revision(name)
    model = _open(name, settings, name=name, revision=revision, local=not reachable)
    sha256 = hashlib.sha256(f"{name}@{revision}".encode()).hexdigest()
    return TransformerEncoder(model, name=name, sha256=settings.identity(sha256), settings=settings, followed=settings)


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


def _card(model: SentenceTransformer, name: str, settings: EncoderSettings, *, pooling_declared: bool) -> EncoderCard:
    own_dim = _own_dim(model)
    if own_dim is None:
        raise EncoderError(f"{name}: the model does not say how long its vectors are; give another model")
    if settings.dim is not None and settings.dim > own_dim:
        raise EncoderError(f"{name}: its vectors have {own_dim} numbers, not {settings.dim}; give a smaller dim")
    prompts = {key: text or "" for key, text in model.prompts.items()}
    query_prompt, document_prompt, unused = prompts_used(prompts, settings)
    first = model[0]
    poolings = [module.pooling_mode for module in model if hasattr(module, "pooling_mode")]
    static = type(first).__name__ == "StaticEmbedding"
    return EncoderCard(
        kind="StaticEmbedding" if static else type(getattr(first, "model", first)).__name__,
        pooling="+".join(map(str, poolings)) or "mean",
        pooling_declared=pooling_declared,
        query_prompt=query_prompt,
        document_prompt=document_prompt,
        unused_prompts=unused,
        max_length=_max_length(model, name, settings),
        own_dim=own_dim,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
    )


def _own_dim(model: SentenceTransformer) -> int | None:
    with model.truncate_embeddings(None):
        dim: int | None = model.get_embedding_dimension()
    return dim


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
