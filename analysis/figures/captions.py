"""What every figure says below itself: n, denominator, reports, what was left out, source."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from analysis.observations import REASONS
from analysis.results import apart
from analysis.wording import count, say, sentences, value_label
from toolkit.errors import ParameterError
from toolkit.form import Language

FIRST: Final = {
    *("ground", "requester", "outcome", "category", "measure", "quantity"),
    *("penalties", "amount", "denominator", "rank_near"),
}
"""First column of a statistic's own; what stands before it was asked for with ``by``."""

MOST: Final = 32
"""Groups in one figure: room for all provinces. Those with fewer cases are not drawn, and the
caption says so."""


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


def checked(frame: pl.DataFrame, what: str = "rows") -> pl.DataFrame:
    """Return a frame that can be shown.

    Raises
    ------
    ParameterError
        If the frame has no rows, of those with ``what``: an empty figure would look like a finding.
    """
    if frame.is_empty():
        raise ParameterError(f"there is nothing to draw: the frame has no {what}")
    return frame


def of_cases(frame: pl.DataFrame) -> pl.DataFrame:
    """Frame in which a group without cases has no share: the one drawn to others is theirs."""
    shrunken = [name for name in frame.columns if name.startswith("shrunken")]
    return frame.with_columns(pl.when(pl.col("n") > 0).then(name) for name in shrunken)


def split(frame: pl.DataFrame, *more: str) -> pl.DataFrame:
    """First row of each group, in order."""
    keys = [*group_columns(checked(frame)), *more]
    return frame.unique(keys, keep="first", maintain_order=True) if keys else frame.head(1)


def each_group(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows of each group, in order."""
    return apart(frame, group_columns(frame))


def largest(frame: pl.DataFrame, most: int = MOST) -> pl.DataFrame:
    """Rows of the groups with most cases, or of the first ones, in the order they came in."""
    keys, kept = group_columns(frame), split(frame)
    if not keys:
        return frame
    if "n" in frame.columns and "rank_near" not in frame.columns:
        kept = kept.sort(pl.col("n").fill_null(0), descending=True, maintain_order=True)
    return frame.join(kept[:most], on=keys, how="semi", nulls_equal=True, maintain_order="left")


def aligned(frame: pl.DataFrame, order: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """Rows of a frame in the order of another's, null where there is none."""
    if not on:
        return frame
    return order.select(on).join(frame, on=on, how="left", nulls_equal=True, maintain_order="left")


def group_names(frame: pl.DataFrame, language: Language) -> list[str]:
    """Name of the group of each row."""
    by = group_columns(frame)
    return [row_name(row, by, language) for row in frame.iter_rows(named=True)]


def row_name(row: Mapping[str, object], by: Sequence[str], language: Language) -> str:
    """Name of the group that a row belongs to, by these columns."""
    names = (value_label(name, row[name], language) for name in by)
    return " · ".join(names) or say("group.all", language)


def counted(frame: pl.DataFrame) -> list[str]:
    """Cases of each row, and of how many."""
    return [f"{count(a)} / {count(n)}" for a, n in frame.select("count", "n").iter_rows()]


def caption(
    frame: pl.DataFrame,
    language: Language,
    *notes: str,
    more: str = "",
    drawn: pl.DataFrame | None = None,
) -> tuple[str, ...]:
    """Lines of a caption, from a statistic's frame alone and with what its marks mean.

    Parameters
    ----------
    frame
        What a statistic returned.
    notes
        Messages (``caption.`` and one of these) on the marks of the figure; ``hollow`` and
        ``thin`` are said only if something is small.
    more
        What to say after the notes.
    drawn
        Rows of the frame that are drawn, by default all.
    """
    drawn, keys = frame if drawn is None else drawn, group_columns(frame)
    small, groups, denominator = _small(drawn), split(frame), frame["denominator"][0]
    hidden = groups.height - drawn.select(keys).n_unique() if keys else 0
    cases = int(groups["n"].sum()) if groups["n"].count() else None
    values = {"level": level_of(frame), "min_n": frame["min_n"][0] if small else ""}
    said = [note for note in notes if small or note not in ("hollow", "thin", "as_counts")]
    return (
        f"{say(f'n.{denominator}', language, n=cases)} · {reports(groups, language)}",
        sentences(language, *(say(f"caption.{one}", language, **values) for one in said), more),
        say("caption.not_shown", language, n=hidden) if hidden > 0 else "",
    )


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
    if not total["n_reports"] + total["n_left_out"]:
        return say("caption.no_reports", language)
    out = [reason for reason in REASONS if total[f"left_out_{reason}"]]
    reasons = (say(f"reason.{one}", language, n=total[f"left_out_{one}"]) for one in out)
    ends = {groups["first_year"].min(), groups["last_year"].max()} - {None}
    said = say(
        f"caption.reports.{min(total['n_reports'], 1)}",
        language,
        n_reports=total["n_reports"],
        years="–".join(sorted(map(str, ends))) or say("span.unknown", language),
        left_out=say(
            "caption.left_out" if total["n_left_out"] else "caption.no_left_out",
            language,
            n_left_out=total["n_left_out"],
            reasons=say("comma", language).join(reasons),
        ),
    )
    wrong = {name: total[name] for name in ("n_fails", "n_unknown")}
    fails = say("caption.fails", language, **wrong) if any(wrong.values()) else ""
    return sentences(language, said, fails)


def level_of(frame: pl.DataFrame) -> str:
    """Confidence level of a frame's intervals, if it has any."""
    return f"{100 * frame['confidence'][0]:.6g}%" if "confidence" in frame.columns else ""


def _small(frame: pl.DataFrame) -> bool:
    """Whether anything drawn rests on few cases."""
    if "small" not in frame.columns:
        return False
    value = next(name for name in ("share", "ratio", "value") if name in frame.columns)
    return not frame.drop_nulls(value).filter("small").is_empty()
