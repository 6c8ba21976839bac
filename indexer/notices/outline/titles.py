"""Where the title of a numbered paragraph ends and its content begins.

`一、工作思路` alone on its line heads what follows; `1.现代物流。加快园区建设。` runs its title in; `（2）支持企业上市，推动…。` has
none. A title is short and holds at most one comma; a first sentence beyond that is content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.brackets import bracket_spans
from indexer.notices.numbering import Label
from indexer.notices.units import plain_bracket
from indexer.notices.units.labels import starts_unit_line

__all__ = ["BLANK", "MAX_HEADING", "title_end", "without_unit_brackets"]

# A first sentence counts as a run-in title up to this length and this many inner commas; a longer one is content.
MAX_TITLE = 36
MAX_TITLE_COMMAS = 1
MAX_HEADING = 60  # a labelled line without sentence end up to this length may be a heading
BLANK = " \t\r\n\xa0\u3000"
_CONTENT = re.compile(f"[^{BLANK}。；;]")
_COMMA = re.compile("[,\uff0c]")
_MARKS = re.compile("[“”《》（）()「」『』〔〕【】<>〈〉\\[\\]]")
_OPENING = re.compile("[“《（(「『〔]")
_MARKS_AND_STOPS = re.compile("[“”《》（）()「」『』〔〕。]")
MAX_ARTICLE_TITLE = 20
_TITLE_BRACKET = re.compile(r"\s*[【（(\[][^】）)\]。；;]{2,20}[】）)\]](?=\s*\S)")
_FEWEST_ARTICLES, _TITLED_SHARE = 3, 0.6
# （一）发放消费券：政府组织…; not （一）主要目标如下：, （一）包括：, （一）申请材料：1.
_COLON_TITLE = re.compile(
    r"\s{0,4}(?!.{0,12}(?:如下|包括|其中|例如|下列|以下|即))[^\s，,、。；;：:\d“”《》（）()]{2,13}[:\uff1a](?=\s{0,2}[一-鿿“《\d]{2}[^\n]{8})(?!\s{0,2}(?:一是|1[.、\uff0e]|[①⑴]))"
)
_LONGEST_COLON_TITLE = 18  # characters of such a title with blanks before it and its colon
# （一）扩大内需　支持… — a title set off by a blank
_TITLE_GAP = re.compile(r"\s*[^\s\d,，。;；:：、][^\s,，。;；:：、]{1,23}[ \u3000\xa0]+(?=\S{12,})")


def title_end(
    rest: str,
    label: Label,
    *,
    following: str,
    follower: str,
    deeper: bool,
    listed: bool = False,
    titled_articles: bool = False,
) -> int:
    """Where the title ends in the text behind a label: 0 without one, the whole length for a bare heading.

    `following` is the kind of the next segment, `follower` of the next that is no unit line; `deeper` says whether
    that is numbered below this label.
    """
    runs_on = _runs_on(rest)
    if not runs_on:
        bare = without_unit_brackets(rest).strip(BLANK)
        full = bare.rstrip("。")
        if not full:
            return 0 if rest.strip(BLANK) else len(rest)
        if not listed and _is_heading(bare, full, label, following=following, follower=follower, deeper=deeper):
            return len(rest)
    if label.style == "article" and not (titled_articles and _has_title(rest)):
        return _article_title(rest)
    near = rest[:_LONGEST_COLON_TITLE] if label.style != "article" else ""
    colon = _COLON_TITLE.match(rest) if "：" in near or ":" in near else None
    if colon:
        return colon.end()
    stop = _first_stop(rest)
    if stop and (runs_on or _CONTENT.search(without_unit_brackets(rest[stop:]))):
        title = rest[:stop].strip(BLANK + "。")
        if _is_short(title) and not _holds_unit_bracket(title):
            return stop
    gap = _TITLE_GAP.match(rest)
    return gap.end() if gap else 0


def _runs_on(text: str) -> bool:
    """Whether text goes on behind the first 。 before any bracket or quotation opens: then no heading stands alone."""
    stop = text.find("。")
    if stop < 0:
        return False
    if _MARKS.search(text, 0, stop):
        return False
    behind = _CONTENT.search(text, stop + 1)
    return behind is not None and not _MARKS.match(behind.group())


def _is_heading(bare: str, full: str, label: Label, *, following: str, follower: str, deeper: bool) -> bool:
    """Whether the line heads what follows and has no content of its own."""
    if "。" in full or len(full) > MAX_HEADING or (bare.endswith("。") and (":" in full or "：" in full)):
        return False
    if label.rank <= 2:  # 编, 章, 节 never carry content
        return True
    if label.style == "article":
        return False
    ends = bare.endswith(("。", "；", ";"))
    if follower in ("text", "table") and ((following in ("text", "table") and _is_short(full)) or not ends):
        return True
    return deeper and not full.endswith(("：", ":", "；", ";")) and (_is_short(full) or not bare.endswith("。"))


def _is_short(title: str) -> bool:
    return len(title) <= MAX_TITLE and title.count(",") + title.count("，") <= MAX_TITLE_COMMAS


def _holds_unit_bracket(text: str) -> bool:
    """Whether the text holds a unit bracket, which closes content and can't stand in a title."""
    return any(starts_unit_line(text[a:b]) for a, b in bracket_spans(text))


def without_unit_brackets(text: str) -> str:
    """The text without the brackets that assign units."""
    out, at = "", 0
    for a, b in bracket_spans(text):
        if starts_unit_line(text[a:b]) or plain_bracket(text[a:b], 0):
            out += text[at:a]
            at = b
    return out + text[at:]


def _first_stop(text: str) -> int:
    """The place behind the first 。 outside quotes and brackets, 0 without one."""
    stop = text.find("。")
    if stop < 0 or not _OPENING.search(text, 0, stop):
        return stop + 1
    depth = 0
    for m in _MARKS_AND_STOPS.finditer(text):
        c = text[m.start()]
        if c in "“《（(「『〔":
            depth += 1
        elif c != "。":
            depth = max(0, depth - 1)
        elif depth == 0:
            return m.end()
    return 0


def have_titles(articles: Sequence[str]) -> bool:
    """Whether a document's articles, given without their labels, run titles in: 第三条优化流程。申请人….

    Not where first sentences are rules themselves (第三条　本办法所称…。): then only a few are that short.
    """
    return len(articles) >= _FEWEST_ARTICLES and sum(map(_has_title, articles)) >= _TITLED_SHARE * len(articles)


def _has_title(rest: str) -> bool:
    """Whether an article opens with a short phrase of its own and goes on behind it."""
    stop = _first_stop(rest)
    title = rest[:stop].strip(BLANK + "。")
    return (
        bool(title) and len(title) <= MAX_ARTICLE_TITLE and not _COMMA.search(title) and bool(rest[stop:].strip(BLANK))
    )


def _article_title(rest: str) -> int:
    """第三条【适用范围】 and 第三条（适用范围） carry a title; the first sentence of an article is content."""
    m = _TITLE_BRACKET.match(rest)
    return m.end() if m else 0
