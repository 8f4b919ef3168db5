"""Figures of quotients: a row for each group, its interval, and what is divided by what.

They are called like those of :mod:`analysis.figures`, where they belong.
"""

from collections.abc import Callable
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.figures import style
from analysis.figures.captions import caption, count, group_name, largest, split
from analysis.figures.marks import (
    canvas,
    dot,
    finish,
    head,
    instead,
    log_ticks,
    name_rows,
    right,
    whisker,
)
from analysis.wording import say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

SERIES: Final = {"penalties": style.BLUE, "compulsory_measures": style.ORANGE}
"""Measures that :func:`enforcement` shows side by side."""

MOST_PARTS: Final = 15
"""Groups that :func:`contributions` draws one by one."""


def enforcement_to_licensing(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Ratio of each group with its interval, in the frame's order; where there is none, why.

    Parameters
    ----------
    ratios
        What :func:`analysis.enforcement_to_licensing` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    return _quotients(ratios, "ratio", language=language, source=source, ax=ax)


def flow(
    measures: pl.DataFrame,
    *,
    measure: str = "carry_over",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One measure of the flow for each group: carry-over, clearance, backlog or days.

    Parameters
    ----------
    measures
        What :func:`analysis.flow` returned.
    measure
        One of the measures in ``measures``.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    return _measure(measures, measure, language=language, source=source, ax=ax)


def disputes(
    measures: pl.DataFrame,
    *,
    measure: str = "reconsideration",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One measure of the disputes for each group: how many, or the share corrected.

    Parameters
    ----------
    measures
        What :func:`analysis.disputes` returned.
    measure
        One of the measures in ``measures``.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    return _measure(measures, measure, language=language, source=source, ax=ax)


def documents(
    measures: pl.DataFrame,
    *,
    measure: str = "issued",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One measure of the turnover of normative documents for each group.

    Parameters
    ----------
    measures
        What :func:`analysis.documents` returned.
    measure
        One of the measures in ``measures``.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    return _measure(measures, measure, language=language, source=source, ax=ax)


def enforcement(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Penalties and compulsory measures per licensing decision, apart, on a log scale.

    A ratio of 0 has no place on that scale: its row begins at the left edge and says so.

    Parameters
    ----------
    ratios
        What :func:`analysis.enforcement` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    groups = split(ratios)
    drawn = largest(groups)
    known = pl.concat(drawn).filter(pl.col("measure").is_in(list(SERIES)) & (pl.col("high") > 0))
    ends = [end for end in (*known["low"], *known["high"]) if end > 0]
    ax, own = canvas(ax, rows=1.5 * len(drawn), extra=0.4)
    left = log_ticks(ax, ends)
    for name, color in SERIES.items():
        ax.plot([], [], "o", color=color, label=say(f"measure.{name}", language))
    for y, group in enumerate(drawn):
        rows = {row["measure"]: row for row in group.iter_rows(named=True)}
        for shift, (name, color) in zip((-0.17, 0.17), SERIES.items(), strict=True):
            _log_row(ax, y + shift, rows[name], color, left)
        if (reason := group["reason"][0]) is not None:
            instead(ax, y, say(f"none.{reason}", language))
        counts = " + ".join(count(rows[name]["count"]) for name in SERIES)
        right(ax, y, f"({counts}) ÷ {count(group['n'][0])}")
    ax.axvline(1, color=style.GREY, linewidth=0.8)
    name_rows(ax, [group_name(group, language) for group in drawn])
    head(ax, wrap(say("head.apart", language), 22))
    ax.set_xlabel(say("of.apart", language))
    text = caption(
        ratios,
        language,
        source=source,
        notes=["ratio", "hollow"],
        hidden=len(groups) - len(drawn),
    )
    return finish(ax, say("title.apart", language), text, own=own)


def contributions(
    parts: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """What each group adds to the pooled ratio beyond its part of the licensing decisions.

    Of one pooled ratio; filter the frame if it has several. The largest come first, and those
    that are not drawn are one bar.

    Parameters
    ----------
    parts
        What :func:`analysis.contributions` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    known = parts.drop_nulls("excess")
    if known["pooled"].n_unique() != 1:
        raise ParameterError("a figure takes one pooled ratio apart; filter the frame")
    groups = split(known.sort(pl.col("excess").abs(), descending=True, maintain_order=True))
    drawn, rest = groups[:MOST_PARTS], groups[MOST_PARTS:]
    names = [group_name(group, language) for group in drawn]
    values = [group["excess"][0] for group in drawn]
    divided = [f"{count(group['count'][0])} ÷ {count(group['n'][0])}" for group in drawn]
    if rest:
        others = pl.concat(rest)
        names.append(say("group.rest", language, n=len(rest)))
        values.append(others["excess"].sum())
        divided.append(" ÷ ".join(count(int(others[side].sum())) for side in ("count", "n")))
    ax, own = canvas(ax, rows=len(names))
    colors = [style.BLUE if value > 0 else style.ORANGE for value in values]
    ax.barh(range(len(values)), values, height=0.55, color=colors)
    ax.axvline(0, color=style.GREY, linewidth=1)
    for y, (value, text) in enumerate(zip(values, divided, strict=True)):
        place: dict[str, Any] = {"xytext": (4 if value >= 0 else -4, 0), "va": "center"}
        place |= {"textcoords": "offset points", "ha": "left" if value >= 0 else "right"}
        ax.annotate(f"{value:+.3g}" if value else "0", (value, y), **place, fontsize="small")
        right(ax, y, text)
    name_rows(ax, names)
    ax.margins(x=0.18)
    head(ax, wrap(say("head.ratio", language), 14))
    ax.set_xlabel(say("of.excess", language, pooled=f"{known['pooled'][0]:.3g}"))
    said = caption(parts, language, source=source, notes=["excess"])
    title = say("title.excess", language, name=say(f"measure.{parts['measure'][0]}", language))
    return finish(ax, title, said, own=own)


def _measure(
    measures: pl.DataFrame, measure: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    if measure not in set(measures["measure"]):
        known = ", ".join(measures["measure"].unique(maintain_order=True))
        raise ParameterError(f"measure: {measure!r} is none of {known}")
    chosen = measures.filter(measure=measure)
    return _quotients(chosen, "value", language=language, source=source, ax=ax)


def _quotients(
    frame: pl.DataFrame, value: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    """Rows of one quotient from 0, with count ÷ n on the right."""
    measure, kind = (
        frame[name][0] if value == "value" else None for name in ("measure", "quotient")
    )
    groups = split(frame)
    drawn = largest(groups)
    ends = [end for group in drawn for end in group["high"] if end is not None]
    limit, shown = 1.1 * max(ends, default=1), _shown(kind)
    ax, own = canvas(ax, rows=len(drawn))
    for y, group in enumerate(drawn):
        row = group.row(0, named=True)
        right(ax, y, f"{count(row['count'])} ÷ {count(row['n'])}")
        if row[value] is None:
            instead(ax, y, say(f"none.{row['reason']}", language))
            continue
        whisker(ax, y, row["low"], row["high"], style.BLUE)
        dot(ax, row[value], y, style.BLUE, hollow=row["small"])
        said = f"{shown(row[value])} ({shown(row['low'])}–{shown(row['high'])})"
        place: dict[str, Any] = {"xytext": (0, 8), "textcoords": "offset points"}
        side = "right" if row[value] > limit / 2 else "left"
        ax.annotate(said, (row[value], y), **place, ha=side, fontsize="small")
    name_rows(ax, [group_name(group, language) for group in drawn])
    ax.set_xlim(0, limit)
    hidden = len(groups) - len(drawn)
    if measure is None:
        head(ax, wrap(say("head.ratio", language), 14))
        ax.set_xlabel(say("of.licensing", language))
        title = say("title.enforcement", language)
    else:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: shown(x)))
        head(ax, say("head.quotient", language))
        ax.set_xlabel(say(f"by.{measure}", language))
        title = say(f"measure.{measure}", language)
    notes = [kind or "ratio", "hollow"]
    text = caption(frame, language, source=source, notes=notes, hidden=hidden)
    return finish(ax, title, text, own=own)


def _shown(kind: str | None) -> Callable[[float], str]:
    if kind == "share":
        return lambda value: f"{100 * value:.3g}%"
    return lambda value: f"{value:.3g}"


def _log_row(ax: Axes, y: float, row: dict[str, Any], color: str, left: float) -> None:
    if row["ratio"] is None or row["high"] <= 0:
        return
    whisker(ax, y, max(row["low"], left), row["high"], color)
    if row["ratio"] > 0:
        dot(ax, row["ratio"], y, color, hollow=row["small"])
        return
    place: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"}
    ax.annotate(f"0 (0–{row['high']:.3g})", (row["high"], y), **place, fontsize="small")


__all__ = [
    "contributions",
    "disputes",
    "documents",
    "enforcement",
    "enforcement_to_licensing",
    "flow",
]
