"""Sentences: what they say of few cases, of none, of unknown ones, and of hostile text."""

import csv
import re
from dataclasses import replace
from html import unescape
from io import StringIO
from pathlib import Path

import mistune
import polars as pl
import pytest

import analysis
from analysis import figures, selection
from analysis.wording import Count, Value, plain
from analysis.words import (
    answers,
    comparison,
    evidence,
    ledger,
    overview,
    profile,
    prose,
    state,
    trends,
)
from analysis.words.markdown import Markdown, anchor, fill, safe, table
from tests.analysis_frames import TYPES, Frames, Printed, corpus, wide
from toolkit.corpus import Corpus
from toolkit.errors import ParameterError
from toolkit.form import LANGUAGES, Language
from toolkit.schema import STATE


def text(markdown: str) -> str:
    """What a reader sees of prose: no link, plain spaces."""
    return re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", markdown).replace("\N{NO-BREAK SPACE}", " ")


def chosen(*printed: Printed) -> selection.Selection:
    return selection.only(with_challenges(corpus(*printed)), year=2022)


def with_challenges(frames: Frames) -> Frames:
    reports = frames.reports.with_columns(
        source="reports/" + pl.col("report_id") + ".txt", sha256=pl.col("report_id")
    )
    return replace(frames, reports=reports)


MANY = Printed(
    "A",
    {
        "received.natural_person": 30,
        "received.enterprise": 10,
        "received.total": 40,
        "granted.total": 30,
        "denied_inquiry.total": 4,
        "unable_not_held.total": 6,
        "resolved.total": 40,
        "licensing.decisions": 200,
        "penalties.decisions": 3,
        "compulsory_measures.decisions": 1,
    },
)
FEW = Printed("B", {"received.natural_person": 2, "received.total": 2})


@pytest.mark.parametrize(("n", "said"), [(0, "0 cases"), (1, "1 case"), (1234, "1,234 cases")])
def test_a_count_has_separators_and_its_noun(n: int, said: str) -> None:
    assert f"{Count(n):case|cases}" == said


HOSTILE = {
    "<script>alert(1)</script>": r"[<>(/]",
    "{{7*7}}": r"[{*}]",
    "[a](javascript:x)": r"[\[(:]",
    "a|b": r"\|",
    "`x` *y* _z_ #h ![i](u)": r"[`*_!\[]",
    "https://example.org": r"[:/]",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_of_a_document_keeps_no_mark(hostile: str) -> None:
    escaped = re.sub(r"&#\d+;", "", safe(hostile))
    assert not re.search(HOSTILE[hostile], escaped)
    for made in (fill("{name}", {"name": hostile}), table([{"a": hostile}], {"a": "A"})):
        assert safe(hostile) in made


@pytest.mark.parametrize(
    "hostile", [*HOSTILE, "$$x$$ \\(y\\)", "1. a", "甲" * 79, "&amp; &#60;b&#62;"]
)
def test_an_agency_is_shown_as_it_is_called(hostile: str) -> None:
    one = chosen(replace(MANY, agency=hostile))
    said = overview.agencies(one, analysis.outcomes(one, by="agency"), "en")
    said += "\n\n" + answers.enforcement(analysis.enforcement_to_licensing(one, by="agency"), "en")
    said += "\n\n" + overview.year(
        chosen(replace(MANY, agency=hostile), FEW),
        analysis.requester_mix(one),
        analysis.outcomes(one),
        "en",
        year=2022,
    )
    html = str(mistune.html(said))
    tags = set(re.findall(r"<(\w+)", html))
    assert tags <= {"table", "thead", "tbody", "tr", "th", "td", "p", "ul", "li", "span", "a"}
    assert all(link.startswith("#e-") for link in re.findall(r'href="([^"]*)', html))
    assert unescape(re.sub(r"<[^>]*>", "", html)).count(hostile) == 3


def test_marks_of_formulas_stand_alone_in_an_element() -> None:
    assert safe("$$x$$") == "<span>&#36;</span>" * 2 + "x" + "<span>&#36;</span>" * 2
    assert safe("\\(x") == "<span>&#92;</span>&#40;x"


def test_text_is_one_line_without_control_and_not_endless() -> None:
    assert plain("a\nb\t c\x00\u202e\u200bd") == "a b cd"
    assert plain(None) == ""
    assert plain("x" * 10_000) == "x" * 79 + "…"


def test_prose_of_ours_is_not_escaped_twice() -> None:
    assert fill("{a}", {"a": Markdown("**b**")}) == "**b**"


def test_a_table_sets_numbers_right_and_dashes_what_is_not_known() -> None:
    lines = [{"who": "x", "n": 1234}, {"who": None, "n": None}]
    assert table(lines, {"who": "Who", "n": "N"}).splitlines() == [
        "| Who | N |",
        "| :--- | ---: |",
        "| x | 1,234 |",
        "| — | — |",
    ]
    ours = [{"a": Markdown("−1.5%"), "b": "+1"}, {"a": Markdown(""), "b": -2}]
    assert table(ours, {"a": "A", "b": "B"}).splitlines() == [
        "| A | B |",
        "| ---: | :--- |",
        "| −1.5% | &#43;1 |",
        "| — | −2 |",
    ]


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (0.0, "ratio", "0"),
        (0.09032, "ratio", "0.0903"),
        (0.0001594, "ratio", "0.000159"),
        (12.345, "ratio", "12.3"),
        (1234.5, "ratio", "1,234"),
        (0.95, "level", "95%"),
        (0.999, "level", "99.9%"),
        (0.4741, "%", "47.4%"),
        (0.971, "change", "−2.9%"),
        (1.25, "change", "+25.0%"),
        (-0.0412, "points", "−4.1"),
        (0.0004, "p", "< 0.001"),
        (0.0123, "p", "= 0.012"),
        (-3.0, "+,.0f", "−3"),
    ],
)
def test_a_number_is_printed_as_the_sentence_says(value: float, kind: str, said: str) -> None:
    assert f"{Value(value):{kind}}" == said


def test_a_number_that_is_not_known_is_a_dash() -> None:
    assert (
        fill("{a:%} {b:case|cases} {year}", {"a": None, "b": None, "year": 2022})
        == "— — cases 2022"
    )


def test_requesters() -> None:
    said = text(answers.requesters(analysis.requester_mix(chosen(MANY)), "en"))
    assert "add up to 40 applications received: 30 from natural persons, 10 from commer" in said
    assert "75.0% (30 of 40; 95% interval 59.8%–85.8%)" in said


def test_few_cases_are_told_as_counts() -> None:
    few = chosen(FEW)
    said = text(answers.requesters(analysis.requester_mix(few), "en"))
    assert "Natural persons account for 2 of 2 (fewer than 30, so no percentage)." in said
    assert "%" not in said
    year = text(
        overview.year(few, analysis.requester_mix(few), analysis.outcomes(few), "en", year=2022)
    )
    assert "natural persons made 2 of 2 (fewer than 30, so no percentage)." in year
    assert "%" not in year


def test_none_and_not_known_are_not_the_same() -> None:
    zero = analysis.requester_mix(chosen(Printed("A")))
    lost = analysis.requester_mix(chosen(Printed("A", {"received.enterprise": "blank"})))
    assert answers.requesters(zero, "en") == "Applications received: none, so there are no shares."
    assert text(answers.requesters(lost, "en")) == (
        "No report has every number that is needed, so there is no result."
        " 1 report is left out, for a number is missing or cannot be used (blank in 1)."
    )


def test_outcomes_name_three_denominators() -> None:
    said = answers.outcomes(analysis.outcomes(chosen(MANY)), "zh")
    assert "占全部办结申请 75.0%（30/40；" in text(said)
    assert "占涉及本机关掌握的信息的申请 88.2%（30/34；" in text(said)


def test_of_three_denominators_only_the_small_one_is_told_as_counts() -> None:
    mixed = Printed("A", {"granted.total": 15, "unable_not_held.total": 20, "resolved.total": 35})
    said = text(answers.outcomes(analysis.outcomes(chosen(mixed)), "en"))
    assert "42.9% (15 of 35; 95% interval" in said
    assert "15 of 15 (fewer than 30, so no percentage) of those on information" in said
    assert "in all, no percentages" not in said


def block(total: int | str, **results: int) -> dict[str, int | str]:
    cells = {f"reconsideration.{code}": n for code, n in results.items()}
    return {**cells, "reconsideration.total": total}


def test_disputes_say_on_which_reports_they_rest_and_where_totals_are_no_sums() -> None:
    absent = {
        f"{item}.{column}": "absent"
        for item in evidence.DISPUTES
        for column in ("upheld", "corrected", "other", "pending", "total")
    }
    some = chosen(
        Printed("A", block(3, upheld=3)),
        Printed("B", block("blank", pending=1)),
        Printed("C", absent),
    )
    said = text(answers.disputes(some, "en"))
    assert "Administrative reconsideration: 3 (3 upheld, 1 pending). Litigation" in said
    assert "without prior reconsideration: 0. Litigation" in said
    reports = "From 2 reports. 1 of them lacks some of these numbers. 1 further report has none"
    assert reports in said
    assert "not the sum" not in said
    said = text(answers.disputes(chosen(Printed("A", block(0, upheld=3))), "en"))
    assert "Administrative reconsideration: 0 (3 upheld)." in said
    assert "not the sum of their results: Administrative reconsideration (see" in said
    said = text(answers.disputes(chosen(Printed("A", block(5))), "en"))
    assert "Administrative reconsideration: 5. Litigation" in said


def test_that_one_agency_has_most_of_the_disputes_is_told() -> None:
    many = Printed("A", {**block(4, upheld=4), "litigation_direct.total": 5})
    torn = Printed("B", block("blank", pending=90))  # 9 of what is known in all three: of A and C
    some = chosen(many, torn, Printed("C", block(8, upheld=8)))
    written = answers.disputes(some, "en")
    said = "In 2 reports with all three totals there are 17 together, 9 of them of A alone: the"
    assert said in text(written)
    assert answers.embroiled(some) == {"A": 9}
    behind = [*evidence.figures(some), *evidence.disputes(some, ["A"])]
    listed = ledger.listing(behind, some, language="en")
    links = set(re.findall(r"\(#(e-disputes[^)]*)\)", written))
    assert len(links) == 3
    assert links <= set(re.findall(r'id="(e-[^"]*)"', listed))
    assert "used.disputes = 1" in listed
    even = chosen(Printed("A", block(8)), Printed("C", block(8)))
    assert answers.embroiled(even) == {}
    assert evidence.disputes(even, []) == []
    assert "alone" not in answers.disputes(even, "en")


def test_agencies_of_one_name_are_told_apart_and_not_added_up() -> None:
    frames = with_challenges(corpus(MANY, replace(MANY, year=2021), FEW))
    reports = frames.reports.with_columns(year=pl.lit(2022, pl.Int32), agency=pl.lit("A"))
    places = pl.Series(["P", "P", "Q"])
    for known, names in (
        (reports, ["A (1)", "A (2)", "A (3)"]),
        (reports.with_columns(province=places), ["A (1)", "A (2)", "A (3)"]),
        (
            reports.with_columns(province=places, prefecture=pl.Series(["R", "S", None])),
            ["A (PR)", "A (PS)", "A (Q)"],
        ),
        (reports.with_columns(agency=pl.Series(["A", None, "A"])), ["A (1)", None, "A (2)"]),
        (reports.with_columns(agency=pl.Series(["A", "B", None])), ["A", "B", None]),
        # Two chunks, of which the namesakes have none of the first.
        (
            pl.concat([reports[:1].with_columns(agency=pl.lit("B")), reports[1:]], rechunk=False),
            ["B", "A (1)", "A (2)"],
        ),
    ):
        for one in (replace(frames, reports=known), wide(replace(frames, reports=known))):
            found = selection.only(one, year=2022)
            told = selection.apart(found)
            assert told.reports["agency"].to_list() == names
            by_agency = analysis.outcomes(told, by="agency")
            assert set(by_agency["agency"]) == set(names)
    alone = reports.with_columns(agency=pl.Series(["A", "B", "A"]), standing=pl.lit("counts"))
    single = selection.single(selection.only(replace(frames, reports=alone)))
    assert single.reports["agency"].to_list() == ["B"]
    years = alone.with_columns(year=pl.Series([2022, 2022, 2021], dtype=pl.Int32))
    single = selection.single(selection.only(replace(frames, reports=years)))
    assert single.reports["agency"].to_list() == ["A", "B", "A"]
    said = text(overview.agencies(told, by_agency, "en", namesakes=2))
    assert "2 reports bear a name that another report bears, too" in said


def test_reasons_of_few_denials_and_of_all_grounds() -> None:
    one = chosen(MANY)
    denied, grounds = (analysis.denial_reasons(one, of=g, min_n=10) for g in ("denied", "grounds"))
    said = text(answers.reasons(denied, grounds, analysis.denial_reasons(one, by="agency"), "zh"))
    assert "不予公开 4 件，理由为：属于行政查询事项（4 件）。" in said
    assert "1 份所需数字齐全的报告共 10 件，其中最多的是“本机关不掌握相关政府信息”" in said
    assert "：60.0%（6/10；" in said


def test_of_grounds_that_are_equally_frequent_none_is_told_to_be_the_most() -> None:
    alike = Printed(
        "A",
        {"denied_third_party.total": 20, "denied_inquiry.total": 20, "unable_not_held.total": 1},
    )
    torn = Printed("B", {"denied_inquiry.total": 5, "unable_unclear.total": "blank"})
    one = chosen(alike, torn)
    denied, grounds = (analysis.denial_reasons(one, of=g) for g in ("denied", "grounds"))
    by_agency = analysis.denial_reasons(one, by="agency")
    written = answers.reasons(denied, grounds, by_agency, "en")
    said = text(written)
    assert "ground is “Third&#45;party rights”, “Matters with their own inquiry procedure”: 48" in (
        said
    )
    assert "45 applications were denied" in said
    assert "Of these, A alone denied 40: the grounds mostly describe this one agency." in said
    assert answers.foremost(by_agency) == {"A": 40}
    assert answers.foremost(by_agency.filter(agency="A")) == {}, "of one agency that is plain"
    assert answers.foremost(by_agency.with_columns(n=pl.lit(9))) == {}, "half is not most"
    alone = by_agency.with_columns(n=pl.when(pl.col("agency") == "A").then("n"))
    assert answers.foremost(alone) == {}, "of the others nothing is known"
    # Torn has 5 denials and lacks another ground: the 41 are of A alone, and no sum with the 45.
    assert "In 2 reports with every number needed, 45 applications were denied" in said
    assert "In 1 report with every number needed, 41 applications were denied, could" in said
    assert "A further 1 report is left out, for a number is missing" in said
    listed = ledger.listing(evidence.figures(one, agencies=["A"]), one, language="en")
    links = re.findall(r"\(#(e-(?:grounds|denied-denied)[^)]*)\)", written)
    assert anchor("denied", "denied", "A") in links
    assert set(links) <= set(re.findall(r'id="(e-[^"]*)"', listed))


def test_numbers_that_contradict_each_other_are_told_wherever_they_are_given() -> None:
    wrong = replace(MANY, agency="W", fails=["outcomes.total"])
    both = chosen(MANY, wrong)
    assert "In 1 report among those used, numbers contradict each other" in year_of(both)
    table_ = overview.agencies(both, analysis.outcomes(both, by="agency"), "en")
    assert "Numbers of these agencies contradict each other" in table_
    assert table_.endswith(": W.")
    assert "contradict" not in year_of(chosen(MANY))
    last = replace(wrong, year=2021)
    frames = selection.between(with_challenges(corpus(replace(MANY, agency="W"), last)), 2021, 2022)
    found = comparison.since_last_year(frames, 2022, confidence=0.95, strict=False)
    said = comparison.change(found, "en", year=2022, min_n=30)
    assert "1 agency reports such numbers that contradict each other" in said


def test_a_report_that_has_most_is_named_and_one_that_has_half_is_not() -> None:
    one, other = (Printed(name, {"received.total": n}) for name, n in (("A", 41), ("B", 40)))
    said = year_of(chosen(one, other))
    assert "One report, that of A, accounts for 41 of the 81 received" in said
    assert "One report" not in year_of(chosen(other, replace(other, agency="C")))
    assert "One report" not in year_of(chosen(one)), "of one report that is plain"


def test_disputes_rest_on_each_report_once() -> None:
    (told,) = (
        figure
        for figure in evidence.figures(chosen(MANY, FEW))
        if (figure.basis, figure.name) == ("challenges", "reports")
    )
    assert told.value == 2


def test_cases_that_no_share_has_are_told() -> None:
    cells = {**MANY.cells, "unable_unclear.total": "unreadable", "resolved.total": 700}
    torn = Printed("torn", {**cells, "received.research": "blank", "received.total": 41})
    said = year_of(chosen(MANY, torn))
    assert "Of those received, 41 are in reports that lack one of these numbers, and not" in said
    assert "Of those resolved, 700 are in reports that lack one of these numbers" in said
    assert "not in this share" not in year_of(chosen(MANY))
    lost = Printed("lost", {**torn.cells, "resolved.total": "blank", "received.total": "blank"})
    assert "not in this share" not in year_of(chosen(MANY, lost)), "how many is not known"
    assert "not in this share" not in year_of(chosen(torn)), "there is no share"
    wrong = replace(MANY, agency="W", fails=["outcomes.total"])
    some = chosen(MANY, torn, wrong)
    mix, results = analysis.requester_mix(some), analysis.outcomes(some)
    sound = analysis.outcomes(some, strict=True)
    said = text(overview.year(some, mix, results, "en", year=2022, sound=sound))
    assert said.index("not in this share") < said.index("Where every identity")


def test_what_a_region_has_already_is_told() -> None:
    one = chosen(MANY)
    mix, results = analysis.requester_mix(one), analysis.outcomes(one)
    said = text(overview.year(one, mix, results, "en", year=2022, included=2))
    assert "the same cases, 2 further reports are left out of the totals" in said
    everything = with_challenges(corpus(MANY, replace(MANY, year=2021), FEW))
    twice = replace(
        everything,
        reports=pl.concat(
            [everything.reports, everything.reports[:1].with_columns(report_id=pl.lit("own"))]
        ),
    )
    none = pl.DataFrame(schema={"source": pl.String, "message": pl.String})
    looked = Corpus(twice.reports, *6 * (none,))
    used = everything.reports.filter(year=2022)
    said = text(state.documents(looked, used, "en", 2022))
    assert "the same agency's report on its region contains the same cases: 1 (A)." in said
    assert "within its scope" not in said
    assert "1 is within its scope" in text(state.documents(looked, used[:1], "en", 2022))


def test_an_agency_that_was_not_identified_is_not_counted_as_one() -> None:
    one = chosen(FEW, MANY, replace(MANY, agency="C"))
    hidden = one.reports.with_columns(agency=pl.when(agency="B").then("agency"))
    one = replace(one, reports=hidden)
    assert text(overview.subtitle(hidden, "en")) == "3 annual reports by 1 agency"
    assert "2 reports are of an agency that was not identified" in year_of(one)


def test_enforcement_and_why_there_is_no_ratio() -> None:
    three = chosen(MANY, FEW, Printed("C", {"licensing.decisions": "absent"}))
    said = text(answers.enforcement(analysis.enforcement_to_licensing(three, by="agency"), "en"))
    assert "A: 4 penalties and compulsory measures ÷ 200 licensing decisions = 0.0200" in said
    assert "No licensing decision and so no ratio: B." in said
    assert "No number that could be used and so no ratio: C." in said
    assert "Fewer than" not in said
    pooled = text(answers.enforcement(analysis.enforcement_to_licensing(three), "en"))
    assert "2 reports together: 4 penalties and compulsory measures ÷ 200" in pooled
    assert "A further 1 report is left out" in pooled
    each = analysis.enforcement_to_licensing(three, by="agency")
    pooled = answers.enforcement(analysis.enforcement_to_licensing(three), "en", by_agency=each)
    heavy = "Of these, A alone has 200 licensing decisions and 4 penalties and compulsory measures"
    assert heavy in text(pooled)
    assert anchor("enforcement", "licensing", "A") in pooled
    even = chosen(MANY, replace(MANY, agency="B"))
    each, ratio = (analysis.enforcement_to_licensing(even, by=by) for by in ("agency", ()))
    assert "alone has" not in answers.enforcement(ratio, "en", by_agency=each)
    reports = three.reports.with_columns(scope=pl.Series(["region", "own", None]))
    scoped = replace(three, reports=reports)
    ratios = analysis.enforcement_to_licensing(scoped, by=("agency", "scope"))
    said = text(answers.enforcement(ratios, "en"))
    assert "A · whole region: 4 penalties" in said
    assert "so no ratio: B · agency alone." in said
    twice = ratios.with_columns(agency=pl.lit("A"))
    assert "A · whole region: 4 penalties" in answers.enforcement(twice, "en"), "and no link"
    few = chosen(Printed("A", {"licensing.decisions": 3, "penalties.decisions": 7}))
    said = text(answers.enforcement(analysis.enforcement_to_licensing(few, by="agency"), "en"))
    assert "Fewer than 30 licensing decisions: not to be leant on." in said


def test_the_year_names_the_report_that_makes_the_total() -> None:
    both = chosen(MANY, FEW)
    shares = analysis.requester_mix(both), analysis.outcomes(both)
    assert "42 件新收申请中，仅A一份报告就占 40 件：合计数" in text(
        overview.year(both, *shares, "zh", year=2022)
    )
    alone = chosen(MANY)
    assert "一份报告" not in overview.year(alone, *shares, "zh", year=2022)


def test_a_total_says_which_reports_it_lacks() -> None:
    both = chosen(MANY, Printed("B", {"received.total": "unreadable"}))
    shares = analysis.requester_mix(both), analysis.outcomes(both)
    said = text(overview.year(both, *shares, "en", year=2022))
    assert "received 40 applications" in said
    assert "not in its total: Received &#40;part 1&#41;: 1 report" in said


def test_only_takes_the_year_and_nothing_unknown() -> None:
    frames = with_challenges(
        corpus(MANY, replace(FEW, year=2021), replace(FEW, agency="C", year=None))
    )
    kept = selection.only(frames, year=2022)
    assert kept.reports["agency"].to_list() == ["A"]
    assert set(kept.cells.lazy().collect()["report_id"]) == {"A-2022"}
    assert set(kept.checks.lazy().collect()["report_id"]) == {"A-2022"}
    with pytest.raises(ParameterError, match="no column 'yaer'"):
        selection.only(frames, yaer=2022)
    with pytest.raises(ParameterError, match="year: expected a number such as 2022, found '2022'"):
        selection.only(frames, year="2022")
    with pytest.raises(ParameterError, match="last: expected whole number, found '2022'"):
        selection.between(frames, 0, "2022")  # type: ignore[arg-type]


def test_what_no_report_has_is_refused_with_what_there_is() -> None:
    frames = with_challenges(
        corpus(MANY, replace(FEW, agency="C", year=2024), replace(FEW, agency="D", year=None))
    )
    with pytest.raises(ParameterError, match=r"^year: no report has 202; there are 2022, 2024$"):
        selection.only(frames, year=202)
    with pytest.raises(ParameterError, match=r"^agency: no report has 'c'; there are A, C, D$"):
        selection.only(frames, agency="c")
    # C has reports, but none on 2022: its brief on that year would be empty.
    with pytest.raises(ParameterError, match=r"no report with year 2022 has 'C'; there are A$"):
        selection.only(frames, year=2022, agency="C")
    with pytest.raises(ParameterError, match=r"no report is on 2030 to …; there are 2022, 2024$"):
        selection.between(frames, 2030)
    assert selection.between(frames, 0, 2023).reports["agency"].to_list() == ["A"]
    nothing = with_challenges(corpus())
    assert selection.only(nothing, year=202).reports.is_empty()
    assert selection.between(nothing, 2030).reports.is_empty()


def test_of_many_values_those_like_the_one_that_no_report_has_are_named() -> None:
    many = corpus(
        *(replace(FEW, agency=f"{n}局") for n in range(30)), replace(FEW, agency="甲县乙局")
    )
    with pytest.raises(ParameterError, match="has '甲县丙局'; there are among others 甲县乙局"):
        selection.only(many, agency="甲县丙局")


def test_a_group_has_its_column() -> None:
    assert selection.group("", "") == {}
    assert selection.group("agency", "C") == {"agency": "C"}
    # A group without its column would be left out in silence, and all reports taken for it.
    with pytest.raises(ParameterError, match="by: name the column that has the group 'C'"):
        selection.group("", "C")


def test_words_refuse_a_language_and_a_quantity_that_are_none() -> None:
    with pytest.raises(ParameterError, match="language: expected 'zh' or 'en', found 'cn'"):
        prose.Words("cn").say("nothing", year="2022")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="the form has no 'received'; write table"):
        trends.title("received", "en")
    with pytest.raises(ParameterError, match=r"same: expected .* or 'level' or .*, found 'levl'"):
        profile.settled(corpus(MANY).reports, ["levl"])


def test_counts_leave_out_only_what_lacks_the_number() -> None:
    both = chosen(MANY, Printed("B", {"received.total": "blank", "resolved.total": 5}))
    said = year_of(both)
    assert "In 2022, as far as their reports tell, 2 agencies received 40 applications" in said
    assert "45 were resolved" in said
    assert "In 2022, 1 agency received 40 applications" in year_of(chosen(MANY))
    assert "not in its total: Received &#40;part 1&#41;: 1 report." in said
    lost = year_of(chosen(Printed("B", {"received.total": "blank"})))
    assert "received —, carried in 0, resolved 0" in lost
    assert "not in its total: Received &#40;part 1&#41;: 1 report." in lost


def year_of(corpus: selection.Selection) -> str:
    mix, results = analysis.requester_mix(corpus), analysis.outcomes(corpus)
    return text(overview.year(corpus, mix, results, "en", year=2022))


def test_parts_that_add_up_to_another_number_than_is_printed_are_told() -> None:
    # Received 40, by kind 30 + 10; resolved 40, by outcome 30 + 4 + 6.
    assert "adds up to another number" not in year_of(chosen(MANY))
    wrong = replace(MANY, cells={**MANY.cells, "resolved.total": 4})
    said = year_of(chosen(wrong))
    assert "By outcome, what was resolved adds up to another number than the totals" in said
    assert "By kind of requester" not in said
    both = chosen(replace(wrong, fails=["outcomes.total"]), replace(MANY, agency="B"))
    mix, results, sound = (
        analysis.requester_mix(both),
        analysis.outcomes(both),
        analysis.outcomes(both, strict=True),
    )
    told = text(overview.year(both, mix, results, "en", year=2022, sound=sound))
    assert "granted in full: 75.0% (60 of 80; " in told
    assert "Where every identity of the outcomes holds (1 report), 75.0% (30 of 40; " in told
    wrong = replace(MANY, cells={**MANY.cells, "received.total": 4})
    assert "By kind of requester, what was received adds up to another" in year_of(chosen(wrong))


def test_cells_without_a_number_and_identities_that_fail() -> None:
    one = chosen(
        Printed("A", {"received.total": "blank"}, fails=["flow.total"], unknown=["outcomes.total"])
    )
    missing = state.without_number(one, one.reports)
    assert missing.select("agency", "item", "state", "columns", "n").rows() == [
        ("A", "received", "blank", ["total"], 1)
    ]
    assert "200 个表格单元：已填报 199 个、空白 1 个" in text(state.cells(one, "zh"))
    said = text(state.identities(one, "en"))
    assert "37 hold, 1 fails and 1 cannot be decided" in said
    assert "| A | received &#43; carried in" in said


def test_of_several_years_each_line_has_its_own() -> None:
    wrong = Printed("A", {"received.total": "blank"}, fails=["flow.total"])
    two = selection.only(corpus(wrong, replace(wrong, year=None)))
    assert "| A | 2022 | received &#43; carried in" in text(state.identities(two, "en"))
    assert "| A | — | received &#43; carried in" in text(state.identities(two, "en"))
    assert "| A | 2022 | Received &#40;part 1&#41; |" in text(state.cells(two, "en"))
    noted = two.reports.with_columns(notes=pl.lit(["something"], pl.List(pl.String)))
    assert "| A | 2022 | something |" in state.notes(noted, "en")
    nameless = noted.with_columns(agency=pl.lit(None, pl.String))
    assert "| — | 2022 | something |" in state.notes(nameless, "en")


def test_a_whole_row_and_a_whole_table_are_one_line_each() -> None:
    one = chosen(Printed("A", {f"received.{c}": "absent" for c in (*TYPES, "total")}))
    cells = one.cells.lazy().collect()
    of_two = pl.col("table") == "proactive"
    lost = cells.with_columns(
        pl.when(of_two).then(pl.lit("blank", STATE)).otherwise("state").alias("state"),
        pl.when(~of_two).then("value").alias("value"),
    )
    found = state.without_number(replace(one, cells=lost), one.reports)
    assert found.select("table", "item", "state", "columns", "n").rows() == [
        ("proactive", None, "blank", None, 10),
        ("applications", "received", "absent", None, 7),
    ]
    said = text(state.cells(replace(one, cells=lost), "en"))
    assert "| A | Proactive disclosure | whole table | blank | 10 |" in said
    assert "| A | Received &#40;part 1&#41; | whole row | absent | 7 |" in said


def test_of_many_reports_that_lack_a_number_the_rest_are_counted() -> None:
    many = chosen(*(Printed(f"agency {n}", {"received.total": "blank"}) for n in range(14)))
    said = text(state.cells(many, "en"))
    assert "| agency 11 |" in said
    assert said.endswith("2 further reports have cells without a number and are not shown.")


def test_no_folder_of_the_reader_is_told() -> None:
    paths = pl.Series(["/home/me/x/1.txt", "/home/me/x/sub/2.txt"])
    assert state.short_sources(paths).to_list() == ["1.txt", "sub/2.txt"]
    assert state.short_sources(pl.Series([], dtype=pl.String)).to_list() == []


def test_a_folder_behind_a_link_does_not_tell_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "home" / "mine").mkdir(parents=True)
    (tmp_path / "reports").symlink_to(tmp_path / "home" / "mine")
    paths = pl.Series([f"{tmp_path}/reports/{n}.txt" for n in (1, 2)])
    assert state.short_sources(paths).to_list() == ["1.txt", "2.txt"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_in_numbers_of_an_empty_corpus(language: Language) -> None:
    none = chosen()
    mix, results = analysis.requester_mix(none), analysis.outcomes(none)
    by_agency = analysis.outcomes(none, by="agency")
    said = [
        answers.requesters(mix, language),
        answers.outcomes(results, language),
        answers.enforcement(analysis.enforcement_to_licensing(none, by="agency"), language),
        answers.disputes(none, language),
        overview.agencies(none, by_agency, language),
        state.cells(none, language),
        state.identities(none, language),
        ledger.listing(evidence.figures(none), none, language=language),
    ]
    assert not re.search(r"\d", " ".join(said))


BLANK = Printed("C", {"received.total": 7, "granted.total": "blank", "denied_inquiry.total": 5})


def brief(*printed: Printed, language: Language = "en") -> tuple[str, str, list[dict[str, str]]]:
    """What a brief says in numbers, its list of evidence, and the CSV."""
    one = chosen(*printed)
    mix, results = analysis.requester_mix(one), analysis.outcomes(one)
    found = evidence.figures(one, agencies=overview.busiest(one))
    said = [
        overview.year(one, mix, results, language, year=2022),
        answers.requesters(mix, language),
        answers.outcomes(results, language),
        overview.agencies(one, analysis.outcomes(one, by="agency"), language),
        answers.reasons(
            analysis.denial_reasons(one),
            analysis.denial_reasons(one, of="grounds"),
            analysis.denial_reasons(one, by="agency"),
            language,
        ),
        answers.enforcement(analysis.enforcement_to_licensing(one, by="agency"), language),
        answers.enforcement(analysis.enforcement_to_licensing(one), language),
        answers.disputes(one, language),
    ]
    listed = ledger.listing(found, one, language=language)
    rows = list(csv.DictReader(StringIO(evidence.cells_csv(found, one))))
    return "\n".join(said), listed, rows


def added_up(formula: str, rows: list[dict[str, str]]) -> int:
    """What a sceptic with a spreadsheet gets for a formula of the list."""
    columns, _, flag = formula.partition(", ")
    name = re.sub(r"[(](.*)[)]", lambda m: f"({m[1].replace(' + ', '|')})", columns)
    pattern = re.compile(name.replace(".", "[.]").replace("*", "\\w+"))
    used = [row for row in rows if not flag or row[flag.removesuffix(" = 1")] == "1"]
    cells = [row[column] for row in used for column in row if pattern.fullmatch(column)]
    return sum(int(cell) for cell in cells if cell.isdecimal())


def unlinked(said: str) -> set[str]:
    """Numbers of a text that link to nothing."""
    return set(re.findall(r"\d[\d,.]*%?", unescape(re.sub(r"\[[^]]*\]\(#[^)]*\)", "", said))))


def test_no_number_stands_without_its_evidence() -> None:
    said, listed, _ = brief(MANY, FEW, BLANK)
    # The year, the level of the intervals, and how few are few.
    assert unlinked(said) == {"2022,", "95%", "30,"}
    ids = re.findall(r'id="(e-[^"]*)"', listed)
    assert set(re.findall(r"\(#([^)]*)", said)) <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_number_links_to_evidence_that_adds_up_to_it() -> None:
    said, listed, rows = brief(MANY, FEW, BLANK)
    links = re.findall(r"\[([\d,]+)\]\(#(e-[^)]*)\)", said)
    assert len(links) > 50
    lines = dict(re.findall(r'<a id="(e-[^"]*)"></a>(.*)', listed))
    for number, to in links:
        if to.endswith("-reports"):  # a number of reports, or of those that are not among them
            continue
        assert f" **{number}**: " in lines[to]
        if formula := re.search("`Σ (.*)`", lines[to]):
            assert added_up(formula[1], rows) == int(number.replace(",", "")), to


def test_evidence_shows_the_cells_as_printed_with_their_place() -> None:
    one = chosen(MANY, FEW)
    cells = one.cells.lazy().with_columns(
        raw=pl.concat_str(pl.lit("[") + pl.col("value").cast(pl.String) + "]"),
        locator=pl.lit("table 2, row 3, column 4"),
    )
    listed = ledger.listing(
        evidence.figures(one, agencies=["B"]), replace(one, cells=cells), language="en"
    )
    everyone, of_b = (unescape(part) for part in listed.split("### B"))
    place = "(table 2, row 3, column 4)"
    received = (
        f" **42**: R1 “[40]” {place}, R2 “[2]” {place}."
        " `Σ applications.received.total, used.once = 1`"
    )
    assert received in everyone
    assert f" **2**: “[2]” {place}. `applications.received.total`\n" in of_b
    assert "Denied **0**: 8 cells of 0. `applications.denied_*.total`\n" in of_b


def test_what_the_state_of_the_data_says_leads_to_documents_and_cells() -> None:
    wrong = Printed(
        "A",
        {"received.natural_person": 2, "received.total": 3, "granted.total": "blank"},
        fails=["requesters.received"],
    )
    one = chosen(wrong)
    sides = {name: pl.lit(n, pl.Int64) for name, n in (("lhs", 2), ("rhs", 3), ("delta", -1))}
    said = {"raw": pl.col("value").cast(pl.String), "locator": pl.lit("line 3")}
    checks, cells = one.checks.lazy(), one.cells.lazy()
    one = replace(one, checks=checks.with_columns(**sides), cells=cells.with_columns(**said))
    listed = ledger.listing(evidence.figures(one), one, language="en")
    lacking = state.cells(one, "en")
    assert "| [1](#e-report-A-2022) |" in lacking
    assert '<a id="e-report-A-2022"></a>R1 A, 2022' in listed
    failing = state.identities(one, "en")
    (to,) = set(re.findall(r"\]\(#(e-check[^)]*)\)", failing))
    (line,) = (line for line in listed.splitlines() if to in line)
    assert "requesters add up to the total, Received" in line
    assert "2 ≠ 3: R1, Natural persons “2” (line 3), " in line
    assert line.endswith("Total “3” (line 3)")


def test_of_many_reports_only_the_formula_is_listed() -> None:
    many = [Printed(f"agency {n}", {"received.total": n}) for n in range(100)]
    said, listed, rows = brief(*many)
    assert len(rows) == 100
    assert len(listed.splitlines()) < 300
    lacking = (
        "in [cells.csv](cells.csv). `Σ applications.received.total, used.once = 1` (100 reports)"
    )
    assert f" **4,950**: {lacking}\n" in listed
    assert set(re.findall(r"\(#(e-[^)]*)\)", said)) <= set(re.findall(r'id="(e-[^"]*)"', listed))


def test_the_csv_runs_nothing_and_has_states_for_missing_numbers() -> None:
    evil = replace(BLANK, agency="=1+1")
    (row,) = csv.DictReader(
        StringIO(evidence.cells_csv(evidence.figures(chosen(evil)), chosen(evil)))
    )
    assert row["agency"] == "'=1+1"
    assert row["applications.granted.total"] == "blank"
    assert (row["used.received"], row["used.resolved"]) == ("1", "0")


@pytest.mark.parametrize(
    ("locator", "zh", "en"),
    [
        ("line 3, cell 10", "第 3 行第 10 格", "line 3, cell 10"),
        ("page 2, box 1,2,3,4", "第 2 页方框 1,2,3,4", "page 2, box 1,2,3,4"),
        ("<b>", "<b>", "<b>"),
    ],
)
def test_a_place_is_told_in_words(locator: str, zh: str, en: str) -> None:
    said = [unescape(text(prose.Words(language).place(locator))) for language in LANGUAGES]
    assert said == [zh, en]


def years(*scopes: tuple[str, str]) -> Frames:
    """Agencies A, B, ... in 2021 and 2022, each with its scopes in the two."""
    printed = [
        Printed(name, {"received.total": n, "denied_inquiry.total": 2}, year=year)
        for name, _ in zip("ABC", scopes, strict=False)
        for year, n in ((2021, 100), (2022, 150))
    ]
    frames = with_challenges(corpus(*printed))
    covers = [scope for both in scopes for scope in both]
    return replace(frames, reports=frames.reports.with_columns(scope=pl.Series(covers)))


def test_change_is_told_of_the_same_agencies_on_the_same_scope() -> None:
    frames = years(("own", "own"), ("region", "region"), ("region", "own"))
    both = selection.between(frames, 2021, 2022)
    found = comparison.since_last_year(both, 2022, confidence=0.95, strict=False)
    said = comparison.change(found, "en", year=2022, min_n=30)
    plainly = text(said)
    assert "Up to 2 agencies have one report on 2021 and one on 2022" in plainly
    assert "| 200 | 300 | +100 | +50.0% | " in plainly
    assert "| Denied | 4 | 4 | 0 | — | — | 2 |" in plainly
    behind = evidence.changed(both, 2022)
    listed = ledger.listing(behind, frames, language="en")
    assert set(re.findall(r"\(#([^)]*)", said)) <= set(re.findall(r'id="(e-[^"]*)"', listed))
    this_year = selection.only(frames, year=2022)
    found = [*evidence.figures(this_year), *behind]
    rows = list(csv.DictReader(StringIO(evidence.cells_csv(found, this_year, both))))
    kept = [(row["agency"], row["year"]) for row in rows if row["used.change-received"] == "1"]
    assert sorted(kept) == [("A", "2021"), ("A", "2022"), ("B", "2021"), ("B", "2022")]
    assert len(rows) == 5, "C is of this year too"
    assert [row["agency"] for row in rows if row["used.all"] == "1"] == ["A", "B", "C"]


def test_an_agency_without_cases_makes_no_interval_narrow() -> None:
    printed = [
        Printed(name, {"penalties.decisions": n}, year=year)
        for name, cases in (("A", (400, 168)), ("B", (0, 0)))
        for year, n in zip((2021, 2022), cases, strict=True)
    ]
    both = selection.between(with_challenges(corpus(*printed)), 2021, 2022)
    found = comparison.since_last_year(both, 2022, confidence=0.95, strict=False)
    said = text(comparison.change(found, "en", year=2022, min_n=30))
    # Exact for 168 of 568 (Clopper-Pearson 0.259 to 0.335): 0.259 / 0.741 - 1, 0.335 / 0.665 - 1.
    assert "| 400 | 168 | −232 | −58.0% | −65.1% to −49.6% | 2 |" in said
    assert "Intervals are at 95%" in said
    assert "No percentages" in said
    said = text(comparison.change(found, "en", year=2022, min_n=0))
    assert "No percentages where either year has fewer than 1." in said, "of none there is none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_last_year_no_change_is_told(language: Language) -> None:
    both = selection.between(with_challenges(corpus(MANY)), 2021, 2022)
    found = comparison.since_last_year(both, 2022, confidence=0.95, strict=False)
    said = comparison.change(found, language, year=2022, min_n=30)
    assert said == prose.Words(language).say("change.none", last="2021", year=2022)
    assert evidence.changed(both, 2022) == []


def offices(granted: int, *, of: int = 100, n: int = 12) -> selection.Selection:
    """Offices that grant about half, but for the first."""
    held = {"denied_inquiry.total": of - granted, "granted.total": granted}
    others = [
        {"denied_inquiry.total": of // 2 - d, "granted.total": of // 2 + d}
        for d in (0, 1, -1, 2, -2, 3, -3, 1, -1, 2, -2)
    ]
    return chosen(*(Printed(f"O{i}", cells) for i, cells in enumerate([held, *others][:n])))


def test_the_funnel_says_whose_report_was_left_out_and_of_which_scope_it_is() -> None:
    torn = Printed("T", {"granted.total": "blank"})
    cells = ({"denied_inquiry.total": 50 - d, "granted.total": 50 + d} for d in range(10))
    made = chosen(*(Printed(f"O{i}", each) for i, each in enumerate(cells)), torn)
    placed = analysis.funnel(made, of="held", within="scope", strict=True)
    axes = figures.funnel(comparison.comparable(placed), language="en")
    shown = axes.get_figure(root=True)
    assert "10 reports (2022); 1 left out: blank in 1." in shown.get_supxlabel()
    assert shown.legends[0].get_title().get_text() == "Share of “Granted” by agency: scope unknown"
    assert "Scope “scope unknown”, 10 agencies" in text(comparison.standing_out(placed, "en"))


def test_who_stands_out_and_whether_that_could_be_chance() -> None:
    placed = analysis.funnel(offices(95), of="held", within="scope")
    said = text(comparison.standing_out(placed, "en"))
    assert "1 agency stands out even after adjusting" in said
    assert re.search(r"[|] O0 [|] 95 [|] 100 [|] 95.0% [|] .*% [|] < 0.001 [|]", said)
    assert "O1" not in said
    said = text(
        comparison.standing_out(analysis.funnel(offices(52), of="held", within="scope"), "en")
    )
    assert "no agency stands out" in said
    # z-scores that vary less than chance makes them, and a likeness above 0 all the same.
    n, granted = (
        (10, 10, 40, 100, 10, 40, 100, 10, 10, 100, 100, 10),
        (1, 1, 1, 11, 1, 4, 10, 2, 1, 14),
    )
    cells = (
        {"granted.total": x, "denied_inquiry.total": of - x}
        for of, x in zip(n, (*granted, 4, 1), strict=True)
    )
    mild = chosen(*(Printed(f"O{i}", each) for i, each in enumerate(cells)))
    placed = analysis.funnel(mild, of="held", within="scope")
    assert placed["dispersion"][0] < 0.8
    said = text(comparison.standing_out(placed, "en"))
    assert "times as much" not in said
    assert "are estimated at an intra-class correlation of 0.0033" in said
    few = analysis.funnel(offices(95, n=9), of="held", within="scope")
    said = text(comparison.standing_out(few, "en"))
    assert "9 agencies had applications to compare, fewer than 10" in said
    assert "O0" not in said
    one = offices(95, n=12)
    some = pl.int_range(pl.len()) >= 11
    scope = pl.when(some).then(pl.lit("region")).otherwise(pl.lit("own"))
    mixed = replace(one, reports=one.reports.with_columns(scope=scope))
    said = text(comparison.standing_out(analysis.funnel(mixed, of="held", within="scope"), "en"))
    assert "1 agency is not compared, for fewer than 10 share their scope." in said
    wrong = replace(FEW, fails=["outcomes.total"])
    failing = analysis.funnel(chosen(MANY, wrong), of="held", within="scope", strict=True)
    said = text(comparison.standing_out(failing, "en"))
    assert "1 other is left out, for a number is missing or an identity does not hold" in said


def test_no_cell_of_a_list_is_escaped_twice() -> None:
    one = chosen(Printed("A", {"received.public_interest": "blank"}))
    assert "| Public&#45;interest organisations | blank |" in state.cells(one, "en")


def test_reports_that_contradict_themselves_are_told() -> None:
    one = chosen(replace(MANY, fails=["outcomes.total"]), FEW)
    said = text(answers.outcomes(analysis.outcomes(one), "en"))
    assert "In 1 report among those used, numbers contradict each other" in said
    assert "contradict" not in answers.outcomes(analysis.outcomes(chosen(MANY, FEW)), "en")


def test_what_is_granted_where_nothing_contradicts_itself_is_told_with_its_evidence() -> None:
    cells = {"granted.total": 900, "unable_not_held.total": 100}
    wrong = Printed("C", cells, fails=["outcomes.total"])
    one = chosen(MANY, wrong)
    sound = analysis.outcomes(one, strict=True)
    said = answers.outcomes(analysis.outcomes(one), "en", sound=sound)
    own = analysis.outcomes(chosen(MANY)).row(0, named=True)
    assert f"holds (1 report), {100 * own['share']:.1f}% ({own['count']} of {own['n']};" in text(
        said
    )
    listed = ledger.listing(evidence.sound(one, one), one, language="en")
    links = set(re.findall(r"\(#(e-sound[^)]*)\)", said))
    assert links == set(re.findall(r'id="(e-sound[^"]*)"', listed))
    assert "Granted (reports in which their identities hold) **30**: " in listed
    other = chosen(MANY, wrong, replace(MANY, agency="D", fails=["requesters.received"]))
    sound = analysis.outcomes(other, strict=True)
    said = text(answers.outcomes(analysis.outcomes(other), "en", sound=sound))
    assert "Where every identity of the outcomes holds (2 reports)" in said, "another fails in one"
    all_hold = chosen(MANY)
    sound = analysis.outcomes(all_hold, strict=True)
    said = answers.outcomes(analysis.outcomes(all_hold), "en", sound=sound)
    assert "every identity" not in said
    assert evidence.sound(all_hold, all_hold) == []


def test_a_check_of_two_rows_names_both() -> None:
    said = prose.Words("en").subject("litigation_direct+litigation_after_reconsideration")
    assert said == "Litigation without prior reconsideration + Litigation after reconsideration"


def test_prose_that_fails_is_named() -> None:
    assert prose.Words("en").identity("prose_received") == (
        "“Applications received” in the prose = in the tables"
    )


def test_what_stands_out_has_its_evidence() -> None:
    one = offices(95)
    placed = analysis.funnel(one, of="held", within="scope")
    agencies = comparison.outliers(placed)["agency"].to_list()
    behind = [*evidence.figures(one), *evidence.unusual(one, agencies)]
    listed = ledger.listing(behind, one, language="zh")
    said = comparison.standing_out(placed, "zh")
    links = dict(re.findall(r"\[([^\]]+)\]\(#(e-[^)]*)\)", said))
    assert {number: links[number].rpartition("-")[0] for number in ("95", "100", "95.0%")} == {
        "95": "e-unusual-granted",
        "100": "e-unusual-held",
        "95.0%": "e-unusual-granted",
    }
    assert links["< 0.001"] == "e-unusual-reports"
    for number in ("95", "100"):
        assert re.search(rf'"{links[number]}"></a>[^*]* [*][*]{number}[*][*]', listed)
    assert re.search(
        r'"e-unusual-reports"></a>[^*]*[*][*]12[*][*]：R1、.*`used.unusual = 1`', listed
    )
    assert unlinked(said.replace("O0", "")) == {"99.8%", "5%"}
