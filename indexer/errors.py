"""What can go wrong, as one tree; each class says when it happens.

TiaowenError                  anything this library raises on purpose
├── UsageError                the caller asked for something impossible (exit status 2)
│   ├── NothingToIndex        no file given to a build holds a notice
│   ├── NotInArchive          no notice, clause or saved question has the id, number or title that was given
│   ├── NoticeAmbiguous       what was given is the name of several notices
│   ├── UnitUnsettled         a unit's name stands for several units of the archive, or for none
│   └── AccessDenied          who asks has not the role for it, no key that holds, or none at all
│       ├── NotIdentified     a server was shown no key, or one that does not hold
│       └── LoginRefused      somebody is signed in, and is not let in all the same
├── UnreadableNotice          one file could not be read as a notice; the rest goes on
│   └── SecretNotice          the document carries a 密级 mark and is refused
├── AuditFault                what was asked cannot be written down, and is not answered (exit status 2)
├── EndpointError             the endpoint of a language model fails; the answer without it stands
├── Overloaded                more is asked at once than can be answered; ask again later
├── TooManyRequests           somebody asks a server oftener than they may; ask again later
├── TooSlow                   an answer was not there within its time
├── EncoderError              a model cannot be loaded, or does not fit the index
└── IndexFault                a built index is missing, damaged, foreign or busy
    ├── IndexMissing
    ├── IndexDamaged
    ├── IndexMismatch
    └── IndexUnreachable  the server that holds it does not answer, or refuses (exit status 2)

Every message is one line: what is wrong, where, and what to do about it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

__all__ = [
    "CLASSIFIED",
    "AccessDenied",
    "AuditFault",
    "EncoderError",
    "EndpointError",
    "IndexDamaged",
    "IndexFault",
    "IndexMismatch",
    "IndexMissing",
    "IndexUnreachable",
    "LoginRefused",
    "NotIdentified",
    "NotInArchive",
    "NoticeAmbiguous",
    "NothingToIndex",
    "Overloaded",
    "SecretNotice",
    "TiaowenError",
    "TooManyRequests",
    "TooSlow",
    "UnitUnsettled",
    "UnreadableNotice",
    "UsageError",
]


# What is said of every document that is refused for its 密级, by whatever reader or rule.
CLASSIFIED = "classified documents are not taken in"


class TiaowenError(Exception):
    """Anything this library raises on purpose; `str()` is one line for a person."""


class UsageError(TiaowenError):
    """The caller asked for something impossible: a missing folder, an unknown level, a bad year."""


class UnreadableNotice(TiaowenError):
    """One file could not be read as a notice: empty, binary, undecodable, of an unknown format."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = str(path)
        self.reason = reason

    def __reduce__(self) -> tuple[type[UnreadableNotice], tuple[str, str]]:
        """How another process gets it."""
        return type(self), (self.path, self.reason)


class SecretNotice(UnreadableNotice):
    """The document carries a classification mark (秘密 · 机密 · 绝密) and is refused."""


class NothingToIndex(UsageError):
    """None of the files given holds a notice, or there are none; `build --watch` waits for some."""


class NotInArchive(UsageError):
    """There is no notice, clause or saved question of the id, number or title that was given, or none to be seen."""


class NoticeAmbiguous(UsageError):
    """What was given is the name of several notices."""


class UnitUnsettled(UsageError):
    """A unit's name stands for several units of the archive, or for none of it."""

    def __init__(self, message: str, *, several: bool, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.several = several
        self.names = names  # those that it may stand for, or the nearest ones


class AccessDenied(UsageError):
    """Who asks has not the role for what was asked, or has not shown who they are."""


class NotIdentified(AccessDenied):
    """A server that everybody has to show a key to was shown none, or one that does not hold."""


class LoginRefused(AccessDenied):
    """Somebody whom an identity provider knows is not let in; `reason` says why, and `contact` whom the archive names to ask."""

    def __init__(
        self,
        message: str,
        *,
        reason: Literal["no_role", "no_name", "unverified", "over"],
        name: str = "",
        contact: str = "",
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.name = name
        self.contact = contact


class Overloaded(TiaowenError):
    """As many questions are being answered and waiting as may be at once."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds after which it is worth asking again


class TooManyRequests(TiaowenError):
    """A key or an address asks a server oftener than its rate allows."""

    title = "This is asked too often"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds after which there is a place again


class TooSlow(TiaowenError):
    """An answer was not there within the time that a server gives it."""


class EncoderError(TiaowenError):
    """An embedding model cannot be loaded or gives vectors of the wrong shape."""


class AuditFault(TiaowenError):
    """Who asked what cannot be written down where it has to be: nothing is shown then."""


class EndpointError(TiaowenError):
    """The endpoint of a language model cannot be reached, refuses, is slow, or gives no reply that can be read."""

    def __init__(self, failure: str, message: str) -> None:
        super().__init__(message)
        self.failure = failure  # one of `records.WritingFailure`


class IndexFault(TiaowenError):
    """A built index cannot be used."""


class IndexMissing(IndexFault):
    """There is no index in the folder."""


class IndexDamaged(IndexFault):
    """A file of the live generation is missing or differs from its checksum."""


class IndexMismatch(IndexFault):
    """The index was built by another schema version or another encoder."""


class IndexUnreachable(IndexFault):
    """The server that holds the index does not answer in time, refuses who asks, or fails at what it was asked."""
