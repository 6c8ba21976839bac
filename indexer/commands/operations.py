"""The commands `doctor`, `stats`, `gc`, `export` and `import`: what whoever runs an installation needs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer.errors import UsageError

__all__ = ["COMMANDS", "Shown", "add_operation_options", "run_operation"]

Shown = dict[str, Any] | str

COMMANDS: Mapping[str, str] = {
    "doctor": "check this machine and the index; each fault with what mends it",
    "stats": "write what the index holds, in figures",
    "gc": "remove older generations and leftovers that nobody reads",
    "export": "write the whole archive into one file",
    "import": "put an exported archive into a new folder",
}
_MARKS = {"ok": "ok   ", "lack": "lack ", "fault": "FAULT"}
_MOST_VALUES = 12  # of a table of counts, for a person


def add_operation_options(name: str, parser: argparse.ArgumentParser, *, given_path: Callable[[str], Path]) -> None:
    """Add what the command takes beside --index and --json."""
    if name == "doctor":
        parser.add_argument("--quick", action="store_true", help="compare the sizes of the index's files, hash none")
    elif name == "export":
        parser.add_argument("file", type=given_path, metavar="FILE", help="a new file: .tar, or .tar.gz")
    elif name == "import":
        parser.add_argument("file", type=given_path, metavar="FILE", help="what `export` wrote")


def run_operation(name: str, options: argparse.Namespace, *, json: bool) -> tuple[Iterator[Shown], int]:
    """What is to be written, and the exit status; 1 where `doctor` found a fault."""
    if name not in ("doctor", "stats") and not isinstance(options.index, Path):
        raise UsageError(f"{options.index}: `{name}` is for an index in a folder; Milvus has tools of its own for that")
    if name == "doctor":
        return _doctor(options, json=json)
    run = {"stats": _stats, "gc": _gc, "export": _export, "import": _import}[name]
    return run(options, json=json), 0


def _doctor(options: argparse.Namespace, *, json: bool) -> tuple[Iterator[Shown], int]:
    from indexer.operations import examine

    checks = examine(options.index, thorough=not options.quick)
    shown: list[Shown] = [
        asdict(each)
        if json
        else f"{_MARKS[each.verdict]} {each.name}: {each.found}{f' → {each.mend}' if each.mend else ''}"
        for each in checks
    ]
    return iter(shown), 1 if any(each.verdict == "fault" for each in checks) else 0


def _stats(options: argparse.Namespace, *, json: bool) -> Iterator[Shown]:
    import msgspec

    from indexer.index import open_index
    from indexer.operations import statistics_of

    with open_index(options.index) as index:
        figures: dict[str, Any] = msgspec.to_builtins(statistics_of(index))
    if json:
        yield figures
        return
    for name, value in figures.items():
        if isinstance(value, dict):
            listed = [f"{key or '(unknown)'} {n}" for key, n in list(value.items())[:_MOST_VALUES]]
            more = f", … {len(value) - _MOST_VALUES} more" if len(value) > _MOST_VALUES else ""
            yield f"{name}: {', '.join(listed)}{more}"
        else:
            yield f"{name}: {value}"


def _gc(options: argparse.Namespace, *, json: bool) -> Iterator[Shown]:
    from indexer.operations import clean

    removed, kept = clean(options.index)
    if json:
        yield {"removed": [asdict(each) for each in removed], "in_use": kept}
        return
    for each in removed:
        yield f"removed {each.name} ({each.n_bytes:,} bytes)"
    for name in kept:
        yield f"kept {name}: it is being read"
    if not removed and not kept:
        yield "nothing to remove"


def _export(options: argparse.Namespace, *, json: bool) -> Iterator[Shown]:
    from indexer.audit import note
    from indexer.operations import pack

    note(options.index, None, "exported", what=options.file.name)

    yield _packed(asdict(pack(options.index, options.file)), "exported", json=json)


def _import(options: argparse.Namespace, *, json: bool) -> Iterator[Shown]:
    from indexer.operations import unpack

    found = asdict(unpack(options.file, options.index))
    yield _packed(found, "imported", json=json)


def _packed(found: dict[str, Any], what: str, *, json: bool) -> Shown:
    if json:
        return found | {"path": str(found["path"])}
    return (
        f"{what} {found['path']}: {found['n_notices']} notices, {found['n_clauses']} clauses, "
        f"{found['n_files']} files, {found['n_bytes']:,} bytes"
    )
