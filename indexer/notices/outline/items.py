"""A numbered paragraph: which headings it closes, the heading it is or begins with, the content that runs in."""

from __future__ import annotations

from indexer.notices.brackets import bracket_spans
from indexer.notices.numbering import Label
from indexer.notices.outline.drafting import NO_BLANK, Drafting, Frame
from indexer.notices.outline.duty_lists import duty_line, duty_title, states_duty
from indexer.notices.outline.titles import BLANK, MAX_HEADING, title_end
from indexer.notices.page.segments import Segment
from indexer.notices.quantities.deadlines import find_deadline
from indexer.notices.units import plain_bracket, read_unit_list
from indexer.notices.units.labels import starts_unit_line

__all__ = ["open_item"]

_HEADING_EDGE, _TITLE_EDGE = BLANK + "。", BLANK + "。：:"


def open_item(
    drafting: Drafting,
    s: Segment,
    label: Label,
    *,
    following: Segment | None,
    below: Segment | None,
    titled_articles: bool,
) -> None:
    """Open the heading of a numbered paragraph, and read what stands behind it on the same line.

    `following` is the next segment, `below` the next that is no unit line; where the document's articles are
    `titled_articles`, an article may run its title in.
    """
    while drafting.stack and (top := drafting.stack[-1].label) and top.rank >= label.rank:
        drafting.stack.pop()
    start = drafting.body.put(s.text)
    at = start + len(label.text)
    drafting.body.mark("label", start, at)
    drafting.serial = 0
    rest = s.rest
    deeper = bool(below and below.kind == "numbered" and below.label and below.label.rank > label.rank)
    end = title_end(
        rest,
        label,
        following=following.kind if following else "end",
        follower=below.kind if below else "end",
        deeper=deeper,
        listed=s.listed,
        titled_articles=titled_articles,
    )
    runs_on = NO_BLANK.search(rest, end) is not None
    title = rest[:end].strip(_TITLE_EDGE if runs_on else _HEADING_EDGE) if end else ""
    frame = Frame(label, label.text + title)
    drafting.stack.append(frame)
    if not runs_on:
        _read_heading(drafting, frame, at, rest)
        if below and states_duty(below.rest):
            frame.units += duty_title(rest, at)
    else:
        if starts_unit_line(rest):  # （一）主办单位：市民政局
            drafting.scope.units += read_unit_list(rest, at, rule="unit_line").mentions
        else:
            drafting.scope.units += duty_line(rest, at)
        drafting.read_content(at, rest)
        if not title and deeper and len(intro := rest.strip(BLANK)) <= MAX_HEADING:
            frame.heading = label.text + intro


def _read_heading(drafting: Drafting, frame: Frame, at: int, text: str) -> None:
    """Marks a heading; units in a bracket at its end hold for what is below it."""
    end = at + len(text)
    for a, b in bracket_spans(text):
        inner = text[a:b]
        if starts_unit_line(inner) or (b >= len(text.rstrip("。 ")) and plain_bracket(inner, at + a)):
            read = read_unit_list(inner[1:-1], at + a + 1, rule="heading")
            drafting.learn(read)
            frame.units += read.mentions
            frame.heading = frame.heading.replace(inner, "")
    frame.deadline = find_deadline(text, at)
    drafting.body.mark("heading", at, end)
