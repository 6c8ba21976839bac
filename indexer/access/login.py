"""Who somebody is by the claims that an identity provider (OpenID Connect) makes of them, by the `login` of access.toml."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.access.configuration import Access
from indexer.access.roles import ROLE_NAMES, Reader
from indexer.errors import AccessDenied

__all__ = ["reader_of_claims"]


def reader_of_claims(claims: Mapping[str, object], access: Access) -> Reader:
    """The person with the roles and collections that their claims stand for.

    Raises AccessDenied for whoever has no role here, or whose name the claims do not tell.
    """
    rules = access.login
    name = claims.get(rules.name)
    if not isinstance(name, str) or not name.strip():
        raise AccessDenied(f"the login tells no {rules.name}; let the identity provider give it, or name another claim")
    if claims.get("email_verified") is False and rules.name == "email":
        raise AccessDenied(f"{name}: this address was never verified; ask the identity provider")
    held = claims.get(rules.claim)
    values = {held} if isinstance(held, str) else set(held) if isinstance(held, list | tuple | set) else set()
    said = {rules.roles[value] for value in values if value in rules.roles}
    if not said and rules.everybody is not None:
        said = {rules.everybody}
    if not said:
        raise AccessDenied(f"{name}: has no role here; ask whoever runs this archive")
    more = {collection for value in values for collection in rules.collections.get(value, ())}
    return access.reader(name, tuple(role for role in ROLE_NAMES if role in said), frozenset(more))
