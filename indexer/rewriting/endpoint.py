"""Which language model may rewrite answers: any endpoint that speaks the OpenAI protocol, named in the environment.

Nothing is set up by default, and a model is asked only where the caller asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from indexer.errors import UsageError

__all__ = ["KEY", "MODEL", "TIMEOUT", "URL", "Endpoint", "endpoint_from"]

# Names in the environment.
URL, MODEL, KEY, TIMEOUT = "TIAOWEN_LLM_URL", "TIAOWEN_LLM_MODEL", "TIAOWEN_LLM_KEY", "TIAOWEN_LLM_TIMEOUT"
# A model on the processor of a desk needs most of a minute for a prompt of this size; nobody waits longer.
DEFAULT_SECONDS = 60.0
MOST_SECONDS = 3600.0
_PATH = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked, and for how long; the key stays out of its `repr`."""

    url: str  # up to /v1, without a slash at its end
    model: str
    key: str | None = field(default=None, repr=False)
    seconds: float = DEFAULT_SECONDS  # for the whole reply, retries included

    @property
    def host(self) -> str:
        """The machine and port, as messages name the endpoint."""
        return urlsplit(self.url).netloc


def endpoint_from(environment: Mapping[str, str]) -> Endpoint | None:
    """The endpoint that the environment names; None where it names none.

    Raises UsageError for half of one, or an address, a key or a time that cannot be meant. No message has the key.
    """
    given = {name: environment.get(name, "").strip() for name in (URL, MODEL, KEY, TIMEOUT)}
    if not given[URL] and not given[MODEL]:
        return None
    for missing, present in ((URL, MODEL), (MODEL, URL)):
        if not given[missing]:
            raise UsageError(f"{present} is set and {missing} is not; a language model needs both")
    key = given[KEY]
    if not all("!" <= character <= "~" for character in key):
        raise UsageError(f"{KEY} holds a blank or a character that no key has; give the key alone")
    return Endpoint(url=_address(given[URL]), model=given[MODEL], key=key or None, seconds=_seconds(given[TIMEOUT]))


def _address(text: str) -> str:
    """The base address; never repeated in a message, since people put keys into addresses."""
    bad = UsageError(f"{URL} is no address of an endpoint; give one such as http://127.0.0.1:11434/v1")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise bad from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not text.isascii():
        raise bad
    if any(character.isspace() or not character.isprintable() for character in text):
        raise bad
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise UsageError(f"{URL} must hold no user, query or fragment; give a key in {KEY}")
    return text.rstrip("/").removesuffix(_PATH)


def _seconds(text: str) -> float:
    if not text:
        return DEFAULT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MOST_SECONDS:
        raise UsageError(f"{TIMEOUT} is no time in seconds up to {MOST_SECONDS:.0f}; give one such as 60")
    return seconds
