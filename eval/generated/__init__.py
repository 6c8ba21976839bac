"""Notices written from a seed, whose truth is known: structure, units with roles, deadlines, targets, header."""

from __future__ import annotations

from eval.generated.mutations import mutate
from eval.generated.truth import WrittenClause, WrittenNotice
from eval.generated.writer import write_notice

__all__ = ["WrittenClause", "WrittenNotice", "mutate", "write_notice"]
