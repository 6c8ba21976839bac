"""Files of the reader's own as paths for the scoring programme, which reads files; nothing stays on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import streamlit as st

from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.errors import TiaowenError

__all__ = ["Uploaded", "read_uploaded"]

Read = TypeVar("Read")


class Uploaded(Protocol):
    """A file as the browser sent it."""

    name: str

    def getvalue(self) -> bytes:
        """All of its bytes."""


def read_uploaded(files: Sequence[Uploaded], read: Callable[[list[Path]], Read], texts: Texts) -> Read | None:
    """What `read` makes of the files; None where it cannot, which is said in one line without the server's folders."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-") as folder:
        paths = []
        for number, file in enumerate(files):
            path = Path(folder) / str(number) / Path(file.name.replace("\\", "/")).name
            path.parent.mkdir()
            path.write_bytes(file.getvalue())
            paths.append(path)
        try:
            return read(paths)
        except TiaowenError as error:
            line = str(error)
            for path in paths:
                line = line.replace(f"{path.parent}/", "")
            st.error(texts("evaluate_file_refused", reason=plain_label(line)), icon=":material/error:")
            return None
