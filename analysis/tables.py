"""A table for each statistic: its frame in, great-tables' GT out, in Chinese or English.

What a column is called and how its numbers are printed stands in columns.csv; a column that is
not there is not shown. An interval stands behind its value, and ``*`` marks few cases.
"""

import csv
import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from analysis.figures.captions import group_columns, group_names, largest, p_value, reports, split
from analysis.observations import ACCOUNT
from analysis.wording import label, messages, number, plain, quantity_label, say, value_label
from toolkit.form import Language

if TYPE_CHECKING:
    from great_tables import GT

Row = dict[str, Any]

MOST: Final = 40
"""Groups in a table; those with fewer cases are not shown, and a note says so."""

DASH: Final = "—"
TEXT: Final = {"group", "code", "measure", "quantity", "unit"}


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
    body = cells(shown, language)
    notes = _notes(frame, language, len(groups) - len(kept))
    if any(text.endswith("*") for row in body.rows() for text in row):
        notes.append(say("table.small", language, min_n=frame["min_n"][0]))
    grouped = len(shown) > len(kept) and bool(by)
    if grouped:
        body = body.drop(by).insert_column(0, pl.Series(GROUP, group_names(shown, language)))
    made = GT(body, groupname_col=GROUP if grouped else None, id=_id(body, language, title))
    numbers = [name for name in body.columns if catalogue().get(name, {}).get("format") not in TEXT]
    made = made.cols_label({name: head(name, language) for name in body.columns if name != GROUP})
    made = made.cols_align("left").cols_align("right", [n for n in numbers if n in catalogue()])
    made = made.tab_source_note(" ".join(notes))
    made = made.tab_source_note(say("caption.source", language, source=source and f" · {source}"))
    if title:
        made = made.tab_header(title)
    return made.opt_css(STYLE).tab_options(**LOOK)


GROUP: Final = "_group"
"""Column of the groups' names, which no report has."""

STYLE: Final = ".gt_table td.gt_right {white-space: nowrap} .gt_table * {color: inherit !important}"

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


def cells(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """What stands in the table's cells: a text for each row and shown column.

    Parameters
    ----------
    frame
        What a statistic returned.
    language
        ``zh`` or ``en``.

    Returns
    -------
    polars.DataFrame
        The columns of ``frame`` that a table shows, by their codes; limits stand with what they
        are of.
    """
    known = catalogue()
    names = [*group_columns(frame), *(name for name in frame.columns if name in known)]
    names = [name for name in names if name not in _same(frame)]
    rows = frame.to_dicts()
    return pl.DataFrame(
        {name: [_cell(row, name, language) for row in rows] for name in dict.fromkeys(names)},
        schema=dict.fromkeys(dict.fromkeys(names), pl.String),
    )


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Rows of columns.csv by column."""
    file = resources.files("analysis") / "columns.csv"
    with file.open(encoding="utf-8") as text:
        return {row["column"]: row for row in csv.DictReader(text)}


def head(name: str, language: Language) -> str:
    """Head of a column; its name where the reports' column has no other."""
    first = name.removesuffix("_2")  # the second group of a pair
    return catalogue().get(first, {}).get(language, first) + ("" if name == first else " 2")


def _same(frame: pl.DataFrame) -> list[str]:
    """Columns of codes that are the same in every row: a note says it once."""
    groups = group_columns(frame)
    codes = [name for name, row in catalogue().items() if row["format"] in TEXT]
    codes = [name for name in codes if name in frame.columns and name not in groups]
    always = [name for name in codes if name == "denominator" or (groups and len(frame) > 1)]
    return [name for name in always if frame[name].n_unique() == 1]


def _cell(row: Row, name: str, language: Language) -> str:
    column = catalogue().get(name, {"format": "group", "low": "", "high": ""})
    value = row[name]
    if column["format"] in TEXT:
        return _text(name, value, column["format"], language)
    if value is None:
        reason = row.get("reason") if column["low"] == "low" else None
        return say(f"none.{reason}", language) if reason else DASH
    kind = column["format"]
    if kind == "value":
        kind = "share" if row["quotient"] == "share" else "number"
    said = _FORMATS[kind](value)
    low, high = (row.get(column[end]) for end in ("low", "high"))
    if low is not None and high is not None:
        ends = (_FORMATS[kind](end).removesuffix("%") for end in (low, high))
        said = f"{said} ({_TO[kind].join(ends)})"
    return f"{said}*" if row.get("small") and column["low"] == "low" else said


def _text(name: str, value: Any, kind: str, language: Language) -> str:  # noqa: ANN401
    if kind == "group" or value is None:
        return plain(value_label(name, value, language)) or say("group.unknown", language)
    match kind:
        case "measure":
            return say(f"measure.{value}", language)
        case "quantity":
            return quantity_label(value, language)
        case "unit":
            return say(f"unit.{value}", language)
    return (
        say(key, language) if (key := f"{name}.{value}") in messages() else label(value, language)
    )


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{number(abs(value))}"


def _points(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")


_FORMATS: Final[dict[str, Callable[[float], str]]] = {
    "share": _percent,
    "count": _count,
    "number": number,
    "signed": _signed,
    "points": _points,
    "p": lambda value: p_value(value).removeprefix("= "),
}
_TO: Final = {"share": "–", "number": "–", "signed": ", ", "points": ", "}


def _notes(frame: pl.DataFrame, language: Language, hidden: int) -> list[str]:
    """What the table rests on, what its marks mean, and how many groups it does not show."""
    notes = []
    if set(ACCOUNT) <= set(frame.columns):
        keys = [*group_columns(frame), *ACCOUNT]
        accounts = frame.select(keys).unique(maintain_order=True)
        # Measures of one group may rest on different reports, and pairs share theirs: there
        # is no sum of them, and their rows say on which they rest.
        apart = not any(name.endswith("_2") for name in keys)
        if apart and accounts.height == len(split(frame)):
            notes.append(reports(accounts, language))
    notes += [
        say(
            "table.same",
            language,
            head=say("table.of", language) if name == "denominator" else head(name, language),
            value=_text(name, frame[name][0], catalogue()[name]["format"], language),
        )
        for name in _same(frame)
        if name != "denominator" or "n" in frame.columns
    ]
    if "confidence" in frame.columns:
        notes.append(say("table.level", language, level=f"{100 * frame['confidence'][0]:.6g}%"))
    return [*notes, say("table.not_shown", language, n=hidden)] if hidden else notes


def _id(body: pl.DataFrame, language: Language, title: str) -> str:
    """Id for the table's HTML, which great-tables would draw at random."""
    content = f"{language}\n{title}\n{body.write_csv()}"
    return f"t{hashlib.sha256(content.encode()).hexdigest()[:10]}"


__all__ = ["cells", "table"]
