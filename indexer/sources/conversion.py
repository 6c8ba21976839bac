"""Files that other programs turn into what can be read: LibreOffice for old Office files, ocrmypdf for scans."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from indexer.errors import UnreadableNotice

__all__ = ["MAX_CONVERSION_S", "MAX_OCR_S", "convert_office", "has_ocr", "recognise"]

MAX_CONVERSION_S = 120.0  # of which LibreOffice spends a few on starting
MAX_OCR_S = 1_800.0  # a page takes seconds
_OFFICE_NAMES = ("soffice", "libreoffice")


def convert_office(path: str, content: bytes, *, ending: str, wanted: str) -> bytes:
    """An old Office or WPS file as a new one (`wanted`: docx or xlsx), made by LibreOffice.

    Raises UnreadableNotice where LibreOffice is not on PATH, with how to get it, and where it fails or takes longer
    than `MAX_CONVERSION_S`.
    """
    program = next(filter(None, map(shutil.which, _OFFICE_NAMES)), None)
    if program is None:
        raise UnreadableNotice(
            path,
            f"is an old Office or WPS file (.{ending}), which LibreOffice converts; install it (on Debian: apt-get install "
            f"libreoffice-nogui) or save the file as .{wanted}",
        )
    with tempfile.TemporaryDirectory(prefix="tiaowen-") as folder:
        given = Path(folder, f"notice.{ending}")
        given.write_bytes(content)
        # A profile of its own: another LibreOffice that is open would take the file over and end at once.
        profile = Path(folder, "profile").as_uri()
        command = [program, "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to", wanted,
                   "--outdir", f"{folder}/out", str(given)]  # fmt: skip
        said = _run(path, command, MAX_CONVERSION_S, name="LibreOffice")
        made = Path(folder, "out", f"notice.{wanted}")
        if not made.is_file():
            raise UnreadableNotice(path, f"could not be converted by LibreOffice ({said}); save it as .{wanted}")
        return made.read_bytes()


def has_ocr() -> bool:
    """Whether scans can be read on this machine."""
    return shutil.which("ocrmypdf") is not None


def recognise(path: str, content: bytes, *, force: bool = False) -> bytes:
    """A PDF with the text of its pictures recognised by ocrmypdf; `force` does it for pages that have text, too.

    Raises UnreadableNotice where ocrmypdf fails or takes longer than `MAX_OCR_S`.
    """
    with tempfile.TemporaryDirectory(prefix="tiaowen-") as folder:
        given, made = Path(folder, "scan.pdf"), Path(folder, "text.pdf")
        given.write_bytes(content)
        command = ["ocrmypdf", "-l", "chi_sim+eng", "--force-ocr" if force else "--skip-text", "--output-type", "pdf",
                   "--quiet", str(given), str(made)]  # fmt: skip
        said = _run(path, command, MAX_OCR_S, name="ocrmypdf")
        if not made.is_file():
            raise UnreadableNotice(path, f"is a scan whose text ocrmypdf could not recognise ({said})")
        return made.read_bytes()


def _run(path: str, command: Sequence[str], seconds: float, *, name: str) -> str:
    """Run the command and give the last line it said; its whole family is killed where it takes too long."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableNotice(path, f"took {name} longer than {seconds:.0f} s; not read") from error
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:120] if lines else f"exit status {process.returncode}"
