"""Which reports' cases are in the report of their region, against the rule told one by one."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from analysis.regions import included
from toolkit.years import AREAS, PLACE

CODES = (110000, 110100, 110101, 110102, 330000, 330100, 330102, 2_000_000_000, None)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "group": st.sampled_from(["a", "b", None]),
            "year": st.sampled_from([2022, 2023, None]),
            "area": st.sampled_from(CODES),
            "reach": st.integers(0, 2),
            "used": st.booleans(),
            "other": st.booleans(),
        }
    ),
    min_size=1,
    max_size=40,
)
SCHEMA = {"group": pl.String, "year": pl.Int32, **PLACE, "used": pl.Boolean, "other": pl.Boolean}


def is_in(row: dict[str, object], region: dict[str, object], use: str) -> bool:
    """Whether a used report's cases are in that of this region."""
    if not (row[use] and region[use] and region["reach"]) or None in (row["area"], region["area"]):
        return False
    if region["year"] is None or any(row[on] != region[on] for on in ("group", "year")):
        return False
    above = {row["area"] // n * n for n in AREAS if row["area"] % n}
    return region["area"] in above or (
        region["area"] == row["area"] and row["reach"] < region["reach"]
    )


@given(ROWS)
def test_reports_are_in_those_regions_that_the_rule_names(rows: list[dict[str, object]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    found = included(frame, ("group",), (pl.col("used"), pl.col("other")))
    for use in ("used", "other"):
        told = [any(is_in(row, region, use) for region in rows) for row in rows]
        assert found[use].to_list() == told


def test_groups_by_the_thousand_are_told_apart() -> None:
    groups = range(5_000)
    frame = pl.DataFrame(
        {
            "group": [*groups, *groups],
            "year": 2022,
            "area": [*(110_000 + group % 7 * 100 for group in groups), *[110_101] * 5_000],
            "reach": [*[2] * 5_000, *[0] * 5_000],
            "used": True,
        },
        schema_overrides=PLACE,
    )
    found = included(frame, ("group",), [pl.col("used")])
    expected = [*[False] * 5_000, *(group % 7 in (0, 1) for group in groups)]
    assert found["used"].to_list() == expected
