"""Between reports: years against years, regions against organs, what is there and what is not."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

import toolkit
from tests.analysis_frames import TYPES, corpus_from
from tests.conftest import BUNDLED
from toolkit.corpus import Corpus
from toolkit.review.coverage import COVERAGE
from toolkit.schema import CELLS, CHECK, CHECKS, REPORTS
from toolkit.sections import published
from toolkit.years import REGIONS

REQUESTERS = (*TYPES, "total")


class Frames(NamedTuple):
    """Reports of two years of one city, or what a test makes of them."""

    reports: pl.DataFrame
    cells: pl.DataFrame

    def change(self, report_id: str, cell: str, value: int | None) -> "Frames":
        here = (pl.concat_str("table", "item", "column", separator=".") == cell) & (
            pl.col("report_id") == report_id
        )
        assert self.cells.filter(here).height == 1
        return self._replace(
            cells=self.cells.with_columns(value=pl.when(here).then(value).otherwise("value"))
        )

    def copy(self, report_id: str, new: str, **meta: Any) -> "Frames":
        there = pl.col("report_id") == report_id
        made = {"report_id": pl.lit(new), **{k: pl.lit(v, REPORTS[k]) for k, v in meta.items()}}
        return Frames(
            pl.concat([self.reports, self.reports.filter(there).with_columns(**made)]),
            pl.concat(
                [self.cells, self.cells.filter(there).with_columns(report_id=made["report_id"])]
            ),
        )

    def say(self, report_id: str, **meta: Any) -> "Frames":
        there = pl.col("report_id") == report_id
        return self._replace(
            reports=self.reports.with_columns(
                **{
                    k: pl.when(there).then(pl.lit(v, REPORTS[k])).otherwise(k)
                    for k, v in meta.items()
                }
            )
        )

    def without(self, report_id: str) -> "Frames":
        kept = pl.col("report_id") != report_id
        return Frames(self.reports.filter(kept), self.cells.filter(kept))

    def corpus(self) -> Corpus:
        return corpus_from(self.reports, self.cells)

    def between(self, identity: str = "carryover|in_force") -> pl.DataFrame:
        checks = self.corpus().checks.lazy().collect()
        return checks.filter(pl.col("identity").str.contains(f"^({identity})$"))

    def failing(self) -> list[tuple[object, ...]]:
        return (
            self.between()
            .filter(pl.col("verdict") != "holds")
            .select("report_id", "identity", "subject", "lhs", "rhs", "verdict")
            .rows()
        )


@pytest.fixture(scope="module")
def suqian() -> Frames:
    corpus = toolkit.load([BUNDLED / f"suqian_{year}.txt" for year in (2023, 2024)])
    assert corpus.reports["year"].to_list() == [2023, 2024]
    short = {
        "report_id": pl.col("report_id").replace(
            dict(zip(corpus.reports["report_id"], ("a", "b"), strict=True))
        )
    }
    return Frames(corpus.reports.with_columns(**short), corpus.cells.with_columns(**short))


def test_suqian_carries_over_what_it_says() -> None:
    corpus = toolkit.load(BUNDLED)
    later = corpus.reports.filter(year=2024, agency="宿迁市人民政府")["report_id"].item()
    between = corpus.checks.filter(pl.col("identity").is_in(["carryover", "in_force", "region"]))
    assert between.schema == CHECKS
    assert not corpus.checks.select(CHECK).is_duplicated().any()
    assert between.rows() == [
        *(
            (later, "carryover", column, figure, figure, 0, "holds")
            for column, figure in zip(REQUESTERS, (118, 3, 0, 0, 0, 0, 121), strict=True)
        ),
        (later, "in_force", "rules", 11 + 2 - 1, 12, 0, "holds"),
        (later, "in_force", "normative_documents", 597 + 50 - 227, 420, 0, "holds"),
    ]


def test_what_does_not_carry_over_fails(suqian: Frames) -> None:
    changed = suqian.change("b", "applications.carried_in.enterprise", 4)
    assert changed.failing() == [("b", "carryover", "enterprise", 3, 4, "fails")]
    changed = suqian.change("b", "proactive.normative_documents.repealed", 200)
    assert changed.failing() == [("b", "in_force", "normative_documents", 447, 420, "fails")]


@pytest.mark.parametrize("report_id", ["a", "b"])
def test_a_term_without_a_number_is_unknown(suqian: Frames, report_id: str) -> None:
    changed = suqian.change(report_id, "proactive.rules.in_force", None)
    [(_, identity, subject, *_, verdict)] = changed.failing()
    assert (identity, subject, verdict) == ("in_force", "rules", "unknown")


def test_no_report_last_year_no_verdict(suqian: Frames) -> None:
    gone = suqian.without("a")
    assert gone.between().equals(CHECKS.to_frame())
    gap = suqian.say("a", year=2022)
    assert gap.between().is_empty()
    none = Frames(REPORTS.to_frame(), CELLS.to_frame())
    assert none.between().schema == CHECKS


def test_an_edition_without_such_cells_has_no_verdict_on_them(suqian: Frames) -> None:
    old = pl.col("item").is_in(["rules", "normative_documents"]) & (pl.col("report_id") == "a")
    mixed = suqian._replace(cells=suqian.cells.filter(~old))
    assert set(mixed.between()["identity"]) == {"carryover"}


def test_names_alone_cannot_make_a_failure(suqian: Frames) -> None:
    unplaced = suqian.say("a", agency_id=None).say("b", agency_id=None)
    assert unplaced.failing() == []
    wrong = unplaced.change("b", "applications.carried_in.total", 120)
    assert wrong.failing() == [("b", "carryover", "total", 121, 120, "unknown")]


def test_a_region_is_not_compared_with_its_agency_alone(suqian: Frames) -> None:
    apart = suqian.say("a", scope="own")
    assert apart.between().is_empty()
    unsaid = suqian.say("a", scope=None)
    assert unsaid.between().height == 9
    two = unsaid.copy("b", "own", scope="own")  # of which last year's was, nobody says
    assert two.between().is_empty()


def test_the_later_of_two_documents_is_preferred(suqian: Frames) -> None:
    cell = "applications.carried_forward.total"
    first, second = date(2024, 1, 20), date(2024, 3, 5)
    both = suqian.copy("a", "a2").change("a", cell, 130)
    revised = both.say("a", published=first).say("a2", published=second)
    assert revised.failing() == []
    kept = revised.corpus().coverage
    assert kept.schema == COVERAGE
    assert kept.rows() == [
        ("宿迁市人民政府", 2023, "revised", 2, "a2", second, False),
        ("宿迁市人民政府", 2024, "there", 1, "b", None, False),
    ]
    turned = both.say("a", published=second).say("a2", published=first)
    assert turned.failing() == [("b", "carryover", "total", 130, 121, "fails")]
    for undated in (both, both.say("a", published=first)):
        assert undated.between().is_empty()
        assert undated.corpus().coverage["preferred"].to_list() == [None, "b"]


def test_duplicates_and_gaps_are_told(suqian: Frames) -> None:
    twice = suqian.copy("a", "a2").copy("b", "c", year=2026)
    assert twice.corpus().coverage.select("year", "status", "n_reports", "preferred").rows() == [
        (2023, "duplicate", 2, "a"),
        (2024, "there", 1, "b"),
        (2025, "missing", 0, None),
        (2026, "there", 1, "c"),
    ]
    scopes = suqian.copy("a", "a2", scope="own")
    told = scopes.corpus().coverage.filter(year=2023)
    assert told.select("status", "n_reports", "preferred").rows() == [("there", 2, None)]
    assert scopes.between().height == 9


def test_coverage_of_nothing() -> None:
    assert (
        Frames(REPORTS.to_frame(), CELLS.to_frame()).corpus().coverage.equals(COVERAGE.to_frame())
    )


def test_a_region_has_at_least_what_its_organs_have(suqian: Frames) -> None:
    cell = "applications.received.total"
    printed = suqian.cells.filter(report_id="b", item="received", column="total")["value"].item()
    city = suqian.without("a")
    for name in ("x", "y", "z", "tax"):
        city = city.copy("b", name, agency=name, agency_id=name, scope="own").change(name, cell, 5)
    city = city.say("tax", agency_id="宿迁市税务局").change("z", cell, None)
    found = city.corpus().regions
    assert found.schema == REGIONS
    assert found.filter(item="received").rows() == [
        ("b", "applications", "received", "total", printed, 10, 3, 1, "holds")
    ]
    # The organs print the city's own figures in every other row, two times too many.
    assert city.between("region").filter(subject="resolved")["verdict"].item() == "fails"
    for value, verdict in ((10, "holds"), (9, "fails"), (None, "unknown")):
        said = city.change("b", cell, value)
        check = said.between("region").filter(subject="received")
        assert check.select("identity", "lhs", "rhs", "delta", "verdict").rows() == [
            ("region", value, 10, value and value - 10, verdict)
        ]
    for kind in ("department", "township", "development_zone"):  # of its own, not of the region
        assert city.say("b", kind=kind).corpus().regions.is_empty()
    for centre in ("国家统计局宿迁市调查队", "宿迁市气象局"):
        fewer = city.say("x", agency_id=centre)
        found = fewer.corpus().regions
        assert found.filter(item="received")["n_organs"].item() == 2
    for apart in ({"year": 2023}, {"adcode": "321302"}, {"scope": None}):
        other = city
        for name in ("x", "y", "z"):
            other = other.say(name, **apart)
        assert other.corpus().regions.is_empty()


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("发布日期：2024-01-31", date(2024, 1, 31)),
        ("发布时间:2024年1月5日浏览次数:3", date(2024, 1, 5)),
        ("成文日期:2024-01-02\n发布日期:2024-01-31", date(2024, 1, 31)),
        ("330703000000/2023-135479\n2023-01-31\n主动公开", date(2023, 1, 31)),
        ("2023-01-31\n2023-02-01", None),
        ("•2023-01-1615:36\n来源：某局", date(2023, 1, 16)),
        ("2022年01月18日来源:1", date(2022, 1, 18)),
        ("某市人民政府网站www.example.gov.cn2023-01-28", date(2023, 1, 28)),
        ("2022年01月18日起施行", None),
        ("发布日期:2024-01-31\n发布日期:2024-02-01", None),
        ("时间:2024-01-31 09:42来源:某镇", date(2024, 1, 31)),
        ("来源：某局时间：2024-01-31", date(2024, 1, 31)),
        ("成文日期:2024-01-02\n更新时间:2024-02-01", None),
        ("发布日期:2024-13-31", None),
        ("统计期限:2022年1月1日起至2022年12月31日止。", None),
        ("", None),
    ],
)
def test_the_date_of_publication(front: str, expected: date | None) -> None:
    assert published(front) == expected


def test_a_file_twice_is_a_duplicate(tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_bytes((BUNDLED / "suqian_2023.txt").read_bytes())
    found = toolkit.load(tmp_path).coverage
    assert found.select("status", "n_reports").rows() == [("duplicate", 2)]
