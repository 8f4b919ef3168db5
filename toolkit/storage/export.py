"""A store's tables as files for R, Stata, Excel and others, with codebook and data package."""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from toolkit.check import STATE_SUFFIX, cell_names
from toolkit.errors import ParameterError, one_of
from toolkit.form import LANGUAGES, Language, forms
from toolkit.read.letters import display_width
from toolkit.schema import CELL
from toolkit.source import DESCRIPTION, EXPORT, files_of_export
from toolkit.storage.store import Store, harmless, open_store, versions

FORMATS: Final = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "dta": "application/x-stata-dta",
}
SHAPES: Final = ("wide", "long")
_KEYS: Final = {"reports": ["report_id"], "cells": ["report_id", "table", "item", "column"]}
_EXCEL_ROWS, _EXCEL_TEXT = 1_048_575, 32_767
_EXCEL_WIDTH, _EXCEL_LINE = 16, 15
_STATA_NAME, _STATA_LABEL, _STATA_TEXT = 30, 80, 2045
_STATA_VALUES: Final = 5_000_000
"""Rows times columns of a file for Stata: its writer takes some hundred bytes for each."""
_CODEBOOK: Final = "codebook.csv"
_AND: Final = " | "
"""What stands between the labels of a cell's table, item and column."""


def export(
    store: Store | str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    format: str = "parquet",
    shape: str = "wide",
    language: Language | None = None,
) -> list[Path]:
    """Write a store's reports, checks, claims, failures and duplicates for other programs.

    Parameters
    ----------
    store
        A store or its folder.
    out
        Folder for the files; files of the same names are replaced when all are written. A long
        table for Stata comes in several, ``reports.dta``, ``reports.2.dta``, to be appended to
        each other.
    format
        ``parquet``, ``csv``, ``xlsx`` (one workbook) or ``dta`` (Stata 14 and later).
    shape
        ``wide``: ``reports`` has a column for each cell's value and one for its state.
        ``long``: a table ``cells`` has a row for each cell, as printed and with its place.
    language
        Label cells in Chinese (``zh``) or English (``en``): wide columns are headed by labels
        instead of codes, long ones gain labels. Stata's names are always codes, shortened,
        with labels beside them.

    Returns
    -------
    list of Path
        The files: tables, ``codebook.csv`` (code, Stata's name, unit and labels of every
        cell) and ``datapackage.json`` (Frictionless). In CSV, a text that a spreadsheet would
        run as a formula begins with an apostrophe.

    Raises
    ------
    ParameterError
        If an option is none of the above, a table is too long for Excel, or the folder has
        files of an earlier export that this one would leave beside its own.
    """
    one_of("format", format, FORMATS)
    one_of("shape", shape, SHAPES)
    one_of("language", language, (None, *LANGUAGES))
    opened = store if isinstance(store, Store) else open_store(store)
    tables = _tables(opened, shape, language, named=format != "dta")
    Path(out).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=out) as aside:  # of half a table nobody takes a number
        folder = Path(aside)
        if format == "xlsx":
            paths = {name: [folder / "reports.xlsx"] for name in tables}
            _write_workbook(folder / "reports.xlsx", tables)
        else:
            paths = {
                name: list(_write(table, folder / f"{name}.{format}", format, language or "en"))
                for name, table in tables.items()
            }
        _codebook().write_csv(folder / _CODEBOOK, include_bom=True)
        package = _package(tables, paths, format, language or "en")
        described = folder / DESCRIPTION
        described.write_text(json.dumps(package, ensure_ascii=False, indent=1), encoding="utf-8")
        made = [*dict.fromkeys(chain(*paths.values())), folder / _CODEBOOK, described]
        _refuse_others(Path(out), {path.name for path in made})
        return [path.replace(Path(out, path.name)) for path in made]


def _refuse_others(out: Path, names: set[str]) -> None:
    """Refuse a folder whose earlier export has other files: they may be of another state."""
    if left := sorted(n for n in files_of_export(out) - names if (out / n).exists()):
        found = f"expected a folder without other exports, found {', '.join(left)} in {out}"
        raise ParameterError(f"out: {found}; name another folder, or remove that one")


def _tables(
    store: Store, shape: str, language: Language | None, *, named: bool
) -> dict[str, pl.LazyFrame]:
    """Tables to write, by name, in the shape and with the labels asked for."""
    if shape == "wide":
        named = named and language is not None
        headings = _by_name(f"label_{language}", STATE_SUFFIX) if named else {}
        reports = {"reports": store.wide.rename(headings, strict=False)}
    else:
        cells = store.cells
        if language:
            label = pl.col(f"label_{language}").str.split_exact(_AND, len(CELL) - 1)
            fields = label.struct.rename_fields([f"{name}_label" for name in CELL])
            labels = _codebook().lazy().select(*CELL, fields.alias("labels")).unnest("labels")
            cells = cells.join(labels, on=CELL, how="left", maintain_order="left")
        reports = {"reports": store.reports, "cells": cells}
    rest = ("checks", "claims", "failures", "duplicates")
    return reports | {name: getattr(store, name) for name in rest}


@cache
def _codebook() -> pl.DataFrame:
    """Every cell of any edition: name, name for Stata, key, unit, editions and labels."""
    entries: dict[str, dict[str, str]] = {}
    for name, key in cell_names().items():
        table, item, column = key
        having = [made for made in forms() if key in set(made.cells(table))]
        words = f"{table[0]}_{item}_{column}".split("_")
        tries = ("_".join(word[:size] for word in words) for size in range(_STATA_NAME, 1, -1))
        short = next(one for one in tries if len(one) <= _STATA_NAME and one not in entries)
        entries[short] = {
            "name": name,
            "stata": short,
            **dict(zip(CELL, key, strict=True)),
            "unit": having[0].unit(table, column),
            "editions": " ".join(made.edition for made in having),
        }
        for lang in LANGUAGES:
            labels = (having[0].label(code, lang, table=table) for code in (table, item))
            heading = having[0].heading(column, lang, table=table)
            entries[short][f"label_{lang}"] = _AND.join((*labels, heading))
    return pl.DataFrame(list(entries.values()))


def _by_name(column: str, state: str) -> dict[str, str]:
    """What the codebook has in a column for each wide one; a state's has a mark behind it."""
    found = dict(_codebook().select("name", column).iter_rows())
    return found | {f"{name}{STATE_SUFFIX}": f"{text}{state}" for name, text in found.items()}


def stata_names() -> dict[str, str]:
    """Name of at most 32 characters for each wide column: its words, cut to one length."""
    return _by_name("stata", "_s")


def _write(table: pl.LazyFrame, path: Path, format: str, language: Language) -> Iterator[Path]:
    """Write a table; yield the files."""
    if format == "parquet":
        table.sink_parquet(path, metadata=versions())
    elif format == "csv":
        # The mark at its start tells Excel that a file is UTF-8.
        _flat(table).with_columns(harmless()).sink_csv(path, include_bom=True)
    else:
        most = _STATA_VALUES // len(table.collect_schema())
        rows = table.select(pl.len()).collect().item()
        for number, start in enumerate(range(0, max(rows, 1), most), start=1):
            part = path if number == 1 else path.with_suffix(f".{number}{path.suffix}")
            _write_stata(_flat(table).slice(start, most).collect(), part, language)
            yield part
        return
    yield path


def _flat(table: pl.LazyFrame) -> pl.LazyFrame:
    """Table without lists, their texts in one; dates as text: programs count days each its way."""
    return table.with_columns(
        pl.col(pl.List(pl.String)).list.join("; "), pl.col(pl.Date).cast(pl.String)
    )


def _write_workbook(path: Path, tables: Mapping[str, pl.LazyFrame]) -> None:
    """Write tables as sheets; texts stay texts, whatever they begin with."""
    from xlsxwriter import Workbook

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    for name, table in tables.items():
        if (rows := table.select(pl.len()).collect().item()) > _EXCEL_ROWS:
            raise ParameterError(
                f"{name} has {rows:,} rows, Excel at most {_EXCEL_ROWS:,}: take csv"
            )
    # Its own files, on a full disk, end in an error that is no OSError, and in another behind it.
    whole = BytesIO()
    with Workbook(whole, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            frame = _flat(table).with_columns(pl.col(pl.String).str.head(_EXCEL_TEXT)).collect()
            last = frame.width - 1
            widest = max(map(display_width, frame.columns))
            sheet.set_row(0, _EXCEL_LINE * (widest // _EXCEL_WIDTH + 1))
            sheet.set_column(0, last, _EXCEL_WIDTH)
            sheet.write_row(0, 0, frame.columns, head)
            sheet.autofilter(0, 0, frame.height, last)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(frame.iter_rows(), start=1):
                sheet.write_row(number, 0, row)
    path.write_bytes(whole.getvalue())


def _write_stata(frame: pl.DataFrame, path: Path, language: Language) -> None:
    """Write a table with its labels; a state is a labelled number, null is missing."""
    import pandas as pd

    labels, names = _by_name(f"label_{language}", STATE_SUFFIX), stata_names()
    columns: dict[str, Any] = {}
    for series in frame:
        if series.dtype == pl.String:
            texts = series.fill_null("")  # those that are alike share one object
            once = texts.unique()
            values: Any = once.to_numpy()[texts.cast(pl.Enum(once)).to_physical()]
        elif isinstance(series.dtype, pl.Enum):
            codes = series.to_physical().cast(pl.Int8).fill_null(-1)
            kinds = pd.CategoricalDtype(series.dtype.categories.to_list())
            values = pd.Categorical.from_codes(codes.to_numpy(), dtype=kinds)
        else:
            values = series.cast(pl.Float64).to_numpy()
        columns[names.get(series.name, series.name)] = values
    long = [
        names.get(n, n)
        for n in frame.select(pl.col(pl.String)).columns
        if (frame[n].str.len_bytes().max() or 0) > _STATA_TEXT  # type: ignore[operator]
    ]
    pd.DataFrame(columns).to_stata(
        path,
        write_index=False,
        version=118,
        variable_labels={names.get(n, n): labels.get(n, n)[:_STATA_LABEL] for n in frame.columns},
        convert_strl=long,
    )


def _package(
    tables: Mapping[str, pl.LazyFrame],
    paths: Mapping[str, list[Path]],
    format: str,
    language: Language,
) -> dict[str, Any]:
    """Describe the files as a Frictionless data package."""
    titles = _by_name(f"label_{language}", STATE_SUFFIX)
    names = stata_names() if format == "dta" else {}
    resources = []
    for name, table in tables.items():
        files = [path.name for path in paths[name]]
        resource: dict[str, Any] = {
            "name": name,
            "path": files if len(files) > 1 else files[0],
            "format": format,
            "mediatype": FORMATS[format],
            "schema": {
                "fields": [
                    {"name": names.get(column, column), **_field(dtype)}
                    | ({"title": titles[column]} if column in titles else {})
                    for column, dtype in table.collect_schema().items()
                ],
                "missingValues": [""],
            },
        }
        if name in _KEYS:
            resource["schema"]["primaryKey"] = _KEYS[name]
        if format == "csv":
            resource |= {"profile": "tabular-data-resource", "encoding": "utf-8-sig"}
        if format == "xlsx":
            resource["dialect"] = {"sheet": name}
        resources.append(resource)
    codebook = {
        "name": "codebook",
        "path": _CODEBOOK,
        "format": "csv",
        "mediatype": FORMATS["csv"],
        "encoding": "utf-8-sig",
    }
    return {"name": EXPORT, **versions(), "resources": [*resources, codebook]}


def _field(dtype: pl.DataType) -> dict[str, Any]:
    if isinstance(dtype, pl.Enum):
        return {"type": "string", "constraints": {"enum": list(dtype.categories)}}
    if dtype in (pl.Boolean, pl.Date):
        return {"type": f"{dtype}".lower()}
    return {"type": "integer" if dtype.is_integer() else "string"}
