"""What is chosen on the page, by the names that the address has for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app import address
from app.address import Shape
from app.address import said as address_of
from app.address import say as go

__all__ = ["address_of", "go", "picked", "widget_key"]


def widget_key(name: str) -> str:
    """The key of the widget of a part of the address."""
    return address.key_of("evaluate", name)


def picked(
    name: str,
    options: Sequence[str],
    label: str,
    say: Callable[[str], str],
    *,
    shape: Shape = "buttons",
    default: str | None = None,
    show_label: bool = False,
) -> str:
    """Draw a choice of one; the first option, or `default`, where the address names none of them."""
    return address.one_of(
        "evaluate", name, options, label=label, show=say, default=default, shape=shape, labelled=show_label
    )
