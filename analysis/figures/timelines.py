"""Figures over years: who reported when, change from year to year, trend, one agency's own."""

from collections.abc import Callable, Sequence
from math import inf, log
from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.captions import checked, level_of, reports
from analysis.figures.marks import (
    GROUND,
    HALO,
    TICKS,
    Sheet,
    figure_of,
    near,
    side_by_side,
    whiskers,
)
from analysis.figures.matrices import matrix
from analysis.funnels import ALARM, limits
from analysis.panel import DOUBTS
from analysis.wording import (
    Value,
    count,
    label,
    plain,
    quantity_label,
    say,
    sentences,
    value_label,
    wrap,
)
from toolkit.errors import ParameterError
from toolkit.form import Language

ROOM: Final = "#E4EEF5"
ROOM_FOR_WORDS: Final = 88
"""Columns of small text that a figure has room for across its years."""

ROWS: Final = 20
"""Agencies that a panel shows: those with gaps first, then the largest."""

STATUSES: Final = {
    "panel.used": "#DCEBF5",
    "panel.no_report": "#F2F2F2",
    "panel.left_out": style.ORANGE,
    "panel.several": style.VERMILLION,
}
MARKS: Final = {"no_report": "\N{EM DASH}", "left_out": "?", "several": "\N{NOT EQUAL TO}"}
STEPS: Final = (
    *(0, 1, -0.5, 9, -0.9, 99, -0.99, 999, -0.999, 9_999, 99_999, 999_999),
    *(-0.1, 0.1, -0.2, 0.2, -0.3, 0.3, -0.4, 0.4, 0.5, -0.6, -0.7, 0.7, -0.8, 1.5, 2, 3, 5, 19, 49),
)
"""Changes that an axis names if it has room for them, those that come first before others."""

REACH: Final = 50.0
"""How many times farther than any dot an interval is drawn."""


@figure_of("panel")
def panel(
    rows: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Count of each agency in each year, and why there is none; agencies with gaps first."""
    unit = rows.columns[0]
    placed = checked(rows.drop_nulls((unit, "year")))
    gaps, size = (pl.col("status") != "used").sum(), pl.col("count").sum()
    order = placed.group_by(unit).agg(gaps.alias("gaps"), size.alias("size"))
    order = order.sort("gaps", "size", unit, descending=[True, True, False])
    sheet = matrix(
        ax,
        language,
        source,
        {(row[unit], row["year"]): _cell(row) for row in placed.iter_rows(named=True)},
        {name: plain(name) for name in order[unit][:ROWS]},
        {year: str(year) for year in placed["year"].unique().sort()},
        STATUSES,
    )
    n, hidden, lost = order.height, order.height - ROWS, rows.height - placed.height
    other = placed.filter(pl.col("status") == "left_out", pl.col("n_left_out") == 0).height
    several = placed.filter(status="several").select("n_reports", "n_left_out").sum()
    aside = {"scope": other, "several": several.sum_horizontal()[0]}
    said = [sheet.say(f"caption.panel_{why}", n=count) for why, count in aside.items() if count]
    return sheet.finish(
        _title("panel", rows, language),
        sheet.say("caption.panel", n=n, whole=order.filter(gaps=0).height),
        sheet.say("caption.panel_hidden", n=hidden) if hidden > 0 else "",
        sheet.say("caption.panel_lost", n=lost) if lost else "",
        sentences(language, *said, reports(placed.filter(pl.col("status") != "several"), language)),
    )


@figure_of("changes")
def changes(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Change against the year before with both intervals; of many groups the six largest."""
    sheet = Sheet(ax, language, source, rows=6)
    drawn = _largest(ratios)
    # A logarithmic axis has no place for a change to nothing: words stand there instead.
    above = drawn.with_columns(pl.when(pl.col("ratio") > 0).then("^.*(ratio|low|high)$"))
    series, beyond = _points(sheet, above, "ratio")
    _ratio_axis(sheet.ax, lambda change: f"{Value(100 * change):+,.8g}%" if change else "0")
    sheet.ax.set_ylabel(sheet.say("changes.ratio"))
    _years(sheet, drawn, "ratio")
    paleless = above["ratio"].count() > above["robust_low"].count()
    out = ratios.select("n_only_before", "n_only_now").sum().row(0, named=True)
    return sheet.finish(
        _title("changes", ratios, language),
        sheet.say("caption.changes", level=level_of(ratios)),
        sheet.say("caption.chance_alone") if paleless else "",
        beyond,
        sheet.say("caption.changes_out", **out),
        _not_drawn(len(series), ratios, language),
        _doubts(ratios, language),
    )


@figure_of("trend")
def trend(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Rate ratio of each year with its interval, for the six largest groups; gaps stay gaps."""
    sheet = Sheet(ax, language, source, rows=6)
    drawn = _largest(rates)
    series, beyond = _points(sheet, drawn, "rate_ratio", line="-")
    _ratio_axis(sheet.ax, lambda change: f"{1 + change:,.8g}")
    bases = rates["base_year"].drop_nulls().unique().sort()
    sheet.ax.set_ylabel(sheet.say("trend.ratio", year="/".join(map(str, bases)) or "—"))
    _years(sheet, drawn, "rate_ratio")
    later = rates.filter(pl.col("year") != pl.col("base_year"))
    alone = later.filter(pl.col("low").is_null(), pl.col("rate_ratio").is_not_null())
    out = rates.select("n_several", "n_left_out", "n_no_report", "n_alone").sum().row(0, named=True)
    model, n = rates["model"][0], rates["count"].sum()
    return sheet.finish(
        _title("trend", rates, language),
        sheet.say(f"caption.trend.{model}", level=level_of(rates), n=n),
        _per(rates, language),
        sheet.say("caption.no_interval") if alone.height else "",
        beyond,
        sheet.say("caption.trend_out", **out),
        _not_drawn(len(series), rates, language),
        _doubts(rates, language),
        _dispersion(series, rates, language),
    )


@figure_of("own_history")
def own_history(
    history: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Counts of one agency over years, between the limits that its other years set."""
    unit = history.columns[history.columns.index("year") - 1]
    if history[unit].n_unique() != 1:
        raise ParameterError("a history is that of one agency; filter the frame")
    sheet = Sheet(ax, language, source, rows=6)
    ax, level = sheet.ax, f"{100 * ALARM:g}%"
    top = _room(ax, history)
    ax.fill_between([], [], [], color=ROOM, label=sheet.say("history.limits", level=level))
    ax.plot([], [], "--", color=style.GREY, label=sheet.say("history.expected"))
    every = _every_year(history)
    heights = every["count"].cast(pl.Float64).to_numpy()
    ax.plot(every["year"], heights, "o-", color=style.BLUE, label=sheet.say("history.count"))
    for row in history.iter_rows(named=True):
        color = style.BLUE if row["position"] == "inside" else style.VERMILLION
        place = (row["year"], row["count"])
        ax.scatter(*place, s=46, color=color, zorder=4)
        said = count(row["count"])
        near(ax, place, said, (0, 8), ha="center", fontsize=9, path_effects=HALO)
        if row["edition_change"]:
            _mark_edition(ax, row["year"], sheet.say("history.edition"))
    for year in every.filter(pl.col("count").is_null())["year"]:
        _instead(ax, year, sheet.say("none.not_reported"), every.height)
    _year_axis(ax, every["year"], [str(year) for year in every["year"]])
    ax.set_ylim(0, 1.15 * max(*history["count"], top, 1))
    ax.yaxis.set_major_formatter(lambda y, _: f"{y:,.10g}")
    name = quantity_label(history["quantity"][0], language)
    title = sheet.say("title.history", agency=plain(str(history[unit][0])), name=name)
    total = history.select(pl.col("count").sum(), pl.col(DOUBTS).sum()).row(0, named=True)
    n, ends = history.height, f"{every['year'][0]}–{every['year'][-1]}"
    return sheet.finish(
        title,
        sentences(
            language,
            sheet.say("caption.history_n", cases=total["count"], n=n, years=ends),
            sheet.say("caption.fails", **total) if any(total[one] for one in DOUBTS) else "",
        ),
        sheet.say("caption.history"),
        _per(history, language),
    )


def _keys(frame: pl.DataFrame) -> list[str]:
    """Columns that tell one series from another."""
    return [*frame.columns[: frame.columns.index("year")], "quantity"]


def _largest(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of the series with most cases, of which as many as have a colour can be drawn."""
    keys = _keys(frame)
    sizes = frame.group_by(keys, maintain_order=True).agg(pl.col("count").sum().alias("size"))
    kept = sizes.sort("size", descending=True, maintain_order=True)[: len(style.GROUPS)]
    return frame.join(kept, on=keys, how="semi", nulls_equal=True, maintain_order="left")


def _not_drawn(drawn: int, frame: pl.DataFrame, language: Language) -> str:
    """How many series there was no colour for."""
    n = frame.select(_keys(frame)).n_unique() - drawn
    return say("caption.not_shown", language, n=n) if n else ""


def _every_year(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of a frame with a row a year, and rows of nulls for the years between."""
    ends = pl.int_range(pl.col("year").min(), pl.col("year").max() + 1, dtype=pl.Int32)
    return frame.select(ends.alias("year")).join(
        frame, on="year", how="left", maintain_order="left"
    )


def _points(
    sheet: Sheet, frame: pl.DataFrame, value: str, *, line: str = ""
) -> tuple[list[pl.DataFrame], str]:
    """Ratios of each series over years with their intervals; the series, and what marks mean.

    An interval that would press all others flat ends in a triangle.
    """
    dots = [1.0, *frame[value].drop_nulls()]
    low, high = min(dots) / REACH, max(dots) * REACH
    ends = pl.col("^(robust_)?(low|high)$")
    beyond = False
    series = frame.partition_by(_keys(frame), maintain_order=True)
    for one, (color, shift) in zip(series, side_by_side(len(series)), strict=True):
        name = _named(one, frame, value, sheet.language)
        every = _every_year(one)
        x = every["year"].to_numpy() + shift
        heights = every[value].cast(pl.Float64).to_numpy()
        sheet.ax.plot(x, heights, f"o{line}", color=color, label=name)
        whiskers(sheet.ax.vlines, x, every.with_columns(ends.clip(low, high)), color)
        for edge, mark, far in ((low, "v", ends < low), (high, "^", ends > high)):
            at = x[every.select(pl.any_horizontal(far).fill_null(value=False)).to_series()]
            sheet.ax.scatter(at, [edge] * len(at), marker=mark, color=color, clip_on=False)
            beyond |= len(at) > 0
    sheet.ax.axhline(1, color=style.GREY, linewidth=0.8)
    return series, sheet.say("caption.beyond") if beyond else ""


def _mark_edition(ax: Axes, year: int, text: str, *, line: int = 0) -> None:
    """Line before a year that brings another edition of the form; its text some lines down."""
    ax.axvline(year - 0.5, color=style.VERMILLION, linestyle=":", linewidth=1.2)
    at = (year - 0.47, 1.0 - 0.06 * line)
    look: dict[str, Any] = {"va": "top", "fontsize": 8, "path_effects": HALO}
    ax.annotate(text, at, xycoords=ax.get_xaxis_transform(), **look)


def _years(sheet: Sheet, frame: pl.DataFrame, value: str) -> None:
    """Years with their numbers of agencies on the axis, and where the form's edition changes.

    In a year that has no dot stands why.
    """
    ax = sheet.ax
    years = frame.group_by("year").agg(
        pl.col("n_units", "n_edition_change", "count").sum(), pl.col(value).max().alias("best")
    )
    years = years.sort("year")
    for row in years.filter(pl.col("best").fill_null(0) == 0).iter_rows(named=True):
        _instead(ax, row["year"], sheet.say(_why_no_dot(row, value)), years.height)
    single = frame["year"].n_unique() == frame.height
    named = [
        f"{year}\n{count(n)}" if single else str(year)
        for year, n in years.select("year", "n_units").iter_rows()
    ]
    _year_axis(ax, years["year"], named, sheet.say("trend.units") if single else "")
    changed = years.filter(pl.col("n_edition_change") > 0).select("year", "n_edition_change")
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(np.array(ax.get_ylim()))
    top = scale.inverted().transform(high + 0.06 * changed.height * (high - low))
    ax.set_ylim(top=float(top))
    for line, (year, n) in enumerate(changed.iter_rows()):
        _mark_edition(ax, year, sheet.say("trend.edition", n=n), line=line)


def _instead(ax: Axes, year: int, text: str, years: int) -> None:
    """Why a year has nothing drawn, in its part of an axis of so many years."""
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.5}
    look |= {"color": style.GREY, "bbox": GROUND, "xycoords": ax.get_xaxis_transform()}
    ax.annotate(wrap(text, min(14, ROOM_FOR_WORDS // years)), (year, 0.5), **look)


def _why_no_dot(row: dict[str, Any], value: str) -> str:
    """Message that says why a year has no ratio: nobody has both years, or what they had."""
    if not row["n_units"]:
        return "changes.none"
    if value == "ratio":
        return "changes.from_nothing" if row["best"] is None else "changes.nothing_left"
    return "trend.none" if row["count"] else "none.n"


def _year_axis(ax: Axes, years: pl.Series, named: Sequence[str], name: str = "") -> None:
    ax.set_xticks(years.to_list(), named)
    ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    ax.set_xlabel(name, fontsize="small")
    ax.grid(axis="y", color="#EEEEEE")


def _room(ax: Axes, history: pl.DataFrame) -> float:
    """Draw what each year's count may be, given the other years; the top of it."""
    top, whole = 0.0, int(history["count"].sum())
    for year, expected, icc in history.select("year", "expected", "icc").iter_rows():
        low, high = (
            whole * float(edge[0]) for edge in limits([whole], expected / whole, icc, ALARM)
        )
        ax.fill_between([year - 0.4, year + 0.4], low, high, color=ROOM, linewidth=0)
        ax.hlines(expected, year - 0.4, year + 0.4, color=style.GREY, linestyle="--")
        top = max(top, high)
    return top


def _name(one: pl.DataFrame, frame: pl.DataFrame, language: Language) -> str:
    """What tells a series from the others: its group, or its quantity."""
    keys = frame.columns[: frame.columns.index("year")]
    names = [value_label(key, one[key][0], language) for key in keys]
    if frame["quantity"].n_unique() > 1:
        names.append(quantity_label(one["quantity"][0], language))
    return " · ".join(names)


def _named(one: pl.DataFrame, frame: pl.DataFrame, value: str, language: Language) -> str | None:
    """Name of a series, if it has one, and how many agencies its dots rest on."""
    units, name = one.drop_nulls(value)["n_units"], _name(one, frame, language)
    n = "–".join(map(str, sorted({units.min() or 0, units.max() or 0})))
    return say("legend.units", language, name=name, n=n) if name else None


def _title(figure: str, frame: pl.DataFrame, language: Language) -> str:
    """Title with the quantity, or with the rows of the form that several quantities are of."""
    quantities = frame["quantity"].unique(maintain_order=True).to_list()
    names = [quantity_label(one, language) for one in quantities]
    if len(names) > 1:
        parts = (one.split(".") for one in quantities)
        names = list(dict.fromkeys(label(item, language, table=of) for of, item, _ in parts))
    return say(f"title.{figure}", language, name=" / ".join(names))


def _per(frame: pl.DataFrame, language: Language) -> str:
    """What cases are counted per, if it is not the year."""
    per = frame["exposure"][0]
    return say("caption.exposure", language, name=quantity_label(per, language)) if per else ""


def _dispersion(series: Sequence[pl.DataFrame], rates: pl.DataFrame, language: Language) -> str:
    """How much more than chance the counts of each model vary."""
    known = [one for one in series if one["dispersion"][0] is not None]
    values = (
        f"{_name(one, rates, language) * (len(series) > 1)} {one['dispersion'][0]:.1f}".strip()
        for one in known
    )
    return say("caption.dispersion", language, value="; ".join(values)) if known else ""


def _doubts(frame: pl.DataFrame, language: Language) -> str:
    """In how many agencies the number rests on an identity that fails or cannot be decided."""
    n = frame.select(DOUBTS).sum().row(0, named=True)
    return say("caption.agencies_fail", language, **n) if any(n.values()) else ""


def _cell(row: dict[str, Any]) -> tuple[str, str]:
    """Status of an agency's year and what to print: its count, or a mark for what is missing."""
    star = "*" if row["edition_change"] else ""
    return f"panel.{row['status']}", MARKS.get(row["status"]) or f"{count(row['count'])}{star}"


def _ratio_axis(ax: Axes, named: Callable[[float], str]) -> None:
    """Logarithmic axis of ratios, whose names tell the change that each is."""
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    low, high = min(low, 1 / 1.25), max(high, 1.25)
    inside: list[float] = []
    for step in (step for step in STEPS if low <= 1 + step <= high):
        apart = (abs(log((1 + step) / (1 + other))) for other in inside)
        if min(apart, default=inf) >= log(high / low) / TICKS:
            inside.append(step)
    ax.set_yticks([1 + step for step in inside], [named(step) for step in inside])
    ax.set_ylim(low, high)
    ax.minorticks_off()
