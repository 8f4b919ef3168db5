"""Figures of one agency: its years against its own history, its share among its peers'."""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.figures import marks, style
from analysis.figures.captions import caption, counted, sourced
from analysis.figures.curves import call, funnel
from analysis.figures.timelines import every_year, mark_edition
from analysis.funnels import ALARM, limits
from analysis.wording import count, label, plain, quantity_label, say, value_label
from toolkit.errors import ParameterError
from toolkit.form import Language

ROOM: Final = "#E4EEF5"
NEAREST: Final = 12
"""Peers that are drawn one by one: those whose number of cases is nearest."""


@marks.figure_of("own_history")
def own_history(
    history: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Counts of one agency over years, between the limits that its other years set."""
    unit = history.columns[history.columns.index("year") - 1]
    if history[unit].n_unique() != 1:
        raise ParameterError("a history is that of one agency; filter the frame")
    ax, own = marks.canvas(ax, rows=6)
    whole, level = int(history["count"].sum()), f"{100 * ALARM:g}%"
    top = _room(ax, history, whole)
    ax.fill_between([], [], [], color=ROOM, label=say("history.limits", language, level=level))
    ax.plot([], [], "--", color=style.GREY, label=say("history.expected", language))
    every = every_year(history)
    heights = every["count"].cast(pl.Float64).to_numpy()
    ax.plot(every["year"], heights, "o-", color=style.BLUE, label=say("history.count", language))
    for row in history.iter_rows(named=True):
        color = style.BLUE if row["position"] == "inside" else style.VERMILLION
        ax.scatter([row["year"]], [row["count"]], s=46, color=color, zorder=4)
        at: dict[str, Any] = {"xytext": (0, 8), "textcoords": "offset points", "ha": "center"}
        at |= {"fontsize": 9, "path_effects": marks.HALO}
        ax.annotate(count(row["count"]), (row["year"], row["count"]), **at)
        if row["edition_change"]:
            mark_edition(ax, row["year"], say("history.edition", language))
    ax.set_xticks(every["year"], [str(year) for year in every["year"]])
    ax.set_xlim(every["year"][0] - 0.6, every["year"][-1] + 0.6)
    ax.set_ylim(0, 1.15 * max(*history["count"], top, 1))
    ax.set_xlabel("")
    ax.grid(axis="y", color="#EEEEEE")
    text = sourced([say("caption.history", language, level=level)], language, source)
    name = quantity_label(history["quantity"][0], language)
    who = plain(str(history[unit][0]))
    return marks.finish(ax, say("title.history", language, agency=who, name=name), text, own=own)


@marks.figure_of("peers")
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
    ax, own = marks.canvas(ax, rows=1.2 * drawn.height, extra=0.5)
    ax.plot([], [], "o", color=style.BLUE, label=say("peers.share", language))
    ax.plot([], [], "D", color=style.GREY, markersize=5, label=say("peers.shrunken", language))
    if (target := shares["target"].drop_nulls()).len():
        ax.axvline(target[0], color=style.GREY, linewidth=1, linestyle="--")
        ax.plot([], [], "--", color=style.GREY, label=say("peers.target", language))
    marks.intervals(ax, drawn[:1], style.VERMILLION)
    marks.intervals(ax, drawn[1:], style.BLUE, shift=1)
    y = np.arange(drawn.height) + 0.24
    ax.scatter(drawn["shrunken"], y, s=16, marker="D", color=style.GREY, zorder=3)
    marks.instead(ax, drawn, "share", language)
    marks.beside(ax, counted(drawn), say("beside.count", language))
    marks.name_rows(ax, [value_label(unit, row, language) for row in drawn[unit]])
    ax.axhline(0.5, color=style.PALE, linewidth=0.8)
    marks.percent_axis(ax)
    category, denominator = shares["category"][0], shares["denominator"][0]
    ax.set_xlabel(say(f"of.{denominator}", language))
    text = caption(_plain(shares, unit), language, source=source, notes=["peers", "hollow"])
    title = say("title.peers", language, name=label(category, language))
    return marks.finish(ax, title, text, own=own)


@marks.figure_of("peers")
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
    ax = funnel(_plain(shares, unit), language=language, source=source, ax=ax)
    own = shares.row(0, named=True)
    if own["n"]:
        at = (own["n"], own["share"])
        ax.scatter(*at, s=150, facecolor="none", edgecolor="black", linewidth=1.6, zorder=4)
        if own["position"] == "inside":  # who is outside is named by the funnel
            call(ax, plain(str(own[unit])), at, top=max(shares["n"].drop_nulls()))
    return ax


def _room(ax: Axes, history: pl.DataFrame, whole: int) -> float:
    """Draw what each year's count may be, given the other years; the top of it."""
    top = 0.0
    for year, expected, icc in history.select("year", "expected", "icc").iter_rows():
        low, high = (
            whole * float(edge[0]) for edge in limits([whole], expected / whole, icc, ALARM)
        )
        ax.fill_between([year - 0.4, year + 0.4], low, high, color=ROOM, linewidth=0)
        ax.hlines(expected, year - 0.4, year + 0.4, color=style.GREY, linestyle="--")
        top = max(top, high)
    return top


def _one(shares: pl.DataFrame) -> None:
    if shares.is_empty() or (shares["rank_near"] == 0).sum() != 1:
        raise ParameterError("a figure holds one comparison with peers; filter the frame")


def _plain(shares: pl.DataFrame, unit: str) -> pl.DataFrame:
    """What a composition by agency has, without what the peers have in common."""
    return shares.select(unit, *shares.columns[shares.columns.index("category") :])
