"""Keys by which programs, and people without a login, show who they are: `keys.jsonl` beside the index.

A key is shown once, when it is made; what is kept is its SHA-256. That is enough, without salt and without a slow hash:
a key is 256 random bits, not a password that somebody could guess or that stands in a list. The file is its owner's alone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from indexer import journal
from indexer.access.configuration import read_access
from indexer.access.roles import ROLE_NAMES, Reader, RoleName, require
from indexer.address import IndexAddress, folder_of
from indexer.authorship import checked_author, now
from indexer.errors import AccessDenied, UsageError

__all__ = [
    "KEYS", "Key", "MadeKey", "expiry_of", "feed_keys_of", "has_keys", "list_keys", "make_feed_key", "make_key",
    "reader_of_feed_key", "reader_of_key", "revoke_key",
]  # fmt: skip

KEYS = "keys.jsonl"

_TOKEN = re.compile(r"tw_(?P<id>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_FEED_TOKEN = re.compile(r"tf_(?P<id>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
MOST_FEED_KEYS = 20  # that hold, of one name
_LASTS = re.compile(r"(?P<n>[1-9]\d{0,4})(?P<unit>[hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}
# The use of a key is written down no oftener.
_NOTED_EVERY = timedelta(hours=1)
_REFUSED = "this key is unknown, revoked or has expired; ask whoever runs this archive for another"


class Key(Struct, frozen=True):
    """What is kept of a key."""

    key_id: str
    name: str
    roles: tuple[RoleName, ...]
    collections: tuple[str, ...] | None  # None: those that its roles read
    made_at: str  # ISO 8601, UTC
    expires_at: str | None
    sha256: str
    revoked_at: str | None = None
    used_at: str | None = None  # to the hour or so
    feeds_only: bool = False  # stands in the address of a feed, and opens nothing else
    parent: str | None = None  # the key whose owner's feeds it opens, for as long as that one holds

    @property
    def holds(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or now() < self.expires_at)


class MadeKey(Struct, frozen=True):
    """A new key with the token itself, which nobody can read again."""

    key: Key
    token: str


class _Revoked(Struct, frozen=True):
    revoked: str
    at: str


class _Used(Struct, frozen=True):
    used: str
    at: str


def make_key(
    index_dir: IndexAddress | str,
    *,
    name: str,
    roles: tuple[RoleName, ...],
    collections: tuple[str, ...] | None = None,
    expires_at: str | None = None,
    noted: Callable[[Key], None] = lambda _: None,
) -> MadeKey:
    """A new key; what it may read is `collections`, or what its roles read. `noted` is called before it is kept.

    Raises UsageError for an empty name, no role or an unknown one, an unknown collection, a day that is past, and where
    the file cannot be written.
    """
    called = checked_author(name)
    if not roles or set(roles).difference(ROLE_NAMES):
        raise UsageError(f"a key has one role or more of {', '.join(ROLE_NAMES)}")
    known = read_access(index_dir).names
    if wrong := [each for each in collections or () if each not in known]:
        raise UsageError(f"there is no collection {wrong[0]}; there are {', '.join(known)}")
    if expires_at is not None and expires_at <= now():
        raise UsageError(f"{expires_at}: is past; a key expires later")
    key_id = secrets.token_hex(4)
    token = f"tw_{key_id}_{secrets.token_urlsafe(32)}"
    key = Key(key_id, called, roles, collections, now(), expires_at, _sha256(token))
    noted(key)
    _append(_file(index_dir), key)
    return MadeKey(key, token)


def make_feed_key(
    index_dir: IndexAddress | str,
    reader: Reader,
    *,
    expires_at: str | None = None,
    noted: Callable[[Key], None] = lambda _: None,
) -> MadeKey:
    """A new key that opens the reader's feeds and nothing else, to stand in an address.

    Of a reader with a key it holds as long as that key does, and reads what that reads; of one without, what they read
    now. `noted` is called before it is kept. Raises UsageError for a reader who is not known by name, and one who has
    too many already; AccessDenied for one who may not read.
    """
    require(reader, "read")
    if not reader.name:
        raise UsageError("nobody is known here by name; feeds have keys where keys are asked for")
    if sum(key.holds for key in feed_keys_of(index_dir, reader)) >= MOST_FEED_KEYS:
        raise UsageError(f"{reader.name}: has {MOST_FEED_KEYS} keys for feeds already; revoke one")
    key_id = secrets.token_hex(4)
    token = f"tf_{key_id}_{secrets.token_urlsafe(32)}"
    collections = None if reader.collections is None else tuple(sorted(reader.collections))
    key = Key(
        key_id, reader.name, ("reader",), collections, now(), expires_at, _sha256(token),
        feeds_only=True, parent=reader.key_id,
    )  # fmt: skip
    noted(key)
    _append(_file(index_dir), key)
    return MadeKey(key, token)


def feed_keys_of(index_dir: IndexAddress | str, reader: Reader) -> list[Key]:
    """The reader's keys for feeds that were not revoked; raises as `list_keys`."""
    return [
        key for key in list_keys(index_dir) if key.feeds_only and key.name == reader.name and key.revoked_at is None
    ]


def list_keys(index_dir: IndexAddress | str) -> list[Key]:
    """Every key that was ever made, in that order; raises UsageError where the file cannot be read."""
    return list(_keys(_file(index_dir)).values())


def has_keys(index_dir: IndexAddress | str) -> bool:
    """Whether a key holds that one can sign in with; raises as `list_keys`."""
    return any(key.holds and not key.feeds_only for key in list_keys(index_dir))


def revoke_key(index_dir: IndexAddress | str, key_id: str, *, noted: Callable[[Key], None] = lambda _: None) -> Key:
    """The key, which from now on opens nothing, after `noted` was called; raises UsageError for an unknown one and one that was revoked before."""
    key = _keys(_file(index_dir)).get(key_id)
    if key is None:
        raise UsageError(f"{key_id}: no such key; see `python -m indexer keys list`")
    if key.revoked_at is not None:
        raise UsageError(f"{key_id}: was revoked before, at {key.revoked_at}")
    noted(key)
    _append(_file(index_dir), _Revoked(key_id, now()))
    return key


def reader_of_key(index_dir: IndexAddress | str, token: str) -> Reader:
    """Whose key it is, with what it may read and do at this moment.

    Raises AccessDenied, always with the same line, for one that is unknown, revoked or past its day; UsageError where what is
    set up cannot be read.
    """
    return _reader_now(index_dir, _shown(index_dir, token, _TOKEN))


def reader_of_feed_key(index_dir: IndexAddress | str, token: str) -> Reader:
    """Whose feeds the key in an address opens, as somebody who may read and nothing else; raises as `reader_of_key`."""
    key = _shown(index_dir, token, _FEED_TOKEN)
    source = key
    if key.parent is not None:
        parent = _keys(_file(index_dir)).get(key.parent)
        if parent is None or not parent.holds:
            raise AccessDenied(_REFUSED)
        source = parent
    return Reader(key.name, ("reader",), _reader_now(index_dir, source).collections, key.key_id)


def _shown(index_dir: IndexAddress | str, token: str, form: re.Pattern[str]) -> Key:
    """The key that was shown; raises AccessDenied for one that does not hold, or is of another kind."""
    path = _file(index_dir)
    found = form.fullmatch(token.strip())
    key = _keys(path).get(found["id"]) if found else None
    # Compared even where there is no such key: the time that it takes tells nothing.
    same = hmac.compare_digest(_sha256(token.strip()), key.sha256 if key else _sha256(""))
    if key is None or not same or not key.holds or key.feeds_only != (form is _FEED_TOKEN):
        raise AccessDenied(_REFUSED)
    _note_use(path, key)
    return key


def _reader_now(index_dir: IndexAddress | str, key: Key) -> Reader:
    """Whoever has the key, with what it may read at this moment."""
    access = read_access(index_dir)
    if key.collections is None:
        return replace(access.reader(key.name, key.roles), key_id=key.key_id)
    return Reader(key.name, key.roles, frozenset(key.collections).intersection(access.names), key.key_id)


def expiry_of(text: str) -> str | None:
    """The moment meant by 90d, 12h, 6w or 2027-01-31 (its end), ISO 8601 in UTC; None for never.

    Raises UsageError for anything else.
    """
    if text == "never":
        return None
    if found := _LASTS.fullmatch(text):
        moment = datetime.now(UTC) + timedelta(hours=int(found["n"]) * _HOURS[found["unit"]])
        return moment.isoformat(timespec="seconds")
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"{text}: write 90d, 12h, 6w, a day such as 2027-01-31, or never") from None
    return (day + timedelta(days=1)).isoformat(timespec="seconds")


_noting = threading.Lock()
_noted: dict[tuple[Path, str], datetime] = {}


def _note_use(path: Path, key: Key) -> None:
    """Write down that the key was used, now and then; where that fails it is used all the same."""
    moment = datetime.now(UTC)
    with _noting:
        last = _noted.get((path, key.key_id)) or (datetime.fromisoformat(key.used_at) if key.used_at else None)
        if last is not None and moment - last < _NOTED_EVERY:
            return
        _noted[path, key.key_id] = moment
    with suppress(UsageError):
        _append(path, _Used(key.key_id, moment.isoformat(timespec="seconds")))


def _append(path: Path, line: Key | _Revoked | _Used) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: there is no such folder; give that of the index")
    journal.append(path, lambda _: (None, [msgspec.json.encode(line)]), private=True)


def _keys(path: Path) -> Mapping[str, Key]:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    return _read(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=16)
def _read(path: Path, version: tuple[int, int, int]) -> Mapping[str, Key]:
    """The keys by their ids; the version only tells that the file has changed. A line cut off by a crash is passed over."""
    del version
    keys: dict[str, Key] = {}
    for line in journal.stored(path).split(b"\n"):
        with suppress(msgspec.DecodeError):
            if b'"revoked":' in line[:12]:
                revoked = msgspec.json.decode(line, type=_Revoked)
                if revoked.revoked in keys:
                    keys[revoked.revoked] = replace(keys[revoked.revoked], revoked_at=revoked.at)
            elif b'"used":' in line[:12]:
                used = msgspec.json.decode(line, type=_Used)
                if used.used in keys:
                    keys[used.used] = replace(keys[used.used], used_at=used.at)
            elif line.strip():
                key = msgspec.json.decode(line, type=Key)
                keys[key.key_id] = key
    return keys


def _file(index_dir: IndexAddress | str) -> Path:
    return folder_of(index_dir) / KEYS


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
