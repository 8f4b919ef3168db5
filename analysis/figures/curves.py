"""A figure with two measured axes: the funnel of shares.

It is called like those of :mod:`analysis.figures`, where it belongs.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from analysis.figures import marks, style
from analysis.figures.captions import caption, group_names
from analysis.funnels import ALARM, WARNING, limits
from analysis.wording import label, say
from toolkit.errors import ParameterError
from toolkit.form import Language

NAMED: Final = 8
"""Agencies beyond the limits that are named, the most extreme first."""


@marks.figure_of("funnel")
def funnel(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Shares over the number of cases, between the limits of one family."""
    known = shares.filter(pl.col("n") > 0)
    if known["target"].n_unique() != 1:
        raise ParameterError("a funnel holds one family that has cases; filter the frame")
    ax, own = marks.canvas(ax, rows=9)
    target, icc = known["target"][0], known["icc"][0]
    sizes = _limits(ax, known["n"].to_numpy(), target, icc, language)
    ax.axhline(target, color=style.GREY, linewidth=0.8)
    outside = pl.col("position") != "inside"
    for chosen, color in ((~outside, style.BLUE), (outside, style.VERMILLION)):
        for small in (False, True):
            dots = known.filter(chosen, pl.col("small") == small)
            face = "white" if small else color
            ax.scatter(dots["n"], dots["share"], s=26, facecolor=face, edgecolor=color, zorder=3)
    named = known.filter(outside).sort("p", "n").head(NAMED)
    named = named.unique(["n", "share"], keep="first", maintain_order=True)
    names = group_names(named, language)
    for name, *place in zip(names, named["n"], named["share"], strict=True):
        call(ax, name, place, top=sizes[-1])
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
    return marks.finish(ax, title, text, own=own)


def call(ax: Axes, name: str, place: Sequence[float], *, top: float) -> None:
    """Name of a dot, on its left in the right half of the logarithmic axis."""
    late = place[0] ** 2 > top
    at: dict[str, Any] = {"xytext": (-6 if late else 6, 4), "textcoords": "offset points"}
    at["ha"] = "right" if late else "left"
    ax.annotate(name, (place[0], place[1]), **at, fontsize=8, path_effects=marks.HALO)


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
