"""The draft's text with what a check found marked at its place, each with its number; and the list of findings beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.texts import Texts
from indexer.drafts import Finding, Severity

__all__ = ["SEVERITIES", "finding_list", "marked_draft"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def marked_draft(body: str, findings: Sequence[tuple[int, Finding]], texts: Texts) -> str:
    """The text as HTML; before each finding its number, which leads to the list. Findings may overlap.

    A stretch that several findings cover looks like the most severe of them.
    """
    cuts = sorted({0, len(body), *(each.start for _, each in findings), *(each.end for _, each in findings)})
    parts: list[str] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        for number, each in findings:
            if each.start == start:
                parts.append(_number(number, each, texts))
        over = [each.severity for _, each in findings if each.start <= start < each.end]
        text = escape(body[start:end])
        parts.append(f'<mark class="tw-finding tw-{min(over, key=SEVERITIES.index)}">{text}</mark>' if over else text)
    return f'<div class="tw-pane tw-body" tabindex="0" role="region" aria-label="{escape(texts("precedents_text"))}">{"".join(parts)}</div>'


def finding_list(findings: Sequence[tuple[int, Finding]], texts: Texts) -> str:
    """The findings as a list: how severe, what is wrong, what to do; the number leads to the place in the text."""
    items = "".join(_item(number, each, texts) for number, each in findings)
    label = escape(texts("precedents_findings"))
    return f'<div class="tw-pane" tabindex="0" role="region" aria-label="{label}"><ol class="tw-findings">{items}</ol></div>'


def _number(number: int, each: Finding, texts: Texts) -> str:
    label = texts("precedents_finding_label", n=number, severity=texts(f"precedents_{each.severity}"))
    return (
        f'<a class="tw-at tw-at-{each.severity}" id="place-{number}" href="#finding-{number}" target="_self"'
        f' aria-label="{escape(label)}">{number}</a>'
    )


def _item(number: int, each: Finding, texts: Texts) -> str:
    line = texts("precedents_line", n=each.line)
    return (
        f'<li id="finding-{number}"><div class="tw-finding-head">'
        f'<span class="tw-at tw-at-{each.severity}" aria-hidden="true">{number}</span>'
        f"<b>{escape(texts(f'precedents_{each.severity}'))}</b> {escape(texts(f'precedents_rule_{each.rule}'))}"
        f'<a href="#place-{number}" target="_self">{escape(line)}</a></div>'
        f"<div>{escape(each.message)}</div><blockquote>{escape(each.quotation)}</blockquote>"
        f'<div class="tw-advice">→ {escape(each.advice)}</div></li>'
    )
