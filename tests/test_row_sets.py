"""Sets of rows are put together and compared like sets, and stay sorted."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.index.row_sets import common, lies_in, merged

ROWS = st.frozensets(st.integers(0, 60), max_size=40)


@given(ROWS, ROWS)
def test_rows_of_both_rows_in_both_and_rows_that_lie_in_others(one: frozenset[int], other: frozenset[int]) -> None:
    a, b = (np.array(sorted(rows), dtype=np.int64) for rows in (one, other))
    assert merged(a, b).tolist() == sorted(one | other)
    assert common(a, b).tolist() == sorted(one & other)
    assert lies_in(a, b).tolist() == [row in other for row in sorted(one)]
