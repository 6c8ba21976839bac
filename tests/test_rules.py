"""The evidence of the rules: counted right, named as the parser names them, written where the rules are defined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from eval import rules, structure_report
from eval.evidence import Evidence, Example, RuleRow, gather, rows_of
from eval.gold import GoldClause, _clause
from eval.matching import align
from eval.pages import page_of
from eval.structure import StructureReport, joined
from indexer.errors import UsageError
from indexer.records import Block, Clause, Deadline, RawNotice, Source, Target, UnitMention

LINES = (
    "一、办节",
    "（一）举办年货节。（责任单位：市商务局、市公安局）",
    "（二）市文旅局牵头，年底前布置灯会三处。",
    "责任人：陆遥",
)


def judged(quote: str, end: str, number: str, **more: Any) -> GoldClause:  # noqa: ANN401 - values of a record
    return _clause({"doc": "960", "quote": quote, "end_quote": end, "path": ["一、办节", number], **more}, "test")


GOLD = (
    judged("举办年货节", "年货节。", "（一）", responsible=["市商务局", "市公安局"]),
    judged(
        "年底前布置灯会",
        "灯会三处。",
        "（二）",
        lead=["市文旅局"],
        deadline="年底前",
        targets=["布置灯会三处"],
        persons=["陆遥"],
    ),
)


def mention(surface: str, role: Any, rule: str) -> UnitMention:  # noqa: ANN401 - a role
    return UnitMention(surface, surface, role, False, 0, len(surface), rule)


def clause(number: str, text: str, **more: Any) -> Clause:  # noqa: ANN401 - values of a clause
    return replace(Clause(f"960:{number}", "960", number, (), text, 0, len(text)), **more)


def evidence(*clauses: Clause) -> dict[tuple[str, str], RuleRow]:
    raw = RawNotice(Source("960.txt", None, "0" * 64, "text/plain"), tuple(Block(line) for line in LINES))
    found = gather("960", page_of(raw), GOLD, align(GOLD, clauses))
    return {(row.kind, row.rule): row for row in rows_of(found, {})}


FIRST = clause("（一）", "举办年货节。", units=(mention("市商务局", "responsible", "unit_bracket"),))
SECOND = clause(
    "（二）",
    "市文旅局牵头，年底前布置灯会三处。",
    units=(mention("市文旅局", "lead", "prose_lead"), mention("市财政局", "support", "prose_lead")),
    deadline=Deadline("年底前", 7, 10, rule="before"),
    targets=(Target("灯会三处", 12, 16, rule="quantity"),),
    persons=("陆遥",),
)


class TestEvidence:
    def test_precision_is_by_rule_and_recall_by_form(self) -> None:
        rows = evidence(FIRST, SECOND)
        bracket, prose = rows["units", "unit_bracket"], rows["units", "prose_lead"]
        assert (bracket.precision, bracket.recall) == (1.0, 0.5)
        assert bracket.misses == (Example("960", "（一）", "市公安局 as responsible", ""),)
        assert (prose.fired, prose.right, prose.precision) == (2, 1, 0.5)
        assert prose.falses == (Example("960", "（二）", "", "市财政局 as support"),)

    def test_spans_count_only_when_they_are_exact(self) -> None:
        rows = evidence(FIRST, SECOND)
        assert rows["deadlines", "before"] == RuleRow("deadlines", "before", 1, 1, 1, 1, named=False)
        quantity, written = rows["targets", "quantity"], rows["targets", "written_figure"]
        assert (quantity.precision, quantity.recall) == (0.0, None)
        assert (written.precision, written.recall) == (None, 0.0)
        assert written.misses[0].said == "灯会三处"

    def test_a_wrong_number_is_a_miss_of_its_style(self) -> None:
        rows = evidence(replace(FIRST, number="1."), SECOND)
        assert (rows["numbering", "ar"].precision, rows["numbering", "ar"].recall) == (0.0, None)
        assert (rows["numbering", "cn_paren"].judged, rows["numbering", "cn_paren"].found) == (2, 1)

    def test_a_missed_clause_loses_everything_and_a_spurious_one_is_wrong(self) -> None:
        spurious = clause("（三）", "另一段", units=(mention("市商务局", "responsible", "unit_line"),))
        rows = evidence(SECOND, spurious)
        assert (rows["units", "unit_bracket"].judged, rows["units", "unit_bracket"].found) == (2, 0)
        assert rows["units", "unit_line"].precision == 0.0

    def test_a_person_is_looked_up_on_the_page(self) -> None:
        row = evidence(FIRST, SECOND)["persons", "person_label"]
        assert (row.fired, row.right, row.judged, row.found) == (1, 1, 1, 1)

    def test_what_nothing_exercises_has_no_figure(self) -> None:
        row = rows_of(Evidence(), {"units": ("heading",)})[0]
        assert (row.precision, row.recall, row.proven) == (None, None, False)


class TestTables:
    def report(self, **more: Any) -> StructureReport:  # noqa: ANN401 - fields of a report
        found = Evidence()
        found.said("units", "unit_line", Example("960", "1.", "", "市商务局 as lead"), right=False)
        found.judged("units", "unit_line", Example("960", "1.", "市公安局 as lead", ""), found=False)
        return StructureReport({}, {}, found, **more)

    def cells(self, report: StructureReport, *, quoting: bool) -> dict[str, tuple[str, ...]]:
        table = structure_report.rule_tables(report, quoting=quoting)[0]
        return {row[0]: row[1:] for row in table.rows}

    def test_counts_stand_beside_ratios_and_a_rule_that_never_fired_has_none(self) -> None:
        rows = self.cells(self.report(), quoting=True)
        assert rows["unit_line"] == (
            "0.000 (0/1)",
            "0.000 (0/1)",
            "missed in 960 1.: judged 市公安局 as lead, said nothing",
        )
        assert rows["heading"] == ("– (0/0)", "– (0/0)", "")

    def test_notices_outside_the_project_are_not_quoted_in_what_is_written_down(self) -> None:
        outside = self.report(outside=frozenset({"960"}))
        assert self.cells(outside, quoting=False)["unit_line"][-1] == "missed in 960 1."
        assert "市公安局" in self.cells(outside, quoting=True)["unit_line"][-1]

    def test_unproven_rules_are_listed(self) -> None:
        unproven = structure_report.rule_tables(self.report())[-1]
        listed = {row[0] for row in unproven.rows}
        assert "units: heading" in listed
        assert "units: unit_line" not in listed

    def test_sets_add_up(self) -> None:
        both = joined([self.report(), self.report()])
        row = next(row for row in both.rules if row.rule == "unit_line")
        assert (row.fired, row.judged) == (2, 2)


PAGE = """# Rules

## Rules for units

| rule | precision | recall | a miss, else a false one |
|---|---:|---:|---|
| unit_line | 0.990 (99/100) | 1.000 (98/98) |  |
| heading | – (0/0) | – (0/0) |  |
| (coverage) | – (0/0) | 0.000 (0/3) |  |

## Unproven rules
"""
SOURCE_TEXT = '''"""Units of a clause.

unit_line   a line
"""

from __future__ import annotations
'''


class TestFigures:
    def test_lines_are_taken_from_the_page_without_forms_that_have_no_rule(self) -> None:
        assert rules.figure_lines(PAGE, "units") == [
            "unit_line  P 0.990 (99/100)  R 1.000 (98/98)",
            "heading    P – (0/0)  R – (0/0)",
        ]
        assert rules.figure_lines(PAGE, "targets") == []

    def test_they_stand_at_the_end_of_the_docstring_and_nothing_else_changes(self) -> None:
        written = rules.with_figures(SOURCE_TEXT, ["unit_line  P 0.990 (99/100)  R 1.000 (98/98)"])
        head, _, tail = written.partition(rules.MARK)
        assert head == '"""Units of a clause.\n\nunit_line   a line\n\n'
        assert tail == '\n\nunit_line  P 0.990 (99/100)  R 1.000 (98/98)\n"""\n\nfrom __future__ import annotations\n'

    def test_writing_again_replaces_them(self) -> None:
        once = rules.with_figures(SOURCE_TEXT, ["unit_line  P 0.990 (99/100)  R 1.000 (98/98)"])
        assert rules.with_figures(once, ["unit_line  P 1.000 (9/9)  R 1.000 (9/9)"]).count("unit_line  P") == 1
        assert rules.with_figures(once, ["unit_line  P 0.990 (99/100)  R 1.000 (98/98)"]) == once

    def test_a_docstring_of_one_line_grows(self) -> None:
        written = rules.with_figures('"""Units."""\n\nX = 1\n', ["unit_line  P – (0/0)  R – (0/0)"])
        assert written == f'"""Units.\n\n{rules.MARK}\n\nunit_line  P – (0/0)  R – (0/0)\n"""\n\nX = 1\n'

    def test_a_module_without_docstring_is_refused(self) -> None:
        with pytest.raises(UsageError, match="no docstring"):
            rules.with_figures("X = 1\n", [])

    def test_the_page_and_the_parser_name_the_same_rules(self, root: Path) -> None:
        page = (root / "eval" / "rules.md").read_text(encoding="utf-8")
        named = {kind: [line.split()[0] for line in rules.figure_lines(page, kind)] for kind in rules.MODULES}
        assert named == {kind: list(names) for kind, names in rules.rule_names().items()}

    @pytest.mark.parametrize("kind", rules.MODULES)
    def test_the_docstrings_have_the_figures_of_the_page(self, root: Path, kind: str) -> None:
        page = (root / "eval" / "rules.md").read_text(encoding="utf-8")
        source = rules.module_path(rules.MODULES[kind]).read_text(encoding="utf-8")
        assert rules.with_figures(source, rules.figure_lines(page, kind)) == source


class TestCommand:
    def test_stale_figures_are_named_and_written_once_asked_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "parser").mkdir()
        module = tmp_path / "parser" / "units.py"
        module.write_text(SOURCE_TEXT, encoding="utf-8")
        (tmp_path / "rules.md").write_text(PAGE, encoding="utf-8")
        monkeypatch.setattr(rules, "ROOT", tmp_path)
        monkeypatch.setattr(rules, "RULES", tmp_path / "rules.md")
        monkeypatch.setattr(rules, "MODULES", {"units": "parser.units"})
        assert rules.main([]) == 1
        assert "parser/units.py: figures differ" in capsys.readouterr().out
        assert module.read_text(encoding="utf-8") == SOURCE_TEXT
        assert rules.main(["--write"]) == 0
        assert "unit_line  P 0.990 (99/100)" in module.read_text(encoding="utf-8")
        assert rules.main([]) == 0

    def test_a_missing_page_is_one_line_and_status_2(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(rules, "RULES", tmp_path / "none.md")
        assert rules.main([]) == 2
        assert capsys.readouterr().err.count("\n") == 1
