"""Figures: what they say, that nothing is cut off and that Chinese has its glyphs.

A glyph that no font has is a warning, and every warning is an error here.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from analysis import (
    changes,
    contributions,
    denial_reasons,
    disputes,
    enforcement,
    enforcement_to_licensing,
    figures,
    flow,
    funnel,
    grant_rates,
    homogeneity,
    normative_turnover,
    outcomes,
    own_history,
    panel,
    peers,
    requester_mix,
    shrunken_shares,
    trend,
)
from analysis.figures import style
from analysis.figures.style import use_style
from analysis.wording import Value, label, percent, say, wrap
from tests.analysis_frames import Printed, corpus
from toolkit.errors import ParameterError
from toolkit.form import Language, form
from toolkit.read.letters import display_width

mpl.use("Agg")

CORPUS = corpus(
    Printed(
        "金东区人民政府办公室",
        {
            "received.natural_person": 136,
            "received.enterprise": 10,
            "granted.total": 49,
            "denied_security.total": 2,
            "denied_inquiry.total": 1,
            "unable_not_held.total": 72,
            "licensing.decisions": 58_998,
            "penalties.decisions": 5_329,
        },
    ),
    Printed(
        "金乡县行政审批服务局", {"denied_inquiry.total": "absent", "licensing.decisions": 23_140}
    ),
    Printed("金华市政务服务管理办公室（金华市公共资源交易管理委员会办公室）", year=2023),
)
REQUESTERS = corpus(
    Printed(
        "甲",
        {
            "granted.natural_person": 30,
            "denied_security.natural_person": 40,
            "granted.enterprise": 9,
            "denied_inquiry.enterprise": 3,
            "granted.research": 2,
        },
    )
)
MANY = corpus(
    *(
        Printed(f"agency {i}", {"granted.total": 3 * i, "denied_inquiry.total": 40 - i})
        for i in range(12)
    ),
    Printed("金东区自然资源和规划局", {"granted.total": 900, "denied_inquiry.total": 0}),
    Printed("无申请的机关"),
)
DECISIONS = corpus(
    *(
        Printed(f"agency {i}", {"licensing.decisions": 10 * i, "penalties.decisions": i * i})
        for i in range(20)
    )
)
YEARS = corpus(
    *(
        Printed(
            agency,
            {"received.total": count + year},
            year=2019 + year,
            edition="2019" if year < 2 else "2021",
        )
        for agency, count in (("甲", 20), ("乙", 7), ("丙", 60))
        for year in (0, 1, 2, 4)
    )
)
GAPS = corpus(
    *(
        Printed(agency, {"received.total": count}, year=year, edition=edition)
        for agency, year, edition, count in (
            ("甲", 2020, "2019", 40),
            ("甲", 2021, "2021", 50),
            ("甲", 2023, "2021", "blank"),
            ("乙", 2020, "2019", 60),
            ("乙", 2021, "2021", 90),
            ("乙", 2022, "2021", 70),
            ("乙", 2023, "2021", 75),
        )
    )
)
DOCUMENTS = ("normative_documents.made", "normative_documents.issued")
APART = corpus(
    *(
        Printed(
            agency,
            {f"normative_documents.{'made' if year < 2021 else 'issued'}": year - 2009},
            year=year,
            edition="2019" if year < 2021 else "2021",
        )
        for agency in "甲乙"
        for year in range(2019, 2024)
    )
)
DRAWN: dict[str, Callable[[Language], Axes]] = {
    "denied": lambda lang: figures.denial_reasons(denial_reasons(CORPUS), language=lang),
    "grounds": lambda lang: figures.denial_reasons(
        denial_reasons(CORPUS, of="grounds"), language=lang
    ),
    "requesters": lambda lang: figures.requester_mix(
        requester_mix(CORPUS, by=("agency", "year")), language=lang
    ),
    "outcomes": lambda lang: figures.outcomes(outcomes(CORPUS), language=lang, source="示例"),
    "outcomes by agency": lambda lang: figures.outcomes(
        outcomes(CORPUS, by="agency"), language=lang, of="held"
    ),
    "enforcement": lambda lang: figures.enforcement_to_licensing(
        enforcement_to_licensing(CORPUS, by="agency"), language=lang
    ),
    "enforcement apart": lambda lang: figures.enforcement(
        enforcement(CORPUS, by=("agency", "scope")), language=lang
    ),
    "contributions": lambda lang: figures.contributions(contributions(CORPUS), language=lang),
    "contributions of many": lambda lang: figures.contributions(
        contributions(DECISIONS), language=lang
    ),
    "flow": lambda lang: figures.flow(flow(CORPUS, by="agency"), language=lang),
    "clearance": lambda lang: figures.flow(flow(CORPUS), measure="clearance", language=lang),
    "disputes": lambda lang: figures.disputes(disputes(CORPUS, by="agency"), language=lang),
    "turnover": lambda lang: figures.normative_turnover(normative_turnover(CORPUS), language=lang),
    "rates": lambda lang: figures.grant_rates(grant_rates(REQUESTERS), language=lang),
    "shrunken": lambda lang: figures.shrunken_shares(
        shrunken_shares(MANY, category="granted"), language=lang
    ),
    "homogeneity": lambda lang: figures.homogeneity(
        homogeneity(MANY, of="resolved", by="agency"), outcomes(MANY, by="agency"), language=lang
    ),
    "homogeneity of sixteen grounds": lambda lang: figures.homogeneity(
        homogeneity(CORPUS, of="grounds", by="agency"),
        denial_reasons(CORPUS, by="agency", of="grounds"),
        language=lang,
    ),
    "odds": lambda lang: figures.grant_odds(grant_rates(REQUESTERS), language=lang),
    "funnel": lambda lang: figures.funnel(funnel(MANY), language=lang),
    "funnel without overdispersion": lambda lang: figures.funnel(funnel(CORPUS), language=lang),
    "trend": lambda lang: figures.trend(trend(YEARS), language=lang),
    "trend by province": lambda lang: figures.trend(trend(YEARS, by="province"), language=lang),
    "panel": lambda lang: figures.panel(panel(GAPS), language=lang),
    "changes": lambda lang: figures.changes(changes(GAPS), language=lang),
    "changes of two quantities": lambda lang: figures.changes(
        pl.concat(changes(APART, of=f"proactive.{item}") for item in DOCUMENTS), language=lang
    ),
    "own history": lambda lang: figures.own_history(
        own_history(YEARS).filter(agency="丙"), language=lang
    ),
    "peers": lambda lang: figures.peers(peers(MANY, "agency 3", same="province"), language=lang),
    "peers' funnel": lambda lang: figures.peers_funnel(
        peers(MANY, "agency 3", same="province"), language=lang
    ),
}


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def texts(axes: Axes) -> list[str]:
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    found = (text.get_text() for text in figure.findobj(Text) if text.get_visible())
    return [re.sub(r"\s+", " ", text) for text in found if text]


def test_the_funnel_names_who_is_outside() -> None:
    found = texts(figures.funnel(funnel(MANY), language="en"))
    assert "金东区自然资源和规划局" in found
    assert "Applications resolved" in found
    assert any("no verdict" in text for text in found)
    with pytest.raises(ParameterError, match="one family"):
        figures.funnel(funnel(MANY, within="agency"))
    with pytest.raises(ParameterError, match=r"not what .* returned"):
        figures.requester_mix(outcomes(MANY))


def test_names_of_those_outside_do_not_lie_over_each_other() -> None:
    alike = {f"agency {n}": (45, 55) for n in range(60)}
    odd = {f"high {n}": (95, 5 + n) for n in range(4)} | {f"low {n}": (2, 98 + n) for n in range(4)}
    rows = (
        Printed(name, {"granted.total": granted, "denied_inquiry.total": denied})
        for name, (granted, denied) in (alike | odd).items()
    )
    axes = figures.funnel(funnel(corpus(*rows)), language="en")
    axes.get_figure(root=True).canvas.draw()
    names = {text.get_text(): Text.get_window_extent(text) for text in axes.texts}
    assert names.keys() == odd.keys()
    assert not any(one.overlaps(other) for one, other in combinations(names.values(), 2))
    frame = axes.get_window_extent().padded(8)
    assert all(frame.y0 <= box.y0 and box.y1 <= frame.y1 for box in names.values())


def test_groups_that_are_not_drawn_are_counted() -> None:
    crowd = corpus(*(Printed(f"agency {i:02}", {"received.total": i}) for i in range(40)))
    axes = figures.flow(flow(crowd, by="agency"), language="en")
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert (len(names), names[0], names[-1]) == (32, "agency 08", "agency 39")
    assert any("Not drawn: 8 groups, with fewer cases or none." in text for text in texts(axes))


def test_a_ratio_of_zero_is_said_where_logarithms_have_no_place_for_it() -> None:
    found = texts(DRAWN["enforcement apart"]("en"))
    assert found.count("0 (0–0.000159)") == 2
    assert "金乡县行政审批服务局 · scope unknown" in found
    assert "(0 + 0) ÷ 23,140" in found


def test_contributions_are_drawn_by_size_and_the_rest_together() -> None:
    axes = DRAWN["contributions of many"]("en")
    bars = [bar.get_width() for bar in axes.patches if isinstance(bar, Rectangle)]
    assert len(bars) == 16
    assert sum(bars) == pytest.approx(0)
    assert [abs(bar) for bar in bars[:15]] == sorted((abs(bar) for bar in bars[:15]), reverse=True)
    assert axes.get_yticklabels()[15].get_text() == "5 others together"
    tiny = corpus(
        *(Printed(f"{n}", {"licensing.decisions": n, "penalties.decisions": n}) for n in (9, 2000)),
        Printed("A", {"licensing.decisions": 10**6, "penalties.decisions": 3 * 10**6}),
        Printed("B", {"licensing.decisions": 10**6}),
    )
    found = texts(figures.contributions(contributions(tiny)))
    # 3,002,009 by 2,002,009 is 1.4995: three less it are 1.5005 by half of the decisions.
    assert {"+0.749", "−0.749", "≈ 0"} <= set(found)
    two = corpus(
        Printed("A", {"licensing.decisions": 1, "penalties.decisions": 1}),
        Printed("B", {"licensing.decisions": 2}),
    )
    regions = two.reports.with_columns(pl.Series("scope", ["own", "region"]))
    with pytest.raises(ParameterError, match="one pooled ratio"):
        figures.contributions(contributions(replace(two, reports=regions), within="scope"))


def test_rates_say_their_difference_to_the_reference() -> None:
    found = texts(DRAWN["rates"]("en"))
    assert "30 / 70 reference" in found
    # By hand: Wilson's limits 0.4677, 0.9111 of 9/12 and 0.3193, 0.5452 of 30/70, so that the
    # difference 0.3214 is at least sqrt(0.2823² + 0.1167²) less, sqrt(0.1611² + 0.1092²) more.
    assert "9 / 12 +32.1 (+1.6, +51.6)" in found
    assert "0 / 0 —" in found


def test_no_report_is_not_no_case() -> None:
    torn = corpus(Printed("torn", {"granted.natural_person": "blank"}))
    axes = figures.grant_rates(grant_rates(torn), language="en")
    assert any(text.startswith("— applications resolved") for text in texts(axes))


def test_the_matrix_tells_distance_test_and_small_groups() -> None:
    found = texts(DRAWN["homogeneity"]("en"))
    assert any("Chi-square test: χ² = " in text and "p < 0.001" in text for text in found)
    assert "100%" in found
    alone = corpus(Printed("A", {"granted.total": 3, "denied_inquiry.total": 1}))
    axes = figures.homogeneity(
        homogeneity(alone, of="resolved", by="agency"), outcomes(alone, by="agency"), language="en"
    )
    found = texts(axes)
    assert "3" in found
    assert any("Groups of fewer than 30 cases: counts" in text for text in found)
    assert not any("75%" in text for text in found)
    assert any("there is nothing to test" in text for text in found)


def test_the_trend_leaves_a_gap_and_marks_the_edition() -> None:
    axes = figures.trend(trend(YEARS), language="en")
    heights = axes.lines[0].get_ydata()
    assert np.isnan(np.asarray(heights)).tolist() == [False, False, False, True, False]
    found = texts(axes)
    assert "new edition of the form (3)" in found
    assert any("no report 3" in text for text in found)
    assert any("(conditional Poisson, errors" in text for text in found)
    assert any("Dispersion of the counts (Poisson: 1): 0." in text for text in found)
    told = {"model": "negative_binomial", "exposure": "applications.received.total"}
    other = trend(YEARS).with_columns(**{name: pl.lit(value) for name, value in told.items()})
    found = texts(figures.trend(other, language="en"))
    assert any("(negative binomial, errors" in text for text in found)
    assert any("Counted per “Received this year”." in text for text in found)


def test_a_wide_interval_does_not_press_the_others_flat() -> None:
    ratios = trend(YEARS)
    whole = figures.trend(ratios, language="en")
    assert whole.get_yscale() == "log"
    assert not any("Triangle" in text for text in texts(whole))
    last, value = pl.col("year") == 2023, pl.col("rate_ratio")
    wide = ratios.with_columns(pl.when(last).then(value / 1e6).otherwise("low").alias("low"))
    axes = figures.trend(wide, language="en")
    least = min(ratios["rate_ratio"].drop_nulls())
    marks = [one for one in axes.collections if isinstance(one, PathCollection)]
    (end,) = np.concatenate([one.get_offsets() for one in marks])
    assert end.tolist() == [2023, pytest.approx(least / 50)]
    assert axes.get_ylim()[0] > least / 100
    assert any("Triangle: the interval goes on beyond the axis." in text for text in texts(axes))
    named = [tick.get_text() for tick in axes.get_yticklabels()]
    assert {"0.1", "1"} <= set(named)


def test_one_group_of_years_is_named() -> None:
    nowhere = replace(YEARS, reports=YEARS.reports.with_columns(province=pl.lit(None, pl.String)))
    found = texts(figures.trend(trend(nowhere, by="province"), language="en"))
    assert "unknown (agencies: 3)" in found
    assert any("Dispersion of the counts (Poisson: 1): 0." in text for text in found)


def test_the_panel_shows_gaps_and_never_a_zero_for_one() -> None:
    found = texts(figures.panel(panel(GAPS), language="en"))
    assert {"40", "50*", "60", "90*", "70", "75", "—", "?"} <= set(found)
    assert "0" not in found
    for legend in ("used 6", "— no report 1", "? no comparable number 1"):
        assert legend in found
    assert any("2 agencies, 1 without a gap" in text for text in found)
    lost = corpus(*(Printed("甲", year=year) for year in (2021, None)))
    with_lost = texts(figures.panel(panel(lost), language="en"))
    assert any("Of unknown agency or year and not placed: 1 report." in text for text in with_lost)
    wider = corpus(*(Printed("甲", year=year) for year in (2021, 2022)))
    wider.reports = wider.reports.with_columns(scope=pl.Series(["own", "region"]))
    found = texts(figures.panel(panel(wider), language="en"))
    assert any("last report is on another scope: 1 report. Of the" in text for text in found)
    twice = corpus(
        *(Printed(name, year=year) for name, year in (("甲", 2021), ("甲", 2022), ("乙", 2022)))
    )
    twice.reports = twice.reports.with_columns(agency=pl.lit("甲"))
    found = texts(figures.panel(panel(twice), language="en"))
    assert any(
        "none is chosen: 2 reports. Of the others: 1 report (2021);" in text for text in found
    )


def test_changes_stand_where_they_are_and_nothing_is_joined() -> None:
    axes = figures.changes(changes(GAPS), language="en")
    dots = axes.lines[0]
    assert np.asarray(dots.get_xdata()).tolist() == [2021, 2022, 2023]
    assert np.asarray(dots.get_ydata()).tolist() == pytest.approx([1.4, 7 / 9, 75 / 70])
    assert dots.get_linestyle() == "None"
    assert "new edition of the form (2)" in texts(axes)
    both = DRAWN["changes of two quantities"]("en")
    drawn = [np.asarray(line.get_xydata()) for line in both.lines if line.get_marker() == "o"]
    known = [round(x) for x, y in np.vstack(drawn) if not np.isnan(y)]
    assert sorted(known) == [2020, 2022, 2023]
    assert "nothing to compare" in texts(both)
    names = {line.get_label() for line in both.lines}
    assert "Administrative normative documents · Newly made this year (agencies: 2)" in names


def test_some_is_not_printed_as_none_nor_most_as_all() -> None:
    shares = (0, 0.002, 0.005, 0.006, 0.994, 0.996, 1)
    assert [*map(percent, shares)] == ["0%", "<1%", "<1%", "1%", "99%", ">99%", "100%"]
    tenths = {0: "0.0%", 0.0004: "<0.1%", 0.0006: "0.1%", 0.9996: ">99.9%", 1: "100.0%"}
    assert {share: f"{Value(share):%}" for share in tenths} == tenths
    changed = {0: "−100.0%", 0.0004: "<−99.9%", 0.0006: "−99.9%", 1: "+0.0%", 20: "+1,900.0%"}
    changed |= {99.9: "+9,890.0%", 100: "×100", 406014.1: "×406,014"}
    assert {ratio: f"{Value(ratio):change}" for ratio in changed} == changed


def test_a_year_without_a_dot_says_why() -> None:
    counts = {2019: 5, 2020: 0, 2021: 8, 2022: 0}
    rows = (Printed("A", {"received.total": n}, year=year) for year, n in counts.items())
    one = corpus(*rows, Printed("A", {"received.total": 3}, year=2024))
    found = texts(figures.changes(changes(one), language="en"))
    why = ("down to 0", "0 the year before", "nothing to compare")
    assert [found.count(said) for said in why] == [2, 1, 2]
    # One agency has years to compare, but no trend in common with others: 2021 and 2024.
    found = texts(figures.trend(trend(one), language="en"))
    why = ("no common trend", "none", "nothing to compare")
    assert [found.count(said) for said in why] == [2, 2, 1]


def test_changes_however_enormous_have_ticks_apart() -> None:
    counts = {2019: 3, 2020: 90_000, 2021: 1, 2022: 2}
    huge = corpus(*(Printed("A", {"received.total": n}, year=year) for year, n in counts.items()))
    axes = figures.changes(changes(huge), language="en")
    assert {"0", "+9,900%", "−99%"} <= set(texts(axes))
    assert any("Where there is no pale line" in text for text in texts(axes))
    alike = {(name, 2021 + n): 40 + n for name in "甲乙丙" for n in (0, 1)}
    even = [Printed(name, {"received.total": n}, year=year) for (name, year), n in alike.items()]
    found = texts(figures.changes(changes(corpus(*even)), language="en"))
    assert not any("no pale line" in text for text in found)
    axes.get_figure(root=True).canvas.draw()
    ticks = [tick.label1.get_window_extent() for tick in axes.yaxis.get_major_ticks()]
    ticks.sort(key=lambda box: box.y0)
    assert len(ticks) == 4
    assert all(one.y1 <= other.y0 for one, other in pairwise(ticks))


def test_a_history_is_of_one_agency_and_peers_of_one_comparison() -> None:
    assert {"60", "61", "62", "64", "new edition"} <= set(texts(DRAWN["own history"]("en")))
    with pytest.raises(ParameterError, match="one agency"):
        figures.own_history(own_history(YEARS))
    shares = peers(MANY, "agency 3", same="province")
    with pytest.raises(ParameterError, match="one comparison"):
        figures.peers(shares.filter(pl.col("rank_near") > 0))
    axes = figures.peers(shares, language="en")
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names[0] == "agency 3"
    assert len(names) == 13
    assert "9 / 46" in texts(axes)
    axes = figures.peers_funnel(shares, language="en")
    assert "agency 3" in axes.get_legend_handles_labels()[1]
    assert not [text for text in axes.texts if "agency 3" in text.get_text()]  # over other dots


def test_odds_need_one_group_and_say_why_there_is_none() -> None:
    found = texts(figures.grant_odds(grant_rates(REQUESTERS), language="en"))
    assert "one outcome only: no odds ratio" in found
    assert "75% / 12" in found
    with pytest.raises(ParameterError, match="one group, not 3"):
        figures.grant_odds(grant_rates(CORPUS, by="agency"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_cut_off(name: str, language: Language) -> None:
    axes = DRAWN[name](language)
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.set_dpi(72)  # as in a notebook: of few dots letters are wider
    figure.canvas.draw()
    page = figure.bbox.padded(1)
    left, right = axes.get_xlim()
    ticks = axes.xaxis.get_major_ticks()
    beyond = {tick.label1 for tick in ticks if not left <= tick.get_loc() <= right}  # not drawn
    for text in set(figure.findobj(Text)) - beyond:
        box = text.get_window_extent()
        if text.get_visible() and text.get_text() and (box.width, box.height) != (0, 0):
            assert page.x0 <= box.x0, text
            assert page.x1 >= box.x1, text
            assert page.y0 <= box.y0, text
            assert page.y1 >= box.y1, text


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("denied", "en", "3 denials · 2 reports (2022–2023); 1 left out: absent from 1."),
        ("denied", "en", "Hollow: fewer than 30 cases."),
        (
            "denied",
            "zh",
            "不予公开 3 件 · 依据 2 份年报（2022–2023）；未计入 1 份：文中没有该数字 1 份。",
        ),
        ("grounds", "zh", "没有现成信息需要另行制作"),
        ("requesters", "en", "146 applications received · 3 reports (2022–2023); none left out."),
        ("requesters", "zh", "金东区人民政府办公室 · 2022 (n = 146)"),
        ("outcomes", "zh", "资料来源：各机关政府信息公开工作年度报告 · 示例"),
        ("outcomes", "en", "60%"),
        ("outcomes by agency", "en", "52 applications on information held"),
        ("outcomes by agency", "en", "no number that could be used"),
        ("outcomes by agency", "zh", "0 件"),
        ("enforcement", "en", "82,138 licensing decisions · 3 reports (2022–2023); none left out."),
        ("enforcement", "zh", "0.0903 (0.0878–0.0929)"),
        ("enforcement", "zh", "0 (0–0.000159)"),
        ("enforcement", "en", "no licensing decisions: no ratio"),
    ],
)
def test_what_figures_say(name: str, language: Language, said: str) -> None:
    assert any(said in text for text in texts(DRAWN[name](language)))


def test_hollow_is_not_explained_where_nothing_is_small() -> None:
    assert enforcement_to_licensing(CORPUS, by="agency")["small"].any()
    assert not any("Hollow" in text for text in texts(DRAWN["enforcement"]("en")))


def test_a_mark_is_explained_only_if_it_is_drawn() -> None:
    counts = [*range(31, 63), 29]
    rows = (Printed(f"agency {n}", {"granted.total": n}) for n in counts)
    many = outcomes(corpus(*rows), by="agency")
    assert many["small"].any()
    assert not any("Thin bar" in text for text in texts(figures.outcomes(many, language="en")))


def test_of_more_groups_than_colours_the_largest_are_drawn_and_others_counted() -> None:
    cells = [{"received.total": n, "denied_inquiry.total": n} for n in range(31, 39)]
    many = corpus(
        *(
            Printed(f"agency {place}", cells[place], year=year, province=f"P{place}")
            for place in range(8)
            for year in (2022, 2023)
        )
    )
    drawn = {
        "denied": figures.denial_reasons(denial_reasons(many, by="province"), language="en"),
        "changes": figures.changes(changes(many, by="province"), language="en"),
        "trend": figures.trend(trend(many, by="province"), language="en"),
    }
    for figure, axes in drawn.items():
        names = axes.get_legend_handles_labels()[1]
        assert [name.split(" ")[0] for name in names] == [f"P{place}" for place in range(2, 8)]
        said = " ".join(texts(axes)).replace("\n", " ")
        assert "Not drawn: 2 groups, with fewer cases or none." in said, figure


def test_side_by_side_each_group_says_why_it_has_no_share() -> None:
    torn = Printed("torn", {"denied_inquiry.total": "blank"})
    three = corpus(Printed("A", {"denied_inquiry.total": 30}), Printed("B"), torn)
    axes = figures.denial_reasons(denial_reasons(three, by="agency"), language="en")
    found = texts(axes)
    assert [found.count(why) for why in ("none", "no number that could be used")] == [8, 8]
    words = {
        text.get_position()[1]: text.get_text() for text in axes.texts if "no" in text.get_text()
    }
    shifts = [y for y, text in words.items() if text == "none"]
    assert shifts == pytest.approx([*range(8)])  # those of the second of three
    numbers = {text.get_color() for text in axes.texts if text.get_text() == "30"}
    assert numbers == {"black"}


def test_dots_stand_where_the_shares_are() -> None:
    axes = DRAWN["denied"]("en")
    drawn = [dots for dots in axes.collections if isinstance(dots, PathCollection)]
    places = [np.asarray(dots.get_offsets()).tolist() for dots in drawn]
    assert places == [[[share, y] for y, share in enumerate(denial_reasons(CORPUS)["share"])]]
    assert axes.get_yticklabels()[2].get_text().startswith("Endangers national")


def test_bars_stand_end_to_end() -> None:
    axes = figures.outcomes(outcomes(CORPUS))
    bars = [bar for bar in axes.patches if isinstance(bar, Rectangle)]
    first = [bar for bar in bars if bar.get_y() == pytest.approx(-0.31) and bar.get_width()]
    assert [round(bar.get_width(), 6) for bar in first] == [0.395161, 0.024194, 0.580645]
    assert first[-1].get_x() + first[-1].get_width() == pytest.approx(1)


def test_own_axes_keep_title_and_caption() -> None:
    use_style()
    _, axes = plt.subplots()
    assert figures.requester_mix(requester_mix(CORPUS), language="en", ax=axes) is axes
    assert axes.get_title(loc="left") == "Who asked"
    assert "146 applications received" in axes.get_xlabel()


@pytest.mark.parametrize("width", [3, 6.4, 12])
@pytest.mark.parametrize("name", ["outcomes", "enforcement", "requester_mix"])
def test_on_own_axes_the_legend_lies_over_nothing(name: str, width: float) -> None:
    use_style()
    figure, axes = plt.subplots(figsize=(width, 4))
    frame = {"outcomes": outcomes, "enforcement": enforcement, "requester_mix": requester_mix}
    getattr(figures, name)(frame[name](CORPUS, by="agency"), language="en", ax=axes)
    figure.canvas.draw()
    legend = axes.get_legend()
    assert legend is not None
    box = legend.get_window_extent()
    said = axes.get_title(loc="left")
    (title,) = (one for one in axes.findobj(Text) if said and one.get_text() == said)
    assert box.y0 >= axes.get_window_extent().y1 - 1
    assert title.get_window_extent().y0 >= box.y1 - 1


def test_failing_identities_are_said() -> None:
    frames = corpus(
        Printed("a", {"granted.total": 40}, fails=["outcomes.total"]),
        Printed("b", {"granted.total": 40}, unknown=["outcomes.total"]),
    )
    found = texts(figures.outcomes(outcomes(frames), language="en"))
    assert any("Identities fail in 1 of them, cannot be checked in 1." in text for text in found)


def test_what_cannot_be_drawn_is_refused() -> None:
    seven = corpus(*(Printed(f"agency {i}") for i in range(7)))
    with pytest.raises(ParameterError, match="no rows"):
        figures.denial_reasons(denial_reasons(seven).clear())
    with pytest.raises(ParameterError, match="found a Frames"):
        figures.outcomes(seven)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="'all'"):
        figures.outcomes(outcomes(seven), of="all")
    with pytest.raises(ParameterError, match="the frame has no cases"):
        figures.funnel(funnel(seven))
    with pytest.raises(ParameterError, match="the frame has no pooled ratio"):
        figures.contributions(contributions(seven))
    with pytest.raises(ParameterError, match="no statistic"):
        figures.denial_reasons(pl.DataFrame({"a": [1]}))
    with pytest.raises(ValueError, match="'fr'"):
        figures.outcomes(outcomes(seven), language="fr")  # type: ignore[arg-type]


def test_nothing_known_is_drawn_as_such() -> None:
    torn = corpus(
        Printed("torn", {"denied_inquiry.total": "blank", "licensing.decisions": "blank"})
    )
    for axes in (
        figures.denial_reasons(denial_reasons(torn), language="en"),
        figures.outcomes(outcomes(torn), language="en"),
        figures.enforcement_to_licensing(enforcement_to_licensing(torn), language="en"),
    ):
        assert any(
            "No report could be used; 1 left out: blank in 1." in text and text.startswith("— ")
            for text in texts(axes)
        )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_are_the_forms_own_but_for_the_short_ones(language: Language) -> None:
    assert label("denied_security", language) == form().label("denied_security", language)
    assert label("granted_in_part", language) == say("short.granted_in_part", language)


def test_no_share_is_drawn_of_a_group_without_cases() -> None:
    # Its estimate would be that of all others.
    two = corpus(*(Printed(name, {"granted.total": 40}) for name in "甲乙"), Printed("丙"))
    shares = shrunken_shares(two, category="granted")
    assert shares.filter(agency="丙")["shrunken"].count() == 1
    axes = figures.shrunken_shares(shares, language="en")
    dots = [each for each in axes.collections if isinstance(each, PathCollection)]
    assert [len(np.asarray(each.get_offsets())) for each in dots] == [2, 2]
    assert "none" in texts(axes)


def test_wrap() -> None:
    assert wrap("Third-party rights", 20) == "Third-party rights"
    long = wrap("Endangers national, public or economic security or social stability", 38)
    assert long.split("\n") == [
        "Endangers national, public or economic",
        "security or social stability",
    ]
    chinese = wrap("要求行政机关确认、或重新出具（已获取）信息", 24)
    assert chinese.split("\n") == ["要求行政机关确认、或重", "新出具（已获取）信息"]
    assert wrap("", 10) == ""
    # One character more than fits would stand alone in the second line.
    assert wrap("甲" * 21, 40, even=False) == f"{'甲' * 14}\n{'甲' * 7}"
    assert wrap("甲" * 27, 40, even=False) == f"{'甲' * 20}\n{'甲' * 7}"
    # A dot between two parts ends a line and begins none.
    assert wrap("aaaa aaaa · bbbb", 12, even=False) == "aaaa aaaa ·\nbbbb"
    assert display_width("公开 3 件") == 9


# Machado, G. M. et al. (2009): what is seen without the cones for red, or for green.
LACKING = {
    "red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


@pytest.mark.parametrize("lacking", LACKING)
@pytest.mark.parametrize("colors", [style.GROUPS, tuple(style.OUTCOMES.values())])
def test_colours_are_told_apart_by_the_colour_blind(colors: Sequence[str], lacking: str) -> None:
    linear = [np.array(to_rgb(one)) ** 2.2 for one in colors]
    seen = [np.clip(LACKING[lacking] @ one, 0, 1) ** (1 / 2.2) for one in linear]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 0.22


def test_a_legend_reads_by_lines() -> None:
    legend = DRAWN["outcomes"]("en").get_figure(root=True).legends[0]
    legend.figure.canvas.draw()
    boxes = {text.get_text(): text.get_window_extent() for text in legend.get_texts()}
    read = sorted(boxes, key=lambda name: (-round(boxes[name].y0), boxes[name].x0))
    assert len({round(box.y0) for box in boxes.values()}) == 2
    assert read == [label(code, "en") for code in style.OUTCOMES]


def test_a_long_name_and_many_years_fit() -> None:
    name = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县人力资源和社会保障局"
    years = [year for year in range(2019, 2031) if year != 2024]
    rows = (Printed(name, {"received.total": 20 + year % 3}, year=year) for year in years)
    one = corpus(*rows)
    axes = figures.own_history(own_history(one), language="zh")
    figure = axes.get_figure(root=True)
    figure.canvas.draw()
    title = figure.legends[0].get_title()
    assert name in title.get_text().replace("\n", "")
    assert title.get_window_extent().x1 <= figure.bbox.x1
    assert "230 件，依据 11 份年报（2019–2030）。" in " ".join(texts(axes))
    assert "没有可用的数字" in [said.replace(" ", "") for said in texts(axes)]
    axes = figures.trend(trend(one), language="zh")
    axes.get_figure(root=True).canvas.draw()
    said = [one for one in axes.texts if "共同走势" in one.get_text().replace("\n", "")]
    ticks = [tick.label1 for tick in axes.xaxis.get_major_ticks()]
    for row, n in ((said, 10), (ticks, 12)):
        boxes = [text.get_window_extent() for text in row]
        assert len(boxes) == n
        assert all(one.x1 <= other.x0 for one, other in pairwise(boxes))


def test_one_group_that_was_asked_for_is_named() -> None:
    one = corpus(Printed("金东区自然资源局", {"received.natural_person": 3}))
    found = texts(figures.requester_mix(requester_mix(one, by="agency"), language="en"))
    assert "金东区自然资源局 (n = 3)" in found


def test_shares_of_few_cases_are_told_as_counts_in_bars() -> None:
    few = corpus(Printed("A", {"granted.total": 3, "denied_inquiry.total": 1}))
    found = texts(figures.outcomes(outcomes(few, by="agency"), language="en"))
    assert {"3", "1"} <= set(found)
    assert not any(text in found for text in ("75%", "25%"))


def test_the_common_level_of_a_funnel_is_named() -> None:
    alike = corpus(
        *(Printed(name, {"granted.total": 30, "unable_not_held.total": 70}) for name in "甲乙丙")
    )
    assert "common level 30.0%" in texts(figures.funnel(funnel(alike), language="en"))
    assert "一般水平 30.0%" in texts(figures.peers(peers(alike, "甲", same="province")))


def ticks_apart(axes: Axes) -> bool:
    axes.get_figure(root=True).canvas.draw()
    left, right = axes.get_xlim()
    shown = [tick for tick in axes.xaxis.get_major_ticks() if left <= tick.get_loc() <= right]
    boxes = sorted((tick.label1.get_window_extent() for tick in shown), key=lambda box: box.x0)
    return all(one.x1 + 2 < other.x0 for one, other in pairwise(boxes))


LONG = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县人力资源和社会保障局"


@pytest.mark.parametrize("penalties", [1, 2_450, 70_000])
def test_ticks_stand_apart_beside_long_names_and_numbers(penalties: int) -> None:
    counts = {LONG: 40_000, "A": penalties}
    items = ("penalties", "compulsory_measures")
    rows = corpus(
        *(
            Printed(name, {"licensing.decisions": 10**6} | {f"{one}.decisions": n for one in items})
            for name, n in counts.items()
        )
    )
    axes = figures.enforcement(enforcement(rows, by="agency"), language="en")
    assert ticks_apart(axes)
    assert 1 in axes.get_xticks()  # where the line is
    assert ticks_apart(figures.contributions(contributions(rows), language="en"))


def test_names_of_three_lines_do_not_touch() -> None:
    rows = corpus(*(Printed(f"{LONG}{i}", {"granted.total": 1_000}) for i in range(12)))
    axes = figures.homogeneity(
        homogeneity(rows, of="resolved", by="agency"), outcomes(rows, by="agency")
    )
    axes.get_figure(root=True).canvas.draw()
    names = axes.get_yticklabels()
    assert {text.get_text().count("\n") for text in names} == {2}
    boxes = [text.get_window_extent() for text in names]
    assert all(one.y0 > other.y1 for one, other in pairwise(boxes))


def test_an_axis_of_shares_ends_at_all() -> None:
    one = corpus(Printed("A", {"received.total": 4, "carried_forward.total": 4}))
    axes = figures.flow(flow(one), language="en")
    assert "100.0% (51.0%–100.0%)" in texts(axes)
    assert axes.get_xlim() == (0, 1)


def test_years_stand_in_their_order() -> None:
    counts = {2021: 50, 2022: 90, 2023: 70}
    rows = (
        Printed("甲", {"granted.total": n, "denied_inquiry.total": 9}, year=year)
        for year, n in counts.items()
    )
    three = corpus(*rows)
    axes = figures.homogeneity(
        homogeneity(three, of="resolved", by="year"), outcomes(three, by="year")
    )
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names == ["2021 (n = 59)", "2022 (n = 99)", "2023 (n = 79)"]


def test_most_is_never_drawn_as_all() -> None:
    cells = {"received.total": 10_000, "carried_forward.total": 9_997}
    axes = figures.flow(flow(corpus(Printed("a", cells))), language="en")
    assert ">99.9% (99.9%–>99.9%)" in [text.get_text() for text in axes.texts]
