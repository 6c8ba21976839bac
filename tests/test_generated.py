"""Notices written from a seed: the writer repeats itself and tells the truth, and the parser reads what it wrote."""

from __future__ import annotations

import random

import pytest

from eval.generated import WrittenNotice, mutate, write_notice
from eval.generated.assignments import FORMS
from eval.generated.policies import POLICIES, pieces
from eval.generated.scoring import GeneratedReport, score_generated
from eval.gold import squeeze
from tests.thoroughness import few_or_many

N = few_or_many(700, 2000)


@pytest.fixture(scope="module")
def report() -> GeneratedReport:
    return score_generated(N)


@pytest.fixture(scope="module")
def written() -> list[WrittenNotice]:
    return [write_notice(seed) for seed in range(few_or_many(200, 400))]


def explained(report: GeneratedReport) -> str:
    return "\n".join((f"{report.n_failing} of {report.n_notices} notices", *report.failures))


def whole(notice: WrittenNotice) -> str:
    said = [block.text for block in notice.raw.blocks]
    tables = [block.table for block in notice.raw.blocks if block.table]
    said += [cell.text for table in tables for row in table.rows for cell in row if not cell.merged]
    return squeeze("\n".join(said))


@pytest.mark.parametrize("field", ["clauses", "units", "units + roles", "inherited units"])
def test_generated_notices_are_read_as_they_were_written(report: GeneratedReport, field: str) -> None:
    assert report.total[field].f1 >= 0.99, explained(report)


@pytest.mark.parametrize("field", ["persons", "deadlines (overlapping)", "targets (overlapping)"])
def test_spans_of_generated_notices_are_found(report: GeneratedReport, field: str) -> None:
    assert report.total[field].f1 >= 0.97, report.total[field]


def test_headers_of_generated_notices_are_read(report: GeneratedReport) -> None:
    wrong = {name: counts for name, counts in report.header_accuracy.items() if counts[0] < 0.98 * counts[1]}
    assert not wrong


def test_every_layout_is_read(report: GeneratedReport) -> None:
    wrong = {name: tally.f1 for name, tally in report.by_layout.items() if tally.f1 < 0.97}
    assert not wrong, explained(report)


def test_every_kind_of_label_is_read(report: GeneratedReport) -> None:
    wrong = {name: tally.recall for name, tally in report.by_numbering.items() if tally.recall < 0.95}
    assert not wrong


def test_every_form_of_unit_is_read(report: GeneratedReport) -> None:
    wrong = {name: tally.recall for name, tally in report.by_form.items() if tally.recall < 0.95}
    assert not wrong, explained(report)


def test_the_same_seed_gives_the_same_notice() -> None:
    for seed in range(60):
        first, second = write_notice(seed), write_notice(seed)
        assert first == second
    assert write_notice(1).raw != write_notice(2).raw


def test_quotes_stand_once_and_units_occur(written: list[WrittenNotice]) -> None:
    for notice in written:
        text = whole(notice)
        for gold, clause in zip(notice.judged, notice.written, strict=True):
            where = (notice.seed, gold.quote)
            assert text.count(squeeze(gold.quote)) == 1, where
            assert squeeze(gold.end_quote).rstrip("。;") in text, where
            for unit in clause.units:
                assert squeeze(unit.name) in text, (*where, unit)
            for span in (*gold.targets, *gold.persons, *([gold.deadline] if gold.deadline else [])):
                assert squeeze(span) in text, (*where, span)


def test_clauses_are_in_reading_order_and_apart(written: list[WrittenNotice]) -> None:
    for notice in written:
        text = whole(notice)
        if any(block.table for block in notice.raw.blocks):
            continue  # `whole` puts tables behind the paragraphs
        places = [text.index(squeeze(gold.quote)) for gold in notice.judged]
        assert places == sorted(places), notice.seed
        for gold, begins, ends in zip(notice.judged, places, [*places[1:], len(text)], strict=True):
            assert squeeze(gold.end_quote).rstrip("。;") in text[begins:ends], (notice.seed, gold.quote)


def test_no_unit_has_two_roles_in_a_clause(written: list[WrittenNotice]) -> None:
    for notice in written:
        for gold in notice.judged:
            names = [name for name, _ in gold.units]
            assert len(names) == len(set(names)), (notice.seed, gold.quote)
            assert not set(names) & set(gold.inherited), (notice.seed, gold.quote)


def test_the_generator_writes_every_kind_and_form(written: list[WrittenNotice]) -> None:
    forms = {unit.form for notice in written for clause in notice.written for unit in clause.units}
    assert forms >= {*FORMS, "table_column", "caption", "document_wide", "section_wide", "heading", "group"}
    assert {n.layout for n in written} == {"paragraphs", "wrapped", "one_line", "grid", "pipes", "cells"}
    assert len({n.kind for n in written}) == 11
    assert len(POLICIES) == 16
    assert pieces() >= 300


def test_mutations_repeat_and_keep_tables_rectangular(written: list[WrittenNotice]) -> None:
    for notice in written[:100]:
        first = mutate(notice.raw, random.Random(notice.seed))
        assert first == mutate(notice.raw, random.Random(notice.seed))
        assert first.blocks
        for block in first.blocks:
            if block.table:
                assert len({len(row) for row in block.table.rows}) == 1
