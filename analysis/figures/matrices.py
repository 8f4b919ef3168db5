"""Matrices: verdicts by identity, reports by year, shares of groups against those of all."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from analysis.composition import residuals
from analysis.figures import style
from analysis.figures.captions import caption, group_columns, group_names, largest, split
from analysis.figures.marks import LABEL, Sheet, figure_of
from analysis.shares import category_of
from analysis.wording import count, percent, plain, say, value_label, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language, rows
from toolkit.read.letters import display_width
from toolkit.schema import Frame

MOST: Final = 40
"""Rows of a matrix; a figure is to be read."""

PROSE: Final = "prose"
IDENTITIES: Final = (*(row["identity"] for row in rows("identities")), PROSE)
_VERDICTS: Final = {
    "quality.verdict.holds": "#9BC8E3",
    "quality.verdict.fails": style.VERMILLION,
    "quality.verdict.unknown": style.PALE,
}
_STATUSES: Final = {
    "quality.status.there": "#9BC8E3",
    "quality.status.missing": "#F2F2F2",
    "quality.status.duplicate": style.ORANGE,
    "quality.status.revised": style.VERMILLION,
}
HEAD: Final = 10
"""Columns of text in a line of a column's head."""

UPRIGHT: Final = 9
"""Columns above which their heads are turned."""

FEW: Final = 5
"""Expected cases below which a residual is no normal variable."""

# Steps of Friendly, M. (1994), Mosaic displays for multi-way contingency tables. Journal of the
# American Statistical Association 89, 190-200.
_STEPS: Final = (
    ("far_above", 4.0),
    ("above", 2.0),
    ("near", -2.0),
    ("below", -4.0),
    ("far_below", -float("inf")),
)
_RESIDUALS: Final = {
    "residual.far_above": style.BLUE,
    "residual.above": "#9BC8E3",
    "residual.near": "#E0E0E0",
    "residual.below": "#F3C98B",
    "residual.far_below": style.VERMILLION,
    "residual.few": "#FFFFFF",
}


def verdicts(reports: Frame, checks: Frame) -> pl.DataFrame:
    """Verdicts by report and identity: one row each, in the reports' order.

    ``agency``, ``year``, ``identity`` (``prose`` for all figures of the prose), ``n`` checks,
    ``n_fails``, ``n_unknown``, and ``verdict``: ``fails`` if one does, else ``unknown`` if one
    is, else ``holds``.
    """
    said = pl.col("identity").str.starts_with(f"{PROSE}_")
    identity = pl.when(said).then(pl.lit(PROSE)).otherwise("identity").cast(pl.Enum(IDENTITIES))
    who = reports.lazy().select("report_id", "agency", "year").with_row_index("report")
    fails, unknown = ((pl.col("verdict") == v).sum().cast(pl.Int64) for v in ("fails", "unknown"))
    worst = pl.when(pl.col("n_fails") > 0).then(pl.lit("fails"))
    unsure = pl.when(pl.col("n_unknown") > 0).then(pl.lit("unknown")).otherwise(pl.lit("holds"))
    return (
        checks.lazy()
        .with_columns(identity=identity)
        .join(who, on="report_id")
        .group_by("report", "agency", "year", "identity")
        .agg(n=pl.len().cast(pl.Int64), n_fails=fails, n_unknown=unknown)
        .sort("report", "identity")
        .with_columns(verdict=worst.otherwise(unsure))
        .collect(engine="streaming")
    )


def verdict_map(
    frame: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Heat map of :func:`verdicts`: a row for each report, those with most failures first."""
    order = frame.group_by("report", "agency", "year", maintain_order=True)
    worst = order.agg(pl.col("n_fails").sum()).sort("n_fails", descending=True, maintain_order=True)
    heads = {
        one: say(f"quality.identity.{one}", language)
        for one in IDENTITIES
        if one in set(frame["identity"])
    }
    names = {
        report: f"{value_label('agency', agency, language)} {year or '?'}"
        for report, agency, year in worst[:MOST].select("report", "agency", "year").rows()
    }
    shown = frame.select("report", "identity", "verdict", "n", "n_fails", "n_unknown").rows()
    cells = {
        (report, identity): (f"quality.verdict.{verdict}", f"{fails}/{n}{'?' if unknown else ''}")
        for report, identity, verdict, n, fails, unknown in shown
    }
    sheet = matrix(ax, language, source, cells, names, heads, _VERDICTS)
    return _finish(sheet, "verdicts", worst.height)


def coverage_map(
    frame: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Matrix of :data:`toolkit.review.coverage.COVERAGE`: agencies with most gaps first."""
    gaps = (pl.col("status") != "there").sum()
    order = frame.group_by("agency_id").agg(gaps.alias("gaps"))
    order = order.sort("gaps", "agency_id", descending=[True, False])
    shown = frame.select("agency_id", "year", "status", "n_reports", "doubtful").rows()
    cells = {
        (agency, year): (f"quality.status.{status}", f"{n or ''}{'*' if doubtful else ''}")
        for agency, year, status, n, doubtful in shown
    }
    names = {name: plain(name) for name in order["agency_id"][:MOST]}
    years = {year: str(year) for year in frame["year"].unique().sort()}
    sheet = matrix(ax, language, source, cells, names, years, _STATUSES)
    return _finish(sheet, "coverage", order.height)


@figure_of("homogeneity")
def homogeneity(
    tests: pl.DataFrame,
    shares: pl.DataFrame,
    *,
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Shares of each group, coloured by their distance from the share of all, and the test.

    Of one test, without ``pairs``.
    """
    if tests.height != 1:
        raise ParameterError(f"a figure holds one test, not {tests.height}; filter the frame")
    denominator = tests["denominator"][0]
    shares = shares.filter(denominator=denominator)
    category = category_of(shares)
    drawn, by = split(largest(shares)).filter(pl.col("n") > 0), group_columns(shares)
    if "year" not in by:
        drawn = drawn.sort("n", descending=True, maintain_order=True)
    keys = drawn.select(by).rows()
    named = zip(group_names(drawn, language), drawn["n"], strict=True)
    names = {key: f"{name} (n = {count(n)})" for key, (name, n) in zip(keys, named, strict=True)}
    cells = {
        ((*(row[name] for name in by),), row[category]): _residual(row)
        for row in residuals(shares).iter_rows(named=True)
    }
    codes = shares[category].unique(maintain_order=True)
    heads = {code: say(f"narrow.{code}", language) for code in codes}
    sheet = matrix(ax, language, source, cells, names, heads, _RESIDUALS)
    test = tests.row(0, named=True)
    found = sheet.say("test.none" if test["p"] is None else f"test.{test['method']}", **test)
    said = caption(shares, language, "residual", "as_counts", more=found, drawn=drawn)
    return sheet.finish(sheet.say(f"title.by_group.{denominator}"), *said)


def _residual(row: dict[str, Any]) -> tuple[str, str]:
    """Class of a cell and its share."""
    far = row["residual"]
    if far is None or row["expected"] < FEW:
        code = "few"
    else:
        code = next(name for name, least in _STEPS if far >= least)
    counted = row["small"] or not row["count"]
    return f"residual.{code}", count(row["count"]) if counted else percent(row["share"])


def matrix(
    ax: Axes | None,
    language: Language,
    source: str,
    cells: Mapping[tuple[Any, Any], tuple[str, str]],
    names: Mapping[Any, str],
    heads: Mapping[Any, str],
    colors: Mapping[str, str],
) -> Sheet:
    """Coloured cells with their text; what is not there is white and empty.

    ``cells`` have a code of ``colors`` and a text by row and column; ``names`` are those of the
    rows, ``heads`` of the columns. A code is a message, which the legend says with its number.
    """
    turned = len(heads) > UPRIGHT
    over = [head if turned else wrap(head, HEAD) for head in heads.values()]
    high = 0.08 * max(map(display_width, over), default=0) if turned else 0.35
    beside = [wrap(name, LABEL) for name in names.values()]
    row_height = max(0.9, 0.4 * max((len(name.splitlines()) for name in beside), default=0))
    sheet = Sheet(ax, language, source, rows=row_height * len(names), extra=0.4 + high)
    ax = sheet.ax
    known = Counter(code for code, _ in cells.values())
    for code, color in colors.items():
        said = sheet.say(code, n=known[code])
        ax.bar(0, 0, width=0, color=color, edgecolor=style.PALE, label=said)
    shown = [[cells.get((row, column)) for column in heads] for row in names]
    if shown:
        faces = [[to_rgb(colors[cell[0]] if cell else "white") for cell in row] for row in shown]
        ax.pcolormesh(faces, edgecolor="white", linewidth=2)
    for y, row in enumerate(shown):
        for x, cell in enumerate(row):
            if cell:
                ink = "white" if colors[cell[0]] in style.DARK else "black"
                ax.text(x + 0.5, y + 0.5, cell[1], ha="center", va="center", color=ink, fontsize=9)
    ax.set_yticks(np.arange(len(names)) + 0.5, beside)
    ax.set_xticks(np.arange(len(over)) + 0.5, over)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=9)
    if turned:
        ax.tick_params(axis="x", rotation=60)
        plt.setp(ax.get_xticklabels(), ha="left", rotation_mode="anchor")
    ax.set_xlim(0, max(1, len(heads)))
    ax.set_ylim(max(1, len(names)), 0)
    ax.spines[:].set_visible(False)
    return sheet


def _finish(sheet: Sheet, key: str, n: int) -> Axes:
    said = sheet.say(f"quality.{key}_caption" if n else "quality.nothing", n=n)
    hidden = sheet.say("quality.not_shown", n=n - MOST) if n > MOST else ""
    return sheet.finish(sheet.say(f"quality.{key}"), said, hidden)
