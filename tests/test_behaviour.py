"""Behavioural cases: what they check, that none passes where nothing is found, and that the bundled ones hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.behaviour.cases import Case, load_cases
from eval.behaviour.checks import Checked, case_lines, case_table, case_values, check_cases
from eval.misses import lost_by
from indexer.build import build
from indexer.errors import UsageError
from indexer.index import Index, open_index
from tests.search_fixture import small_index

ROOT = Path(__file__).resolve().parents[1]
KINDS = {
    "document number",
    "place filter",
    "year filter",
    "unit filter",
    "level filter",
    "filters together",
    "punctuation",
    "synonym",
    "typo",
    "stopwords",
    "very long query",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("behaviour")) as opened:
        yield opened


def cases(folder: Path, text: str) -> tuple[Case, ...]:
    """The cases of a file of one case, whose name, kind and sentence need not be repeated."""
    path = folder / "cases.toml"
    path.write_text(f'[[case]]\nname = "n"\nkind = "k"\nholds = "It holds."\n{text}', encoding="utf-8")
    return load_cases(path)


def checked(index: Index, folder: Path, text: str) -> Checked:
    [one] = check_cases(index, cases(folder, text))
    return one


class TestChecks:
    @pytest.mark.parametrize(
        "text",
        [
            'query = "养老"\nfilters = { place = "云泽市" }\nleast_hits = 3\nevery_place = "云泽市"',
            'query = "养老"\nfilters = { years = [2021, 2021] }\nleast_hits = 3\nevery_years = [2021, 2021]',
            'query = "养老"\nfilters = { unit = "市民政局" }\nleast_hits = 2\nevery_unit = "市民政局"',
            'query = "养老护理员"\nleast_hits = 1\nfinds = [{ doc = "云泽2021", quote = "培训养老护理员900人次" }]\nwithin = 1',
            'query = "社区食堂？"\nsame_as = "社区食堂"\nleast_shared = 9\nleast_hits = 9',
            'query = "澜政发〔2016〕22号 人才"\nleast_hits = 2\nevery_doc = "澜川2016"',
            'query = "？？"\noutcome = "not_in_archive"',
        ],
    )
    def test_what_holds_holds(self, index: Index, tmp_path: Path, text: str) -> None:
        one = checked(index, tmp_path, text)
        assert one.outcome == "holds", one.deviations
        assert one.n_checks >= 1

    @pytest.mark.parametrize(
        ("text", "explanation"),
        [
            ('query = "养老"\nleast_hits = 3\nevery_place = "澜川市"', "is from 云泽市, not 澜川市"),
            ('query = "养老"\nleast_hits = 3\nevery_years = [2016, 2016]', "is of 2021, not 2016-2016"),
            ('query = "养老"\nleast_hits = 3\nevery_level = "province"', "is of the level city, not province"),
            ('query = "养老护理员"\nleast_hits = 3\nevery_unit = "市公安局"', ", not 市公安局"),
            ('query = "养老"\nleast_hits = 3\nevery_doc = "澜川2016"', "is of 云泽2021, not 澜川2016"),
            ('query = "养老"\nfilters = { years = [1999, 1999] }\nleast_hits = 3', "0 hits, wanted at least 3"),
            (
                'query = "养老护理员"\nfinds = [{ doc = "澜川2016", quote = "工业设计大赛" }]\nwithin = 1',
                "expected within 1, found at",
            ),
            (
                'query = "养老"\nfilters = { place = "云泽市" }\nfinds = [{ doc = "澜川2016", quote = "工业设计大赛" }]',
                "expected within 10, not among the first",
            ),
            ('query = "养老"\nfinds = [{ doc = "澜川2016", quote = "没有的话" }]', "no clause of 澜川2016 holds"),
            ('query = "护理"\nsame_as = "工业设计"\nleast_shared = 10', "of 10 hits with '工业设计', wanted 10"),
            ('query = "？？"\noutcome = "answered"', "the outcome is not_in_archive, wanted answered"),
        ],
    )
    def test_a_miss_is_explained(self, index: Index, tmp_path: Path, text: str, explanation: str) -> None:
        one = checked(index, tmp_path, text)
        assert one.outcome == "fails"
        assert explanation in " ".join(deviation.line for deviation in one.deviations)
        assert case_lines([one])[0].startswith("FAILS n: ")

    def test_the_leg_that_lost_a_clause_is_named(self) -> None:
        assert lost_by(1, 40, limit=10) == "dense leg"
        assert lost_by(None, 3, limit=10) == "lexical leg"
        assert lost_by(11, None, limit=10) == "both legs"
        assert lost_by(2, 2, limit=10) == "fusion"

    def test_a_known_gap_does_not_fail_and_is_noticed_when_it_closes(self, index: Index, tmp_path: Path) -> None:
        nothing = 'query = "养老"\nfilters = { years = [1999, 1999] }\nleast_hits = 3'
        still = checked(index, tmp_path, f'{nothing}\ngap = "there is no notice of the year"')
        closed = checked(index, tmp_path, 'query = "养老"\nleast_hits = 3\ngap = "it was so"')
        assert (still.outcome, still.failed) == ("known gap", False)
        assert (closed.outcome, closed.failed) == ("holds now", False)
        values = case_values([still, closed])
        assert (values["failed"], values["known_gaps"], values["holds_now"]) == (0, 1, ["n"])
        assert "gap: there is no notice of the year" in case_table([still]).rows[0][-1]


class TestFile:
    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ('query = "养老"', "checks nothing"),
            ('query = "养老"\nevery_place = "云泽市"', "what is asked of every hit holds of none"),
            ('query = "养老"\nsame_as = "养老服务"', "same_as and least_shared go together"),
            ('query = "养老"\nleast_hits = 20', "asks for more than the 10 hits"),
            ('query = "养老"\noutcome = "quiet"', "unknown outcome 'quiet'"),
            ('query = "养老"\nleast = 3', "unknown key 'least'"),
            ('query = "养老"\nleast_hits = 1\nfilters = { city = "云泽市" }', "filters are a table of"),
            ('query = "养老"\nleast_hits = 1\nfilters = { level = "village" }', "unknown level 'village'"),
            ('query = "养老"\nleast_hits = 1\nevery_years = 2021', r"years are \[first, last\], not 2021"),
            ('query = "养老"\nfinds = [{ doc = "s01" }]', "a value is missing or of another type"),
            ("least_hits = 1", "no 'query'"),
            ('query = " "\nleast_hits = 1', "no 'query'"),
            ('query = "养老"\nleast_hits = [', "not TOML"),
        ],
    )
    def test_a_case_that_says_nothing_or_is_malformed_is_refused(
        self, tmp_path: Path, text: str, complaint: str
    ) -> None:
        with pytest.raises(UsageError, match=complaint):
            cases(tmp_path, text)

    def test_a_repeated_name_and_an_empty_file_are_refused(self, tmp_path: Path) -> None:
        one = 'name = "n"\nkind = "k"\nholds = "h"\nquery = "q"\nleast_hits = 1\n'
        with pytest.raises(UsageError, match="two cases are named n"):
            cases(tmp_path, f'query = "q"\nleast_hits = 1\n[[case]]\n{one}')
        (tmp_path / "cases.toml").write_text("", encoding="utf-8")
        with pytest.raises(UsageError, match=r"holds no \[\[case\]\]"):
            load_cases(tmp_path / "cases.toml")

    def test_a_query_may_be_repeated(self, tmp_path: Path) -> None:
        assert cases(tmp_path, 'query = "养老。"\nrepeat = 3\nleast_hits = 1')[0].query == "养老。养老。养老。"


def test_the_bundled_cases_are_of_every_kind() -> None:
    assert {case.kind for case in load_cases()} == KINDS


def test_the_bundled_cases_hold_over_the_samples(tmp_path: Path) -> None:
    build([ROOT / "corpus" / "samples"], tmp_path)
    with open_index(tmp_path) as samples:
        outcomes = check_cases(samples, load_cases())
    assert [line for one in outcomes if one.failed for line in case_lines([one])] == []
    assert sum(one.n_checks for one in outcomes) > 150
