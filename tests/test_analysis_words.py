"""What the notebooks on years and on one agency say, of plenty and of nothing."""

from functools import partial

import polars as pl
import pytest

import analysis
from analysis import selection
from analysis.wording import quantity_label
from analysis.words import page, profile, trends
from tests.analysis_frames import Frames, Printed, corpus
from toolkit.form import Language


def received(agency: str, year: int | None, count: int | str) -> Printed:
    edition = "2019" if year and year < 2021 else "2021"
    return Printed(agency, {"received.total": count}, year=year, edition=edition)


YEARS = corpus(
    received("甲局", 2019, 100),
    received("甲局", 2020, 110),
    received("甲局", 2021, 150),
    received("乙局", 2019, 80),
    received("乙局", 2020, 90),
    received("乙局", 2021, "blank"),
    received("丙局", 2021, 3),
)
NONE = Frames(YEARS.reports.clear(), YEARS.cells, YEARS.checks)
ABSENT = corpus(*(received("甲局", year, "absent") for year in (2021, 2022)))
ONE = corpus(received("甲局", 2021, 3))
SOURCES = {"years": YEARS, "none": NONE, "absent": ABSENT, "one": ONE}


def plain(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", " ")


def test_changes_are_told_with_their_interval_or_as_counts() -> None:
    words = trends.changes(analysis.changes(YEARS), "en", min_n=30)
    assert "2020: 2 agencies with both years, together from 180 to 200, +11.1%" in words
    assert "1 agency with both years, together from 110 to 150, +36.4% (95% interval +5.9%" in words
    assert "More than the year before. 1 agency was on another edition" in words
    few = plain(trends.changes(analysis.changes(YEARS), "zh", min_n=200))
    assert "合计由 110 变为 150；任一年不足 200 件的不计算百分比" in few
    assert "%" not in few
    grown = corpus(received("甲局", 2019, 0), received("甲局", 2020, 500))
    words = trends.changes(analysis.changes(grown), "en", min_n=30)
    assert "from 0 to 500; no percentage where either year has fewer than 30." in words
    words = trends.changes(analysis.changes(grown), "en", min_n=0)
    assert "from 0 to 500; no percentage where either year has fewer than 1." in words


def test_another_scope_is_no_rise() -> None:
    scopes = pl.Series("scope", ["own", "own", "region", "own", "own", "own", None])
    reports = YEARS.reports.with_columns(scopes)
    assert "Not all years cover the same scope" in trends.lead(reports, "en")
    assert "填报范围不尽相同" in profile.lead(reports, "甲局", "zh")
    assert "填报范围不尽相同" not in profile.lead(reports, "乙局", "zh")


def test_the_trend_is_told_with_what_it_cannot_tell() -> None:
    alike = [
        received(name, year, 90 + year % 7) for name in "甲乙丙" for year in (2019, 2020, 2021)
    ]
    words = trends.trend(analysis.trend(corpus(*alike)), "en")
    assert "With 2019 as 1" in words
    assert "With 3 agencies only, the interval is rough" in words
    assert "In 2021, agencies changed to another edition" in words
    alone = selection.only(YEARS, agency="甲局")
    assert "there is no common trend" in trends.trend(analysis.trend(alone), "en")


def test_gaps_are_counted() -> None:
    words = trends.panel(analysis.panel(YEARS), "en")
    assert words.startswith("3 agencies and 3 years make 9 cells: 6 with a number, 2 without a")
    assert "1 with a report whose number is missing" in words


def test_what_an_edition_lacks_is_said() -> None:
    of = [partial(analysis.panel, of=one) for one in trends.APART]
    both = trends.apart([panel(YEARS) for panel in of], "en")
    assert "Newly made this year”: 2019–2020, 4 reports have" in both
    assert "Issued this year”: 2021, 3 reports have" in both
    assert "Only one of the two editions" in trends.apart([panel(ONE) for panel in of], "en")


def test_outliers_are_listed_with_what_chance_would_make() -> None:
    made = [received(f"{k}局", year, 100) for k in range(30) for year in (2021, 2022, 2023)]
    history = analysis.own_history(corpus(*made[:-1], received("29局", 2023, 500)))
    words = trends.outliers(history, "en")
    assert "90 years of agencies were checked" in words
    assert "about 0.2 would be" in words
    assert "| 29局 | 2023 | 500 |" in words
    assert "Go back to the document first" in words


def test_an_agency_is_told_by_what_is_known_of_it() -> None:
    words = profile.lead(YEARS.reports, "甲局", "en")
    assert words == "3 annual reports, 2019–2021. What its name and documents tell: province “P”."
    gap = corpus(received("甲局", 2019, 1), received("甲局", 2022, 1))
    assert "Years in between without a report in the source: 2020, 2021." in profile.lead(
        gap.reports, "甲局", "en"
    )
    twice = gap.reports.with_columns(year=pl.lit(2020, pl.Int32))
    assert "More than one report on 2020" in profile.lead(twice, "甲局", "en")
    undated = twice.with_columns(year=pl.lit(None, pl.Int32))
    assert "More than one" not in profile.lead(undated, "甲局", "en"), "which years is not known"


def test_years_beyond_the_limits_are_told() -> None:
    history = analysis.own_history(YEARS).filter(agency="甲局")
    inside = "3 years are all within the limits that the other years set."
    assert profile.history(history, "en") == inside
    far = pl.when(pl.col("year") == 2020).then(pl.lit("below")).otherwise("position")
    said = profile.history(history.with_columns(far.alias("position")), "en")
    assert said.startswith("2020: 110, far below the ")
    assert said.count("expected") == 1
    assert "\n\nBeyond the limits means worth asking why" in said


def test_peers_are_told_with_their_place() -> None:
    made = corpus(
        *(
            Printed(f"{k}局", {"granted.total": 50, "denied_inquiry.total": 50 + k})
            for k in range(30)
        ),
        Printed("甲局", {"granted.total": 2, "denied_inquiry.total": 98}),
        Printed("乙局", {"granted.total": 2, "denied_inquiry.total": 8}),
    )
    own = selection.only(made, agency="甲局").reports
    assert profile.settled(own, ["kind", "province"]) == ["province"]
    words = profile.peers(
        analysis.peers(made, "甲局", same="province"), own, ["kind", "province"], "en"
    )
    assert "Peers: 31 other agencies with cases that share province “P”. Not known" in words
    assert "and so not used to tell peers: kind." in words
    assert "2.0% (2 of 100; 95% interval 0.6%–7.0%)" in words
    assert (
        "lower than any of its peers is put at. That is below their ordinary differences" in words
    )
    agency = made.reports["agency"][0]
    words = profile.peers(
        analysis.peers(made, agency, same="province"), own, ["kind", "province"], "en"
    )
    assert "higher than any of its peers is put at. That is within" in words
    middle = made.reports["agency"][15]
    words = profile.peers(
        analysis.peers(made, middle, same="province"), own, ["kind", "province"], "en"
    )
    assert "higher than 51.6% of its peers are put at. That is within" in words
    many = corpus(
        *(
            Printed(f"{k}", {"granted.total": 400 + k, "denied_inquiry.total": 500})
            for k in range(250)
        )
    )
    second = analysis.peers(many, "248", same="province")
    own = selection.only(many, agency="248").reports
    assert "higher than 99.6% of its peers" in profile.peers(second, own, ["province"], "en")
    years = pl.concat([second.head(1).with_columns(year=pl.lit(2020 + k)) for k in range(2)])
    assert "| >99% | 249 |" in profile.peers_by_year(years, "en")
    few = profile.peers(analysis.peers(made, "乙局", same="province"), own, ["province"], "en")
    assert "“Granted”: 2 of 10 (fewer than 30, so no percentage)." in few
    assert "%" not in few
    assert "no peers" in profile.peers(pl.DataFrame(), own, ["kind"], "en")
    # Nobody else has a case: what is common to all is the agency's own share, and no peer's.
    alone = corpus(*(Printed("A", {"granted.total": 40}, year=2020 + k) for k in range(2)))
    years = analysis.peers(alone, "A", same="province", by="year")
    assert "| 2021 | 40 | 40 | 100.0% | — | — | 0 |" in profile.peers_by_year(years, "en")


def test_generated_data_say_so() -> None:
    made = corpus(
        received("示例市甲县教育局", 2021, 3), received("示例市甲县公安局", 2021, 4)
    ).reports
    assert page.generated(made, "en").startswith("> **These data are generated.**")
    assert "并非真实机关" in page.note(made, "zh")
    assert page.cite(made, "en", title="x") == "There is no number to cite."
    mixed = made.with_columns(agency=pl.Series(["示例市甲县教育局", "金华市教育局"]))
    assert "**1 report is generated:**" in page.generated(mixed, "en")
    assert page.note(mixed, "en")
    real = made.filter(agency="示例社区")
    assert page.generated(real, "en") == page.note(real, "en") == ""
    assert page.note(made.with_columns(agency=pl.lit("示例社区服务中心")), "en") == ""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", SOURCES)
def test_words_for_any_source(name: str, language: Language) -> None:
    source = SOURCES[name]
    own = selection.only(source, agency="甲局")
    history = analysis.own_history(source)
    said = [
        trends.lead(source.reports, language),
        trends.changes(analysis.changes(source), language, min_n=30),
        trends.trend(analysis.trend(source), language),
        trends.apart([analysis.panel(source, of=one) for one in trends.APART], language),
        trends.outliers(history, language),
        profile.lead(source.reports, "甲局", language),
        profile.history(history.filter(agency="甲局"), language),
    ]
    assert all(said)
    if name != "none":
        assert "| 2021 |" in profile.flow(own, language, strict=False)
        share = analysis.peers(source, "甲局", same="province", by="year")
        assert profile.peers(share, own.reports, ["province"], language)
        profile.peers_by_year(share, language)
    else:
        assert profile.flow(own, language, strict=False) == ""
        assert profile.reports(own, language) == ""


def test_a_difference_is_told_with_its_interval() -> None:
    made = corpus(
        Printed("甲局", {"granted.total": 56, "denied_inquiry.total": 14}),
        Printed("乙局", {"granted.total": 48, "denied_inquiry.total": 32}),
        Printed("丙局", {"granted.total": 5, "denied_inquiry.total": 5}),
        Printed("丁局"),
    )
    shares = analysis.outcomes(made, by="agency").filter(denominator="resolved", outcome="granted")
    # Newcombe (1998), table II, (a): 56/70 less 48/80, method 10: 0.0524 to 0.3339.
    words = profile.difference(shares, "甲局", "乙局", "en")
    assert "甲局 80.0% (56 of 70) and 乙局 60.0% (48 of 80) are +20.0 points apart" in words
    assert "(95% interval +5.2 to +33.4, Newcombe). Differences are taken before rounding" in words
    assert "by 0.1. The interval does not hold 0" in words
    assert "−20.0 points" in profile.difference(shares, "乙局", "甲局", "en")
    few = profile.difference(shares, "甲局", "丙局", "zh")
    assert "56/70" in few
    assert "%" not in few
    assert "戊局, 丁局" in profile.difference(shares, "戊局", "丁局", "en")


def test_quantities_in_yuan_are_named_in_yuan_each_by_its_own_column() -> None:
    assert quantity_label("proactive.fees.amount", "zh") == "行政事业性收费 · 本年收费金额 (元)"
    procured = "Centralized government procurement · Total amount of procurement (yuan)"
    assert quantity_label("proactive.procurement.amount", "en") == procured
    assert quantity_label("proactive.licensing.decisions", "zh") == "行政许可"
