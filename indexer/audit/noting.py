"""The one function by which is written down what is shown and what is changed, before it is shown or changed."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path

from indexer.access import LOCAL, Access, Reader, read_access
from indexer.access.listening import is_guarded
from indexer.address import IndexAddress, MilvusAddress, folder_of
from indexer.audit.chain import Chain, chain_of
from indexer.audit.records import Deed, Event, Via
from indexer.authorship import now
from indexer.errors import AuditFault, IndexFault, UsageError
from indexer.index import Index
from indexer.index.opening import live_generation

__all__ = ["is_audited", "note"]

# Of so many clauses or notices shown the ids are kept; how many there were is kept as well.
MOST_SHOWN = 500
_LONGEST_QUESTION = 2000
_NAMES_KEY = "names.key"


def is_audited(index_dir: IndexAddress | str, access: Access | None = None) -> bool:
    """Whether what is asked is written down: as access.toml says, else wherever access is set up."""
    said = (access or read_access(index_dir)).audit.enabled
    return is_guarded(index_dir) if said is None else said


def note(
    index: Index | IndexAddress | str,
    reader: Reader | None,
    deed: Deed,
    *,
    via: Via | None = None,
    question: str | None = None,
    shown: Sequence[str] = (),
    what: str | None = None,
    sets_up: bool = False,
) -> None:
    """Write down what the reader is about to be shown, or to change; nothing where nothing is to be kept.

    `index` is the one that it is shown from, or the address of the one that is changed; no reader is this machine's own
    command line, and whoever is logged in to the machine. `shown` are the ids of clauses or notices; `via` is "app", and
    "command" without a reader, where nothing else is said. What `sets_up` access is written down although it is not set
    up yet. Raises AuditFault where it cannot be written: nothing may be shown or changed then.
    """
    directory = folder_of(index) if isinstance(index, str | Path | MilvusAddress) else index.directory
    access = read_access(directory)
    if not is_audited(directory, access) and not (sets_up and access.audit.enabled is None):
        return
    via = via or ("command" if reader is None else "app")
    reader = reader or Reader(_login_name(), LOCAL.roles, None)
    rules, chain = access.audit, chain_of(directory)
    event = Event(
        at=now(),
        who=_who(chain, reader.name, rules.names),
        roles=reader.roles,
        via=via,
        deed=deed,
        generation=_generation(index),
        question=question[:_LONGEST_QUESTION] if question and rules.questions else None,
        shown=tuple(shown[:MOST_SHOWN]),
        n_shown=len(shown),
        what=what,
    )
    chain.append(event)
    if rules.keep_months is not None:
        _drop_what_is_old(chain, event.at[:7], rules.keep_months)


def _login_name() -> str:
    """Who is logged in to this machine; nothing where that is not known."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _generation(index: Index | IndexAddress | str) -> str:
    """The generation that is shown, or that is live; nothing where there is none that can be opened."""
    if not isinstance(index, str | Path | MilvusAddress):
        return index.generation
    try:
        return live_generation(index)
    except (IndexFault, UsageError):
        return ""


def _drop_what_is_old(chain: Chain, month: str, keep: int) -> None:
    """Drop the months before the ones to keep; a broken chain stays as it is, and `audit verify` says so."""
    oldest = months_before(month, keep)
    if any(each < oldest for each in chain.months()[:-1]):
        with suppress(UsageError):
            chain.drop_before(oldest)


def months_before(month: str, n: int) -> str:
    """The month so many months earlier."""
    day = date.fromisoformat(f"{month}-01")
    years, months = divmod(day.year * 12 + day.month - 1 - n, 12)
    return f"{years:04d}-{months + 1:02d}"


def _who(chain: Chain, name: str, kept: str) -> str:
    """The name as it is to be kept."""
    if kept == "none":
        return ""
    if kept == "plain" or not name:
        return name
    return hmac.new(_names_key(chain.folder / _NAMES_KEY), name.encode(), hashlib.sha256).hexdigest()[:16]


@lru_cache(maxsize=8)
def _names_key(path: Path) -> bytes:
    """The key of the names' hashes: made once, for its owner alone. Without it nobody can tell whose hash one is."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            whole = path.with_name(f".{secrets.token_hex(8)}")  # then linked: nobody reads half a key
            handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
            with suppress(FileExistsError):
                os.link(whole, path)
            whole.unlink()
        return path.read_bytes()
    except OSError as error:
        raise AuditFault(
            f"{path}: the key of the names cannot be kept ({error.strerror}), so nothing is shown; mend its permissions"
        ) from error
