"""The commands `access`, `keys` and `audit`: who may read what, by which key, and what was asked."""

from __future__ import annotations

import argparse
import json as json_text
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from indexer.errors import UsageError

if TYPE_CHECKING:  # loaded where it is needed, so that --help stays instant
    from indexer.access.keys import Key
    from indexer.audit import Deed

__all__ = ["COMMANDS", "add_guard_options", "run_guard"]

Shown = dict[str, Any] | str
_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)

COMMANDS: Mapping[str, str] = {
    "access": "list the collections, assign notices to them, check what is set up",
    "keys": "make, list and revoke the keys by which programs and people show who they are",
    "audit": "verify, list, export and forget what was asked by whom",
}
_VERBS: Mapping[str, Mapping[str, str]] = {
    "access": {
        "list": "the collections with their rules and how many notices each has; the notices of one",
        "assign": "have notices belong to a collection, by folder, file, issuer or doc_id",
        "check": "say what of the rules fits nothing, and which notices wait for a build",
    },
    "keys": {
        "create": "make a key; it is shown once",
        "list": "all keys, without the tokens",
        "revoke": "have a key open nothing any more",
    },
    "audit": {
        "verify": "check that no line was changed, put in or taken out",
        "list": "what was asked, the last first",
        "export": "everything into a file of JSON lines",
        "forget": "drop whole months; the chain stays verifiable",
    },
}


def add_guard_options(name: str, parser: _Parser, *, given_path: Callable[[str], Path]) -> list[_Parser]:
    """The parsers of the command's verbs, with what each takes beside --index and --json."""
    verbs = parser.add_subparsers(
        title="what to do", required=True, metavar="VERB", dest="verb", parser_class=type(parser)
    )
    added = {verb: verbs.add_parser(verb, help=summary) for verb, summary in _VERBS[name].items()}
    if name == "access":
        added["list"].add_argument("--collection", metavar="NAME", help="list its notices")
        assign = added["assign"]
        assign.add_argument("collection", metavar="COLLECTION", help="its name; a new one is made")
        for kind, summary in (
            ("folder", "every file below it, wherever it stands in a path"),
            ("file", "a file's name, its path, or a pattern of one"),
            ("issuer", "a body as notices name it"),
            ("doc-id", "one notice"),
        ):
            assign.add_argument(f"--{kind}", action="append", default=[], metavar=kind.upper(), help=summary)
    elif name == "keys":
        create = added["create"]
        create.add_argument("--name", required=True, metavar="NAME", help="whose key it is")
        create.add_argument(
            "--role", required=True, action="append", metavar="ROLE", help="reader, editor, evaluator or admin"
        )
        create.add_argument("--collections", metavar="A,B", help="may read these alone; default: what the role reads")
        create.add_argument("--expires", default="90d", metavar="90d", help="12h, 90d, 6w, a day, or never (90d)")
        added["revoke"].add_argument("key_id", metavar="KEY_ID", help="as `keys list` shows it")
    else:
        added["list"].add_argument("-n", type=int, default=50, metavar="N", help="so many (50)")
        added["list"].add_argument("--who", metavar="NAME", help="of one reader, as it is kept")
        added["export"].add_argument("file", type=given_path, metavar="FILE", help="a new file")
        added["forget"].add_argument("--before", required=True, metavar="2026-03", help="drop all months before it")
    return list(added.values())


def run_guard(name: str, options: argparse.Namespace, *, json: bool) -> tuple[Iterator[Shown], int]:
    """What is to be written, and the exit status; 1 where a check found something."""
    from indexer.address import folder_of

    if not folder_of(options.index).is_dir():
        raise UsageError(f"{folder_of(options.index)}: there is no such folder; give that of the index by --index")
    verb: str = options.verb
    if (name, verb) == ("access", "check"):
        found = list(_check(options))
        return iter(found or ["all rules fit, and no notice waits for a build"]), 1 if found else 0
    if (name, verb) == ("audit", "verify"):
        return _verify(options, json=json)
    run = {
        ("access", "list"): _list, ("access", "assign"): _assign, ("keys", "create"): _create, ("keys", "list"): _keys,
        ("keys", "revoke"): _revoke, ("audit", "list"): _events, ("audit", "export"): _export,
        ("audit", "forget"): _forget,
    }[name, verb]  # fmt: skip
    return run(options, json), 0


# --- collections ---------------------------------------------------------------------------------


def _list(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    from indexer.access import assignment_of, read_access
    from indexer.access.collections import counted
    from indexer.index.live_archive import live_archive

    access = read_access(options.index)
    if options.collection is not None and options.collection not in access.names:
        raise UsageError(f"there is no collection {options.collection}; there are {', '.join(access.names)}")
    with live_archive(options.index) as archive:
        if archive is None:
            raise UsageError(f"{options.index}: there is no index here; build one first")
        assignment = assignment_of(archive, access)
        if options.collection is not None:
            for head in archive.notices():
                if assignment.by_doc_id[head.doc_id] == options.collection:
                    path = head.source.path
                    yield (
                        {"doc_id": head.doc_id, "title": head.title, "disclosure": head.disclosure, "path": path}
                        if json
                        else f"{head.doc_id}  {head.title}  {head.disclosure or '–'}  {path}"
                    )
            return
    for name, n in counted(assignment, access).items():
        roles = [role for role in ("reader", "editor", "evaluator", "admin") if name in access.read_by(role)]
        rules = [
            f"{kind} {value}"
            for each in access.collection
            if each.name == name
            for kind, values in (("folder", each.folders), ("file", each.files), ("issuer", each.issuers), ("doc_id", each.doc_ids))
            for value in values
        ]  # fmt: skip
        if name == access.default:
            rules.append("whatever nothing else is said of")
        if name == access.marked:
            rules.append("marked 依申请公开, 不予公开 or as internal")
        if json:
            yield {"collection": name, "n_notices": n, "roles": roles, "rules": rules}
        else:
            yield f"{name}: {n} notices; read by {', '.join(roles)}; {'; '.join(rules)}"


def _assign(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    from indexer.access.configuration import ACCESS, read_access
    from indexer.address import folder_of
    from indexer.audit import note
    from indexer.journal import appending

    given = {"folders": options.folder, "files": options.file, "issuers": options.issuer, "doc_ids": options.doc_id}
    if not any(given.values()):
        raise UsageError("say what belongs to the collection: --folder, --file, --issuer or --doc-id")
    if not options.collection.strip() or any(not value.strip() for values in given.values() for value in values):
        raise UsageError("a name, a folder, a file, an issuer and a doc_id must not be empty")
    read_access(options.index)  # a file that is wrong is not added to
    lines = ["[[collection]]", f"name = {_toml(options.collection)}"]
    lines += [f"{key} = [{', '.join(map(_toml, values))}]" for key, values in given.items() if values]
    path = folder_of(options.index) / ACCESS
    values = [value for each in given.values() for value in each]
    note(options.index, None, "access_changed", what=f"{options.collection}: {', '.join(values)}", sets_up=True)
    with appending(path) as file:
        file.add(("\n" * bool(file.size) + "\n".join(lines) + "\n").encode())
    read_access(options.index)
    yield {"path": str(path), "collection": options.collection} if json else f"{path}: written; it counts at once"
    yield from (_waiting(options) if not json else ())


def _check(options: argparse.Namespace) -> Iterator[Shown]:
    """What fits nothing, and what a build is to put right."""
    from indexer.access import assignment_of, read_access
    from indexer.access.collections import collection_of
    from indexer.index.live_archive import live_archive

    access = read_access(options.index)
    with live_archive(options.index) as archive:
        if archive is None:
            raise UsageError(f"{options.index}: there is no index here; build one first")
        heads = archive.notices()
        known = {head.doc_id for head in heads}
        assignment_of(archive, access)
        files = [(source.path, heads_by_id) for source, heads_by_id, _ in archive.all_sources()]
        issuers = {head.doc_id: head.issuers for head in heads}
        for rules in access.collection:
            for doc_id in rules.doc_ids:
                if doc_id not in known:
                    yield f"{rules.name}: no notice has the doc_id {doc_id}"
            for kind, values in (("folders", rules.folders), ("files", rules.files), ("issuers", rules.issuers)):
                for value in values:
                    alone = _only(access, rules.name, kind, value)
                    if all(
                        collection_of(alone, path=path, issuers=issuers[doc_id]) != rules.name for path, doc_id in files
                    ):
                        yield f"{rules.name}: {kind} {value} fits no notice"
    yield from _waiting(options)


def _only(access: Any, name: str, kind: str, value: str) -> Any:  # noqa: ANN401 (records of indexer.access)
    """What is set up if there were this one rule alone."""
    from msgspec.structs import replace

    from indexer.access.configuration import CollectionRules

    default = access.default if name != access.default else f"not {access.default}"
    return replace(access, default=default, collection=(CollectionRules(name, **{kind: (value,)}),))


def _waiting(options: argparse.Namespace) -> Iterator[str]:
    """The notices that are to be read from another page, and the command that does it."""
    from indexer.access import assignment_of, read_access
    from indexer.access.collections import misplaced
    from indexer.index.live_archive import live_archive
    from indexer.index.opening import live_manifest

    access = read_access(options.index)
    with live_archive(options.index) as archive:
        if archive is None:
            return
        found = misplaced(archive, assignment_of(archive, access), access)
    for each in found:
        yield f"{each.doc_id}: is read from {each.kept} ({each.collection}), though {each.other} is in {each.other_collection}"
    if found:
        paths = " ".join(live_manifest(options.index).paths)
        yield f"build again to have them read from there: python -m indexer build {paths} --index {options.index}"


def _toml(text: str) -> str:
    """The text as a basic string of TOML, of which JSON's is one."""
    return json_text.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# --- keys ----------------------------------------------------------------------------------------


def _create(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    from indexer.access.keys import expiry_of, make_key

    collections = tuple(name.strip() for name in options.collections.split(",")) if options.collections else None
    made = make_key(
        options.index,
        name=options.name,
        roles=tuple(options.role),
        collections=collections,
        expires_at=expiry_of(options.expires),
        noted=_noted(options, "key_made"),
    )
    if json:
        yield _key_object(made.key) | {"token": made.token}
        return
    yield made.token
    yield f"key {made.key.key_id} of {made.key.name}; keep the line above, it is not shown again"


def _keys(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    from indexer.access.keys import list_keys

    for key in list_keys(options.index):
        if json:
            yield _key_object(key)
            continue
        state = f"revoked {key.revoked_at}" if key.revoked_at else "holds" if key.holds else "has expired"
        kind = "  feeds only" if key.feeds_only else ""
        reads = ", ".join(key.collections) if key.collections is not None else "what the role reads"
        yield (
            f"{key.key_id}  {key.name}  {', '.join(key.roles)}{kind}  reads {reads}  until {key.expires_at or 'revoked'}  "
            f"last used {key.used_at or 'never'}  [{state}]"
        )


def _revoke(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    from indexer.access.keys import revoke_key

    key = revoke_key(options.index, options.key_id, noted=_noted(options, "key_revoked"))
    yield {"revoked": key.key_id} if json else f"key {key.key_id} of {key.name} opens nothing any more"


def _noted(options: argparse.Namespace, deed: Deed) -> Callable[[Key], None]:
    """What has it written down that a key is made or revoked; whose it is stands in the list of keys."""

    def noted(key: Key) -> None:
        from indexer.audit import note

        note(options.index, None, deed, what=f"{key.key_id} ({', '.join(key.roles)})", sets_up=True)

    return noted


def _key_object(key: Key) -> dict[str, Any]:
    """The key as JSON, without its hash."""
    import msgspec

    shown: dict[str, Any] = msgspec.to_builtins(key)
    del shown["sha256"]
    return shown | {"holds": key.holds}


# --- audit ---------------------------------------------------------------------------------------


def _verify(options: argparse.Namespace, *, json: bool) -> tuple[Iterator[Shown], int]:
    import msgspec

    from indexer.audit import chain_of

    found = chain_of(options.index).check()
    shown: list[Shown] = [msgspec.to_builtins(found)]
    if not json:
        shown = [*found.broken, *found.torn]
        state = "the chain is broken" if found.broken else "the chain holds"
        shown.append(
            f"{state}: {found.n_events} events in {found.n_segments} months, {found.n_dropped} months dropped; "
            f"the last hash is {found.last}"
        )
    return iter(shown), 1 if found.broken else 0


def _events(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    from collections import deque

    import msgspec

    from indexer.audit import chain_of

    if options.n < 1:
        raise UsageError("-n: must be 1 or more")
    events = (event for event in chain_of(options.index).events() if options.who in (None, event.who))
    for event in reversed(deque(events, options.n)):
        if json:
            yield msgspec.to_builtins(event)
            continue
        said = f"  {event.question}" if event.question else ""
        what = f"  {event.what}" if event.what else ""
        yield f"{event.at}  {event.who or '–'}  {event.via}  {event.deed}{what}  {event.n_shown} shown  {event.generation}{said}"


def _export(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    import msgspec

    from indexer.audit import chain_of, note

    n = 0
    try:
        with options.file.open("xb") as file:
            note(options.index, None, "exported", what=options.file.name)
            for event in chain_of(options.index).events():
                file.write(msgspec.json.encode(event) + b"\n")
                n += 1
    except FileExistsError:
        raise UsageError(f"{options.file}: is there already; give a new file") from None
    except OSError as error:
        raise UsageError(f"{options.file}: cannot be written ({error.strerror})") from error
    yield {"path": str(options.file), "n_events": n} if json else f"{n} events in {options.file}"


def _forget(options: argparse.Namespace, json: bool) -> Iterator[Shown]:
    import msgspec

    from indexer.audit import chain_of, note

    dropped = chain_of(options.index).drop_before(options.before)
    if dropped:
        note(options.index, None, "months_dropped", what=f"{dropped[0].month} to {dropped[-1].month}")
    for each in dropped:
        yield msgspec.to_builtins(each) if json else f"dropped {each.month} ({each.n_events} events)"
    if not dropped and not json:
        yield f"there is nothing before {options.before} to drop"
