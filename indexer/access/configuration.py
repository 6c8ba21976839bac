"""The file `access.toml` beside an index: which notices belong to which collection, and who may read which.

It holds no secret. It is read again whenever it has changed; nothing has to be built or started anew for it to count.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from indexer.access.roles import ROLE_NAMES, Reader, RoleName
from indexer.address import IndexAddress, folder_of
from indexer.errors import UsageError

__all__ = [
    "ACCESS",
    "Access",
    "AuditRules",
    "CollectionRules",
    "LoginRules",
    "RateRules",
    "is_configured",
    "read_access",
]

ACCESS = "access.toml"


class CollectionRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Which notices belong to a collection; several tables of one name count together."""

    name: str
    folders: tuple[str, ...] = ()  # a relative one wherever it stands in a path
    files: tuple[str, ...] = ()  # patterns, of a file's name or of its path
    issuers: tuple[str, ...] = ()
    doc_ids: tuple[str, ...] = ()


class LoginRules(Struct, frozen=True, forbid_unknown_fields=True):
    """What the claims of a login say of somebody's roles."""

    claim: str = "groups"  # of a claim inside others, the way to it: realm_access.roles
    name: str = "email"  # the claim that names the person
    roles: Mapping[str, RoleName] = {}  # by value of the claim
    collections: Mapping[str, tuple[str, ...]] = {}  # by value of the claim, beside those of the role
    everybody: RoleName | None = None  # the role of whoever signs in and has none of these
    hours: Annotated[int, Meta(ge=1, le=720)] = (
        12  # so long a sign-in counts; the next one has what the provider says then
    )
    contact: str = ""  # whom those ask who have no role; shown to whoever opens the app


class AuditRules(Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of who asked what."""

    enabled: bool | None = None  # None: wherever access is set up
    names: Literal["plain", "keyed", "none"] = "plain"  # keyed: a keyed hash instead of the name
    questions: bool = True  # whether the text of a question is kept
    keep_months: int | None = None  # whole months before that are dropped


class RateRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How often a server may be asked, as 600/minute, or none; see `indexer/serving/rates.py`."""

    key: str | None = None  # of one key; None: as often as it likes
    address: str | None = None  # of one address without a key; None: as the server has it by default
    wrong_keys: str = "20/minute"  # of one address, keys that do not hold
    proxies: tuple[str, ...] = ()  # whose X-Forwarded-For is believed: addresses or networks


class Access(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is set up."""

    default: str = "public"  # the collection of notices that nothing else is said of
    marked: str = "restricted"  # the collection of notices that are marked as not public; see `collections.py`
    collection: tuple[CollectionRules, ...] = ()
    reads: Mapping[
        RoleName, tuple[str, ...]
    ] = {}  # by role; an admin reads all, the others `default` if nothing is said
    login: LoginRules = LoginRules()
    open: bool = False  # let the app and the API listen on a network without asking who is there
    audit: AuditRules = AuditRules()
    rates: RateRules = RateRules()

    @property
    def names(self) -> tuple[str, ...]:
        """Every collection there is, the most open first: the default one, those listed, that of marked notices."""
        listed = [rules.name for rules in self.collection if rules.name not in (self.default, self.marked)]
        return tuple(dict.fromkeys((self.default, *listed, self.marked)))

    @property
    def assignment_sha256(self) -> str:
        """What changes with the collection of any notice."""
        return hashlib.sha256(msgspec.json.encode((self.default, self.marked, self.collection))).hexdigest()

    def read_by(self, role: RoleName) -> frozenset[str]:
        """The collections that the role reads."""
        return frozenset(self.names if role == "admin" else self.reads.get(role, (self.default,)))

    def reader(self, name: str, roles: tuple[RoleName, ...], collections: frozenset[str] = frozenset()) -> Reader:
        """Somebody with these roles, who reads what they read, and these collections besides."""
        return Reader(name, roles, collections.union(*(self.read_by(role) for role in roles)))

    def checked(self, path: Path) -> Access:
        """The same; raises UsageError where it names a collection that there is not."""
        named = {name for names in (*self.reads.values(), *self.login.collections.values()) for name in names}
        if wrong := sorted(named.difference(self.names)):
            raise UsageError(f"{path}: there is no collection {wrong[0]}; there are {', '.join(self.names)}")
        if any(not rules.name.strip() for rules in self.collection) or not self.default or not self.marked:
            raise UsageError(f"{path}: a collection has an empty name; give it one")
        return self


def is_configured(index_dir: IndexAddress | str) -> bool:
    """Whether access is set up for the index."""
    return os.path.lexists(folder_of(index_dir) / ACCESS)


def read_access(index_dir: IndexAddress | str) -> Access:
    """What is set up; the defaults where there is no such file. Raises UsageError where it cannot be read or is wrong."""
    path = folder_of(index_dir) / ACCESS
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if not os.path.lexists(path):
            return Access()
        raise UsageError(f"{path}: is a link to nothing; put the file back") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    return _read(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=16)
def _read(path: Path, version: tuple[int, int, int]) -> Access:
    """The file's contents; the version only tells that it has changed."""
    del version
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(values, Access, strict=True).checked(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        known = f"; roles are {', '.join(ROLE_NAMES)}" if "enum" in str(error) else ""
        raise UsageError(f"{path}: {' '.join(str(error).split())}{known}; see docs/access.md") from error
