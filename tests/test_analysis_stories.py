"""What the notebooks say of comparisons: of many cases, of few, of none, and of unknown ones."""

import re
from dataclasses import replace

import polars as pl
import pytest

import analysis
from analysis.words import stories
from tests.analysis_frames import Printed, corpus
from toolkit.form import LANGUAGES, Language


def text(markdown: str) -> str:
    return markdown.replace("\N{NO-BREAK SPACE}", " ")


def rates(enterprise: tuple[int, int], person: tuple[int, int]) -> dict[str, int]:
    """Cells of a report: applications granted and denied of both kinds of requester."""
    return {
        "granted.enterprise": enterprise[0],
        "denied_inquiry.enterprise": enterprise[1],
        "granted.natural_person": person[0],
        "denied_inquiry.natural_person": person[1],
    }


def denied(*cases: int) -> dict[str, int]:
    return dict(zip(("denied_security.total", "denied_inquiry.total"), cases, strict=True))


FEW = corpus(Printed("A", denied(1, 2)))
TORN = corpus(Printed("A", {"denied_inquiry.total": "blank"}), Printed("B", denied(3, 4)))
# Within each agency enterprises are granted more often; most of them ask where all are refused.
SIMPSON = corpus(
    Printed("open", rates((19, 1), (160, 40))), Printed("closed", rates((60, 140), (2, 18)))
)


def test_the_most_frequent_come_first_with_their_intervals() -> None:
    shares = analysis.denial_reasons(corpus(Printed("A", denied(30, 70))))
    found = stories.ranking(shares, "en")
    assert found.startswith(
        "Denials: 100. The most frequent: Matters with their own inquiry procedure 70.0%"
        " (70 of 100; 95% interval 60.4%–78.1%); next: "
    )
    assert "Never: State secrets, " in found
    alone = analysis.denial_reasons(corpus(Printed("A", denied(0, 70))))
    assert "all of one kind: Matters" in stories.ranking(alone, "en")


def test_kinds_that_are_as_frequent_are_all_the_most_frequent() -> None:
    kinds = ("security", "inquiry", "deliberative", "third_party", "state_secret")
    cells = {f"denied_{kind}.total": n for kind, n in zip(kinds, (20, 20, 20, 20, 5), strict=True)}
    found = stories.ranking(analysis.denial_reasons(corpus(Printed("A", cells))), "en")
    most, others = found.removeprefix("Denials: 85. The most frequent: ").split("; next: ")
    assert [most.count("(20 of 85; "), others.count(" of 85; ")] == [4, 1]
    alike = stories.ranking(analysis.denial_reasons(corpus(Printed("A", denied(30, 30)))), "en")
    assert alike.startswith("Denials: 60, as many of each kind that occurs: ")
    assert alike.count("50.0% (30 of 60") == 2


def test_few_cases_are_told_as_counts() -> None:
    found = stories.ranking(analysis.denial_reasons(FEW), "en")
    assert "Denials: 3, fewer than 30; so counts and no shares: Matters" in found
    assert "%" not in found


@pytest.mark.parametrize(
    ("language", "zero", "unknown"),
    [
        ("zh", "不予公开件数为 0，没有比例可言。", "（空白 1 份）。"),
        ("en", "Denials: none, so there are no shares.", "cannot be used (blank in 1)."),
    ],
)
def test_none_is_not_unknown(language: Language, zero: str, unknown: str) -> None:
    none = analysis.denial_reasons(corpus(Printed("A")))
    assert text(stories.ranking(none, language)) == zero
    torn = analysis.denial_reasons(TORN, by="agency").filter(agency="A")
    assert text(stories.ranking(torn, language)).endswith(unknown)
    empty = analysis.denial_reasons(corpus(Printed("A")))
    empty = empty.with_columns(pl.lit(None, pl.Int64).alias("n"))
    assert text(stories.ranking(empty, language)).endswith(
        ("因此没有结果。", "so there is no result.")
    )


def test_a_difference_is_told_with_its_size_and_where_it_is() -> None:
    groups = corpus(Printed("A", denied(90, 10)), Printed("B", denied(10, 90)))
    found = stories.tested(analysis.homogeneity(groups, by="agency"), "en")
    assert "2 groups with 200 cases in all differ by more than chance" in found
    assert "χ² = 128.0, df 1, p < 0.001" in found
    cells = analysis.residuals(analysis.denial_reasons(groups, by="agency"))
    assert "A, “Matters with their own inquiry procedure” 10.0% (all others: 90.0%)" in (
        stories.standing_apart(cells, "en")
    )
    alike = corpus(Printed("A", denied(50, 50)), Printed("B", denied(50, 51)))
    found = stories.tested(analysis.homogeneity(alike, by="agency"), "en")
    assert "no difference beyond chance is seen" in found
    cells = analysis.residuals(analysis.denial_reasons(alike, by="agency"))
    assert stories.standing_apart(cells, "en") == ""
    lone = corpus(Printed("A", denied(90, 10)), Printed("B", denied(1, 19)))
    cells = analysis.residuals(analysis.denial_reasons(lone, by="agency"))
    found = stories.standing_apart(cells, "en")
    # Of B's 20 denials 4.8 would be on inquiries: too few. 4.55 % of 3 cells, no share of B's 20.
    assert "Of 3 cells with enough cases, 3 lie 2 standard deviations or more" in found
    assert "chance alone would put about 0.1" in found
    assert "%" not in found
    one = stories.tested(analysis.homogeneity(FEW, by="agency"), "zh")
    assert "无从比较" in one


def test_pairs_are_told_with_their_adjustment() -> None:
    groups = corpus(
        Printed("A", denied(90, 10)), Printed("B", denied(10, 90)), Printed("C", denied(88, 12))
    )
    pairs = analysis.homogeneity(groups, by="agency", pairs=True)
    found = stories.paired(pairs, 3, "en")
    assert found.startswith("Of 3 pairs that can be compared, 2 differ after adjustment")
    assert "Of these, furthest apart: A and B (V = 0.80, adjusted p < 0.001)." in found
    tiny = pairs.with_columns(v=pl.Series([0.5, 0.99, 0.4]), p_holm=pl.Series([0.01, 0.3, 0.02]))
    found = stories.paired(tiny, 3, "en")
    assert "(V = 0.50, adjusted p = 0.010)" in found, "the 0.99 may be chance"
    assert "too many for pairs" in stories.paired(None, 400, "en")
    none = analysis.homogeneity(FEW, by="agency", pairs=True)
    assert stories.paired(none, 1, "en") == "No pair of groups can be compared."


SAME_WAY = [Printed(name, rates((5, 15), (20, 10))) for name in "ab"]


def test_simpsons_paradox_is_named() -> None:
    found = stories.odds(analysis.grant_rates(SIMPSON), "en")
    # Over all 79 of 220 against 162 of 220; within agencies 19/20 to 160/200, 60/200 to 2/20.
    assert "Commercial enterprises: odds ratio 0.201 over all, but 4.1" in found
    assert "Simpson's paradox" in found
    found = stories.odds(analysis.grant_rates(corpus(*SAME_WAY)), "en")
    # By hand: 5 * 10 / (15 * 20) within either agency, and so over all.
    assert "odds ratio 0.167 over all, 0.167 within agencies" in found
    assert "): the same way." in found
    told = stories.rates(analysis.grant_rates(SIMPSON), "en")
    assert "lower by 37.7 points" in told
    assert "Applications resolved, none: Research institutions, " in told
    unable = {"unable_not_held.research": 40, "granted.natural_person": 40}
    held = analysis.grant_rates(corpus(Printed("A", unable)), of="held")
    assert "Applications on information held, none: " in stories.rates(held, "en")


def test_a_difference_that_the_total_hides_is_told() -> None:
    # 30 of 60 of either kind, and within agencies 20 of 20 to 24 of 30, 10 of 40 to 6 of 30.
    hidden = (Printed("a", rates((20, 0), (24, 6))), Printed("b", rates((10, 30), (6, 24))))
    found = stories.odds(analysis.grant_rates(corpus(*hidden), confidence=0.5), "en")
    assert "odds ratio 1 over all, but 2.27" in found
    assert "the total hides the difference" in found


def test_a_difference_that_misses_that_of_the_printed_shares_is_explained() -> None:
    # 100 of 300 and 200 of 300: 33.3% and 66.7%, 33.3 points apart and not 33.4.
    thirds = analysis.grant_rates(corpus(Printed("A", rates((200, 100), (100, 200)))))
    found = stories.rates(thirds, "en")
    assert "Reference: Natural persons, 33.3% (100 of 300; " in found
    assert "Commercial enterprises: 66.7% (200 of 300; " in found
    assert "higher by 33.3 points" in found
    assert "taken before rounding, so one may miss that of the two printed shares by 0.1." in found
    assert "按未四舍五入的比例计算" in stories.rates(thirds, "zh")


def test_rates_of_few_are_not_compared() -> None:
    few = analysis.grant_rates(corpus(Printed("A", rates((3, 1), (20, 20)))))
    said = "Commercial enterprises: 3 of 4 (fewer than 30, so no percentage); not compared"
    assert said in stories.rates(few, "en")
    assert "Too few cases to judge: Commercial enterprises." in stories.odds(few, "en")
    small = analysis.grant_rates(corpus(Printed("A", rates((30, 10), (2, 2)))))
    found = stories.rates(small, "en")
    assert "Reference: Natural persons, 2 of 4 (fewer than 30, so no percentage)." in found
    assert "Commercial enterprises: 75.0% (30 of 40; " in found
    assert "not compared with the reference" in found
    assert "points" not in found
    assert "rounding" not in found
    assert stories.odds(small, "en") == "Too few cases to judge: Commercial enterprises."
    alike = analysis.grant_rates(corpus(Printed("A", rates((19, 21), (20, 20)))))
    assert "no difference seen (−2.5 points, 95% interval −" in stories.rates(alike, "en")
    torn = analysis.grant_rates(corpus(Printed("A", {"granted.enterprise": "blank"})))
    assert "blank in 1" in stories.rates(torn, "en")
    assert "No kind of requester" in stories.odds(torn, "en")


def test_ratios_and_what_moves_them() -> None:
    two = (
        Printed("A", {"licensing.decisions": 100, "penalties.decisions": 10}),
        Printed("B", {"licensing.decisions": 20, "compulsory_measures.decisions": 50}),
    )
    groups = corpus(
        *two,
        Printed("C"),
        Printed("D", {"penalties.decisions": "unreadable"}),
    )
    found = text(stories.ratios(analysis.enforcement(groups, by=("agency", "scope")), "en"))
    assert "A · scope unknown: penalties 10 ÷ licensing 100 = 0.100" in found
    assert "Fewer than 30 licensing decisions" in found
    assert "No licensing decision and so no ratio: C · scope unknown." in found
    assert "No number that could be used and so no ratio: D · scope unknown." in found
    parts = analysis.contributions(groups, within="scope")
    assert stories.moved(parts, "en") == (
        "- scope unknown: 3 groups together, 60 ÷ 120 = 0.500."
    ), "of two that move it, one moves it up as far as the other moves it down"
    third = Printed("C", {"licensing.decisions": 10, "penalties.decisions": 1})
    parts = analysis.contributions(corpus(*two, third), within="scope")
    # Of 61 / 130 A has 10 - 46.9 too few, B 50 - 9.4 too many, C 1 - 4.7 too few.
    assert stories.moved(parts, "en") == (
        "- scope unknown: 3 groups together, 61 ÷ 130 = 0.469. The one that moves it most is B,"
        " with 15.4% of the licensing and 82.0% of the other decisions; without it the ratio is"
        " 0.100."
    )
    assert "no pooled ratio" in stories.moved(parts.clear(), "en")
    assert "No ratio can be computed." in stories.ratios(
        analysis.enforcement(groups, by=("agency", "scope")).clear(), "en"
    )


def test_what_the_numbers_rest_on() -> None:
    every = (Printed("A", denied(1, 1), year=2023), Printed("A", year=2022))
    frames = corpus(*every, Printed("<b>", {"denied_inquiry.total": "absent"}, year=None))
    by_report = analysis.denial_reasons(frames, by=("agency", "year"))
    found = text(stories.rests(by_report, "en", strict=True))
    assert found.startswith("The numbers rest on 2 reports (2022–2023). Reports under one name")
    assert "under one name" not in stories.rests(by_report.filter(year=2023), "en")
    namesakes = replace(frames, reports=frames.reports.with_columns(year=pl.lit(2022, pl.Int32)))
    by_report = analysis.denial_reasons(namesakes, by=("agency", "year"))
    assert "several agencies of one name" in stories.rests(by_report, "en")
    by_report = analysis.denial_reasons(frames, by=("agency", "year"))
    assert "Only reports in which every identity of these numbers holds" in found
    assert (
        "Left out for want of a number: 1, namely &#60;b&#62; year unknown (absent from 1)."
        in found
    )
    assert stories.rests(by_report.clear(), "zh") == "没有一份报告可用。"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", ["denial_reasons", "requesters", "enforcement"])
def test_a_notebook_tells_what_it_can_and_cannot_say(story: str, language: Language) -> None:
    reports = FEW.reports
    assert re.fullmatch(r"# \w[^\n]+", stories.title(story, reports, language))
    assert "\n\n" in stories.title(story, reports.clear(), language)
    assert stories.about(story, language).count("**") == 6
    assert stories.advice(story, language).count("\n- ") >= 4
