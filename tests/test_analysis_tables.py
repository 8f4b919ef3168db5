"""Tables: what stands in them, for every statistic, in both languages, alike every time."""

from collections.abc import Callable

import polars as pl
import pytest
from scipy import stats
from selectolax.lexbor import LexborHTMLParser

import analysis
from analysis.figures.captions import FIRST
from analysis.tables import catalogue, head, table, texts
from tests.analysis_frames import Frames, Printed, corpus
from toolkit.errors import ParameterError
from toolkit.form import LANGUAGES, Language

CORPUS = corpus(
    Printed(
        "A<b>&",
        {
            "received.natural_person": 30,
            "received.total": 30,
            "granted.natural_person": 20,
            "granted.enterprise": 5,
            "granted.total": 25,
            "denied_inquiry.natural_person": 20,
            "denied_inquiry.total": 20,
            "resolved.total": 45,
            "licensing.decisions": 200,
            "penalties.decisions": 3,
        },
        year=2021,
    ),
    Printed("B", {"granted.total": 2, "denied_security.total": 1}, province=None),
    Printed("C", {"denied_inquiry.total": "blank", "licensing.decisions": "absent"}),
    Printed("C", {"received.total": 12}, year=2023),
)
EVERY: dict[str, Callable[[Frames], pl.DataFrame]] = {
    "changes": analysis.changes,
    "contributions": analysis.contributions,
    "denial_reasons": analysis.denial_reasons,
    "disputes": analysis.disputes,
    "normative_turnover": analysis.normative_turnover,
    "enforcement": analysis.enforcement,
    "enforcement_to_licensing": analysis.enforcement_to_licensing,
    "fees": analysis.fees,
    "flow": analysis.flow,
    "funnel": analysis.funnel,
    "grant_rates": analysis.grant_rates,
    "headlines": lambda frames: analysis.headlines(frames, by="province"),
    "homogeneity": lambda frames: analysis.homogeneity(frames, by="agency", pairs=True),
    "outcomes": lambda frames: analysis.outcomes(frames, by=("province", "year")),
    "own_history": analysis.own_history,
    "panel": analysis.panel,
    "peers": lambda frames: analysis.peers(frames, "A<b>&", same="edition"),
    "requester_mix": analysis.requester_mix,
    "residuals": lambda frames: analysis.residuals(analysis.denial_reasons(frames, by="agency")),
    "shrunken_shares": analysis.shrunken_shares,
    "trend": analysis.trend,
}


def rows(frame: pl.DataFrame, language: Language = "en") -> list[list[str]]:
    page = LexborHTMLParser(table(frame, language=language).as_raw_html())
    found = [[cell.text() for cell in row.css("th, td")] for row in page.css("tr")]
    return [[text.replace("\n", " ") for text in row] for row in found]


def test_every_statistic_is_tried() -> None:
    assert set(EVERY) == set(analysis.__all__) - {"Frames"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_every_statistic_has_a_table_that_is_the_same_every_time(
    name: str, language: Language
) -> None:
    frame = EVERY[name](CORPUS)
    if frame.is_empty():
        pytest.fail("the corpus has something for each")
    html = table(frame, language=language).as_raw_html()
    assert html == table(frame, language=language).as_raw_html()
    assert "A<b>" not in html
    body, _ = texts(frame, language)
    assert body.height == frame.height
    assert not {"None", "nan", "null"} & {value for row in body.rows() for value in row}
    heads = {head(name, language, frame.columns) for name in body.columns}
    assert heads <= {cell for row in rows(frame, language) for cell in row} | {
        catalogue()[column][language] for column in ("agency", "province", "year", "scope")
    }


def test_cells_of_shares() -> None:
    found = rows(analysis.denial_reasons(CORPUS, by="agency"))
    assert found[0] == ["Ground", "Cases / of", "Share (interval)", "Reports (left out)"]
    assert found[1] == ["A<b>&"]
    # Wilson, by hand: (20 + 1.92) / 23.84 less and more 1.96 sqrt(0.9604) / 23.84.
    assert found[9] == [
        "Matters with their own inquiry procedure",
        *("20 / 20", "100.0% (83.9–100.0)*", "1 (0)"),
    ]
    assert ["C"] in found
    left = "3 reports (2021–2023); 1 left out: blank in 1."
    assert any(cell.startswith(left) for row in found for cell in row)
    assert any("* Fewer than 30 in all" in cell for row in found for cell in row)


def test_a_group_without_cases_has_no_share_of_its_own() -> None:
    two = corpus(*(Printed(name, {"granted.total": 40}) for name in "AB"), Printed("C"))
    shares = analysis.shrunken_shares(two, category="granted")
    said = dict(texts(shares, "en")[0].select("agency", "shrunken").rows())
    assert "%" in said["A"]
    assert said["C"] == "\N{EM DASH}"


def test_nothing_to_divide_by_is_said() -> None:
    found = rows(analysis.enforcement_to_licensing(CORPUS, by="agency"))
    values = {row[0]: row[4] for row in found if len(row) == 6}
    # Clopper-Pearson limits of 3 in 203 as odds.
    p = stats.beta.ppf([0.025, 0.975], [3, 4], [201, 200])
    low, high = p / (1 - p)
    assert values["A<b>&"] == f"0.0150 ({low:.5f}–{high:.4f})"
    assert values["B"] == "no licensing decisions: no ratio"


def test_kinds_of_quotient_are_told_apart() -> None:
    found = {row[0]: row for row in rows(analysis.flow(CORPUS)) if len(row) == 5}
    assert found["Carry-over rate"][3].startswith("0.0% (0.0–")
    assert found["Clearance rate"][3].startswith("1.14 (0.")  # 48 / 42
    assert found["Change of the backlog"][3] == "nothing to divide by"


def test_signs_and_groups_of_pairs() -> None:
    rates = {row[0]: row for row in rows(analysis.grant_rates(CORPUS)) if len(row) > 3}
    assert rates["Commercial enterprises"][3].startswith("+50.0 (")
    found = rows(analysis.homogeneity(CORPUS, by="agency", pairs=True))
    assert found[0][:2] == ["Agency", "Agency 2"]
    assert not any("left out:" in cell for row in found for cell in row), "pairs share reports"


def test_what_every_row_says_is_said_once() -> None:
    rates = analysis.denial_reasons(CORPUS)
    found = rows(rates)
    assert found[0] == ["Ground", "Cases / of", "Share (interval)"]
    assert found[-2][0] == (
        "3 reports (2021–2023); 1 left out: blank in 1. Of: Denials. In brackets: 95% interval."
        " * Fewer than 30 in all: too few to lean on."
    )
    shares = analysis.funnel(CORPUS)
    assert shares["target"].n_unique() == 1
    assert "target" not in texts(shares, "en")[0].columns
    assert f"Share of all: {shares['target'][0]:.1%}." in rows(shares)[-2][0]
    # The rows shown decide, not those cut off.
    apart = shares.with_columns(target=pl.when(pl.int_range(pl.len()) > 0).then("target"))
    assert "Share of all" in rows(apart)[0]
    assert "Share of all" in rows(shares[:1])[0], "of one row nothing is told in a note"


def test_where_reports_are_not_added_up_those_that_fail_are_told() -> None:
    wrong = corpus(
        Printed("A", {"received.total": 9}, year=2021, fails=["flow.total"]),
        Printed("A", {"received.total": 12}, unknown=["flow.total"]),
        Printed("B", {"carried_in.total": "blank"}),
    )
    said = "an identity fails in at most 1 and cannot be checked in at most {}."
    for statistic, unknown in ((analysis.flow, 1), (analysis.changes, 0)):
        assert said.format(unknown) in rows(statistic(wrong))[-2][0]


def test_heads_stand_in_each_cell_where_a_row_stands_on_end() -> None:
    html = table(analysis.funnel(CORPUS), language="en").as_raw_html()
    assert 'td:nth-child(2)::before {content: "Cases / of"}' in html
    assert html.count("::before {content:") == len(rows(analysis.funnel(CORPUS))[0])


def test_a_long_table_is_cut_and_says_so() -> None:
    crowd = corpus(*(Printed(f"agency {i:02}", {"received.natural_person": i}) for i in range(5)))
    frame = analysis.requester_mix(crowd, by="agency")
    page = LexborHTMLParser(table(frame, language="en", most=2).as_raw_html())
    groups = [row.text(strip=True) for row in page.css(".gt_group_heading")]
    assert groups == ["agency 03", "agency 04"]
    assert "Not shown: 3 groups." in page.text()
    assert "5 reports (2022)" in page.text()


def test_title_and_source() -> None:
    html = table(
        analysis.flow(CORPUS), language="zh", title="流转", source="<i>某处</i>"
    ).as_raw_html()
    assert "流转" in html
    assert " · &lt;i&gt;某处" in html


def test_an_empty_frame_is_no_table() -> None:
    with pytest.raises(ParameterError, match="no rows"):
        table(analysis.panel(CORPUS).clear())


def test_the_catalogue_has_both_languages_and_known_limits() -> None:
    shown = {name for make in EVERY.values() for name in make(CORPUS).columns}
    for name, row in catalogue().items():
        assert row["zh"], name
        assert row["en"], name
        assert {row["low"], row["high"]} <= shown | {""}, name
        assert row["format"] == "group" or name in shown, f"no statistic has {name}"
    assert set(catalogue()) > FIRST
