"""Elements of WordprocessingML by their local names, as ISO/IEC 29500-1 calls them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["child", "children", "integer", "local", "value"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def local(element: _Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: _Element | None, name: str) -> _Element | None:
    """The first child of this name; None where there is none, or no element to look in."""
    return None if element is None else element.find(_W + name)


def children(element: _Element | None, name: str) -> Iterator[_Element]:
    """All children of this name, in order."""
    return iter(()) if element is None else element.iterchildren(_W + name)


def value(element: _Element | None, name: str = "val") -> str:
    """The attribute, empty where there is none."""
    return "" if element is None else (element.get(_W + name) or element.get(name) or "")


def integer(element: _Element | None, default: int, name: str = "val") -> int:
    """The attribute as a number; the default where there is none or it is no number."""
    text = value(element, name).strip()
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else default
