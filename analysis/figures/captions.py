"""What every figure says below itself: n, denominator, reports, what was left out, source."""

from collections.abc import Mapping, Sequence
from typing import Final, overload

import polars as pl

from analysis.observations import REASONS
from analysis.wording import plain, say, value_label, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

FIRST: Final = {
    *("ground", "requester", "outcome", "category", "measure", "quantity"),
    *("penalties", "amount", "denominator", "rank_near"),
}
"""First column of a statistic's own; what stands before it was asked for with ``by``."""

MOST: Final = 30
"""Groups in one figure; those with fewer cases are not drawn, and the caption says so."""


def group_columns(frame: pl.DataFrame) -> list[str]:
    """Columns by which a statistic's frame is grouped.

    Raises
    ------
    ParameterError
        If no statistic returned this frame.
    """
    for place, name in enumerate(frame.columns):
        if name in FIRST:
            return frame.columns[:place]
    raise ParameterError(f"no statistic returned a frame of {', '.join(frame.columns)}")


class Groups(Sequence[pl.DataFrame]):
    """Groups of a frame in order, each cut out when it is asked for; there may be thousands."""

    def __init__(self, frame: pl.DataFrame, rows: pl.Series) -> None:
        self._frame, self._rows = frame, rows
        self.first: pl.DataFrame = frame[rows.list.first()]
        """The first row of each group."""

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> pl.DataFrame: ...
    @overload
    def __getitem__(self, at: slice) -> list[pl.DataFrame]: ...
    def __getitem__(self, at: int | slice) -> pl.DataFrame | list[pl.DataFrame]:
        if isinstance(at, slice):
            return [self._frame[rows] for rows in self._rows[at]]
        rows: pl.Series = self._rows[at]
        return self._frame[rows]


def split(frame: pl.DataFrame, *more: str) -> Groups:
    """One frame for each group, in order.

    Raises
    ------
    ParameterError
        If the frame has no rows: an empty figure would look like a finding. If it is no frame.
    """
    if not isinstance(frame, pl.DataFrame):  # the commonest slip is to hand over the corpus
        found = type(frame).__name__
        raise ParameterError(f"expected the frame that a statistic returned, found a {found}")
    if frame.is_empty():
        raise ParameterError("there is nothing to draw: the frame has no rows")
    keys: list[str | pl.Expr] = [*group_columns(frame), *more]
    keys = keys or [pl.lit(0).alias("all")]
    numbered = frame.with_columns(pl.int_range(pl.len()).alias("at of row"))
    return Groups(frame, numbered.group_by(keys, maintain_order=True).agg("at of row")["at of row"])


def largest(groups: Groups, most: int = MOST) -> list[pl.DataFrame]:
    """Groups with most cases, in the order they came in."""
    cases = groups.first["n"].fill_null(0).to_list()
    sizes = sorted(range(len(groups)), key=lambda k: -cases[k])
    return [groups[k] for k in sorted(sizes[:most])]


def group_name(frame: pl.DataFrame, language: Language) -> str:
    """Name of the group that a frame's first row belongs to."""
    return row_name(frame.row(0, named=True), group_columns(frame), language)


def row_name(row: Mapping[str, object], by: Sequence[str], language: Language) -> str:
    """Name of the group that a row belongs to, by these columns."""
    unknown = say("group.unknown", language)
    names = (plain(value_label(name, row[name], language)) or unknown for name in by)
    return " ".join(names) or say("group.all", language)


def count(value: int | None) -> str:
    """Print a count with separators, and a dash where it is not known."""
    return "—" if value is None else f"{value:,}"


def p_value(value: float) -> str:
    """Print a p-value with three decimals, or that it is smaller."""
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"  # noqa: PLR2004


def caption(
    frame: pl.DataFrame,
    language: Language,
    *,
    source: str,
    notes: Sequence[str] = (),
    more: Sequence[str] = (),
    hidden: int = 0,
    width: int = 124,
) -> str:
    """Lines of a caption, from a statistic's frame alone and with what its marks mean.

    Parameters
    ----------
    frame
        What a statistic returned.
    source
        Words to add to the source line.
    notes
        Messages (``caption.`` and one of these) on the marks of the figure; ``hollow`` and
        ``thin`` are said only if something is small.
    more
        Sentences to say after the notes.
    hidden
        Groups that are not drawn.
    width
        Columns of a line.
    """
    denominator, small = frame["denominator"][0], _small(frame)
    first = split(frame).first
    n = say(f"n.{denominator}", language, n=count(_sum(first["n"])))
    values = {"level": _level(frame), "min_n": frame["min_n"][0] if small else ""}
    said = [note for note in notes if small or note not in ("hollow", "thin", "as_counts")]
    lines = (
        " · ".join((n, reports(first, language))),
        " ".join([*(say(f"caption.{note}", language, **values) for note in said), *more]),
        say("caption.not_shown", language, n=hidden) if hidden else "",
        say("caption.source", language, source=source and f" · {source}"),
    )
    return "\n".join(wrap(line, width, even=False) for line in lines if line)


def reports(groups: pl.DataFrame, language: Language) -> str:
    """How many reports of which years were used, and why the others were not.

    Parameters
    ----------
    groups
        One row a group, with the account of its reports.
    language
        Language of the sentence.
    """
    total = groups.select("^n_.*$", "^left_out_.*$").sum().row(0, named=True)
    reasons = (
        say(f"reason.{reason}", language, n=total[f"left_out_{reason}"])
        for reason in REASONS.categories
        if total[f"left_out_{reason}"]
    )
    key = "left_out" if total["n_left_out"] else "no_left_out"
    left_out = say(
        f"caption.{key}", language, n_left_out=total["n_left_out"], reasons=", ".join(reasons)
    )
    years = [
        *groups["first_year"].drop_nulls().sort()[:1],
        *groups["last_year"].drop_nulls().sort()[-1:],
    ]
    said = say(
        f"caption.reports.{min(total['n_reports'], 2)}",
        language,
        n_reports=total["n_reports"],
        years="–".join(str(year) for year in dict.fromkeys(years))
        or say("years.unknown", language),
        left_out=left_out,
    )
    if total["n_fails"] or total["n_unknown"]:
        said += " " + say(
            "caption.fails", language, n_fails=total["n_fails"], n_unknown=total["n_unknown"]
        )
    return said


def _level(frame: pl.DataFrame) -> str:
    return f"{100 * frame['confidence'][0]:.6g}%" if "confidence" in frame.columns else ""


def _sum(sizes: pl.Series) -> int | None:
    return int(sizes.sum()) if sizes.count() else None


def _small(frame: pl.DataFrame) -> bool:
    """Whether anything drawn rests on few cases."""
    if "small" not in frame.columns:
        return False
    value = next(name for name in ("share", "ratio", "value") if name in frame.columns)
    return not frame.drop_nulls(value).filter("small").is_empty()
