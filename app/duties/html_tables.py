"""Tables as HTML with heads that screen readers announce: plain ones, and heat maps whose figures stand in the cells."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["heat_table", "plain_table"]

# Shares of the darkest tint, in per cent: figures stay readable on it in both themes (at least 4.5:1).
_PALEST, _DARKEST = 8, 45


def plain_table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, caption: str) -> str:
    """A table whose first column names its rows; the caption is read out, not shown."""
    body = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>'
        + "".join(
            f'<td data-head="{escape(head)}">{escape(str(cell))}</td>'
            for head, cell in zip(heads[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f'<table class="tw-table"><caption>{escape(caption)}</caption><thead>{_heads(heads)}</thead><tbody>{body}</tbody></table>'


def heat_table(
    corner: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]], *, caption: str, total: str
) -> str:
    """Counts by row and column: the more, the darker; each count stands in its cell, nothing for none.

    It scrolls in itself where it is wider than the page, by keyboard as well.
    """
    most = max((count for _, counts in rows for count in counts), default=0)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(_cell(count, most) for count in counts)}'
        f'<td class="tw-sum">{sum(counts)}</td></tr>'
        for name, counts in rows
    )
    return (
        f'<div class="tw-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="tw-heat"><caption>{escape(caption)}</caption>'
        f"<thead>{_heads([corner, *columns, total])}</thead><tbody>{body}</tbody></table></div>"
    )


def _heads(heads: Sequence[str]) -> str:
    return "<tr>" + "".join(f'<th scope="col">{escape(head)}</th>' for head in heads) + "</tr>"


def _cell(count: int, most: int) -> str:
    if not count:
        return "<td></td>"
    share = round(_PALEST + (_DARKEST - _PALEST) * count / most)
    return (
        f'<td style="background: color-mix(in srgb, light-dark(#9f1d20, #f08a84) {share}%, transparent)">{count}</td>'
    )
