"""One way to open an index, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.address import IndexAddress, MilvusAddress, index_address
from indexer.index.generations import open_live

if TYPE_CHECKING:
    from indexer.index.encoder import Encoder
    from indexer.index.interface import Index
    from indexer.index.reranker import Reranker
    from indexer.records import Manifest

__all__ = ["live_generation", "live_manifest", "open_index"]


def open_index(
    address: IndexAddress | str, encoder: Encoder | str | None = None, *, reranker: Reranker | None = None
) -> Index:
    """The live index of a folder or of Milvus, verified; the encoder is loaded at the first dense query, not here.

    Without `encoder` the one named in the manifest is used; with `reranker` searches let it order what they found.
    Raises IndexMissing where there is no index, IndexDamaged where something is missing, changed or not what the manifest
    says, IndexMismatch where another version of the program or another encoder made it, IndexUnreachable where a server
    does not answer or refuses; each message says what mends it.
    """
    where = index_address(address)
    if isinstance(where, MilvusAddress):
        from indexer.index.milvus_index import open_milvus_index

        return open_milvus_index(where, encoder, reranker=reranker)
    from indexer.index.local import open_local_index

    return open_local_index(where, encoder, reranker=reranker)


def live_generation(address: IndexAddress | str) -> str:
    """The name of the generation that is live, another after every build that changed anything; raises as `open_index`."""
    where = index_address(address)
    if isinstance(where, MilvusAddress):
        from indexer.index.milvus_index import live_milvus_generation

        return live_milvus_generation(where)
    generation = open_live(where)
    generation.release()
    return generation.path.name


def live_manifest(address: IndexAddress | str) -> Manifest:
    """The manifest of the live generation; raises as `open_index`."""
    where = index_address(address)
    if isinstance(where, MilvusAddress):
        from indexer.index.milvus_index import live_milvus_manifest

        return live_milvus_manifest(where)
    generation = open_live(where)
    generation.release()
    return generation.manifest
