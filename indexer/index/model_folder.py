"""Whether a folder holds a whole sentence-transformers model, told without loading it; and its digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from indexer.errors import EncoderError

__all__ = ["check_folder", "digest_of_folder"]

_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_POINTER = b"version https://git-lfs"  # what a clone without Git LFS has in the place of a large file


def check_folder(folder: Path) -> None:
    """Raise EncoderError where the folder is no model, or one of which files are missing; says which."""
    if not any((folder / part).is_file() for part in ("modules.json", "config.json")):
        raise EncoderError(
            f"{folder}: holds no sentence-transformers model (no modules.json); give the model's own folder"
        )
    for part in _parts(folder):
        if not part.is_dir():
            raise _incomplete(folder, f"the folder {part.name} that modules.json names is missing")
    weights = [file for pattern in _WEIGHTS for file in folder.rglob(pattern)]
    if not weights:
        raise _incomplete(folder, "no weights (*.safetensors or pytorch_model.bin)")
    for file in weights:
        with file.open("rb") as stream:
            if stream.read(len(_POINTER)) == _POINTER:
                raise _incomplete(folder, f"{file.relative_to(folder)} is a Git LFS pointer (run: git lfs pull)")
    for index in folder.rglob("*.index.json"):
        missing = [name for name in _shards(index) if not (index.parent / name).is_file()]
        if missing:
            raise _incomplete(folder, f"{missing[0]} that {index.name} names is missing")


def _incomplete(folder: Path, what: str) -> EncoderError:
    return EncoderError(f"{folder}: the model is not complete: {what}; restore its files, or copy it again")


def _parts(folder: Path) -> list[Path]:
    """The folders of the modules that have one; an unreadable list is left to whoever loads the model."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return [folder / module["path"] for module in modules if module["path"] and "Normalize" not in module["type"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _shards(index: Path) -> list[str]:
    try:
        return sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def digest_of_folder(folder: Path) -> str:
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
