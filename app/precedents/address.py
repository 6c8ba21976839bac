"""What is chosen on the page, by the names that the address has for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from app import address
from app.address import say

__all__ = ["choose", "chosen", "forget", "key_of", "remember"]

T = TypeVar("T", bound=str)
# What belongs to one clause and means nothing for the next.
_OF_A_CLAUSE = ("base", "with")


def key_of(name: str) -> str:
    """The key of the widget for this part of the address."""
    return address.key_of("precedents", name)


def chosen(name: str, options: Sequence[T], default: T) -> T:
    """What the address says, where it is one of the options, else the default; the widget drawn next shows it."""
    return address.settled("precedents", name, options, default)


def remember(name: str, default: str = "") -> None:
    """Write what the widget was set to into the address; the default needs no place there."""
    address.remember("precedents", name, default, forgets=_OF_A_CLAUSE if name == "clause" else ())


def choose(name: str, value: str, default: str = "") -> None:
    """Set a part of the address, as a click on the widget would."""
    if name == "clause":
        forget(*_OF_A_CLAUSE)
    say(**{name: "" if value == default else value})


def forget(*names: str) -> None:
    """Take parts out of the address."""
    say(**dict.fromkeys(names, ""))
