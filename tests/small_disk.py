"""A file system of a given size, seen by one process alone: a tmpfs mounted in a mount namespace of its own."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000
_PRIVATE, _REMOUNT = (1 << 18) | (1 << 14), 32
_LIBC = ctypes.CDLL(None, use_errno=True)


class SmallDisk:
    """What is mounted over a folder until this process ends; raises PermissionError where the system does not let it."""

    def __init__(self, folder: Path, *, kilobytes: int) -> None:
        self.folder = folder
        user, group = os.getuid(), os.getgid()
        _called(_LIBC.unshare(_NEW_MOUNTS if user == 0 else _NEW_MOUNTS | _NEW_USERS))
        if user:
            for name, content in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
                Path("/proc/self", name).write_text(content)
        _called(_LIBC.mount(b"none", b"/", None, _PRIVATE, None))
        _called(_LIBC.mount(b"none", os.fsencode(folder), b"tmpfs", 0, f"size={kilobytes}k".encode()))

    def used(self) -> int:
        """Kilobytes that are taken."""
        found = os.statvfs(self.folder)
        return (found.f_blocks - found.f_bfree) * found.f_bsize // 1024

    def resize(self, kilobytes: int) -> None:
        """Make it so large, though never smaller than what is on it."""
        options = f"size={kilobytes}k".encode()
        _called(_LIBC.mount(b"none", os.fsencode(self.folder), b"tmpfs", _REMOUNT, options))

    def leave(self, kilobytes: int) -> None:
        """Leave so much room."""
        self.resize(max(self.used() + kilobytes, 1))


def _called(status: int) -> None:
    if status:
        number = ctypes.get_errno()
        raise PermissionError(number, os.strerror(number))
