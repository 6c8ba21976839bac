"""What an index holds, in figures: for a report, a dashboard, or to see that a build took in what it should."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from indexer.access import assignment_of, read_access
from indexer.access.collections import counted
from indexer.index import Index
from indexer.operations.cleaning import size_of
from indexer.records import Notice

__all__ = ["Statistics", "statistics_of"]


_NAME = re.compile(r"[a-z_]+(?=:)")


class Statistics(Struct, frozen=True):
    """Counts of one generation; tables are sorted by their counts, the largest first, then by name."""

    generation: str
    built_at: str
    encoder: str
    n_notices: int
    n_clauses: int
    n_units: int  # canonical names
    n_files: int
    n_skipped: int
    n_with_warnings: int  # notices
    n_ended: int  # notices that another one repeals or replaces
    collections: dict[str, int]  # notices, the most open collection first
    n_bytes: int  # of the generation on the disk of this machine; 0 where Milvus keeps it
    bytes_per_clause: float
    years: dict[str, int]
    levels: dict[str, int]
    kinds: dict[str, int]
    places: dict[str, int]
    warnings: dict[str, int]  # by the name of the warning


def statistics_of(index: Index) -> Statistics:
    """The figures of the generation that the index reads."""
    notices, manifest = index.notices(), index.manifest
    access = read_access(index.directory)
    n_bytes = size_of(index.directory / index.generation)
    ended = {
        notice.doc_id
        for notice in notices
        if any(link.relation in ("repealed_by", "replaced_by") for link in index.links_of(notice.doc_id))
    }
    return Statistics(
        generation=index.generation,
        built_at=manifest.built_at,
        encoder=manifest.encoder,
        n_notices=manifest.n_notices,
        n_clauses=manifest.n_clauses,
        n_units=len(index.unit_names()),
        n_files=sum(len(index.sources(notice.doc_id)) for notice in notices),
        n_skipped=len(index.skipped()),
        n_with_warnings=sum(bool(notice.warnings) for notice in notices),
        n_ended=len(ended),
        collections={name: n for name, n in counted(assignment_of(index.archive, access), access).items() if n},
        n_bytes=n_bytes,
        bytes_per_clause=round(n_bytes / manifest.n_clauses, 1) if manifest.n_clauses else 0.0,
        years=_counted(str(notice.year or "") for notice in notices),
        levels=_counted(notice.level or "" for notice in notices),
        kinds=_counted(notice.kind or "" for notice in notices),
        places=_counted(str(notice.place) for notice in notices),
        warnings=_counted(name for notice in notices for name in _names(notice)),
    )


def _names(notice: Notice) -> Iterable[str]:
    """The names of a notice's warnings, each once; a warning without one is `other`."""
    return {match.group() if (match := _NAME.match(warning)) else "other" for warning in notice.warnings}


def _counted(values: Iterable[str]) -> dict[str, int]:
    """How often each value occurs; what is not known stands under the empty name."""
    return dict(sorted(Counter(values).items(), key=lambda each: (-each[1], each[0])))
