"""Two matrices: verdicts by agency and identity, reports by agency and year."""

from collections.abc import Sequence
from typing import Final

import matplotlib.pyplot as plt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from analysis import style
from analysis.markdown import plain
from analysis.marks import LABEL, TITLE, canvas
from analysis.prose import say as say_in_prose
from analysis.wording import say, wrap
from toolkit.coverage import STATUSES
from toolkit.form import Language, rows
from toolkit.schema import VERDICTS, Frame

MOST: Final = 40
"""Rows of a matrix; a figure is to be read."""

PROSE: Final = "prose"
IDENTITIES: Final = (*(row["identity"] for row in rows("identities")), PROSE)
_VERDICTS: Final = dict(zip(VERDICTS, ("#9BC8E3", style.VERMILLION, style.PALE), strict=True))
_STATUSES: Final = dict(
    zip(STATUSES, ("#9BC8E3", "#F2F2F2", style.ORANGE, style.VERMILLION), strict=True)
)
_HEAD: Final = 12


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
    ax = _matrix(ax, shown, [labels[r] for r in chosen[:MOST]], heads, _VERDICTS, legend)
    return _finish(ax, "verdicts", len(chosen), language)


def coverage_map(frame: pl.DataFrame, *, language: Language = "zh", ax: Axes | None = None) -> Axes:
    """Coverage matrix of :data:`toolkit.coverage.COVERAGE`: agencies with most gaps first."""
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
    ax = _matrix(
        ax,
        shown,
        [plain(name) for name in chosen[:MOST]],
        [str(year) for year in years],
        _STATUSES,
        legend,
    )
    return _finish(ax, "coverage", len(chosen), language)


def _matrix(
    ax: Axes | None,
    shown: Sequence[Sequence[tuple[str, str] | None]],
    names: Sequence[str],
    heads: Sequence[str],
    colors: dict[str, str],
    legend: dict[str, str],
) -> Axes:
    """Coloured cells with their text; what is not there is white and empty."""
    ax, _ = canvas(ax, rows=len(shown), extra=0.6)
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
    ax.set_xticks([x + 0.5 for x in range(len(heads))], [wrap(head, _HEAD) for head in heads])
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=9)
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
    figure = ax.get_figure(root=True) or plt.gcf()
    figure.suptitle(say(f"quality.{key}", language), x=0.01, ha="left", fontsize=TITLE)
    figure.supxlabel(
        wrap(text, 100) if n <= MOST else text, x=0.01, ha="left", fontsize=8.5, color=style.GREY
    )
    return ax


def _name(agency: str | None, year: int | None, language: Language) -> str:
    return f"{plain(agency) or say_in_prose('unknown.agency', language)} {year or '?'}"
