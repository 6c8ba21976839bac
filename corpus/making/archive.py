"""Word and Excel files, which are ZIP archives, without the time at which they were made."""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["members", "without_time"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that ZIP knows
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def without_time(content: bytes, *, modified: str) -> bytes:
    """The archive with the same members in the same order, every time in it fixed; `modified` is an ISO 8601 day."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in given.namelist():
            part = given.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + f"{modified}T00:00:00Z".encode() + rb"\g<2>", part)
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            fixed.writestr(member, part)
    return made.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    """What the archive holds by name, unpacked: the same wherever it was packed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
