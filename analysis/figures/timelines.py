"""Figures over years: who reported when, change from year to year, the common trend.

They are called like those of :mod:`analysis.figures`, where they belong.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.captions import count, reports
from analysis.figures.marks import TICKS, canvas, finish
from analysis.figures.matrices import matrix, titled
from analysis.wording import label, plain, quantity_label, say, value_label, wrap
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

WIDTH: Final = 124


def panel(
    rows: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Count of each agency in each year, and why there is none; agencies with gaps first.

    Parameters
    ----------
    rows
        What :func:`analysis.panel` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    unit = rows.columns[0]
    placed = rows.drop_nulls((unit, "year"))
    _check(placed)
    gaps, size = (pl.col("status") != "used").sum(), pl.col("count").sum()
    order = placed.group_by(unit).agg(gaps.alias("gaps"), size.alias("size"))
    names = order.sort("gaps", "size", unit, descending=[True, True, False])[unit].to_list()
    cells = {(row[unit], row["year"]): row for row in placed.iter_rows(named=True)}
    years = placed["year"].unique().sort().to_list()
    shown = [[_cell(cells[name, year]) for year in years] for name in names[:ROWS]]
    by_status = dict(placed["status"].value_counts().iter_rows())
    legend = {
        say(f"panel.{code}", language, n=count(by_status.get(code, 0))): color
        for code, color in STATUSES.items()
    }
    heads = [str(year) for year in years]
    ax = matrix(ax, shown, [plain(name) for name in names[:ROWS]], heads, STATUSES, legend)
    hidden, lost = order.height - ROWS, rows.height - placed.height
    whole = order.filter(gaps=0).height
    lines = (
        say("caption.panel", language, n=count(order.height), whole=count(whole)),
        say("caption.panel_hidden", language, n=count(hidden)) if hidden > 0 else "",
        say("caption.panel_lost", language, n=count(lost)) if lost else "",
        reports(placed.filter(pl.col("status") != "several"), language),
    )
    return titled(ax, _title("panel", rows, language), caption_of(lines, language, source))


def changes(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Change against the year before with both intervals; at most six groups or quantities.

    Parameters
    ----------
    ratios
        What :func:`analysis.changes` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    series = _series(ratios)
    ax, own = canvas(ax, rows=6)
    for place, (one, color) in enumerate(zip(series, style.GROUPS, strict=False)):
        shift = (place - (len(series) - 1) / 2) * 0.5 / len(series)
        if len(series) > 1:
            ax.plot([], [], "o", color=color, label=_name(one, ratios, language))
        known = one.filter(pl.col("ratio") > 0)
        x = known["year"].to_numpy() + shift
        for kind, look in (("robust_", {"linewidth": 5, "alpha": 0.28}), ("", {"linewidth": 2})):
            low, high = (
                known[f"{kind}{end}"].cast(pl.Float64).to_numpy() for end in ("low", "high")
            )
            ax.vlines(x, low, high, color=color, **look)
        ax.scatter(x, known["ratio"].to_numpy(), s=40, color=color, zorder=3)
    ax.axhline(1, color=style.GREY, linewidth=0.8)
    _percent_axis(ax)
    ax.set_ylabel(say("changes.ratio", language))
    for year in _years(ax, ratios, language):
        if ratios.filter(pl.col("year") == year, pl.col("ratio") > 0).is_empty():
            _note(ax, (year, 0.5), wrap(say("changes.none", language), 14))
    out = ratios.select("n_only_before", "n_only_now").sum().row(0, named=True)
    lines = (
        say("caption.changes", language, level=_level(ratios)),
        say("caption.changes_out", language, **out),
    )
    text = caption_of(lines, language, source)
    return finish(ax, _title("changes", ratios, language), text, own=own)


def trend(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Rate ratio of each year with its interval, for at most six groups; gaps stay gaps.

    Parameters
    ----------
    rates
        What :func:`analysis.trend` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    series = _series(rates)
    ax, own = canvas(ax, rows=6)
    first, last = int(rates["year"].min()), int(rates["year"].max())  # type: ignore[arg-type]
    every = pl.DataFrame({"year": range(first, last + 1)}, schema={"year": pl.Int32})
    for place, (one, color) in enumerate(zip(series, style.GROUPS, strict=False)):
        shift = (place - (len(series) - 1) / 2) * 0.3 / len(series)
        # Matplotlib, unlike seaborn, leaves a gap where there is no value.
        line = every.join(one, on="year", how="left", maintain_order="left")
        x, (y, low, high) = (
            line["year"].to_numpy() + shift,
            _floats(line, "rate_ratio", "low", "high"),
        )
        name = _name(one, rates, language) if len(series) > 1 else None
        ax.plot(x, y, "o-", color=color, label=name)
        ax.vlines(x, low, high, color=color, linewidth=2)
    ax.axhline(1, color=style.GREY, linewidth=0.8)
    ax.set_ylim(bottom=0)
    bases = rates["base_year"].drop_nulls().unique().sort()
    ax.set_ylabel(say("trend.ratio", language, year="/".join(map(str, bases)) or "—"))
    _years(ax, rates, language)
    out = rates.select("n_several", "n_left_out", "n_no_report", "n_alone").sum().row(0, named=True)
    n = count(int(rates["count"].sum()))
    lines = (
        say("caption.trend", language, level=_level(rates), n=n),
        say("caption.trend_out", language, **out),
        _dispersion(series, rates, language),
    )
    text = caption_of(lines, language, source)
    return finish(ax, _title("trend", rates, language), text, own=own)


def mark_edition(ax: Axes, year: int, text: str, *, line: int = 0) -> None:
    """Line before a year that brings another edition of the form; its text some lines down."""
    ax.axvline(year - 0.5, color=style.VERMILLION, linestyle=":", linewidth=1.2)
    at = (year - 0.47, 1.0 - 0.06 * line)
    ax.annotate(text, at, xycoords=ax.get_xaxis_transform(), va="top", fontsize=8)


def _years(ax: Axes, frame: pl.DataFrame, language: Language) -> list[int]:
    """Years with their numbers of agencies on the axis, and where the form's edition changes."""
    sums = frame.group_by("year").agg(pl.col("n_units", "n_edition_change").sum()).sort("year")
    single = frame["year"].n_unique() == frame.height
    named = [
        f"{year}\n{say('trend.units', language, n=count(n))}" if single else str(year)
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
        mark_edition(ax, year, say("trend.edition", language, n=count(n)), line=line)
    return years


def _check(frame: pl.DataFrame) -> None:
    if frame.is_empty():
        raise ParameterError("there is nothing to draw: the frame has no rows")


def _series(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """One frame for each group and quantity, in order; at most as many as there are colours."""
    _check(frame)
    keys = [*frame.columns[: frame.columns.index("year")], "quantity"]
    series = frame.partition_by(keys, maintain_order=True)
    if len(series) > len(style.GROUPS):
        raise ParameterError(
            f"a figure holds {len(style.GROUPS)} groups, the frame has {len(series)}; filter it"
        )
    return series


def _name(one: pl.DataFrame, frame: pl.DataFrame, language: Language) -> str:
    """What tells a series from the others: its group, or its quantity."""
    keys = frame.columns[: frame.columns.index("year")]
    names = [plain(value_label(key, one[key][0], language)) for key in keys]
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
    known = [one for one in series if not np.isnan(one["dispersion"][0] or np.nan)]
    values = (f"{_name(one, rates, language)} {one['dispersion'][0]:.1f}".strip() for one in known)
    return say("caption.dispersion", language, value="; ".join(values)) if known else ""


def caption_of(lines: Sequence[str], language: Language, source: str) -> str:
    """Lines that are not empty, wrapped, with the source below them."""
    every = (*lines, say("caption.source", language, source=source and f" · {source}"))
    return "\n".join(wrap(line, WIDTH, even=False) for line in every if line)


def _level(frame: pl.DataFrame) -> str:
    return f"{100 * frame['confidence'][0]:.6g}%"


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
    inside = inside if len(inside) <= TICKS else inside[:: -(-len(inside) // TICKS)]
    ax.set_yticks(
        [1 + step for step in inside], [f"{step:+.0%}" if step else "0" for step in inside]
    )
    ax.set_ylim(low, high)
    ax.minorticks_off()


def _note(ax: Axes, at: tuple[float, float], text: str) -> None:
    """Words at a year, at a share of the height, in place of a value."""
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.5, "color": style.GREY}
    ax.annotate(text, at, xycoords=ax.get_xaxis_transform(), **look)


def _floats(frame: pl.DataFrame, *names: str) -> list[np.ndarray]:
    return [frame[name].cast(pl.Float64).to_numpy() for name in names]


__all__ = ["caption_of", "changes", "mark_edition", "panel", "trend"]
