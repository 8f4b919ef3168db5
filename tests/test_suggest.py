"""Suggestions: planted errors are found and their cells named; what adds up raises no alarm."""

from pathlib import Path
from random import Random

import polars as pl

import toolkit
from tests.analysis_frames import corpus_from
from tests.conftest import BUNDLED
from tests.render import Values, distinct, realistic, render
from tests.render.values import agency_number, seeded
from toolkit.check import check
from toolkit.form import CellKey
from toolkit.review.suggest import suggest
from toolkit.schema import CELLS, CHECKS, REPORTS, SUGGESTIONS

CASES = 1000
RENDERED = 24
PRINTED = ("tabs", "pipes", "markdown", "html_clean", "html_word", "docx", "xlsx", "pdf")
YEARS = (2021, 2022, 2023)
STOCKS = ("rules", "normative_documents")


def frames(made: dict[str, Values]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reports and cells of these figures, as if they had been read."""
    reports = [
        {
            "report_id": key,
            "agency": v.agency,
            "agency_id": v.agency,
            "year": v.year,
            "layout": "tabs",
        }
        for key, v in made.items()
    ]
    cells = [
        (key, *cell, value, "reported", str(value), "", False, None)
        for key, values in made.items()
        for cell, value in values.cells.items()
    ]
    return (
        pl.DataFrame(reports, REPORTS),
        pl.DataFrame(cells, schema=CELLS, orient="row"),
    )


def checked(made: dict[str, Values]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Verdicts, and what is suggested."""
    reports, cells = frames(made)
    checks = corpus_from(reports, cells).checks
    return checks, suggest(checks, cells, reports)


def series(rng: Random, name: str) -> dict[str, Values]:
    """Three years of one agency that agree with one another."""
    made: dict[str, Values] = {}
    last: Values | None = None
    for year in YEARS:
        last = made[f"{name}{year}"] = realistic(rng, name, year, previous=last)
    return made


def slipped(rng: Random, value: int) -> int:
    """Another number: mistyped, or any."""
    digits = str(value)
    spot = rng.randrange(len(digits))
    wrong = [
        digits[:spot] + digits[spot + 1 :],
        digits[:spot] + str(rng.randrange(10)) + digits[spot + 1 :],
        digits + digits[-1],
        str(value + rng.choice((-1, 1))),
        str(rng.randrange(2 * value + 10)),
    ]
    chosen = int(rng.choice(wrong) or 0)
    return chosen if chosen >= 0 and chosen != value else slipped(rng, value)


def crossed(values: Values) -> list[CellKey]:
    """Cells that an identity enters."""
    return [key for key in values.cells if key[0] != "proactive" or key[1] in STOCKS]


def test_what_adds_up_raises_no_alarm() -> None:
    for seed in range(20):
        checks, suggested = checked(series(seeded(seed), "宿迁市水利局"))
        assert set(checks["verdict"]) == {"holds"}
        assert "carryover" in set(checks["identity"])
        assert suggested.equals(SUGGESTIONS.to_frame())


def test_planted_errors_are_found_and_their_cells_named() -> None:
    rng = seeded(2026)
    made: dict[str, Values] = {}
    planted = []
    for number in range(CASES):
        agency = series(rng, f"宿迁市第{number}局")
        report_id = rng.choice(list(agency))
        key = rng.choice(crossed(agency[report_id]))
        wrong = slipped(rng, right := agency[report_id].cells[key])
        agency[report_id].cells[key] = wrong
        planted.append((report_id, *key, wrong, right))
        made |= agency
    reports, cells = frames(made)
    checks = corpus_from(reports, cells).checks
    suggested = suggest(checks, cells, reports)
    names = dict(zip(made, (values.agency for values in made.values()), strict=True))
    where = pl.col("report_id").replace(names).alias("agency")
    failing = checks.filter(verdict="fails").group_by(where).len("n_failing")
    errors = pl.DataFrame(
        planted, schema=["cell_report_id", *CELLS.names()[1:4], "value", "suggested"], orient="row"
    )
    named = suggested.filter(pl.col("rank") <= 3).join(errors, on=errors.columns, how="semi")
    # Named for every check that fails, not only for one of them.
    found = failing.join(named.group_by(where).len("n_named"), on="agency").filter(
        pl.col("n_named") == pl.col("n_failing")
    )
    # A wrong number of documents issued in the first year has no year before to fall foul of.
    assert failing.height >= 0.98 * CASES
    assert found.height >= 0.95 * CASES


def test_rendered_corpora_raise_alarms_only_where_errors_were_planted(tmp_path: Path) -> None:
    rng = seeded(11)
    planted: dict[str, tuple[CellKey, int]] = {}
    for number in range(0, 2 * RENDERED, 2):
        name = agency_number(number)
        made = list(series(rng, name).values())
        if number % 4:
            values = made[-1]
            key = rng.choice([key for key in crossed(values) if key[0] != "proactive"])
            planted[name] = key, values.cells[key]
            values.cells[key] = slipped(rng, values.cells[key])
        for values in made:
            document = render(values, rng.choice(PRINTED), seed=rng.randrange(10**6))
            path = tmp_path / f"{number}-{values.year}{document.layout.suffix}"
            path.write_bytes(document.data)
    corpus = toolkit.load(tmp_path)
    assert len(corpus) == 3 * RENDERED
    who = corpus.reports.select("report_id", "agency")
    failing = corpus.checks.filter(verdict="fails").join(who, on="report_id")
    assert set(failing["agency"]) == set(planted)
    assert {"carryover", "in_force", "prose_received"} <= set(corpus.checks["identity"])
    first = corpus.suggestions.filter(pl.col("rank") <= 3).join(who, on="report_id")
    named = {
        name
        for name, (key, right) in planted.items()
        if any(
            row == (*key, right)
            for row in first.filter(agency=name)
            .select("table", "item", "column", "suggested")
            .iter_rows()
        )
    }
    assert len(named) >= 0.95 * len(planted)


def test_a_cell_in_two_failing_sums_comes_first() -> None:
    values = distinct(seeded(5), "宿迁市水利局", 2022, proactive="2021", applications="2021")
    key = ("applications", "granted", "enterprise")
    right = values.cells[key]
    values.cells[key] = right + 90
    checks, suggested = checked({"r": values})
    assert checks.filter(verdict="fails").select("identity", "subject").rows() == [
        ("outcomes", "enterprise"),
        ("requesters", "granted"),
    ]
    first = suggested.filter(rank=1)
    assert first.select("identity", *CELLS.names()[1:4], "value", "suggested").rows() == [
        ("outcomes", *key, right + 90, right),
        ("requesters", *key, right + 90, right),
    ]
    assert first.select("mends", "breaks", "doubtful").unique().rows() == [(2, 0, False)]
    others = suggested.filter(pl.col("rank") > 1)
    assert others.filter(pl.col("mends") - pl.col("breaks") >= 2).is_empty()
    assert suggested["suggested"].min() >= 0


def test_a_cell_of_which_sums_ask_two_things_is_not_suggested() -> None:
    values = distinct(seeded(5), "宿迁市水利局", 2022, proactive="2021", applications="2021")
    values.cells["applications", "granted", "enterprise"] += 90
    values.cells["applications", "denied_inquiry", "total"] += 7
    checks, suggested = checked({"r": values})
    failing = checks.filter(verdict="fails").select("identity", "subject").rows()
    # The row's sum asks 90 more of its total, the column's 7 less.
    assert {("requesters", "granted"), ("outcomes", "total")} <= {*failing}
    assert suggested.filter(item="granted", column="total").is_empty()
    assert suggested.filter(item="granted", column="natural_person").height == 1


def test_a_doubtful_reading_comes_before_a_clean_one() -> None:
    values = distinct(seeded(5), "宿迁市水利局", 2022, proactive="2021", applications="2021")
    values.cells["challenges", "reconsideration", "total"] += 1
    reports, cells = frames({"r": values})
    here = (pl.col("item") == "reconsideration") & (pl.col("column") == "pending")
    cells = cells.with_columns(raw=pl.when(here).then(pl.lit("9(件)")).otherwise("raw"))
    first = suggest(check(cells), cells, reports).row(0, named=True)
    assert (first["column"], first["doubtful"], first["rank"]) == ("pending", True, 1)
    pictures = reports.with_columns(layout=pl.lit("scan"))
    assert suggest(check(cells), cells, pictures)["doubtful"].all()


def test_an_error_of_last_year_is_found_there() -> None:
    made = series(seeded(1), "宿迁市水利局")
    key = ("applications", "carried_forward", "research")
    made["宿迁市水利局2021"].cells[key] += 4
    checks, suggested = checked(made)
    assert checks.filter(verdict="fails").select("report_id", "identity", "subject").rows() == [
        ("宿迁市水利局2021", "flow", "research"),
        ("宿迁市水利局2021", "requesters", "carried_forward"),
        ("宿迁市水利局2022", "carryover", "research"),
    ]
    first = suggested.filter(rank=1)
    assert first["cell_report_id"].to_list() == ["宿迁市水利局2021"] * 3
    assert first.select("table", "item", "column").unique().rows() == [key]
    assert first["mends"].to_list() == [3] * 3


def test_the_bundled_reports_have_one_suggestion() -> None:
    corpus = toolkit.load(BUNDLED)
    assert corpus.suggestions.select(
        "identity", "rank", "item", "column", "value", "suggested", "mends", "breaks", "raw"
    ).rows() == [("prose_reconsideration", 1, "reconsideration", "total", 170, 134, 1, 1, "170")]
    assert suggest(CHECKS.to_frame(), corpus.cells, corpus.reports).schema == SUGGESTIONS
