"""A table for each statistic: its frame in, great-tables' GT out, in Chinese or English.

What a column is called and how its numbers are printed stands in columns.csv; a column that is
not there is not shown. An interval stands behind its value, what a count is of behind it, and ``*``
marks few cases. Where a page has no room for all columns, each row stands on end.
"""

import hashlib
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from analysis.figures.captions import (
    group_columns,
    group_names,
    largest,
    level_of,
    of_cases,
    reports,
    split,
)
from analysis.observations import ACCOUNT
from analysis.wording import DASH, Value, label, messages, quantity_label, say, value_label
from toolkit.arguments import guard
from toolkit.form import Language, packaged

if TYPE_CHECKING:
    from great_tables import GT

Row = dict[str, Any]

MOST: Final = 40
"""Groups in a table; those with fewer cases are not shown, and a note says so."""

JOINED: Final = {
    "count": ("n", "{} / {}"),
    "chi_square": ("df", "{} ({})"),
    "n_reports": ("n_left_out", "{} ({})"),
}
"""Columns that stand behind another in its cell, and how."""

ALIKE: Final = {"target", "pooled", "n_groups", "p_equal_odds", "n_peers", "n_reports"}
"""Columns of numbers that a note tells if they are the same in every row."""

TEXT: Final = {"group", "code", "measure", "quantity", "unit"}
TEXTUAL: Final = {"format": "group", "low": "", "high": ""}
"""What columns.csv would say of a column of reports that it does not name."""


def table(
    frame: pl.DataFrame,
    *,
    language: Language = "zh",
    title: str = "",
    source: str = "",
    most: int = MOST,
) -> "GT":
    """Table of what a statistic returned: a row for each of its rows, grouped as it is.

    Parameters
    ----------
    frame
        What a statistic of :mod:`analysis` returned, or some of its rows.
    language
        ``zh`` or ``en``.
    title
        Title of the table; none by default.
    source
        Words to add to the source line, such as where the reports were collected.
    most
        Groups to show, those with most cases.

    Returns
    -------
    great_tables.GT
        Notes below say what ``*`` and the intervals mean, on how many reports the numbers
        rest, how many were left out and why. The same frame gives the same HTML; a notebook
        whose outputs are compared shows ``HTML(table(frame).as_raw_html())``, for the text
        of a GT holds addresses of objects.

    Raises
    ------
    ParameterError
        If no statistic returned this frame, or it has no rows.
    """
    from great_tables import GT

    groups = split(frame)
    by = group_columns(frame)
    shown = largest(frame, most)
    kept = split(shown)
    body, same = texts(shown, language)
    notes = _notes(frame, same, language, len(groups) - len(kept))
    if any(text.endswith("*") for row in body.rows() for text in row):
        notes.append(say("table.small", language, min_n=frame["min_n"][0]))
    grouped = len(shown) > len(kept) and bool(by)
    if grouped:
        body = body.drop(by).insert_column(0, pl.Series(GROUP, group_names(shown, language)))
    content = f"{language}\n{title}\n{body.write_csv()}"  # great-tables would draw an id at random
    name = f"t{hashlib.sha256(content.encode()).hexdigest()[:10]}"
    made = GT(body, groupname_col=GROUP if grouped else None, id=name)
    heads: dict[str, Any] = {
        name: head(name, language, frame.columns) for name in body.columns if name != GROUP
    }
    numbers = [name for name in heads if catalogue().get(name, TEXTUAL)["format"] not in TEXT]
    made = made.cols_label(heads).cols_align("left").cols_align("right", numbers)
    made = made.tab_source_note(" ".join(notes))
    made = made.tab_source_note(say("caption.source", language, source=source and f" · {source}"))
    if title:
        made = made.tab_header(title)
    return made.opt_css(_style(name, list(heads.values()))).tab_options(**LOOK)


GROUP: Final = "_group"
"""Column of the groups' names, which no report has."""

STYLE: Final = """
.gt_table td.gt_right {white-space: nowrap}
.gt_table * {color: inherit !important}
#ID {container-type: inline-size}
@container (max-width: 36em) {#ID td.gt_right {white-space: pre}}
@container (max-width: WIDTHem) {
#ID table {min-width: 0; width: 100%}
#ID thead {display: none}
#ID tbody tr {display: block; padding: 4px 0; border-bottom: 1px solid #D3D3D3}
#ID tbody td {display: flex; justify-content: space-between; gap: 1em; border: 0 !important}
#ID tbody td {text-align: right; padding: 1px 5px}
#ID tbody td:first-child {font-weight: bold}
#ID tbody td::before {font-weight: normal; opacity: .7; text-align: left; white-space: normal}
"""
"""Of a table with this id: on a narrow page its intervals stand on lines of their own; on one that
has no room for its columns its rows stand on end, each cell behind its head."""

ROOM: Final = 6.5
"""Width of a column in em."""

LOOK: Final[dict[str, Any]] = {
    "table_font_names": ["inherit"],
    "table_font_size": "0.85em",
    "table_width": "auto",
    "table_margin_left": "0",
    "table_background_color": "transparent",
    "heading_align": "left",
    "source_notes_font_size": "0.9em",
    "row_group_font_weight": "bold",
    "data_row_padding": "3px",
}


def _style(name: str, heads: Sequence[str]) -> str:
    """Style of a table, with the heads that its cells show where they stand on end."""
    style = STYLE.replace("#ID", f"#{name}").replace("WIDTH", str(ROOM * len(heads)))
    before = (
        f'#{name} tbody td:nth-child({k})::before {{content: "{text}"}}'
        for k, text in enumerate(heads, 1)
    )
    return "\n".join([style, *before, "}"])


def texts(frame: pl.DataFrame, language: Language) -> tuple[pl.DataFrame, dict[str, str]]:
    """What stands in the cells of columns that are shown, and of those that a note tells instead.

    Limits stand with what they are of, on a line of their own.
    """
    groups, many = group_columns(frame), len(frame) > 1
    names = [name for name in frame.columns if name in catalogue()]
    behind = [JOINED[name][0] for name in names if name in JOINED]
    names = list(dict.fromkeys(name for name in (*groups, *names) if name not in behind))
    rows = of_cases(frame).to_dicts()
    every = pl.DataFrame(
        {name: [_cell(row, name, language) for row in rows] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )
    codes = {name for name, row in catalogue().items() if row["format"] in TEXT and groups}
    alike = {"denominator", *(codes | ALIKE if many else ())}.difference(groups)
    same = {name: every[name][0] for name in names if name in alike and every[name].n_unique() == 1}
    return every.drop(same), same


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Rows of columns.csv by column."""
    return {row["column"]: row for row in packaged("analysis", "columns.csv")}


def head(name: str, language: Language, among: Collection[str] = ()) -> str:
    """Head of a column, with what stands behind it if that is among the columns.

    It is the column's name where the reports' column has no other.
    """
    first = name.removesuffix("_2")  # the second group of a pair
    found = catalogue().get(first, {}).get(language, first) + ("" if name == first else " 2")
    behind, form = JOINED.get(name, ("", ""))
    return form.format(found, head(behind, language).lower()) if behind in among else found


def _cell(row: Row, name: str, language: Language) -> str:
    """Value with its interval, and what stands behind it."""
    behind, form = JOINED.get(name, ("", ""))
    said = _value(row, name, language)
    return form.format(said, _value(row, behind, language)) if behind in row else said


def _value(row: Row, name: str, language: Language) -> str:
    column, value = catalogue().get(name, TEXTUAL), row[name]
    if column["format"] in TEXT:
        return _text(name, value, column["format"], language)
    if value is None:
        reason = row.get("reason") if column["low"] == "low" else None
        return say(f"none.{reason}", language) if reason else DASH
    kind = column["format"]
    if kind == "value":
        kind = "%" if row["quotient"] == "share" else "ratio"
    said = f"{Value(value):{kind}}"
    low, high = (row.get(column[end]) for end in ("low", "high"))
    if low is not None and high is not None:
        ends = (f"{Value(end):{kind}}".removesuffix("%") for end in (low, high))
        said = f"{said}\n({_TO[kind].join(ends)})"
    return f"{said}*" if row.get("small") and column["low"] == "low" else said


def _text(name: str, value: Any, kind: str, language: Language) -> str:  # noqa: ANN401
    if kind == "group" or value is None:
        return value_label(name, value, language)
    if kind == "quantity":
        return quantity_label(value, language)
    key = f"{name if kind == 'code' else kind}.{value}"
    return say(key, language) if key in messages() else label(value, language)


_TO: Final = {"%": "–", "ratio": "–", "signed": ", ", "points": ", "}


def _notes(frame: pl.DataFrame, same: dict[str, str], language: Language, hidden: int) -> list[str]:
    """What the table rests on, what its marks mean, and how many groups it does not show."""
    notes, keys = [], group_columns(frame)
    accounts = frame.select(pl.col(*keys, *(set(ACCOUNT) & set(frame.columns)))).unique()
    # Measures of one group may rest on different reports, and pairs share theirs: there is no
    # sum of them, and their rows say on which they rest.
    apart = accounts.height == len(split(frame)) and not any(key.endswith("_2") for key in keys)
    doubtful = frame.select(pl.col("^n_(fails|unknown)$").max()).to_dicts()[0]
    if apart and set(ACCOUNT) <= set(frame.columns):
        notes.append(reports(accounts, language))
    elif any(doubtful.values()):
        notes.append(say("table.fails", language, **doubtful))
    told = {"n_reports"} if notes else set()
    if "n" not in frame.columns:
        told.add("denominator")
    for name in (name for name in same if name not in told):
        of = head(name, language, frame.columns)
        of = say("table.of", language) if name == "denominator" else of
        notes.append(say("table.same", language, head=of, value=same[name]))
    if confidence := level_of(frame):
        notes.append(say("table.level", language, level=confidence))
    return [*notes, say("table.not_shown", language, n=hidden)] if hidden else notes


__all__ = ["table"]


guard(globals(), "table")
