"""Notices as BibTeX entries, for citation lists: one @misc a notice, with 文号, issuers and date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from indexer.exports.sheets import writable
from indexer.records import Notice

__all__ = ["bibliography"]

# As LaTeX wants them written.
_SPECIAL = str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
     "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)  # fmt: skip
_BLANKS = re.compile(r"\s+")
_NO_PLACES: Mapping[str, Sequence[str]] = {}


def bibliography(notices: Iterable[Notice], *, places: Mapping[str, Sequence[str]] = _NO_PLACES) -> str:
    """An entry a notice; `places` are by doc_id the clauses that are cited, which stand in its note.

    Keys are the notices' ids, so that they never change; titles stand in double braces, which keeps them as they are.
    """
    return "\n".join(_entry(notice, places.get(notice.doc_id, ())) for notice in notices)


def _entry(notice: Notice, places: Sequence[str]) -> str:
    date = notice.issued_on or notice.published_on
    fields = {
        "title": f"{{{_escaped(notice.title)}}}",
        "author": " and ".join(f"{{{_escaped(issuer)}}}" for issuer in notice.issuers),
        "number": _escaped(notice.doc_number or ""),
        "year": date[:4] if date else "",
        "date": date or "",
        "address": _escaped(str(notice.place)),
        "url": _BLANKS.sub("", (notice.source.url or "").replace("{", "%7B").replace("}", "%7D")),
        "note": _escaped("；".join(dict.fromkeys(place for place in places if place))),
        "language": "chinese",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{tiaowen-{notice.doc_id},", *lines, "}\n"])


def _escaped(text: str) -> str:
    return _BLANKS.sub(" ", writable(text)).strip().translate(_SPECIAL)
