"""Who somebody is by the claims that an identity provider (OpenID Connect) makes of them, by the `login` of access.toml."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

from indexer.access.configuration import Access
from indexer.access.roles import ROLE_NAMES, Reader
from indexer.errors import LoginRefused

__all__ = ["reader_of_claims"]

# The provider's clock may be ahead of ours by so much.
_SECONDS_AHEAD = 300


def reader_of_claims(claims: Mapping[str, object], access: Access) -> Reader:
    """The person with the roles and collections that their claims stand for.

    Raises LoginRefused for whoever has no role here, whose name the claims do not tell, and who signed in too long ago (by
    `iat`, seconds since 1970, which every ID token has): roles are those that the provider named at that time.
    """
    rules = access.login
    refused = partial(LoginRefused, contact=rules.contact)
    name = _claimed(claims, rules.name)
    if not isinstance(name, str) or not name.strip():
        said = f"the login tells no {rules.name}; let the identity provider give it, or name another claim"
        raise refused(said, reason="no_name")
    if claims.get("email_verified") is False and rules.name == "email":
        said = f"{name}: this address was never verified; ask the identity provider"
        raise refused(said, reason="unverified", name=name)
    if not _holds(claims.get("iat"), hours=rules.hours):
        said = f"{name}: signed in more than {rules.hours} hours ago; sign in again"
        raise refused(said, reason="over", name=name)
    held = _claimed(claims, rules.claim)
    values = {held} if isinstance(held, str) else set(held) if isinstance(held, list | tuple | set) else set()
    roles = {rules.roles[value] for value in values if value in rules.roles}
    if not roles and rules.everybody is not None:
        roles = {rules.everybody}
    if not roles:
        said = f"{name}: has no role here; ask {rules.contact or 'whoever runs this archive'}"
        raise refused(said, reason="no_role", name=name)
    more = {collection for value in values for collection in rules.collections.get(value, ())}
    return access.reader(name, tuple(role for role in ROLE_NAMES if role in roles), frozenset(more))


def _claimed(claims: Mapping[str, object], name: str) -> object:
    """The claim of that name, which may have dots itself, or the one to which the name leads through others."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _holds(issued_at: object, *, hours: int) -> bool:
    if isinstance(issued_at, bool) or not isinstance(issued_at, int | float):
        return False
    return -_SECONDS_AHEAD <= time.time() - issued_at < hours * 3600
