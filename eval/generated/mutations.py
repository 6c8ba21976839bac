"""Damage to a notice, as scanners, converters and sites do it; for invariants that hold whatever the text has become."""

from __future__ import annotations

import random
from collections.abc import Callable

from msgspec.structs import replace

from indexer.records import Block, Cell, RawNotice, Table

__all__ = ["mutate"]

_HALF_OF = dict(zip("，：（）；．、", ",:();.,", strict=True))
_FULL_OF = {half: full for full, half in zip("，：（）；．", ",:();.", strict=True)} | {
    str(digit): chr(0xFF10 + digit) for digit in range(10)
}
_FURNITURE = (
    "— 3 —",
    "浏览次数：128",
    "【打印】【关闭】",
    "第 2 页 共 9 页",
    "首页 > 正文",
    "发布日期：2023-05-06",
    "附件下载",
    "|",
)
_STRAY = "（）()：:。、；|《》〔〕 \u3000\u200b"


def mutate(raw: RawNotice, rng: random.Random, *, times: int = 8) -> RawNotice:
    """The notice after `times` random damages to its characters, lines and cells; never without blocks."""
    blocks = list(raw.blocks)
    for _ in range(times):
        place = rng.randrange(len(blocks))
        block = blocks[place]
        if block.table is not None:
            blocks[place] = Block(table=_damaged_table(block.table, rng))
            continue
        step = rng.randrange(8)
        if step == 0:
            blocks.insert(place, Block(rng.choice(_FURNITURE)))
        elif step == 1 and len(block.text) > 1:
            cut = rng.randrange(1, len(block.text))
            parts = [Block(part) for part in (block.text[:cut].strip(), block.text[cut:].strip()) if part]
            blocks[place : place + 1] = parts or [block]
        elif step == 2 and place + 1 < len(blocks) and blocks[place + 1].table is None:
            blocks[place : place + 2] = [Block(block.text + rng.choice(["", " ", "　"]) + blocks[place + 1].text)]
        elif step == 3 and len(blocks) > 1:
            del blocks[place]
        else:
            blocks[place] = Block(_damaged(block.text, rng))
    return replace(raw, blocks=tuple(blocks))


def _damaged(text: str, rng: random.Random) -> str:
    """The text with one character deleted, doubled, of the other width, or replaced by a stray one; never empty."""
    if not text:
        return rng.choice(_FURNITURE)
    at = rng.randrange(len(text))
    changes: tuple[Callable[[str], str], ...] = (
        lambda character: "",
        lambda character: character * 2,
        lambda character: _HALF_OF.get(character, _FULL_OF.get(character, character)),
        lambda character: rng.choice(_STRAY),
    )
    return text[:at] + rng.choice(changes)(text[at]) + text[at + 1 :] or text


def _damaged_table(table: Table, rng: random.Random) -> Table:
    """The grid with one cell's text damaged, or one row lost; it stays rectangular."""
    rows = list(table.rows)
    row = rng.randrange(len(rows))
    if rng.random() < 0.2 and len(rows) > 1:
        del rows[row]
        return Table(tuple(rows), min(table.n_header_rows, len(rows)))
    column = rng.randrange(len(rows[row]))
    cell = rows[row][column]
    changed = Cell(_damaged(cell.text, rng) if cell.text else "", cell.merged)
    rows[row] = (*rows[row][:column], changed, *rows[row][column + 1 :])
    return Table(tuple(rows), table.n_header_rows)
