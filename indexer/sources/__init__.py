"""Where notices come from: files are found, their format is told by their content, and each becomes a `RawNotice`."""

from __future__ import annotations

from indexer.sources.files import find_files, read

__all__ = ["find_files", "read"]
