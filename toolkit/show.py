"""How a report shows itself in a notebook: its particulars, what fails, its three tables."""

from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from itertools import groupby
from typing import Any, Final

import polars as pl

from toolkit.form import NOTE, CellKey, Column, Item, forms, rows
from toolkit.schema import VERDICTS

_STYLE: Final = """
<style>
.ogi-report{font-size:13px;max-width:70em}
.ogi-report table{border-collapse:collapse;margin:.3em 0 1em}
.ogi-report th,.ogi-report td{border:1px solid #8886;padding:.15em .5em;text-align:right}
.ogi-report th{font-weight:normal}
.ogi-report tr>th:first-child{text-align:left}
.ogi-report thead th{vertical-align:bottom;max-width:8em;white-space:normal}
.ogi-report .none{color:#767676;font-style:italic}
.ogi-report .fails{color:#b00020;font-weight:bold}
</style>
"""
_STATE: Final = {row["state"]: row["label_en"] for row in rows("states")}


Reading = tuple[int | None, str]


def report_html(meta: Mapping[str, Any], cells: pl.DataFrame, checks: pl.DataFrame) -> str:
    """Self-contained HTML of one report; every text of the document is escaped."""
    verdicts = checks["verdict"].to_list()
    lines = [
        f"<strong>{escape(str(meta['agency'] or '?'))} · {meta['year'] or '?'}</strong>",
        f"edition {meta['edition'] or 'unknown'}, {meta['format']} ({meta['layout']})",
        escape(str(meta["source"])),
        "cells: "
        + ", ".join(f"{meta[f'n_{s}']} {label}" for s, label in _STATE.items() if meta[f"n_{s}"]),
        "identities: " + ", ".join(f"{verdicts.count(v)} {v}" for v in VERDICTS),
        *(f"note: {escape(note)}" for note in meta["notes"]),
        *(
            f'<span class="fails">{row["identity"]} · {row["subject"]}:'
            f" {row['lhs']:,} ≠ {row['rhs']:,}</span>"
            for row in checks.filter(verdict="fails").iter_rows(named=True)
        ),
    ]
    names = ("table", "item", "column", "value", "state")
    readings = {row[:3]: row[3:] for row in cells.select(names).iter_rows()}
    tables = "".join(_tables(readings))
    return f'{_STYLE}<div class="ogi-report">{"<br>".join(lines)}{tables}</div>'


def _tables(readings: dict[CellKey, Reading]) -> Iterator[str]:
    """One small table for each run of items that share their columns."""
    columns: dict[tuple[str, str], tuple[str, ...]] = {}
    for table, item, column in readings:
        columns[table, item] = (*columns.get((table, item), ()), column)
    for (table, shared), run in groupby(columns, key=lambda at: (at[0], columns[at])):
        head = "".join(f"<th>{_label(table, column)}</th>" for column in shared)
        body = "".join(
            f"<tr><th>{_label(table, item)}</th>"
            + "".join(_value(table, column, *readings[table, item, column]) for column in shared)
            + "</tr>"
            for _, item in run
        )
        yield f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"


@cache
def _entries() -> dict[tuple[str, str], Item | Column]:
    """Rows and columns by table and code, of the newest edition that has them."""
    every: list[Item | Column] = []
    for made in reversed(forms()):
        every += (*made.items, *made.columns)
    return {(entry.table, entry.code): entry for entry in every}


def _label(table: str, code: str) -> str:
    """Wording in both languages."""
    found = _entries()[table, code]
    return f"{escape(found.zh.partition(NOTE)[0])}<br><small>{escape(found.en)}</small>"


def _value(table: str, column: str, value: int | None, state: str) -> str:
    """Cell with its number, and the unit where the form's own label names another one."""
    if value is None:
        return f'<td class="none">{_STATE[state]}</td>'
    found = _entries()[table, column]
    unit = "CNY " if isinstance(found, Column) and found.unit == "yuan" else ""
    return f"<td>{unit}{value:,}</td>"
