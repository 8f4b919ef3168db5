"""Figures of quotients: a row for each group, its interval, and what is divided by what."""

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from analysis.figures import marks, style
from analysis.figures.captions import aligned, caption, group_columns, group_names, largest, split
from analysis.wording import count, number, say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

SERIES: Final = {"penalties": style.BLUE, "compulsory_measures": style.ORANGE}
"""Measures that :func:`enforcement` shows side by side."""

MOST_PARTS: Final = 15
"""Groups that :func:`contributions` draws one by one."""


@marks.figure_of("enforcement_to_licensing")
def enforcement_to_licensing(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Ratio of each group with its interval, in the frame's order; where there is none, why."""
    return _quotients(ratios, "ratio", language=language, source=source, ax=ax)


@marks.figure_of("flow")
def flow(
    measures: pl.DataFrame,
    *,
    measure: str = "carry_over",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One measure of the flow for each group: carry-over, clearance, backlog or days."""
    return _measure(measures, measure, language=language, source=source, ax=ax)


@marks.figure_of("disputes")
def disputes(
    measures: pl.DataFrame,
    *,
    measure: str = "reconsideration",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One measure of the disputes for each group: how many, or the share corrected."""
    return _measure(measures, measure, language=language, source=source, ax=ax)


@marks.figure_of("normative_turnover")
def normative_turnover(
    measures: pl.DataFrame,
    *,
    measure: str = "issued",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One measure of the turnover of normative documents for each group."""
    return _measure(measures, measure, language=language, source=source, ax=ax)


@marks.figure_of("enforcement")
def enforcement(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Penalties and compulsory measures per licensing decision, apart, on a log scale.

    A ratio of 0 has no place on that scale: its row begins at the left edge and says so.
    """
    drawn = largest(ratios.filter(pl.col("measure").is_in(list(SERIES))))
    groups = split(drawn)
    ends = [end for end in (*drawn["low"], *drawn["high"]) if end]
    ax, own = marks.canvas(ax, rows=1.5 * groups.height, extra=0.4)
    left = marks.log_ticks(ax, ends)
    series = [aligned(drawn.filter(measure=name), groups, group_columns(ratios)) for name in SERIES]
    for one, name, shift in zip(series, SERIES, marks.shifts(len(SERIES)), strict=True):
        shown = one.with_columns(
            low=pl.col("low").clip(left), ratio=pl.when(pl.col("ratio") > 0).then("ratio")
        )
        marks.intervals(
            ax, shown, SERIES[name], say(f"measure.{name}", language), "ratio", shift=shift
        )
        for y, row in enumerate(one.iter_rows(named=True)):
            if row["ratio"] == 0:
                at: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points"}
                place = (row["high"], y + shift)
                ax.annotate(
                    f"0 (0–{number(row['high'])})", place, **at, va="center", fontsize="small"
                )
    marks.instead(ax, groups, "ratio", language)
    counted = zip(*(one["count"] for one in series), groups["n"], strict=True)
    divided = [f"({count(a)} + {count(b)}) ÷ {count(n)}" for a, b, n in counted]
    marks.beside(ax, divided, wrap(say("beside.apart", language), 22))
    ax.axvline(1, color=style.GREY, linewidth=0.8)
    marks.name_rows(ax, group_names(groups, language))
    ax.set_xlabel(say("of.apart", language))
    hidden, notes = len(split(ratios)) - groups.height, ["ratio", "hollow"]
    text = caption(ratios, language, source=source, notes=notes, hidden=hidden)
    return marks.finish(ax, say("title.apart", language), text, own=own)


@marks.figure_of("contributions")
def contributions(
    parts: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """What each group adds to the pooled ratio beyond its part of the licensing decisions.

    Of one pooled ratio; filter the frame if it has several. The largest come first, and those
    that are not drawn are one bar.
    """
    known = parts.drop_nulls("excess")
    if known["pooled"].n_unique() != 1:
        raise ParameterError("a figure takes one pooled ratio apart; filter the frame")
    known = known.sort(pl.col("excess").abs(), descending=True, maintain_order=True)
    names, bars = group_names(known[:MOST_PARTS], language), known.select("excess", "count", "n")
    rest = bars[MOST_PARTS:]
    if rest.height:
        names.append(say("group.rest", language, n=rest.height))
        bars = pl.concat([bars[:MOST_PARTS], rest.sum()])
    ax, own = marks.canvas(ax, rows=bars.height)
    colors = [style.BLUE if value > 0 else style.ORANGE for value in bars["excess"]]
    ax.barh(range(bars.height), bars["excess"].to_numpy(), height=0.55, color=colors)
    ax.axvline(0, color=style.GREY, linewidth=1)
    for y, value in enumerate(bars["excess"]):
        side: dict[str, Any] = {"ha": "left" if value >= 0 else "right", "va": "center"}
        side |= {"xytext": (4 if value >= 0 else -4, 0), "textcoords": "offset points"}
        ax.annotate(f"{value:+.3g}" if value else "0", (value, y), **side, fontsize="small")
    marks.name_rows(ax, names)
    ax.margins(x=0.25)
    marks.beside(ax, _divided(bars), wrap(say("beside.ratio", language), 14))
    ax.set_xlabel(say("of.excess", language, pooled=f"{known['pooled'][0]:.3g}"))
    said = caption(parts, language, source=source, notes=["excess"])
    title = say("title.excess", language, name=say(f"measure.{parts['measure'][0]}", language))
    return marks.finish(ax, title, said, own=own)


def _measure(
    measures: pl.DataFrame, measure: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    if measure not in set(measures["measure"]):
        known = ", ".join(measures["measure"].unique(maintain_order=True))
        raise ParameterError(f"measure: {measure!r} is none of {known}")
    chosen = measures.filter(measure=measure)
    return _quotients(chosen, "value", measure, language=language, source=source, ax=ax)


def _quotients(
    frame: pl.DataFrame,
    value: str,
    measure: str = "ratio",
    *,
    language: Language,
    source: str,
    ax: Axes | None,
) -> Axes:
    """Rows of one quotient from 0, with count ÷ n on the right."""
    drawn = largest(frame)
    kind = frame["quotient"][0] if value == "value" else "ratio"
    scale, sign = (100, "%") if kind == "share" else (1, "")
    limit = 1.1 * max(drawn["high"].drop_nulls(), default=1)
    ax, own = marks.canvas(ax, rows=drawn.height)
    marks.intervals(ax, drawn, style.BLUE, value=value)
    for y, (middle, low, high) in enumerate(drawn.select(value, "low", "high").iter_rows()):
        if middle is not None:
            at: dict[str, Any] = {"xytext": (0, 8), "textcoords": "offset points"}
            at["ha"] = "right" if middle > limit / 2 else "left"
            said = "{} ({}–{})".format(*(number(scale * x) + sign for x in (middle, low, high)))
            ax.annotate(said, (middle, y), **at, fontsize="small")
    marks.instead(ax, drawn, value, language)
    marks.beside(ax, _divided(drawn), wrap(say(f"beside.{value}", language), 14))
    marks.name_rows(ax, group_names(drawn, language))
    ax.set_xlim(0, limit)
    ax.xaxis.set_major_formatter(lambda x, _: f"{scale * x:,.6g}{sign}")
    ax.set_xlabel(say(f"by.{measure}", language))
    hidden, notes = frame.height - drawn.height, [kind, "hollow"]
    text = caption(frame, language, source=source, notes=notes, hidden=hidden)
    return marks.finish(ax, say(f"measure.{measure}", language), text, own=own)


def _divided(frame: pl.DataFrame) -> list[str]:
    return [f"{count(a)} ÷ {count(n)}" for a, n in frame.select("count", "n").iter_rows()]
