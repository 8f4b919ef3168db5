"""Figures over years: who reported when, change from year to year, the common trend."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.figures import marks, style
from analysis.figures.captions import level, reports, sentences, sourced
from analysis.figures.matrices import matrix
from analysis.panel import DOUBTS
from analysis.wording import count, label, plain, quantity_label, say, value_label, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

ROWS: Final = 20
"""Agencies that a panel shows: those with gaps first, then the largest."""

STATUSES: Final = {
    "used": "#DCEBF5",
    "no_report": "#F2F2F2",
    "left_out": style.ORANGE,
    "several": style.VERMILLION,
}
MARKS: Final = {"no_report": "\N{EM DASH}", "left_out": "?", "several": "\N{NOT EQUAL TO}"}
STEPS: Final = (
    *(-0.95, -0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5),
    *(0.7, 1, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000),
)
"""Changes that an axis names, if they are within its limits."""


@marks.figure_of("panel")
def panel(
    rows: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Count of each agency in each year, and why there is none; agencies with gaps first."""
    unit = rows.columns[0]
    placed = rows.drop_nulls((unit, "year"))
    _check(placed)
    gaps, size = (pl.col("status") != "used").sum(), pl.col("count").sum()
    order = placed.group_by(unit).agg(gaps.alias("gaps"), size.alias("size"))
    order = order.sort("gaps", "size", unit, descending=[True, True, False])
    by_status = dict(placed["status"].value_counts().iter_rows())
    ax, own = matrix(
        ax,
        {(row[unit], row["year"]): _cell(row) for row in placed.iter_rows(named=True)},
        {name: plain(name) for name in order[unit][:ROWS]},
        {year: str(year) for year in placed["year"].unique().sort()},
        STATUSES,
        {code: say(f"panel.{code}", language, n=by_status.get(code, 0)) for code in STATUSES},
    )
    n, hidden, lost = order.height, order.height - ROWS, rows.height - placed.height
    other = placed.filter(pl.col("status") == "left_out", pl.col("n_left_out") == 0).height
    scope = say("caption.panel_scope", language, n=other) if other else ""
    lines = (
        say("caption.panel", language, n=n, whole=order.filter(gaps=0).height),
        say("caption.panel_hidden", language, n=hidden) if hidden > 0 else "",
        say("caption.panel_lost", language, n=lost) if lost else "",
        sentences(language, scope, reports(placed.filter(pl.col("status") != "several"), language)),
    )
    return marks.finish(
        ax, _title("panel", rows, language), sourced(lines, language, source), own=own
    )


@marks.figure_of("changes")
def changes(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Change against the year before with both intervals; at most six groups or quantities."""
    ax, own = marks.canvas(ax, rows=6)
    # A logarithmic axis has no place for a change to nothing: words stand there instead.
    above = ratios.with_columns(pl.when(pl.col("ratio") > 0).then("^.*(ratio|low|high)$"))
    _points(ax, above, "ratio", language)
    _percent_axis(ax)
    ax.set_ylabel(say("changes.ratio", language))
    _years(ax, ratios, "ratio", language)
    out = ratios.select("n_only_before", "n_only_now").sum().row(0, named=True)
    lines = (
        say("caption.changes", language, level=level(ratios)),
        say("caption.changes_out", language, **out),
        _doubts(ratios, language),
    )
    text = sourced(lines, language, source)
    return marks.finish(ax, _title("changes", ratios, language), text, own=own)


@marks.figure_of("trend")
def trend(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Rate ratio of each year with its interval, for at most six groups; gaps stay gaps."""
    ax, own = marks.canvas(ax, rows=6)
    series = _points(ax, rates, "rate_ratio", language, line="-")
    ax.set_ylim(bottom=0)
    bases = rates["base_year"].drop_nulls().unique().sort()
    ax.set_ylabel(say("trend.ratio", language, year="/".join(map(str, bases)) or "—"))
    _years(ax, rates, "rate_ratio", language)
    out = rates.select("n_several", "n_left_out", "n_no_report", "n_alone").sum().row(0, named=True)
    n = int(rates["count"].sum())
    lines = (
        say("caption.trend", language, level=level(rates), n=n),
        say("caption.trend_out", language, **out),
        _doubts(rates, language),
        _dispersion(series, rates, language),
    )
    text = sourced(lines, language, source)
    return marks.finish(ax, _title("trend", rates, language), text, own=own)


def every_year(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of a frame with a row a year, and rows of nulls for the years between."""
    ends = pl.int_range(pl.col("year").min(), pl.col("year").max() + 1, dtype=pl.Int32)
    return frame.select(ends.alias("year")).join(
        frame, on="year", how="left", maintain_order="left"
    )


def _points(
    ax: Axes,
    frame: pl.DataFrame,
    value: str,
    language: Language,
    *,
    line: str = "",
) -> list[pl.DataFrame]:
    """Ratios of each series over years with their intervals; the series."""
    _check(frame)
    keys = [*frame.columns[: frame.columns.index("year")], "quantity"]
    series = frame.partition_by(keys, maintain_order=True)
    for one, (color, shift) in zip(series, marks.side_by_side(len(series)), strict=True):
        name = _name(one, frame, language) if len(series) > 1 else None
        every = every_year(one)
        x = every["year"].to_numpy() + shift
        ax.plot(x, every[value].cast(pl.Float64).to_numpy(), f"o{line}", color=color, label=name)
        marks.whiskers(ax.vlines, x, every, color)
    ax.axhline(1, color=style.GREY, linewidth=0.8)
    return series


def mark_edition(ax: Axes, year: int, text: str, *, line: int = 0) -> None:
    """Line before a year that brings another edition of the form; its text some lines down."""
    ax.axvline(year - 0.5, color=style.VERMILLION, linestyle=":", linewidth=1.2)
    at = (year - 0.47, 1.0 - 0.06 * line)
    look: dict[str, Any] = {"va": "top", "fontsize": 8, "path_effects": marks.HALO}
    ax.annotate(text, at, xycoords=ax.get_xaxis_transform(), **look)


def _years(ax: Axes, frame: pl.DataFrame, value: str, language: Language) -> None:
    """Years with their numbers of agencies on the axis, and where the form's edition changes.

    In a year that has no dot stands why.
    """
    sums = frame.group_by("year").agg(pl.col("n_units", "n_edition_change").sum()).sort("year")
    best = frame.group_by("year").agg(pl.col(value).max().alias("best"))
    for year, most in best.filter(pl.col("best").fill_null(0) == 0).iter_rows():
        said = "changes.none" if most is None else "changes.nothing_left"
        look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.5}
        look |= {"color": style.GREY, "path_effects": marks.HALO}
        look["xycoords"] = ax.get_xaxis_transform()
        ax.annotate(wrap(say(said, language), 14), (year, 0.5), **look)
    single = frame["year"].n_unique() == frame.height
    named = [
        f"{year}\n{say('trend.units', language, n=n)}" if single else str(year)
        for year, n in sums.select("year", "n_units").iter_rows()
    ]
    years = [int(year) for year in sums["year"]]
    ax.set_xticks(years, named)
    ax.set_xlim(min(years) - 0.6, max(years) + 0.6)
    ax.set_xlabel("")
    ax.grid(axis="y", color="#EEEEEE")
    changed = sums.filter(pl.col("n_edition_change") > 0).select("year", "n_edition_change")
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(np.array(ax.get_ylim()))
    top = scale.inverted().transform(high + 0.06 * changed.height * (high - low))
    ax.set_ylim(top=float(top))
    for line, (year, n) in enumerate(changed.iter_rows()):
        mark_edition(ax, year, say("trend.edition", language, n=n), line=line)


def _check(frame: pl.DataFrame) -> None:
    if frame.is_empty():
        raise ParameterError("there is nothing to draw: the frame has no rows")


def _name(one: pl.DataFrame, frame: pl.DataFrame, language: Language) -> str:
    """What tells a series from the others: its group, or its quantity."""
    keys = frame.columns[: frame.columns.index("year")]
    names = [value_label(key, one[key][0], language) for key in keys]
    if frame["quantity"].n_unique() > 1:
        names.append(quantity_label(one["quantity"][0], language))
    return " ".join(names)


def _title(figure: str, frame: pl.DataFrame, language: Language) -> str:
    """Title with the quantity, or with the rows of the form that several quantities are of."""
    quantities = frame["quantity"].unique(maintain_order=True).to_list()
    names = [quantity_label(one, language) for one in quantities]
    if len(names) > 1:
        parts = (one.split(".") for one in quantities)
        names = list(dict.fromkeys(label(item, language, table=of) for of, item, _ in parts))
    return say(f"title.{figure}", language, name=" / ".join(names))


def _dispersion(series: Sequence[pl.DataFrame], rates: pl.DataFrame, language: Language) -> str:
    """How much more than chance the counts of each model vary."""
    known = [one for one in series if one["dispersion"][0] is not None]
    values = (f"{_name(one, rates, language)} {one['dispersion'][0]:.1f}".strip() for one in known)
    return say("caption.dispersion", language, value="; ".join(values)) if known else ""


def _doubts(frame: pl.DataFrame, language: Language) -> str:
    """In how many agencies the number rests on an identity that fails or cannot be decided."""
    n = frame.select(DOUBTS).sum().row(0, named=True)
    return say("caption.agencies_fail", language, **n) if any(n.values()) else ""


def _cell(row: dict[str, Any]) -> tuple[str, str]:
    """Status of an agency's year and what to print: its count, or a mark for what is missing."""
    star = "*" if row["edition_change"] else ""
    return row["status"], MARKS.get(row["status"]) or f"{count(row['count'])}{star}"


def _percent_axis(ax: Axes) -> None:
    """Logarithmic axis of ratios, told as changes."""
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    low, high = min(low, 1 / 1.25), max(high, 1.25)
    inside = [step for step in STEPS if low <= 1 + step <= high]
    inside = inside if len(inside) <= marks.TICKS else inside[:: -(-len(inside) // marks.TICKS)]
    ax.set_yticks(
        [1 + step for step in inside], [f"{step:+.0%}" if step else "0" for step in inside]
    )
    ax.set_ylim(low, high)
    ax.minorticks_off()
