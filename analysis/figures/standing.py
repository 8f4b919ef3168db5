"""Figures of one agency: its years against its own history, its share among its peers'.

They are called like those of :mod:`analysis.figures`, where they belong.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.figures import style
from analysis.figures.captions import caption, count
from analysis.figures.curves import funnel
from analysis.figures.marks import canvas, dot, finish, head, name_rows, right, whisker
from analysis.figures.timelines import caption_of, mark_edition
from analysis.funnels import ALARM, limits
from analysis.wording import label, plain, quantity_label, say
from toolkit.errors import ParameterError
from toolkit.form import Language

ROOM: Final = "#E4EEF5"
NEAREST: Final = 12
"""Peers that are drawn one by one: those whose number of cases is nearest."""


def own_history(
    history: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Counts of one agency over years, between the limits that its other years set.

    Parameters
    ----------
    history
        What :func:`analysis.own_history` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    unit = history.columns[history.columns.index("year") - 1]
    if history[unit].n_unique() != 1:
        raise ParameterError("a history is that of one agency; filter the frame")
    ax, own = canvas(ax, rows=6)
    whole, level = int(history["count"].sum()), f"{100 * ALARM:g}%"
    years = range(int(history["year"].min()), int(history["year"].max()) + 1)  # type: ignore[arg-type]
    top = _room(ax, history, whole)
    ax.fill_between([], [], [], color=ROOM, label=say("history.limits", language, level=level))
    ax.plot([], [], "--", color=style.GREY, label=say("history.expected", language))
    counts = dict(history.select("year", "count").iter_rows())
    heights = [counts.get(year, np.nan) for year in years]
    ax.plot(years, heights, "o-", color=style.BLUE, label=say("history.count", language))
    for row in history.iter_rows(named=True):
        color = style.BLUE if row["position"] == "inside" else style.VERMILLION
        ax.scatter([row["year"]], [row["count"]], s=46, color=color, zorder=4)
        at: dict[str, Any] = {"xytext": (0, 8), "textcoords": "offset points", "ha": "center"}
        ax.annotate(count(row["count"]), (row["year"], row["count"]), **at, fontsize=9)
        if row["edition_change"]:
            mark_edition(ax, row["year"], say("history.edition", language))
    ax.set_xticks(years, [str(year) for year in years])
    ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    ax.set_ylim(0, 1.15 * max(*counts.values(), top, 1))
    ax.set_xlabel("")
    ax.grid(axis="y", color="#EEEEEE")
    text = caption_of([say("caption.history", language, level=level)], language, source)
    name = quantity_label(history["quantity"][0], language)
    who = plain(str(history[unit][0]))
    return finish(ax, say("title.history", language, agency=who, name=name), text, own=own)


def peers(
    shares: pl.DataFrame,
    *,
    unit: str = "agency",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Share of an agency above those of its nearest peers, one comparison at a time.

    Parameters
    ----------
    shares
        What :func:`analysis.peers` returned.
    unit
        Column that tells agencies apart, as it was given to the statistic.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    _one(shares)
    drawn = shares.filter(pl.col("rank_near") <= NEAREST)
    drawn = drawn if drawn.height else shares.head(1)
    ax, own = canvas(ax, rows=1.2 * drawn.height, extra=0.5)
    ax.plot([], [], "o", color=style.BLUE, label=say("peers.share", language))
    ax.plot([], [], "D", color=style.GREY, markersize=5, label=say("peers.shrunken", language))
    if (target := shares["target"].drop_nulls()).len():
        ax.axvline(target[0], color=style.GREY, linewidth=1, linestyle="--")
        ax.plot([], [], "--", color=style.GREY, label=say("peers.target", language))
    for y, row in enumerate(drawn.iter_rows(named=True)):
        color = style.BLUE if y else style.VERMILLION
        if row["share"] is not None:
            whisker(ax, y, row["low"], row["high"], color)
            dot(ax, row["share"], y, color, hollow=row["small"])
        if row["shrunken"] is not None:
            ax.scatter([row["shrunken"]], [y + 0.24], s=16, marker="D", color=style.GREY, zorder=3)
        right(ax, y, f"{count(row['count'])} / {count(row['n'])}")
    name_rows(ax, [plain(row) or say("group.unknown", language) for row in drawn[unit]])
    ax.axhline(0.5, color=style.PALE, linewidth=0.8)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    category, denominator = shares["category"][0], shares["denominator"][0]
    ax.set_xlabel(say(f"of.{denominator}", language))
    head(ax, say("head.count", language))
    text = caption(_plain(shares, unit), language, source=source, notes=["peers", "hollow"])
    title = say("title.peers", language, name=label(category, language))
    return finish(ax, title, text, own=own)


def peers_funnel(
    shares: pl.DataFrame,
    *,
    unit: str = "agency",
    language: Language = "zh",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Funnel of an agency and all its peers, itself marked.

    Parameters
    ----------
    shares
        What :func:`analysis.peers` returned.
    unit
        Column that tells agencies apart, as it was given to the statistic.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    _one(shares)
    ax = funnel(_plain(shares, unit), language=language, source=source, ax=ax)
    own = shares.row(0, named=True)
    if own["n"]:
        at = (own["n"], own["share"])
        ax.scatter(*at, s=150, facecolor="none", edgecolor="black", linewidth=1.6, zorder=4)
        if own["position"] == "inside":  # who is outside is named by the funnel
            place: dict[str, Any] = {"xytext": (9, 7), "textcoords": "offset points"}
            name = plain(str(own[unit]))
            ax.annotate(name, at, **place, fontsize=9)
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


__all__ = ["own_history", "peers", "peers_funnel"]
