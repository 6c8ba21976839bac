"""What is stored: the archive, the lexical and the dense leg, in generations that replace one another whole."""

from __future__ import annotations

from indexer.index.archive import Rows
from indexer.index.encoder import Encoder, load_encoder
from indexer.index.local import Index, open_index
from indexer.index.reranker import Reranker

__all__ = ["Encoder", "Index", "Reranker", "Rows", "load_encoder", "open_index"]
