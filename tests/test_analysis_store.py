"""A wide frame, as a store has it, gives what the long frames give."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

import analysis
from bench.analysis import duckdb, ours, pandas, write
from tests.analysis_frames import Frames, Printed, corpus, wide
from toolkit.check import check
from toolkit.errors import ParameterError

CELLS = {"granted.total": 3, "denied_security.total": 2, "resolved.total": 5}
PRINTED = (
    Printed("right", CELLS | {"received.total": 5}),
    Printed("wrong", CELLS | {"resolved.total": 9}, province="Q"),
    Printed("torn", CELLS | {"denied_inquiry.total": "unreadable"}),
    Printed("blank total", CELLS | {"resolved.total": "blank"}),
    Printed("old", {"granted.total": 1, "otherwise.total": 2}, edition="2019", year=2020),
    Printed("old and right", {"otherwise.total": 2, "resolved.total": 2}, edition="2019"),
    Printed("ratio", {"licensing.decisions": 9, "penalties.decisions": 4}, province=None),
)
STATISTICS: dict[str, Callable[..., Any]] = {
    name: getattr(analysis, name)
    for name in analysis.__all__
    if name not in ("Frames", "own_history", "peers", "residuals", "trend")
}


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("name", STATISTICS)
def test_wide_gives_what_long_gives(name: str, strict: bool) -> None:  # noqa: FBT001
    long = corpus(*PRINTED)
    long = Frames(long.reports, long.cells, check(long.cells.lazy().collect()))
    for by in ("agency", "province"):
        expected = STATISTICS[name](long, by=by, strict=strict)
        assert_frame_equal(STATISTICS[name](wide(long), by=by, strict=strict), expected)
        assert expected.height


def test_an_unknown_column_is_refused_by_its_name() -> None:
    with pytest.raises(ParameterError, match="no column 'provnce'; they have report_id"):
        analysis.outcomes(wide(corpus(*PRINTED)), by="provnce")


def test_headlines_are_what_pandas_and_sql_work_out(tmp_path: Path) -> None:
    write(tmp_path, 5_000)
    found = {*ours(tmp_path)}
    assert all(sum(column) for column in [*zip(*found, strict=True)][3:])  # nothing goes unasked
    assert {*pandas(tmp_path)} == found == {*duckdb(tmp_path)}
