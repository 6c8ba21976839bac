"""What a generation of an index holds."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Manifest"]


class Manifest(Struct, frozen=True):
    """What a generation holds; written last, so that its presence means the generation is complete."""

    schema_version: int
    encoder: str
    encoder_sha256: str
    dim: int
    corpus_sha256: str
    n_notices: int
    n_clauses: int
    parameters: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]  # file name below the generation → sha256
    built_at: str  # ISO 8601, UTC
    paths: tuple[str, ...] = ()  # files and folders that it was built from, as they were given
    folder: str = ""  # the working folder then, against which relative paths are meant
