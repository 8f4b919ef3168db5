"""Matrices: verdicts by identity, reports by year, shares of groups against those of all."""

from collections.abc import Sequence
from typing import Any, Final

import matplotlib.pyplot as plt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from analysis.composition import residuals
from analysis.figures import style
from analysis.figures.captions import MOST as MOST_GROUPS
from analysis.figures.captions import caption, count, group_name, p_value, split
from analysis.figures.marks import LABEL, TITLE, canvas
from analysis.wording import columns as width
from analysis.wording import plain, say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language, rows
from toolkit.review.coverage import STATUSES
from toolkit.schema import VERDICTS, Frame

MOST: Final = 40
"""Rows of a matrix; a figure is to be read."""

PROSE: Final = "prose"
IDENTITIES: Final = (*(row["identity"] for row in rows("identities")), PROSE)
_VERDICTS: Final = dict(zip(VERDICTS, ("#9BC8E3", style.VERMILLION, style.PALE), strict=True))
_STATUSES: Final = dict(
    zip(STATUSES, ("#9BC8E3", "#F2F2F2", style.ORANGE, style.VERMILLION), strict=True)
)
_HEAD: Final = 10
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
    "far_above": style.BLUE,
    "above": "#9BC8E3",
    "near": "#F2F2F2",
    "below": "#F3C98B",
    "far_below": style.VERMILLION,
    "few": "#FFFFFF",
}


def verdicts(reports: Frame, checks: Frame) -> pl.DataFrame:
    """Verdicts by report and identity: one row each, in the reports' order.

    ``agency``, ``year``, ``identity`` (``prose`` for all figures of the prose), ``n`` checks,
    ``n_fails``, ``n_unknown``, and ``verdict``: ``fails`` if one does, else ``unknown`` if one
    is, else ``holds``.
    """
    said = pl.col("identity").str.starts_with(f"{PROSE}_")
    who = reports.lazy().select("report_id", "agency", "year").with_row_index("report")
    fails, unknown = ((pl.col("verdict") == v).sum().cast(pl.Int64) for v in ("fails", "unknown"))
    worst = pl.when(pl.col("n_fails") > 0).then(pl.lit("fails"))
    return (
        checks.lazy()
        .with_columns(
            identity=pl.when(said)
            .then(pl.lit(PROSE))
            .otherwise("identity")
            .cast(pl.Enum(IDENTITIES))
        )
        .join(who, on="report_id")
        .group_by("report", "agency", "year", "identity")
        .agg(n=pl.len().cast(pl.Int64), n_fails=fails, n_unknown=unknown)
        .sort("report", "identity")
        .with_columns(
            verdict=worst.when(pl.col("n_unknown") > 0)
            .then(pl.lit("unknown"))
            .otherwise(pl.lit("holds"))
        )
        .collect(engine="streaming")
    )


def verdict_map(frame: pl.DataFrame, *, language: Language = "zh", ax: Axes | None = None) -> Axes:
    """Heat map of :func:`verdicts`: a row for each report, those with most failures first."""
    order = frame.group_by("report", maintain_order=True).agg(pl.col("n_fails").sum())
    chosen = order.sort("n_fails", descending=True, maintain_order=True)["report"].to_list()
    columns = [one for one in IDENTITIES if one in set(frame["identity"])]
    frame = frame.filter(pl.col("report").is_in(chosen[:MOST]))
    labels = {
        r["report"]: _name(r["agency"], r["year"], language) for r in frame.iter_rows(named=True)
    }
    cells = {
        (row["report"], row["identity"]): (
            row["verdict"],
            f"{row['n_fails']}/{row['n']}{'?' if row['n_unknown'] else ''}",
        )
        for row in frame.iter_rows(named=True)
    }
    heads = [say(f"quality.identity.{code}", language) for code in columns]
    legend = {say(f"quality.verdict.{code}", language): color for code, color in _VERDICTS.items()}
    shown = [[cells.get((report, one)) for one in columns] for report in chosen[:MOST]]
    ax = matrix(ax, shown, [labels[r] for r in chosen[:MOST]], heads, _VERDICTS, legend)
    return _finish(ax, "verdicts", len(chosen), language)


def coverage_map(frame: pl.DataFrame, *, language: Language = "zh", ax: Axes | None = None) -> Axes:
    """Matrix of :data:`toolkit.review.coverage.COVERAGE`: agencies with most gaps first."""
    gaps = (pl.col("status") != "there").sum()
    order = frame.group_by("agency_id").agg(gaps.alias("gaps"))
    chosen = order.sort("gaps", "agency_id", descending=[True, False])["agency_id"].to_list()
    years = sorted(set(frame["year"]))
    frame = frame.filter(pl.col("agency_id").is_in(chosen[:MOST]))
    cells = {
        (row["agency_id"], row["year"]): (
            row["status"],
            str(row["n_reports"] or "") + ("*" if row["doubtful"] else ""),
        )
        for row in frame.iter_rows(named=True)
    }
    legend = {say(f"quality.status.{code}", language): color for code, color in _STATUSES.items()}
    shown = [[cells[agency, year] for year in years] for agency in chosen[:MOST]]
    ax = matrix(
        ax,
        shown,
        [plain(name) for name in chosen[:MOST]],
        [str(year) for year in years],
        _STATUSES,
        legend,
    )
    return _finish(ax, "coverage", len(chosen), language)


def homogeneity(
    tests: pl.DataFrame,
    shares: pl.DataFrame,
    *,
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Shares of each group, coloured by their distance from the share of all, and the test.

    Parameters
    ----------
    tests
        One row of :func:`analysis.homogeneity`, without ``pairs``.
    shares
        The composition that was tested, by the same groups, such as
        ``denial_reasons(corpus, by="agency")``.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    if tests.height != 1:
        raise ParameterError(f"a figure holds one test, not {tests.height}; filter the frame")
    denominator = tests["denominator"][0]
    shares = shares.filter(denominator=denominator)
    by_n = residuals(shares).sort("n", descending=True, nulls_last=True, maintain_order=True)
    groups = split(by_n)
    drawn = [group for group in groups[:MOST_GROUPS] if group["n"][0]]
    category = next(name for name in ("ground", "requester", "outcome") if name in shares.columns)
    codes = groups[0][category].to_list()
    shown = [[_residual(row) for row in group.iter_rows(named=True)] for group in drawn]
    names = [f"{group_name(group, language)} (n = {count(group['n'][0])})" for group in drawn]
    heads = [say(f"narrow.{code}", language) for code in codes]
    legend = {say(f"residual.{code}", language): color for code, color in _RESIDUALS.items()}
    ax = matrix(ax, shown, names, heads, _RESIDUALS, legend)
    text = caption(
        shares,
        language,
        source=source,
        notes=["residual", "as_counts"],
        more=[_test(tests.row(0, named=True), language)],
        hidden=len(groups) - len(drawn),
    )
    return titled(ax, say(f"title.by_group.{denominator}", language), text)


def _residual(row: dict[str, Any]) -> tuple[str, str]:
    """Class of a cell and its share."""
    far = row["residual"]
    if far is None or row["expected"] < FEW:
        code = "few"
    else:
        code = next(name for name, least in _STEPS if far >= least)
    return code, count(row["count"]) if row["small"] or not row["count"] else f"{row['share']:.0%}"


def _test(row: dict[str, Any], language: Language) -> str:
    """What the test of homogeneity found, in a sentence."""
    if row["p"] is None:
        return say("test.none", language)
    return say(
        f"test.{row['method']}",
        language,
        chi=f"{row['chi_square']:,.1f}",
        df=count(row["df"]),
        p=p_value(row["p"]),
        v="—" if row["v"] is None else f"{row['v']:.2f}",
        low="—" if row["v"] is None else f"{row['v_low']:.2f}",
        high="—" if row["v"] is None else f"{row['v_high']:.2f}",
        level=f"{100 * row['confidence']:.6g}%",
    )


def matrix(
    ax: Axes | None,
    shown: Sequence[Sequence[tuple[str, str] | None]],
    names: Sequence[str],
    heads: Sequence[str],
    colors: dict[str, str],
    legend: dict[str, str],
) -> Axes:
    """Coloured cells with their text; what is not there is white and empty."""
    turned = len(heads) > UPRIGHT
    said = [head if turned else wrap(head, _HEAD) for head in heads]
    high = 0.08 * max(map(width, said), default=0) if turned else 0.35
    ax, _ = canvas(ax, rows=1.1 * len(shown), extra=0.4 + high)
    codes = ["", *colors]
    numbers = [[codes.index(cell[0]) if cell else 0 for cell in row] for row in shown]
    colormap = ListedColormap(["white", *colors.values()])
    if shown:
        ax.pcolormesh(
            numbers, cmap=colormap, vmin=0, vmax=len(codes) - 1, edgecolor="white", linewidth=2
        )
    for y, row in enumerate(shown):
        for x, cell in enumerate(row):
            if cell:
                ink = "white" if colors[cell[0]] in style.DARK else "black"
                ax.text(x + 0.5, y + 0.5, cell[1], ha="center", va="center", color=ink, fontsize=9)
    ax.set_yticks([y + 0.5 for y in range(len(names))], [wrap(name, LABEL) for name in names])
    ax.set_xticks([x + 0.5 for x in range(len(said))], said)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=9)
    if turned:
        ax.tick_params(axis="x", rotation=60)
        plt.setp(ax.get_xticklabels(), ha="left", rotation_mode="anchor")
    ax.set_ylim(max(1, len(shown)), 0)
    ax.spines[:].set_visible(False)
    handles = [Patch(facecolor=color, label=name) for name, color in legend.items()]
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, -0.02),
        ncols=len(handles),
        frameon=False,
        fontsize=9,
        handlelength=1,
    )
    return ax


def _finish(ax: Axes, key: str, n: int, language: Language) -> Axes:
    text = say(f"quality.{key}_caption", language)
    if n > MOST:
        text += f"\n{say('quality.not_shown', language, n=n - MOST)}"
    if n == 0:
        text = say("quality.nothing", language)
    text = wrap(text, 100) if n <= MOST else text
    return titled(ax, say(f"quality.{key}", language), text)


def titled(ax: Axes, title: str, text: str) -> Axes:
    """Title and caption of the figure that a matrix is all of."""
    figure = ax.get_figure(root=True) or plt.gcf()
    figure.suptitle(title, x=0.01, ha="left", fontsize=TITLE)
    figure.supxlabel(text, x=0.01, ha="left", fontsize=8.5, color=style.GREY)
    return ax


def _name(agency: str | None, year: int | None, language: Language) -> str:
    return f"{plain(agency) or say('unknown.agency', language)} {year or '?'}"
