"""Figures with two measured axes: the funnel of shares, the trend over years.

They are called like those of :mod:`analysis.figures`, where they belong.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from analysis import style
from analysis.captions import caption, count, group_name
from analysis.funnels import ALARM, WARNING, limits
from analysis.marks import canvas, finish
from analysis.wording import label, quantity_label, say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

NAMED: Final = 8
"""Agencies beyond the limits that are named, the most extreme first."""


def funnel(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Shares over the number of cases, between the limits of one family."""
    known = shares.filter(pl.col("n") > 0)
    if known["target"].n_unique() != 1:
        raise ParameterError("a funnel holds one family that has cases; filter the frame")
    ax, own = canvas(ax, rows=9)
    target, icc = known["target"][0], known["icc"][0]
    sizes = _limits(ax, known["n"].to_numpy(), target, icc, language)
    ax.axhline(target, color=style.GREY, linewidth=0.8)
    outside = pl.col("position") != "inside"
    for chosen, color in ((~outside, style.BLUE), (outside, style.VERMILLION)):
        for small in (False, True):
            dots = known.filter(chosen, pl.col("small") == small)
            face = "white" if small else color
            ax.scatter(dots["n"], dots["share"], s=26, facecolor=face, edgecolor=color, zorder=3)
    for row in known.filter(outside).sort("p", "n").head(NAMED).partition_by("n", "share"):
        at: dict[str, Any] = {"xytext": (6, 4), "textcoords": "offset points", "fontsize": 8}
        ax.annotate(group_name(row, language), (row["n"][0], row["share"][0]), **at)
    _log(ax, sizes[-1])
    ax.set_ylim(-0.02, 1.02)
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    category, denominator = shares["category"][0], shares["denominator"][0]
    ax.set_xlabel(say(f"unit.{denominator}", language))
    ax.set_ylabel(say("funnel.share", language, name=label(category, language)))
    ax.grid(color="#EEEEEE")
    notes = ["funnel" if icc else "funnel_chance", "hollow"]
    text = caption(shares, language, source=source, notes=notes)
    title = say("title.funnel", language, name=label(category, language))
    return finish(ax, title, text, own=own)


def trend(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Rate ratio of each year with its interval; years without one are gaps."""
    if rates.is_empty():
        raise ParameterError("there is nothing to draw: the frame has no rows")
    ax, own = canvas(ax, rows=6)
    first, last = int(rates["year"][0]), int(rates["year"][-1])
    values = {row["year"]: row for row in rates.iter_rows(named=True)}
    line = [values.get(year, {}).get("rate_ratio") for year in range(first, last + 1)]
    heights = [np.nan if value is None else value for value in line]
    # Matplotlib, unlike seaborn, leaves a gap where there is no value.
    ax.plot(range(first, last + 1), heights, color=style.BLUE)
    for year, row in values.items():
        if row["rate_ratio"] is not None:
            ax.scatter([year], [row["rate_ratio"]], s=40, color=style.BLUE, zorder=3)
            if row["low"] is not None:
                ax.vlines(year, row["low"], row["high"], color=style.BLUE, linewidth=2)
        if row["n_edition_change"]:
            ax.axvline(year - 0.5, color=style.VERMILLION, linestyle=":", linewidth=1.2)
            note = say("trend.edition", language, n=row["n_edition_change"])
            ax.annotate(
                note, (year - 0.47, 1.0), xycoords=ax.get_xaxis_transform(), va="top", fontsize=8
            )
    ax.axhline(1, color=style.GREY, linewidth=0.8)
    years = [int(year) for year in rates["year"]]
    named = [
        f"{year}\n{say('trend.units', language, n=count(values[year]['n_units']))}"
        for year in years
    ]
    ax.set_xticks(years, named)
    ax.set_ylim(bottom=0)
    ax.set_ylabel(say("trend.ratio", language, year=rates["base_year"][0] or "—"))
    ax.set_xlabel("")
    ax.grid(axis="y", color="#EEEEEE")
    text = _account(rates, language, source)
    name = quantity_label(rates["quantity"][0], language)
    return finish(ax, say("title.trend", language, name=name), text, own=own)


def _limits(
    ax: Axes, n: NDArray[np.int64], target: float, icc: float, language: Language
) -> NDArray[np.int64]:
    """Draw the limits over the numbers of cases, which are returned."""
    sizes = np.unique(np.geomspace(1, 1.3 * n.max(), 90).astype(np.int64))
    for coverage, dashes in ((WARNING, "--"), (ALARM, "-")):
        name = say("funnel.limits", language, level=f"{100 * coverage:g}%")
        for side, edge in enumerate(limits(sizes, target, icc, coverage)):
            said = "" if side else name
            ax.plot(sizes, edge, dashes, color=style.GREY, linewidth=1.1, label=said)
        for edge in limits(sizes, target, 0, coverage) if icc else ():
            ax.plot(sizes, edge, ":", color=style.PALE, linewidth=1.1)
    return sizes


def _log(ax: Axes, top: float) -> None:
    ax.set_xscale("log")
    steps = [float(x) for k in range(8) for x in (10**k, 3 * 10**k)]
    inside = [x for x in steps if x <= top]
    ax.set_xticks(inside, [f"{x:,.0f}" for x in inside])
    ax.minorticks_off()


def _account(rates: pl.DataFrame, language: Language, source: str) -> str:
    out = rates.select("n_several", "n_left_out", "n_no_report", "n_alone").sum().row(0, named=True)
    dispersion, confidence = rates["dispersion"][0], f"{rates['confidence'][0]:.0%}"
    known = dispersion is not None and not np.isnan(dispersion)
    lines = (
        say("caption.trend", language, level=confidence, n=count(int(rates["count"].sum()))),
        say("caption.trend_out", language, **out),
        say("caption.dispersion", language, value=f"{dispersion:.1f}") if known else "",
        say("caption.source", language, source=source and f" · {source}"),
    )

    return "\n".join(wrap(line, 124, even=False) for line in lines if line)


__all__ = ["funnel", "trend"]
