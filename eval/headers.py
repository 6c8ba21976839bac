"""Whether a notice's header elements are what the judges read, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.gold import squeeze
from indexer.records import Notice

__all__ = ["explain_header", "score_header"]

_LEVELS = {
    "国家级": {"nation"},
    "省级": {"province"},
    "市级": {"city"},
    "区级": {"district"},
    "县级": {"county"},
    "区县级": {"district", "county"},
    "乡镇级": {"town"},
}


def score_header(meta: Mapping[str, Any], notice: Notice) -> dict[str, bool]:
    """Element → whether the notice has it right; an element the judges left out is not scored.

    Titles of documents that are only planned (`to_be_drafted`) may be cited or not. `repeals` counts as right where the
    documents and their relations agree; a document is known by its title, else by its number.
    """
    neutral = {squeeze(title) for title in meta.get("to_be_drafted") or ()}
    said: dict[str, object] = {
        "title": squeeze(notice.title),
        "issuer": {squeeze(issuer) for issuer in notice.issuers},
        "doc_number": squeeze(notice.doc_number or ""),
        "index_number": squeeze(notice.index_number or ""),
        "written_date": notice.issued_on or "",
        "published_date": notice.published_on or "",
        "addressees": {squeeze(name) for name in notice.addressees},
        "cites": {_bare_title(cite.title) for cite in notice.cites} - neutral,
        "disclosure": notice.disclosure or "",
        "repeals": {(_bare_title(repeal.title) or repeal.doc_number, repeal.relation) for repeal in notice.repeals},
    }
    right = {element: said[element] == _judged_element(meta, element) for element in said if element in meta}
    if meta.get("region"):
        right["region"] = _same_place(squeeze(str(meta["region"])), squeeze(str(notice.place)))
    if meta.get("level"):
        right["level"] = notice.level in _LEVELS.get(str(meta["level"]), {str(meta["level"])})
    if meta.get("furniture"):
        lines = [squeeze(str(line)) for line in meta["furniture"]]
        right["furniture kept out"] = not any(line in squeeze(c.text) for line in lines for c in notice.clauses)
    return right


def _judged_element(meta: Mapping[str, Any], element: str) -> object:
    value = meta[element]
    if element == "issuer":
        return {squeeze(str(issuer)) for issuer in (value if isinstance(value, list) else [value] if value else [])}
    if element == "addressees":
        return {squeeze(str(name)) for name in value or ()}
    if element == "cites":
        return {_bare_title(str(cite["title"])) for cite in value or ()}
    if element == "repeals":
        return {(_bare_title(str(r["title"] or "")) or r["doc_number"], r["relation"]) for r in value or ()}
    return squeeze(str(value)) if value else ""


def _bare_title(title: str) -> str:
    return squeeze(title).removeprefix("《").removesuffix("》")


def _same_place(judged: str, said: str) -> bool:
    """Whether the lowest named part agrees: 浙江省嘉兴市 and 嘉兴市 do, 嘉兴市 and 嘉兴市南湖区 do not."""
    return bool(said) and (said.endswith(judged) or judged.endswith(said))


def explain_header(meta: Mapping[str, Any], notice: Notice, right: Mapping[str, bool]) -> list[str]:
    """One line for every element that is wrong: judged and said."""
    said: dict[str, object] = {
        "issuer": notice.issuers,
        "written_date": notice.issued_on,
        "published_date": notice.published_on,
        "region": str(notice.place),
        "cites": [cite.title for cite in notice.cites],
        "repeals": [(repeal.title, repeal.relation) for repeal in notice.repeals],
    }
    return [
        f"HEADER {element}: judged {meta.get(element)!r}, said {said.get(element, getattr(notice, element, None))!r}"
        for element, is_right in right.items()
        if not is_right
    ]
