"""Figures of quotients: a row for each group, its interval, and what is divided by what."""

from collections.abc import Sequence
from math import inf
from typing import Final

import polars as pl
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.captions import (
    aligned,
    caption,
    checked,
    group_columns,
    group_names,
    largest,
    split,
)
from analysis.figures.marks import Sheet, figure_of, near, shifts
from analysis.wording import DASH, Value, count, number, say, wrap
from toolkit.errors import ParameterError, one_of
from toolkit.form import Language

SERIES: Final = {"penalties": style.BLUE, "compulsory_measures": style.ORANGE}
"""Measures that :func:`enforcement` shows side by side."""

MOST_PARTS: Final = 15
"""Groups that :func:`contributions` draws one by one."""


@figure_of("enforcement_to_licensing")
def enforcement_to_licensing(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Ratio of each group with its interval, in the frame's order; where there is none, why."""
    return _quotients(ratios, "ratio", language=language, source=source, ax=ax)


@figure_of("flow")
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


@figure_of("disputes")
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


@figure_of("normative_turnover")
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


@figure_of("enforcement")
def enforcement(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Penalties and compulsory measures per licensing decision, apart, on a log scale.

    A ratio of 0 has no place on that scale: its row begins at the left edge and says so.
    """
    drawn = largest(ratios.filter(pl.col("measure").is_in(list(SERIES))))
    groups = split(drawn)
    ends = [end for end in (*drawn["low"], *drawn["high"]) if end]
    sheet = Sheet(ax, language, source, rows=1.5 * groups.height, extra=0.4)
    left = sheet.log_axis(ends)
    series = [aligned(drawn.filter(measure=name), groups, group_columns(ratios)) for name in SERIES]
    for one, (name, color), shift in zip(series, SERIES.items(), shifts(len(SERIES)), strict=True):
        shown = one.with_columns(
            low=pl.col("low").clip(left), ratio=pl.when(pl.col("ratio") > 0).then("ratio")
        )
        sheet.intervals(shown, color, sheet.say(f"measure.{name}"), "ratio", shift=shift)
        for y, (ratio, high) in enumerate(one.select("ratio", "high").iter_rows()):
            if ratio == 0:
                near(sheet.ax, (high, y + shift), f"0 (0–{number(high)})", (5, 0), va="center")
    sheet.instead(groups, "ratio")
    counted = zip(*(one["count"] for one in series), groups["n"], strict=True)
    divided = [f"({count(a)} + {count(b)}) ÷ {count(n)}" for a, b, n in counted]
    sheet.rows(group_names(groups, language), divided, wrap(sheet.say("beside.apart"), 22))
    sheet.ax.axvline(1, color=style.GREY, linewidth=0.8)
    sheet.ax.set_xlabel(sheet.say("of.apart"))
    said = caption(ratios, language, "ratio", "hollow", drawn=drawn)
    return sheet.finish(sheet.say("title.apart"), *said)


@figure_of("contributions")
def contributions(
    parts: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """What each group adds to the pooled ratio beyond its part of the licensing decisions.

    Of one pooled ratio; filter the frame if it has several. The largest come first, and those
    that are not drawn are one bar.
    """
    known = checked(parts.drop_nulls("excess"), "pooled ratio")
    if known["pooled"].n_unique() != 1:
        raise ParameterError("a figure takes one pooled ratio apart; filter the frame")
    known = known.sort(pl.col("excess").abs(), descending=True, maintain_order=True)
    names, bars = group_names(known[:MOST_PARTS], language), known.select("excess", "count", "n")
    rest = bars[MOST_PARTS:]
    if rest.height:
        names.append(say("group.rest", language, n=rest.height))
        bars = pl.concat([bars[:MOST_PARTS], rest.sum()])
    sheet = Sheet(ax, language, source, rows=bars.height)
    colors = [style.BLUE if value > 0 else style.ORANGE for value in bars["excess"]]
    drawn = sheet.ax.barh(range(bars.height), bars["excess"].to_numpy(), 0.55, color=colors)
    sheet.ax.bar_label(drawn, _excesses(bars["excess"].to_list()), padding=4, fontsize="small")
    sheet.ax.axvline(0, color=style.GREY, linewidth=1)
    sheet.rows(names, _divided(bars), wrap(sheet.say("beside.ratio"), 14))
    sheet.ax.margins(x=0.25)
    sheet.ax.locator_params(axis="x", nbins=6)
    sheet.ax.set_xlabel(sheet.say("of.excess", pooled=f"{known['pooled'][0]:.3g}"))
    title = sheet.say("title.excess", name=sheet.say(f"measure.{parts['measure'][0]}"))
    return sheet.finish(title, *caption(parts, language, "excess"))


def _excesses(values: Sequence[float]) -> list[str]:
    """Excesses with the decimals that the first needs, which is the largest."""
    places = len(number(abs(values[0])).partition(".")[2])
    said = [f"{Value(value):+,.{places}f}" for value in values]
    nothing = (f"{sign}{0:.{places}f}" for sign in "+−")
    least = dict.fromkeys(nothing, "≈ 0")
    return [
        least.get(text, text) if value else "0" for text, value in zip(said, values, strict=True)
    ]


def _measure(
    measures: pl.DataFrame, measure: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    one_of("measure", measure, measures["measure"].unique(maintain_order=True))
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
    form, scale, sign = ("%", 100, "%") if kind == "share" else ("ratio", 1, "")
    limit = min(1 if kind == "share" else inf, 1.1 * max(drawn["high"].drop_nulls(), default=1))
    sheet = Sheet(ax, language, source, rows=drawn.height)
    sheet.intervals(drawn, style.BLUE, value=value)
    for y, ends in enumerate(drawn.select(value, "low", "high").iter_rows()):
        if ends[0] is not None:
            side = "right" if ends[0] > limit / 2 else "left"
            said = "{} ({}–{})".format(*(f"{Value(x):{form}}" for x in ends))
            near(sheet.ax, (ends[0], y), said, (0, 8), ha=side)
    sheet.instead(drawn, value)
    head = wrap(sheet.say(f"beside.{value}"), 14)
    sheet.rows(group_names(drawn, language), _divided(drawn), head)
    sheet.ax.set_xlim(0, limit)
    sheet.ax.xaxis.set_major_formatter(lambda x, _: f"{scale * x:,.10g}{sign}")
    sheet.ax.set_xlabel(sheet.say(f"by.{measure}"))
    text = caption(frame, language, kind, "hollow", drawn=drawn)
    return sheet.finish(sheet.say(f"measure.{measure}"), *text)


def _divided(frame: pl.DataFrame) -> list[str]:
    rows = frame.select("count", "n").iter_rows()
    return [DASH if a is n is None else f"{count(a)} ÷ {count(n)}" for a, n in rows]
