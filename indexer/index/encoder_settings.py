"""What may be said of a model beside its name: prompts, length of texts and of vectors.

An option stands before the file `encoder.toml` in the model's folder, and this before the model's own configuration.
Settings that were given as options are kept in the index, so that its questions are treated as its clauses were.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from indexer.errors import EncoderError, IndexDamaged

__all__ = ["FILE", "EncoderSettings", "read_settings"]

FILE = "encoder.toml"
_PARAMETER = "encoder"  # the key in a manifest's parameters


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """What overrides a model's own configuration; None leaves it as the model has it."""

    query_prompt: str | None = None  # put before each query
    document_prompt: str | None = None  # put before each clause
    max_length: int | None = None  # tokens that the model is given at once; a longer text is encoded in parts
    dim: int | None = None  # numbers of a vector that are kept, from the first

    def over(self, other: EncoderSettings) -> EncoderSettings:
        """These settings, and where they say nothing the others."""
        mine, theirs = asdict(self), asdict(other)
        return EncoderSettings(**{key: theirs[key] if mine[key] is None else mine[key] for key in mine})

    @property
    def given(self) -> dict[str, str | int]:
        """What is said, by name."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    def identity(self, sha256: str) -> str:
        """The digest of a model under these settings; the model's own where nothing is said."""
        if not self.given:
            return sha256
        return hashlib.sha256(f"{sha256} {json.dumps(self.given, sort_keys=True)}".encode()).hexdigest()

    def parameters(self) -> dict[str, str]:
        """The settings as parameters of an index's manifest; none where nothing is said."""
        return {_PARAMETER: json.dumps(self.given, ensure_ascii=False, sort_keys=True)} if self.given else {}

    @classmethod
    def of_manifest(cls, parameters: Iterable[tuple[str, str]]) -> EncoderSettings:
        """The settings that an index was built with; raises IndexDamaged where they cannot be read."""
        text = dict(parameters).get(_PARAMETER)
        if text is None:
            return cls()
        try:
            return _checked(json.loads(text), "the manifest's encoder settings")
        except (ValueError, EncoderError) as error:
            raise IndexDamaged(f"the manifest's encoder settings cannot be read ({error}); build it again") from error


def read_settings(folder: Path) -> EncoderSettings:
    """What `encoder.toml` in the model's folder says; nothing where there is no such file.

    Raises EncoderError for a file that is not TOML, has other keys, or values of another kind.
    """
    file = folder / FILE
    if not file.is_file():
        return EncoderSettings()
    try:
        return _checked(tomllib.loads(file.read_text(encoding="utf-8")), str(file))
    except (OSError, ValueError) as error:
        raise EncoderError(f"{file}: cannot be read ({str(error).splitlines()[0]}); mend or remove it") from error


def _checked(found: object, where: str) -> EncoderSettings:
    known = {field.name: str if field.name.endswith("prompt") else int for field in fields(EncoderSettings)}
    if not isinstance(found, dict) or not found.keys() <= known.keys():
        raise EncoderError(f"{where}: may hold {', '.join(known)} and nothing else; mend it")
    for key, value in found.items():
        kind = known[key]
        if type(value) is not kind or (isinstance(value, int) and value < 1):
            raise EncoderError(f"{where}: {key} must be {'a text in quotes' if kind is str else '1 or more'}; mend it")
    return EncoderSettings(**found)
