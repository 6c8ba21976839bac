"""The day by which time limits are past or still to come."""

from __future__ import annotations

from datetime import date

__all__ = ["today"]


def today() -> date:
    """The day where the app runs."""
    return date.today()
