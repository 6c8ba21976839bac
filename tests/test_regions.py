"""The regions that places lie in: as few as hold those chosen, and none of the others where names tell them apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.index import Index, open_index
from indexer.index.place_names import Parts, covering_regions, regions_of
from indexer.records import Filters

PLACES: list[Parts] = [
    (None, None, None),
    ("江澜省", None, None),
    ("江澜省", "云泽市", None),
    ("江澜省", "云泽市", "砚湖区"),
    ("江澜省", "云泽市", "青禾县"),
    ("江澜省", "望津市", None),
    ("河原省", "白沙市", None),
    (None, "云泽市", None),
    (None, None, "砚湖区"),
]
N_PLACES = Counter(region for place in PLACES for region in regions_of(place))


@pytest.mark.parametrize(
    ("place", "regions"),
    [
        (("江澜省", "云泽市", "砚湖区"), ("江澜省云泽市砚湖区", "江澜省云泽市砚湖区*", "江澜省云泽市*", "江澜省*")),
        (("江澜省", None, None), ("江澜省", "江澜省*")),
        ((None, "云泽市", None), ("云泽市", "云泽市*")),
        ((None, None, None), ("",)),
    ],
)
def test_a_place_lies_in_itself_and_in_what_is_above_it(place: Parts, regions: tuple[str, ...]) -> None:
    assert regions_of(place) == regions


def test_a_whole_province_is_one_region_and_its_own_notices_another() -> None:
    province = [place for place in PLACES if place[0] == "江澜省"]
    assert covering_regions(province, N_PLACES) == {"江澜省*"}
    assert covering_regions([("江澜省", None, None)], N_PLACES) == {"江澜省"}


@given(st.sets(st.sampled_from(PLACES)))
def test_regions_hold_all_chosen_places_and_no_other(chosen: set[Parts]) -> None:
    others = [place for place in PLACES if place not in chosen]
    found = covering_regions(chosen, N_PLACES)
    assert all(found & set(regions_of(place)) for place in chosen)
    assert not any(found & set(regions_of(place)) for place in others)


def test_clauses_under_a_filter_are_those_found_without_its_marks(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(index: Index) -> list[list[tuple[str, float]]]:
        return [
            index.lexical("养老服务补贴由谁负责", k, allowed=index.allowed(filters), weights={"text": 1.0, "title": 0.5, "headings": 0.5, "units": 0.5, "place": 0.5})
            for filters in (Filters(places=("砚湖区",)), Filters(places=("云泽市",), years=(2023, 2024)), Filters(levels=("province",)))
            for k in (3, 200)
        ]  # fmt: skip

    with open_index(samples) as index:
        with_marks = asked(index)
    assert all(with_marks[:4])
    monkeypatch.setattr("indexer.index.archive.Archive.marks", lambda *_: None)
    with open_index(samples) as index:
        assert asked(index) == with_marks
