"""Bars and dots of a composition: grounds of denial, requesters, outcomes."""

from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.figures import style
from analysis.figures.captions import caption, count, group_columns, group_name, split
from analysis.figures.marks import canvas, dot, finish, head, instead, name_rows, right, whisker
from analysis.shares import OUTCOMES as DENOMINATORS
from analysis.wording import label, say
from toolkit.errors import ParameterError
from toolkit.form import Language

LEGIBLE: Final = 0.055
"""Narrower segments of a bar have no room for their percentage."""


def denial_reasons(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each ground with its two intervals; groups (at most six) side by side.

    Parameters
    ----------
    shares
        What :func:`analysis.denial_reasons` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    return _dots(shares, "ground", language=language, source=source, ax=ax)


def requester_mix(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each kind of requester with its two intervals; groups (at most six) side by side.

    Parameters
    ----------
    shares
        What :func:`analysis.requester_mix` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    return _dots(shares, "requester", language=language, source=source, ax=ax)


def outcomes(
    shares: pl.DataFrame,
    *,
    language: Language = "zh",
    source: str = "",
    denominator: str = "resolved",
    ax: Axes | None = None,
) -> Axes:
    """Outcomes as bars of 100 %: a bar for each denominator, or for each group of one.

    Parameters
    ----------
    shares
        What :func:`analysis.outcomes` returned.
    denominator
        The one to draw if the groups are several.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    if denominator not in DENOMINATORS:
        raise ParameterError(f"denominator: {denominator!r} is none of {', '.join(DENOMINATORS)}")
    groups = group_columns(shares)
    if groups:
        shares = shares.filter(denominator=denominator)
    bars = split(shares, "denominator")
    names = [
        group_name(bar, language) if groups else say(f"bar.{bar['denominator'][0]}", language)
        for bar in bars
    ]
    ax, own = canvas(ax, rows=len(bars), extra=1.0)
    for code in bars[0]["outcome"]:
        ax.barh(0, 0, color=style.OUTCOMES[code], label=label(code, language))
    for y, bar in enumerate(bars):
        _stack(ax, y, bar, language)
    name_rows(ax, names)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    head(ax, say("head.count", language))
    if groups:
        ax.set_xlabel(say(f"of.{denominator}", language))
    text = caption(shares, language, source=source, notes=["thin"])
    return finish(ax, say("title.resolved", language), text, own=own)


def _dots(
    shares: pl.DataFrame, category: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    groups = split(shares)
    if len(groups) > len(style.GROUPS):
        raise ParameterError(
            f"a figure holds {len(style.GROUPS)} groups, the frame has {len(groups)}; filter it"
        )
    codes = groups[0][category].to_list()
    ax, own = canvas(ax, rows=len(codes) * (1 + len(groups)) / 2)
    for place, (group, color) in enumerate(zip(groups, style.GROUPS, strict=False)):
        shift = (place - (len(groups) - 1) / 2) * 0.75 / len(groups)
        _series(ax, group, color, shift)
        if len(groups) > 1:
            n = group["n"][0]
            name = f"{group_name(group, language)} (n = {count(n)})"
            ax.plot([], [], "o", color=color, label=name)
    name_rows(ax, [label(code, language) for code in codes])
    ax.set_xlim(0, min(1, 1.05 * max(shares["high_all"].drop_nulls().to_list(), default=1)))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    denominator = shares["denominator"][0]
    ax.set_xlabel(say(f"of.{denominator}", language))
    head(ax, say("head.count", language))
    text = caption(shares, language, source=source, notes=["shares", "hollow"])
    return finish(ax, say(f"title.{denominator}", language), text, own=own)


def _series(ax: Axes, group: pl.DataFrame, color: str, shift: float) -> None:
    """Dots, lines and counts of one group; a group without cases has only its counts."""
    for place, row in enumerate(group.iter_rows(named=True)):
        y = place + shift
        if row["share"] is not None:
            whisker(ax, y, row["low_all"], row["high_all"], color, pale=True)
            whisker(ax, y, row["low"], row["high"], color)
            dot(ax, row["share"], y, color, hollow=row["small"])
        right(ax, y, count(row["count"]), color)


def _stack(ax: Axes, y: int, bar: pl.DataFrame, language: Language) -> None:
    left = 0.0
    for row in bar.iter_rows(named=True):
        share, color = row["share"] or 0.0, style.OUTCOMES[row["outcome"]]
        height = 0.3 if row["small"] else 0.62
        ax.barh(y, share, left=left, height=height, color=color, edgecolor="white")
        if share >= LEGIBLE:
            ink = "white" if color in style.DARK else "black"
            middle = (left + share / 2, y)
            ax.text(*middle, f"{share:.0%}", ha="center", va="center", color=ink, fontsize="small")
        left += share
    n = bar["n"][0]
    if not n:
        reason = say("none.n" if n == 0 else "none.not_reported", language)
        instead(ax, y, reason)
    right(ax, y, count(n))
