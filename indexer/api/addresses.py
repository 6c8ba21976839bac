"""The addresses by which others know the app and this server: from the environment, for neither can find out itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.errors import UsageError
from indexer.saved import app_url

__all__ = ["API_URL", "APP_URL", "Addresses"]

APP_URL, API_URL = "TIAOWEN_URL", "TIAOWEN_API_URL"


@dataclass(frozen=True, slots=True)
class Addresses:
    """As people open them, without a slash at the end; None where nobody has said so."""

    app: str | None = None
    api: str | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Addresses:
        """Those that the environment names; raises UsageError for one that is none."""
        return cls(*(app_url(given) if (given := environment.get(name)) else None for name in (APP_URL, API_URL)))

    def for_feeds(self) -> str:
        """The app's, to which feeds lead; raises UsageError where it is not known."""
        if self.app is None:
            raise UsageError(f"this server does not know where the app is; whoever runs it sets {APP_URL}")
        return self.app
