"""Which encoder is meant, told without loading it: for most models importing torch alone takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError, IndexMismatch
from indexer.index.encoder import BUNDLED, BUNDLED_NAME, LoadedEncoder, load_encoder
from indexer.index.encoder_settings import EncoderSettings
from indexer.index.generations import build_command
from indexer.index.model_folder import digest_of_folder
from indexer.records import Manifest

if TYPE_CHECKING:
    from indexer.index.encoder import Encoder

__all__ = [
    "COLLECTIONS", "DeferredEncoder", "EncodedText", "SpreadEncoding", "checked_encoder", "chosen_encoder", "identify",
]  # fmt: skip

# The parameter of a manifest that says by what notices were assigned to collections.
COLLECTIONS = "collections"


class EncodedText(NamedTuple):
    """A text with its vector, from elsewhere."""

    text: str
    vector: npt.NDArray[np.float32]  # [dim]
    n_split: int  # how many more of the texts so far were longer than the model takes


# Encodes texts elsewhere, in their order; the encoder there is what the function given loads.
SpreadEncoding: TypeAlias = "Callable[[Callable[[], Encoder], Iterable[str]], Iterator[EncodedText]]"


def identify(name_or_path: str | None, settings: EncoderSettings) -> tuple[str, str | None]:
    """The name by which the encoder is loaded again from anywhere, and its SHA-256 under the settings.

    A folder's name is its absolute path. The SHA-256 is None for a model on the hub, whose revision only loading tells,
    and where the bundled folder is missing.
    """
    if not name_or_path or name_or_path == BUNDLED_NAME:
        return BUNDLED_NAME, settings.identity(digest_of_folder(BUNDLED)) if BUNDLED.is_dir() else None
    folder = Path(name_or_path).expanduser()
    if not folder.is_dir():
        return name_or_path, None
    return str(folder.resolve()), settings.identity(digest_of_folder(folder))


def chosen_encoder(asked: Encoder | str | None, manifest: Manifest, address: str) -> Encoder | str:
    """The encoder asked for, or the name of the one to load: the name asked for, else the one that the manifest names.

    Raises IndexMismatch where it is another than the one that the index at the address was built with, as far as that
    shows before it is loaded.
    """
    if asked is not None and not isinstance(asked, str):
        return checked_encoder(asked, manifest, address)
    settings = EncoderSettings.of_manifest(manifest.parameters)
    name, sha256 = identify(manifest.encoder if asked is None else asked, settings)
    if sha256 is None and name == manifest.encoder:
        sha256 = manifest.encoder_sha256  # a hub model: checked again once it is loaded
    if sha256 != manifest.encoder_sha256:
        raise _mismatch(name, manifest, address)
    return name


def checked_encoder(encoder: Encoder, manifest: Manifest, address: str) -> Encoder:
    """The encoder; raises IndexMismatch where it is another than the one that the index was built with."""
    if encoder.sha256 != manifest.encoder_sha256 or encoder.dim != manifest.dim:
        raise _mismatch(encoder.name, manifest, address)
    return encoder


def _mismatch(name: str, manifest: Manifest, address: str) -> IndexMismatch:
    built = manifest.encoder
    again = f"build the index again: {build_command(address, encoder=None if name == BUNDLED_NAME else name)}"
    if name == built:
        return IndexMismatch(f"{address}: the encoder {name} has changed since the index was built; {again}")
    return IndexMismatch(
        f"{address}: was built with the encoder {built} ({manifest.dim} dimensions), not {name}; {again}"
    )


class DeferredEncoder:
    """An encoder that is loaded when first needed; its name and SHA-256 are known before, where they can be."""

    def __init__(
        self,
        encoder: Encoder | str | None,
        settings: EncoderSettings | None = None,
        *,
        spread: SpreadEncoding | None = None,
    ) -> None:
        """From an encoder already loaded, a name, a folder, or None for the bundled one; settings are for the latter.

        With `spread`, clauses are encoded elsewhere.
        """
        self._given = None if encoder is None or isinstance(encoder, str) else encoder
        self._loaded: Encoder | None = self._given
        self._spread = spread
        self._coming: Iterator[EncodedText] | None = None
        self._split_elsewhere = 0
        self.settings = settings or EncoderSettings()
        if encoder is None or isinstance(encoder, str):
            self.name, sha256 = identify(encoder, self.settings)
        else:
            self.name, sha256 = encoder.name, encoder.sha256
            if isinstance(encoder, LoadedEncoder):
                self.settings = encoder.settings
        self.sha256 = sha256 if sha256 is not None else self.load().sha256

    def load(self) -> Encoder:
        """The encoder, loaded once; raises EncoderError where it cannot be."""
        if self._loaded is None:
            self._loaded = load_encoder(self.name, self.settings)
        return self._loaded

    def expect(self, texts: Iterable[str]) -> None:
        """Be told the texts that `encode_clauses` will be asked for, in their order, where it wants to know."""
        if self._spread is not None:
            given = self._given
            self._coming = self._spread(
                partial(load_encoder, self.name, self.settings) if given is None else lambda: given, texts
            )

    def encode_clauses(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As the encoder's own; raises EncoderError where it cannot be loaded, or where other texts were expected."""
        if self._coming is None or not texts:
            return self.load().encode_clauses(texts)
        found = list(islice(self._coming, len(texts)))
        if [each.text for each in found] != list(texts):
            raise EncoderError("vectors came back for other texts than were sent to be encoded; build again")
        self._split_elsewhere += sum(each.n_split for each in found)
        return np.stack([each.vector for each in found])

    @property
    def split(self) -> int:
        """How many texts were longer than the model takes, and so were encoded in parts."""
        here = self._loaded.split if isinstance(self._loaded, LoadedEncoder) else 0
        return here + self._split_elsewhere
