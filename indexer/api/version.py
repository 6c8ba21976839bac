"""The version of the API: raised when a key changes its meaning or goes away."""

from __future__ import annotations

__all__ = ["VERSION"]

VERSION = "1.0.0"
