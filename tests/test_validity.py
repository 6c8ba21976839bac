"""What weighs most of what others did to a notice, and what the archive says of notices as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.build import build
from indexer.index import open_index
from indexer.records import Filters, Link, Relation
from indexer.validity import VALIDITIES, Validity, validity_of
from tests.app_fixture import SAMPLES


@pytest.mark.parametrize(
    ("relations", "validity"),
    [
        ([], "nothing_known"),
        (["repeals", "corrects", "replaces", "amends"], "nothing_known"),
        (["corrected_by"], "corrected"),
        (["other_version", "amended_by"], "amended"),
        (["corrected_by", "repealed_by", "replaced_by"], "repealed"),
        (["other_version"], "other_version"),
    ],
)
def test_the_weightiest_link_decides(relations: list[Relation], validity: Validity) -> None:
    assert validity_of(Link("a", f"b{n}", relation) for n, relation in enumerate(relations)) == validity
    assert validity in VALIDITIES


def test_an_index_says_what_its_notices_hold_and_are_to_each_other(tmp_path: Path) -> None:
    files = [next(SAMPLES.glob(f"{name}_*")) for name in ("s06", "s16", "s17", "s48")]
    build(files, tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        contents, heads = index.contents(), index.notices()
        assert set(contents) == index.doc_ids(Filters()) == {head.doc_id for head in heads}
        for head in heads:
            clauses = index.notice(head.doc_id).clauses
            assert contents[head.doc_id] == (len(clauses), len({unit.name for c in clauses for unit in c.units}))
            assert [link for link in index.links() if link.doc_id == head.doc_id] == sorted(
                index.links_of(head.doc_id), key=lambda link: (link.other_doc_id, link.relation)
            )
        found = index.doc_ids(Filters(units=("市残联",)))
        assert found == {
            h.doc_id for h in heads if any(u.name == "市残联" for c in index.notice(h.doc_id).clauses for u in c.units)
        }
        assert found
        assert index.doc_ids(Filters(units=("无此局",))) == frozenset()
