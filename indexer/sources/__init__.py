"""Where notices come from: files are found, their format is told by their content, and each becomes a `RawNotice`.

| module | what it reads or does |
|---|---|
| `files`, `archives` | which files there are, also inside ZIP archives |
| `plain_files` | opening and listing them, whatever else lies among them |
| `formats`, `encoding` | what a file is, by its content; which encoding a text is in |
| `text` | plain text |
| `html`, `html_*` | web pages |
| `docx`, `docx_*` | Word files; `office` opens their container and that of Excel files |
| `xlsx`, `xlsx_display` | Excel files |
| `pdf`, `pdf_*`, `running_heads`, `radicals` | PDF files with a text layer |
| `grids` | full grids from merged cells, for Word, Excel and PDF |
| `conversion` | old Office files by LibreOffice, scans by ocrmypdf, where they are installed |
| `crawler` | policy columns of government sites, fetched politely, each file with a record of where it came from |
| `bounded`, `bounded_process` | limits of time and memory for Word, Excel and PDF files |
"""

from __future__ import annotations

from indexer.sources.files import content_sha256, file_state, find_files, printable, read
from indexer.sources.plain_files import files_below

__all__ = ["content_sha256", "file_state", "files_below", "find_files", "printable", "read"]
