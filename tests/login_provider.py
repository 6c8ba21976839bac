"""A provider of logins (OpenID Connect) as an organisation has one: a process of its own, at which people sign in by a click."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.app_server import answering, free_port

__all__ = ["STYLES_HOST", "choose", "end_session", "running_provider", "write_secrets"]

# Its pages have their style sheet from there; tests answer for it.
STYLES_HOST = "cdn.jsdelivr.net"


@contextmanager
def running_provider(people: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The address of a provider that knows these people by their claims, `sub` among them, while the block runs."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port)]
    known = [word for claims in people for word in ("--user-claims", json.dumps(claims))]
    url = f"http://127.0.0.1:{port}"
    with answering([*command, *known], f"{url}/.well-known/openid-configuration"):
        yield url


def write_secrets(folder: Path, provider: str) -> Path:
    """The secrets.toml in the folder with which an app on this machine has people sign in at the provider."""
    path = folder / "secrets.toml"
    lines = {
        "redirect_uri": "http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": secrets.token_urlsafe(32),
        "client_id": "tiaowen",
        "client_secret": secrets.token_urlsafe(16),
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
    }
    said = "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items())
    path.write_text(f"[auth]\n{said}\n", encoding="utf-8")
    return path


def choose(page: Page, who: str) -> None:
    """Sign in as the person of that `sub`, on the provider's page."""
    page.get_by_role("button", name=who, exact=True).click()


def end_session(page: Page) -> None:
    """Sign out, on the provider's page."""
    page.get_by_role("button", name="End session").click()
