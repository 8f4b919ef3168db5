"""Figures of where agencies stand: each share in the funnel of all, one among its peers'."""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from analysis.figures import style
from analysis.figures.captions import caption, checked, counted, group_columns, group_names
from analysis.figures.marks import HALO, Sheet, figure_of, near
from analysis.funnels import ALARM, WARNING, limits
from analysis.wording import label, plain, value_label
from toolkit.errors import ParameterError
from toolkit.form import Language

NAMED: Final = 8
"""Agencies beyond the limits that are named, the most extreme first."""

LINE: Final = 12
"""Points between names, lest they lie over each other."""

BESIDE: Final = 4
"""Points from a dot up to its name that has room."""

NEAREST: Final = 12
"""Peers that are drawn one by one: those whose number of cases is nearest."""


@figure_of("funnel")
def funnel(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Shares over the number of cases, between the limits of one family."""
    return _funnel(shares, "", language=language, source=source, ax=ax)


def _funnel(
    shares: pl.DataFrame, ringed: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    """Funnel with a ring around the first row's dot, if its name is given."""
    known = checked(shares.filter(pl.col("n") > 0), "cases")
    if known["target"].n_unique() != 1:
        raise ParameterError("a funnel holds one family; filter the frame")
    sheet = Sheet(ax, language, source, rows=9)
    ax, icc = sheet.ax, known["icc"][0]
    _limits(sheet, known["n"].to_numpy(), known["target"][0], icc)
    outside = pl.col("position") != "inside"
    for chosen, color in ((~outside, style.BLUE), (outside, style.VERMILLION)):
        for small in (False, True):
            dots = known.filter(chosen, pl.col("small") == small)
            face = "white" if small else color
            ax.scatter(dots["n"], dots["share"], s=26, facecolor=face, edgecolor=color, zorder=3)
    named = known.filter(outside).sort("p", "n").head(NAMED)
    named = named.unique(["n", "share"], keep="first", maintain_order=True).sort("share", "n")
    names, high = group_names(named, language), 72 * ax.get_window_extent().height / ax.figure.dpi
    ups = _lines_apart(named["share"].to_numpy() * high, high)
    for name, n, share, up in zip(names, named["n"], named["share"], ups, strict=True):
        side, shift = ("right", -6) if n**2 > 1.3 * max(known["n"]) else ("left", 6)
        look: dict[str, Any] = {"fontsize": 8, "path_effects": HALO, "ha": side}
        if abs(up - BESIDE) > LINE / 2:
            edge = (float(side == "right"), 0.5)
            look["arrowprops"] = {"arrowstyle": "-", "color": style.GREY, "relpos": edge}
        near(ax, (n, share), name, (shift, up), **look)
    if ringed and shares["n"][0]:
        look = {"facecolor": "none", "edgecolor": "black", "linewidth": 1.6, "zorder": 4}
        ax.scatter(shares["n"][0], shares["share"][0], s=150, label=ringed, **look)
    ax.set_ylim(-0.02, 1.02)
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    name = label(shares["category"][0], language)
    ax.set_xlabel(sheet.say(f"unit.{shares['denominator'][0]}"))
    ax.set_ylabel(sheet.say("funnel.share", name=name))
    ax.grid(color="#EEEEEE")
    said = caption(shares, language, "funnel" if icc else "funnel_chance", "hollow")
    title = sheet.say("title.funnel", name=name)
    for column in group_columns(shares)[:-1]:  # the family's, of which there may be others
        of = value_label(column, known[column][0], language)
        title = sheet.say("group", title=title, group=of)
    return sheet.finish(title, *said)


@figure_of("peers")
def peers(
    shares: pl.DataFrame,
    *,
    unit: str = "agency",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Share of an agency above those of its nearest peers, one comparison at a time."""
    _one(shares)
    drawn = shares.filter(pl.col("rank_near") <= NEAREST)
    drawn = drawn if drawn.height else shares.head(1)
    sheet = Sheet(ax, language, source, rows=1.2 * drawn.height, extra=0.5)
    ax = sheet.ax
    ax.plot([], [], "o", color=style.BLUE, label=sheet.say("shrunken.raw"))
    ax.plot([], [], "D", color=style.GREY, markersize=5, label=sheet.say("shrunken.shrunken"))
    if (target := shares["target"].drop_nulls()).len():
        ax.axvline(target[0], color=style.GREY, linewidth=1, linestyle="--")
        said = sheet.say("funnel.target", target=target[0])
        ax.plot([], [], "--", color=style.GREY, label=said)
    sheet.intervals(drawn[:1], style.VERMILLION)
    sheet.intervals(drawn[1:], style.BLUE, shift=1)
    y = np.arange(drawn.height) + 0.24
    ax.scatter(drawn["shrunken"], y, s=16, marker="D", color=style.GREY, zorder=3)
    sheet.instead(drawn, "share")
    names = [value_label(unit, row, language) for row in drawn[unit]]
    sheet.rows(names, counted(drawn), sheet.say("beside.count"))
    ax.axhline(0.5, color=style.PALE, linewidth=0.8)
    sheet.percent_axis(sheet.say(f"of.{shares['denominator'][0]}"))
    title = sheet.say("title.peers", name=label(shares["category"][0], language))
    hollow = ["hollow"] if drawn.drop_nulls("share")["small"].any() else []
    return sheet.finish(title, *caption(_plain(shares, unit), language, "peers", *hollow))


@figure_of("peers")
def peers_funnel(
    shares: pl.DataFrame,
    *,
    unit: str = "agency",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Funnel of an agency and all its peers, itself marked."""
    _one(shares)
    name = plain(str(shares[unit][0]))
    return _funnel(_plain(shares, unit), name, language=language, source=source, ax=ax)


def _one(shares: pl.DataFrame) -> None:
    if (shares["rank_near"] == 0).sum() != 1:
        raise ParameterError("a figure holds one comparison with peers; filter the frame")


def _plain(shares: pl.DataFrame, unit: str) -> pl.DataFrame:
    """What a composition by agency has, without what the peers have in common."""
    return shares.select(unit, *shares.columns[shares.columns.index("category") :])


def _lines_apart(dots: NDArray[np.float64], high: float) -> NDArray[np.float64]:
    """Points from each dot up to its name, so that names stand a line apart in axes so high.

    Dots are in ascending order. Names that would meet are moved up, and down from the upper edge.
    """
    best, lines = dots + BESIDE, LINE * np.arange(len(dots))
    pushed = np.maximum.accumulate(best - lines) + lines
    return np.asarray(np.minimum(pushed, high - lines[::-1]) - dots)


def _limits(sheet: Sheet, n: NDArray[np.int64], target: float, icc: float) -> None:
    """Target and the limits around it, over a logarithmic axis of numbers of cases."""
    said = sheet.say("funnel.target", target=target)
    ax, sizes = sheet.ax, np.unique(np.geomspace(1, 1.3 * n.max(), 90).astype(np.int64))
    for coverage, dashes in ((WARNING, "--"), (ALARM, "-")):
        name = sheet.say("funnel.limits", level=f"{100 * coverage:g}%")
        for side, edge in enumerate(limits(sizes, target, icc, coverage)):
            ax.plot(sizes, edge, dashes, color=style.GREY, linewidth=1.1, label=name * (not side))
        for edge in limits(sizes, target, 0, coverage) if icc else ():
            ax.plot(sizes, edge, ":", color=style.PALE, linewidth=1.1)
    ax.axhline(target, color=style.BLUE, linewidth=0.8, label=said)
    ax.set_xscale("log")
    steps = [float(x) for k in range(8) for x in (10**k, 3 * 10**k) if x <= sizes[-1]]
    ax.set_xticks(steps, [f"{x:,.0f}" for x in steps])
    ax.minorticks_off()
