"""What is measured of search and how it is shown: misses, coverage against error, ablation, distractors, the HTML page."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from eval import ablation, coverage, misses
from eval.__main__ import main, run
from eval.charts import Bar, BarChart, Curve, CurveChart, Interval, IntervalChart
from eval.distractors import read_corpus, write_distractors
from eval.gold import GoldQuery, load_gold
from eval.html_report import as_html
from eval.judging import Judged, judge
from eval.retrieval import MODES, retrieve
from eval.tables import Table
from eval.trec import read_qrels, read_run
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import Filters, Plan, Query
from indexer.search import SearchParameters
from tests.judged_fixture import write_gold
from tests.search_corpus import write_corpus
from tests.search_fixture import small_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("scores")) as opened:
        yield opened


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> tuple[GoldQuery, ...]:
    return load_gold(write_gold(tmp_path_factory.mktemp("gold"))).queries


@pytest.fixture(scope="module")
def judged(index: Index, queries: Sequence[GoldQuery]) -> Judged:
    return judge(queries, index)


class TestMisses:
    def test_a_filter_that_leaves_the_notice_out_is_named(
        self, index: Index, queries: Sequence[GoldQuery], judged: Judged
    ) -> None:
        asked = [query for query in queries if query.relevant]
        runs = {mode: retrieve(index, asked, mode) for mode in MODES}
        found = misses.find_misses(index, asked, judged, runs)
        [lost] = [miss for miss in found if miss.query_id == "b"]
        assert (lost.found, lost.lost_by, lost.expected) == (None, "filter", 1)
        assert lost.clause.startswith("砚湖2023:")
        assert found[0] is lost  # what is not found at all comes first

    def test_expected_ranks_follow_the_grades(self, index: Index, queries: Sequence[GoldQuery], judged: Judged) -> None:
        asked = [query for query in queries if query.query_id == "d"]
        nothing = misses.find_misses(index, asked, judged, {mode: {} for mode in MODES})
        assert sorted((miss.grade, miss.expected) for miss in nothing) == [(1, 2), (2, 1)]
        ids = sorted(judged.grades["d"], key=lambda clause_id: -judged.grades["d"][clause_id])
        perfect = {mode: {"d": [(clause_id, 1.0) for clause_id in ids]} for mode in MODES}
        assert misses.find_misses(index, asked, judged, perfect) == []

    def test_the_tables_count_and_list_them(self) -> None:
        rows = [
            misses.Miss("q1", "s01:1", 2, 1, 3, 1, 7, "dense leg"),
            misses.Miss("q2", "s02:1", 2, 1, None, None, None, "filter"),
        ]
        summary, everyone = misses.miss_tables(rows)
        assert {row[0]: row[1:3] for row in summary.rows} == {"filter": ("1", "1"), "dense leg": ("0", "1")}
        assert everyone.rows[0] == ("q1", "1", "3", "1", "7", "2", "s01:1", "dense leg")


def ranked(outcomes: str) -> coverage.Coverage:
    """Questions answered right (r), wrong (w) or unanswerable (u), the surest first."""
    rows = [coverage.Ranked(f"q{n}", -float(n), kind == "r", kind != "u") for n, kind in enumerate(outcomes)]
    return coverage.Coverage(tuple(rows), frozenset({"q0", "q1"}))


class TestCoverage:
    def test_the_curve_and_its_area_are_those_worked_out_by_hand(self) -> None:
        found = ranked("rrwu")
        assert [(point.coverage, round(point.error, 3)) for point in found.curve] == [
            (0.25, 0.0),
            (0.5, 0.0),
            (0.75, 0.333),
            (1.0, 0.5),
        ]
        assert found.area == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
        assert (found.best_area, found.error) == (found.area, 0.5)
        assert (found.system.coverage, found.system.error, found.system.unanswerable) == (0.5, 0.0, 0.0)

    def test_a_worse_order_has_a_larger_area(self) -> None:
        assert ranked("wrr").area > ranked("rwr").area > ranked("rrw").area == ranked("rrw").best_area

    def test_equal_confidence_is_one_point_and_nothing_found_is_none(self) -> None:
        rows = [coverage.Ranked(n, at, True, True) for n, at in (("a", 1.0), ("b", 1.0), ("c", -math.inf))]
        assert [point.coverage for point in coverage.Coverage(tuple(rows)).curve] == [pytest.approx(2 / 3)]
        assert coverage.Coverage(()).curve == []

    def test_only_test_questions_are_ranked(self, index: Index, queries: Sequence[GoldQuery], judged: Judged) -> None:
        found = coverage.ranked_by_confidence(index, queries, judged, answered=["a"])
        assert {row.query_id for row in found.rows} == {"a", "b", "c"}
        assert {row.query_id: row.right for row in found.rows} == {"a": True, "b": False, "c": False}
        assert found.system.coverage == pytest.approx(1 / 3)
        assert "3 test questions" in coverage.coverage_table(found).note


@dataclass(frozen=True)
class Inner:
    boost: float = 0.5


@dataclass(frozen=True)
class Numbers:
    depth: int = 100
    weight: float = 0.3
    none: float = 0.0
    switch: bool = True
    fields: tuple[tuple[str, float], ...] = (("title", 0.5), ("text", 1.0))
    inner: Inner = Inner()


class TestAblation:
    def test_every_part_of_any_parameters_is_switched_off_once(self) -> None:
        found = dict(ablation.parameter_variants(Numbers()))
        assert found == {
            "weight 0": Numbers(weight=0.0),
            "switch off": Numbers(switch=False),
            "fields: title 0": Numbers(fields=(("title", 0.0), ("text", 1.0))),
            "fields: text 0": Numbers(fields=(("title", 0.5), ("text", 0.0))),
            "inner.boost 0": Numbers(inner=Inner(0.0)),
        }

    def test_the_search_parameters_have_variants_of_every_field(self) -> None:
        names = {name for name, _ in ablation.parameter_variants(SearchParameters())}
        assert {"field_weights: title 0", "field_weights: headings 0", "field_weights: text 0"} <= names

    def test_planner_parts_are_taken_out_of_the_plan(self) -> None:
        filters = Filters(places=("云泽市",), years=(2021, 2021))
        planned = Plan(Query("云泽市2021年怎么培训养老护理员？"), "measures", "培训养老护理员", filters)
        changes = {one.name: one.plan for one in ablation.variants(SearchParameters()) if one.plan}
        no_place = changes["place filter"](planned)
        assert no_place.filters.places == ()
        assert no_place.filters.years == planned.filters.years
        assert "云泽市" in no_place.topic
        assert changes["question words stripped"](planned).topic == planned.query.text
        assert not changes["all planning"](planned).filters

    def test_each_variant_stands_beside_the_full_system(
        self, index: Index, queries: Sequence[GoldQuery], judged: Judged
    ) -> None:
        rows = ablation.ablate(index, queries, judged)
        by_name = {row.variant.name: row for row in rows}
        assert rows[0].variant.name == "nothing"
        assert rows[0].difference.mean == 0
        # The filter that left question b's notice out is gone: it is found.
        assert by_name["document number filter"].difference.mean > 0
        assert by_name["document number filter"].difference.better >= 1
        assert by_name["document number filter"].scores["R@100"] == 1.0
        table = ablation.ablation_table(rows)
        assert len(table.rows) == len(rows) == len(ablation.ablation_values(rows))
        assert "Judged@10 is below 0.8" in table.note

    def test_questions_without_a_relevant_clause_are_no_basis(self, index: Index, judged: Judged) -> None:
        with pytest.raises(UsageError, match="no question with a relevant clause"):
            ablation.ablate(index, [], judged)


class TestDistractors:
    def corpus(self, folder: Path, lines: list[str], name: str = "more.jsonl.gz") -> Path:
        path = folder / name
        data = "\n".join(lines).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    @pytest.mark.parametrize("name", ["more.jsonl", "more.jsonl.gz"])
    def test_each_line_becomes_a_notice_that_names_its_line(self, tmp_path: Path, name: str) -> None:
        lines = [json.dumps({"title": "办灯会", "text": f"第{n}届灯会在湖边举办。"}) for n in range(3)]
        written = write_distractors(
            [self.corpus(tmp_path, [lines[0], "", *lines[1:]], name), tmp_path], tmp_path / "out", most=2
        )
        files = sorted(written.paths[0].iterdir())
        assert written.paths[1] == tmp_path
        assert [file.read_text(encoding="utf-8") for file in files] == [
            "办灯会\n第0届灯会在湖边举办。",
            "办灯会\n第1届灯会在湖边举办。",
        ]
        assert written.where(str(files[1])) == f"{tmp_path / name}:3"

    def test_a_title_that_the_text_begins_with_is_not_repeated(self, tmp_path: Path) -> None:
        path = self.corpus(tmp_path, [json.dumps({"title": "办灯会", "text": "办灯会\n在湖边。"})])
        written = write_distractors([path], tmp_path / "out")
        assert next(written.paths[0].iterdir()).read_text(encoding="utf-8") == "办灯会\n在湖边。"

    @pytest.mark.parametrize(
        ("lines", "complaint"),
        [
            (['{"text": "a"}', "{"], r"more\.jsonl\.gz:2: not JSON"),
            (['{"title": "a"}'], r"more\.jsonl\.gz:1: no text in the record"),
            (["[]"], r"more\.jsonl\.gz:1: no text in the record"),
            ([""], "holds no notice"),
        ],
    )
    def test_a_bad_line_is_named(self, tmp_path: Path, lines: list[str], complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint):
            write_distractors([self.corpus(tmp_path, lines)], tmp_path / "out")

    def test_a_missing_or_broken_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no file"):
            list(read_corpus(tmp_path / "none.jsonl"))
        (tmp_path / "x.jsonl.gz").write_bytes(b"no gzip")
        with pytest.raises(UsageError, match=r"x\.jsonl\.gz: cannot be read"):
            list(read_corpus(tmp_path / "x.jsonl.gz"))


class TestCharts:
    def test_differences_have_a_scale_around_zero_that_holds_them(self) -> None:
        chart = IntervalChart("t", (Interval("a", -0.02, -0.061, 0.01),), zero=True)
        assert chart.scale == pytest.approx((-0.1, 0.1))
        assert chart.at(0.0) == 0.5

    def test_values_have_a_scale_of_whole_tenths(self) -> None:
        chart = IntervalChart("t", (Interval("a", 0.82, 0.79, 0.86), Interval("b", 0.7, 0.62, 0.75)))
        assert chart.scale == pytest.approx((0.6, 0.9))
        assert 0 < chart.at(0.62) < chart.at(0.86) < 1

    def test_a_curve_stays_within_its_drawing(self) -> None:
        chart = CurveChart("t", "x", (Curve("c", ((0.0, 0.0), (1.0, 0.47))),))
        assert chart.highest == 0.5
        left, bottom = chart.place(0, 0)
        right, top = chart.place(1, chart.highest)
        assert (left, right) == (chart.left, chart.width - chart.right)
        assert (top, bottom) == (chart.top, chart.height - chart.bottom)


TABLES = [
    Table(
        "检索质量",
        ("run", "nDCG@10", "说明"),
        (("hybrid", "0.8", "<script>alert(1)</script>养老护理员培训由哪个单位负责的很长的说明文字"),),
        chart=IntervalChart("nDCG@10", (Interval("混合检索", 0.8, 0.75, 0.85), Interval("a" * 40, 0.7, 0.6, 0.8))),
        words=1,
    ),
    Table("Shares", ("a", "b"), (("x", "1"),), "A note.", chart=BarChart("Shares", (Bar("沉默", 0.5, "of 8"),))),
    Table(
        "Curve",
        ("a", *(f"column {n}" for n in range(12))),
        tuple((str(n), *["0.123"] * 12) for n in range(40)),
        chart=CurveChart("Error", "answered", (Curve("c", ((0.1, 0.2), (1.0, 0.4))),), (("system", 0.8, 0.3),)),
    ),
]


class TestPage:
    def test_words_of_notices_are_escaped_and_nothing_is_called(self) -> None:
        page = as_html(TABLES, heading="Scores", command='python -m eval --report "a<b"')
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "a&lt;b" in page
        assert "http://" not in page
        assert "https://" not in page
        assert page.count("<svg") == 4
        assert "<summary>40 rows</summary>" in page

    def test_a_browser_shows_it_wide_and_narrow_light_and_dark(self, browser: Browser, tmp_path: Path) -> None:
        path = tmp_path / "report.html"
        path.write_text(as_html(TABLES, heading="评测", command="python -m eval"), encoding="utf-8")
        grounds = set()
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
                asked: list[str] = []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                complaints: list[str] = []
                page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
                page.goto(path.as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert {urlsplit(url).scheme for url in asked} <= {"file", "data"}
                assert complaints == []
                assert page.locator(".rows .label", has_text="混合检索").is_visible()
                assert float(page.locator("svg.row").first.evaluate("e => e.getBoundingClientRect().width")) > 90
                grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                page.close()
        assert len(grounds) == 2


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Gold folder, corpus, and an index over the corpus by the bundled encoder."""
    from indexer.build import build

    folder = tmp_path_factory.mktemp("commands")
    gold, corpus = write_gold(folder / "gold"), write_corpus(folder / "corpus")
    build([corpus], folder / "index")
    return gold, corpus, folder / "index"


class TestCommands:
    def options(self, folders: tuple[Path, Path, Path]) -> list[str]:
        gold, corpus, index = map(str, folders)
        return ["--gold", gold, "--corpus", corpus, "--index", index]

    def test_runs_are_written_compared_with_and_held_to_floors(
        self, folders: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options = self.options(folders)
        assert run(["retrieval", *options, "--runs", str(tmp_path / "runs"), "--json"]) == 0
        values = json.loads(capsys.readouterr().out)["retrieval"]
        assert 0.6 < values["runs"]["hybrid"]["nDCG@10"] <= 2 / 3  # the filter loses one of three questions
        assert [miss["query_id"] for miss in values["misses"] if miss["lost_by"] == "filter"] == ["b"]
        assert "Judged@10 is below 0.8" in values["warnings"][0]
        assert {"windows-300-dense", "windows-500-lexical"} <= set(values["runs"])
        assert set(read_run(tmp_path / "runs" / "hybrid.run")) == {"a", "b", "d"}
        assert set(read_qrels(tmp_path / "runs" / "qrels.txt")) == {"a", "b", "d"}

        floors = tmp_path / "floors.toml"
        floors.write_text('[at_least.retrieval.runs.hybrid]\n"nDCG@10" = 0.9\n', encoding="utf-8")
        page = tmp_path / "report.html"
        more = ["--baseline", str(tmp_path / "runs" / "hybrid.run"), "--fail-below", str(floors), "--html", str(page)]
        assert run(["retrieval", *options, *more]) == 1
        said = capsys.readouterr()
        assert "FAILS: retrieval › runs › hybrid › nDCG@10 is 0." in said.err
        assert "hybrid against earlier hybrid" in said.out
        assert "+0.000" in said.out
        assert "<h2" in page.read_text(encoding="utf-8")

    def test_what_is_pooled_and_judged_counts_afterwards(
        self, folders: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options, sheet, qrels = self.options(folders), tmp_path / "pool.jsonl", tmp_path / "qrels.txt"
        assert run(["pool", *options, "--into", str(sheet), "--depth", "5"]) == 0
        rows = [json.loads(line) for line in sheet.read_text(encoding="utf-8").splitlines()]
        assert {row["query_id"] for row in rows} == {"a", "b", "c", "d"}
        sheet.write_text("\n".join(json.dumps({**row, "grade": 0}) for row in rows), encoding="utf-8")
        assert run(["qrels", str(sheet), "--into", str(qrels)]) == 0
        capsys.readouterr()
        shares = []
        for more in ([], ["--qrels", str(qrels)]):
            assert run(["retrieval", *options, *more, "--json"]) == 0
            shares.append(json.loads(capsys.readouterr().out)["retrieval"]["runs"]["hybrid"]["Judged@10"])
        assert shares[1] > shares[0]
        assert run(["pool", *options, "--into", str(sheet), "--depth", "5", "--qrels", str(qrels)]) == 0
        assert sheet.read_text(encoding="utf-8") == ""

    def test_ablation_and_coverage_are_printed_as_values(
        self, folders: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["ablation", *self.options(folders), "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)["ablation"]
        assert rows["document number filter"]["difference"] > 0.2
        assert run(["answers", *self.options(folders), "--json"]) == 0
        values = json.loads(capsys.readouterr().out)
        assert values["coverage"]["questions"] == 3
        assert values["answers"]["located_share"] == 1.0

    def test_distractors_are_indexed_beside_the_judged_notices(
        self, folders: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        gold, corpus, _ = map(str, folders)
        more = tmp_path / "more.jsonl.gz"
        lines = [
            json.dumps({"title": f"湖西市{n}", "text": f"湖西市第{n}届灯会在湖边举办，办会{n}天。"}) for n in range(4)
        ]
        more.write_bytes(gzip.compress("\n".join(lines).encode()))
        options = ["--gold", gold, "--corpus", corpus, "--distractors", str(more), "--most-distractors", "3"]
        assert run(["retrieval", *options]) == 0
        assert "6 notices" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["retrieval", "--index", "i", "--distractors", "d"], "leave --index or --distractors out"),
            (["retrieval", "--most-distractors", "0"], "no whole number from 1"),
            (["retrieval", "--fail-below", "none.toml"], "none.toml: cannot be read"),
            (["retrieval", "--html", "none/report.html"], "no folder none for report.html"),
            (["cases", "--cases", "none.toml"], "none.toml: cannot be read"),
            (["pool"], "--into"),
            (["compare", "a.run"], "--qrels"),
            (["everything"], "everything"),
            (["--everything"], "--everything"),
        ],
    )
    def test_a_mistake_is_one_line_and_status_2(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        complaint: str,
    ) -> None:
        monkeypatch.setattr("sys.argv", ["eval", *arguments])
        assert main() == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert complaint in said.err

    @pytest.mark.parametrize(
        "command",
        ["structure", "retrieval", "answers", "cases", "all", "compare", "ablation", "pool", "qrels", "agreement"],
    )
    def test_every_command_has_help_and_is_described(
        self, root: Path, capsys: pytest.CaptureFixture[str], command: str
    ) -> None:
        with pytest.raises(SystemExit) as left:
            run([command, "--help"])
        assert left.value.code == 0
        assert f"usage: python -m eval {command}" in capsys.readouterr().out
        assert f"`{command}`" in (root / "eval" / "README.md").read_text(encoding="utf-8")
