"""How much memory a process takes, as Linux counts it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["megabytes"]


def megabytes(field: str, process: int | None = None) -> float:
    """Megabytes in memory: VmRSS now, VmHWM at most (getrusage would count the parent's as well); of this process for None."""
    status = Path(f"/proc/{process or 'self'}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{field}:")) * 1024 / 1e6
