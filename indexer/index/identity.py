"""Which encoder is meant, told without loading it: importing torch alone takes seconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import IndexMismatch
from indexer.index.encoder import BUNDLED, BUNDLED_NAME, _digest_of_folder, load_encoder
from indexer.index.generations import Generation, build_command

if TYPE_CHECKING:
    from indexer.index.encoder import Encoder

__all__ = ["DeferredEncoder", "checked_encoder", "checked_name", "identify"]


def identify(name_or_path: str | None) -> tuple[str, str | None]:
    """The name by which the encoder is loaded again from anywhere, and its SHA-256.

    A folder's name is its absolute path. The SHA-256 is None for a model on the hub, whose revision only loading tells,
    and where the bundled folder is missing.
    """
    if not name_or_path or name_or_path == BUNDLED_NAME:
        return BUNDLED_NAME, _digest_of_folder(BUNDLED) if BUNDLED.is_dir() else None
    folder = Path(name_or_path).expanduser()
    return (str(folder.resolve()), _digest_of_folder(folder)) if folder.is_dir() else (name_or_path, None)


def checked_name(asked: str | None, generation: Generation) -> str:
    """The name of the encoder to load for the generation: the one asked for, else the one that the manifest names.

    Raises IndexMismatch where it is another than the one that the generation was built with, as far as that shows
    before it is loaded.
    """
    manifest = generation.manifest
    name, sha256 = identify(manifest.encoder if asked is None else asked)
    if sha256 is None and name == manifest.encoder:
        sha256 = manifest.encoder_sha256  # a hub model: checked again once it is loaded
    if sha256 != manifest.encoder_sha256:
        raise _mismatch(name, generation)
    return name


def checked_encoder(encoder: Encoder, generation: Generation) -> Encoder:
    """The encoder; raises IndexMismatch where it is another than the one that the generation was built with."""
    if encoder.sha256 != generation.manifest.encoder_sha256 or encoder.dim != generation.manifest.dim:
        raise _mismatch(encoder.name, generation)
    return encoder


def _mismatch(name: str, generation: Generation) -> IndexMismatch:
    built = generation.manifest.encoder
    again = (
        f"build the index again: {build_command(generation.directory, encoder=None if name == BUNDLED_NAME else name)}"
    )
    if name == built:
        return IndexMismatch(
            f"{generation.directory}: the encoder {name} has changed since the index was built; {again}"
        )
    return IndexMismatch(f"{generation.directory}: was built with the encoder {built}, not {name}; {again}")


class DeferredEncoder:
    """An encoder that is loaded when first needed; its name and SHA-256 are known before, where they can be."""

    def __init__(self, encoder: Encoder | str | None) -> None:
        """From an encoder already loaded, a name, a folder, or None for the bundled one."""
        self._loaded: Encoder | None = None
        if encoder is None or isinstance(encoder, str):
            self.name, sha256 = identify(encoder)
        else:
            self._loaded, self.name, sha256 = encoder, encoder.name, encoder.sha256
        self.sha256 = sha256 if sha256 is not None else self.load().sha256

    def load(self) -> Encoder:
        """The encoder, loaded once; raises EncoderError where it cannot be."""
        if self._loaded is None:
            self._loaded = load_encoder(self.name)
        return self._loaded
