"""Question sets of one's own, configurations that are varied, and everything measured at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.comparison import differences_by_query, differences_table
from eval.configurations import Configuration, ranked
from eval.measurement import form_of, measure_run, measure_system
from eval.question_sets import QuestionSet, bundled, fit, holds_samples, pasted, plain_question, read_question_set
from eval.retrieval import MEASURES, MODES
from eval.trec import run_text
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import Filters, Query
from indexer.search import SearchParameters, search
from tests.search_fixture import small_index

QUESTIONS = {"u1": "养老护理员培训由谁负责？", "u2": "夜市街区改造归谁牵头？", "u3": "工业设计人才补助多少？"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("measured")) as opened:
        yield opened


@pytest.fixture(scope="module")
def grades(index: Index) -> dict[str, dict[str, int]]:
    """For each question the clause that words find first is judged relevant."""
    return {
        query_id: {search(index, Query(text), k=1, mode="lexical")[0].clause_id: 2}
        for query_id, text in QUESTIONS.items()
    }


@pytest.fixture
def files(tmp_path: Path, grades: dict[str, dict[str, int]]) -> list[Path]:
    """Questions as a table, judgements as qrels."""
    questions, qrels = tmp_path / "questions.tsv", tmp_path / "qrels.txt"
    questions.write_text("id\tquestion\n" + "".join(f"{i}\t{text}\n" for i, text in QUESTIONS.items()), "utf-8")
    lines = [f"{query_id} 0 {clause} {grade}\n" for query_id, row in grades.items() for clause, grade in row.items()]
    qrels.write_text("".join(lines), "utf-8")
    return [questions, qrels]


class TestQuestionSets:
    def test_a_table_and_qrels_make_a_set_whatever_their_order(self, files: list[Path]) -> None:
        read = read_question_set(files)
        assert [query.text for query in read.queries] == list(QUESTIONS.values())
        assert read.n_judgements == 3
        assert read_question_set(files[::-1]).key == read.key

    def test_plain_json_lines_gold_records_and_judged_sheets_are_read(self, tmp_path: Path) -> None:
        plain, gold, sheet = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.tsv"
        plain.write_text('{"query_id": "a", "text": "谁管？"}\n', "utf-8")
        record = {"qid": "b", "query": "多少？", "type": "target", "relevant": [{"doc": "s", "quote": "三处"}]}
        gold.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
        sheet.write_text("grade\tquery_id\tquery\tclause_id\n2\ta\t谁管？\t900:1\n", "utf-8")
        assert [query.type for query in read_question_set([plain, gold]).queries] == ["content", "target"]
        from_sheet = read_question_set([sheet])
        assert [(query.query_id, query.text) for query in from_sheet.queries] == [("a", "谁管？")]
        assert from_sheet.grades == {"a": {"900:1": 2}}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "is empty"),
            ('{"query_id": "a"', ":1: not JSON"),
            ('{"text": "谁管？"}', ":1: no query_id"),
            ("a\t谁管？\na\t\n", ":2: expected id<TAB>question"),
            ('{"query_id": "a", "text": "x"}\n{"query_id": "a", "text": "y"}', "stands twice"),
            ("q1 0 900:1 2\n", "no question in these files"),
            ("some words", "2 columns instead of 4"),
        ],
    )
    def test_a_file_that_holds_none_is_named_with_its_line(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "file.txt"
        path.write_text(text, "utf-8")
        with pytest.raises(UsageError, match=message):
            read_question_set([path])

    def test_pasted_lines_are_questions_with_ids_of_their_words(self) -> None:
        first, second = pasted("谁管 夜市？\n\n  多少？ \n谁管  夜市？")
        assert (first.text, second.text) == ("谁管 夜市？", "多少？")
        assert pasted("多少？")[0].query_id == second.query_id

    def test_a_set_that_fits_says_what_the_archive_lacks(self, index: Index, files: list[Path]) -> None:
        read = read_question_set(files)
        assert fit(read, index).absent == 0
        more = QuestionSet(read.queries, {**read.grades, "u1": {**read.grades["u1"], "fff:1": 1}})
        assert fit(more, index).absent == 1

    def test_a_set_of_another_archive_is_refused(self, index: Index, files: list[Path]) -> None:
        read = read_question_set(files)
        with pytest.raises(UsageError, match="none of the 1 judged clauses is in this archive"):
            fit(QuestionSet(read.queries, {"u1": {"fff:1": 1}}), index)
        with pytest.raises(UsageError, match="ids like u"):
            fit(QuestionSet(read.queries, {"x9": {"fff:1": 1}}), index)
        with pytest.raises(UsageError, match="nothing is judged"):
            fit(QuestionSet(read.queries, {}), index)
        with pytest.raises(UsageError, match="no file for the judged notice"):
            fit(bundled(), index)
        assert not holds_samples(index)


class TestConfigurations:
    @pytest.mark.parametrize(
        ("configuration", "key"),
        [
            (Configuration(), "hybrid"),
            (Configuration("lexical", dense_weight=0.2), "lexical"),
            (Configuration(dense_weight=0.3, depth=50), "hybrid&dense_weight=0.3&depth=50"),
        ],
    )
    def test_a_key_says_what_differs_from_search_itself(self, configuration: Configuration, key: str) -> None:
        assert configuration.key == key
        assert Configuration.parse(key).key == key

    def test_filters_come_back_from_a_key(self) -> None:
        filters = Filters(places=("云泽市", "a&b=c"), years=(2020, 2023), levels=("city",), units=("市民政局",))
        assert Configuration.parse(Configuration(filters=filters).key) == Configuration(filters=filters)

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "both",
            "hybrid&depth=0",
            "hybrid&depth=x",
            "hybrid&dense_weight=2",
            "hybrid&years=2020",
            "hybrid&level=x",
        ],
    )
    def test_a_key_of_nothing_is_refused(self, key: str) -> None:
        with pytest.raises(UsageError):
            Configuration.parse(key)

    def test_the_weight_by_itself_is_that_of_search(self) -> None:
        assert Configuration().dense_weight == SearchParameters().dense_weight

    def test_a_run_is_what_search_finds_and_a_filter_restricts_it(self, index: Index) -> None:
        queries = [plain_question("u1", QUESTIONS["u1"], collection="t")]
        run = ranked(index, queries, Configuration(depth=5))
        assert [clause_id for clause_id, _ in run["u1"]] == [
            hit.clause_id for hit in search(index, Query(QUESTIONS["u1"]), k=5)
        ]
        narrow = ranked(index, queries, Configuration(filters=Filters(years=(2016, 2016))))
        assert narrow["u1"]
        assert {index.notice(index.clause(clause_id).doc_id).year for clause_id, _ in narrow["u1"]} == {2016}


class TestMeasurement:
    def test_everything_is_measured_with_progress(self, index: Index, files: list[Path]) -> None:
        stages: list[str] = []
        found = measure_system(
            index, fit(read_question_set(files), index), progress=lambda stage, done, total: stages.append(stage)
        )
        assert list(dict.fromkeys(stages)) == [*MODES, "answers", "coverage"]
        assert {mode: set(row) for mode, row in found.figures.items()} == {mode: set(MEASURES) for mode in MODES}
        lexical = found.figures["lexical"]["RR@10"]
        assert (lexical.mean, lexical.n) == (1.0, 3)
        assert found.forms.keys() == {"short"}
        assert len(found.answers.rows) == 3
        assert all(miss.expected == 1 for miss in found.misses)

    def test_without_a_relevant_clause_there_is_nothing_to_measure(self, index: Index, files: list[Path]) -> None:
        read = read_question_set(files)
        zeros = {query_id: dict.fromkeys(row, 0) for query_id, row in read.grades.items()}
        with pytest.raises(UsageError, match="no question has a relevant clause"):
            measure_system(index, fit(QuestionSet(read.queries, zeros), index))

    def test_a_varied_run_is_compared_by_question(self, index: Index, files: list[Path]) -> None:
        fitted = fit(read_question_set(files), index)
        words, figures = measure_run(index, fitted, Configuration("lexical"))
        nothing = {"u1": [], "u2": list(words["u2"]), "u3": list(words["u3"])}
        rows = differences_by_query(fitted.judged.grades, words, nothing, "RR@10")
        assert figures["RR@10"].mean == 1.0
        assert [(row.query_id, row.difference) for row in rows] == [("u1", -1.0), ("u2", 0.0), ("u3", 0.0)]
        table = differences_table(rows, ("words", "nothing"), QUESTIONS, measure_name="RR@10")
        assert table.rows[0] == ("u1", "1.000", "0.000", "-1.000", QUESTIONS["u1"])
        assert run_text(words, tag="words").splitlines()[0].split()[:2] == ["u1", "Q0"]


@pytest.mark.parametrize(
    ("text", "kind", "form"),
    [
        ("夜市谁管？", "unit", "short"),
        ("夜市街区改造这件事今年到底归区里哪个局牵头？", "unit", "staff"),
        ("短", "precedent", "draft"),
    ],
)
def test_questions_are_told_apart_by_how_they_are_asked(text: str, kind: str, form: str) -> None:
    query = plain_question("q", text, collection="t")
    from dataclasses import replace

    assert form_of(replace(query, type=kind)) == form
