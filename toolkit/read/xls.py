"""Workbooks of Excel 97 (XLS, and ET as WPS saves it) -> worksheets, with each cell as shown."""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from toolkit.errors import DocumentError, MissingExtraError
from toolkit.read.numfmt import UNKNOWN, printed
from toolkit.read.wordml import joined
from toolkit.read.workbook import Cell, Merge, Sheet, tidy

# The library's numbers for what a cell holds.
_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR = range(1, 6)
_SIDES: Final = ("top", "bottom", "left", "right")


def sheets(data: bytes, notes: dict[str, None]) -> Iterator[Sheet]:
    """Yield a workbook's visible worksheets; ``notes`` gets what had to be decided."""
    book = _opened(data)
    for page in book.sheets():
        if page.visibility:
            notes[f"sheet '{tidy(page.name)}' is hidden and was left out"] = None
            continue
        try:
            yield _Reader(book, page, notes).sheet()
        except LookupError as error:  # a cell refers to a style or a font that is not there
            raise DocumentError(f"sheet '{page.name}' is damaged: {error}") from error


def _opened(data: bytes) -> Any:  # noqa: ANN401 - the library has no types
    try:
        import xlrd
    except ImportError as error:
        raise MissingExtraError(
            "an Excel 97 workbook (.xls, .et) needs the library xlrd: pip install xlrd"
        ) from error
    try:
        _refuse_loops(data)
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except Exception as error:  # the library lets through whatever a damaged file provokes
        reason = "protected by a password" if "encrypted" in str(error) else "damaged"
        raise DocumentError(f"the workbook is {reason}: {error}") from error


def _refuse_loops(data: bytes) -> None:
    """Refuse a chain of short sectors that never ends, which the library would follow forever."""
    from xlrd.compdoc import CompDoc

    file = CompDoc(data, logfile=io.StringIO())
    for entry in file.dirlist:
        sector = entry.first_SID if entry.tot_size < file.min_size_std_stream else -1
        for _ in file.SSAT:
            sector = file.SSAT[sector] if 0 <= sector < len(file.SSAT) else -1
        if sector >= 0:
            raise ValueError(f"the sectors of {entry.name!r} go round in a circle")


class _Reader:
    """Reads one worksheet."""

    def __init__(self, book: Any, page: Any, notes: dict[str, None]) -> None:  # noqa: ANN401
        self._book, self._page, self._notes = book, page, notes

    def sheet(self) -> Sheet:
        """Return the worksheet."""
        page, sheet = self._page, Sheet(tidy(self._page.name))
        sheet.hidden_rows.update(at for at, row in page.rowinfo_map.items() if row.hidden)
        sheet.hidden_columns.update(
            at for at, column in page.colinfo_map.items() if column.hidden or not column.width
        )
        for top, below, left, beside in page.merged_cells:
            sheet.merges.append(Merge(top, below - 1, left, beside - 1))
        for row in range(page.nrows):
            for column in range(page.row_len(row)):
                cell = self._cell(row, column, sheet.place(row, column))
                if cell.text or cell.doubtful or cell.ruled:
                    sheet.cells[row, column] = cell
        return sheet

    def _cell(self, row: int, column: int, place: str) -> Cell:
        stored = self._page.cell(row, column)
        style = self._book.xf_list[stored.xf_index]
        ruled = any(getattr(style.border, f"{side}_line_style") for side in _SIDES)
        text, doubtful = "", False
        if stored.ctype in {_NUMBER, _DATE}:
            code = self._book.format_map[style.format_key].format_str or UNKNOWN
            text, doubtful = printed(stored.value, code, from_1904=bool(self._book.datemode))
        elif stored.ctype == _TEXT:
            text = stored.value
        elif stored.ctype == _TRUTH:
            text = "TRUE" if stored.value else "FALSE"
        elif stored.ctype == _ERROR:
            text = "#ERROR!"
        if doubtful:
            self._notes[f"{place}: the number format shows another figure than is stored"] = None
        runs = self._page.rich_text_runlist_map.get((row, column), []) if text else []
        return Cell(tidy(self._marked(text, style.font_index, runs, place)), doubtful, ruled)

    def _marked(self, text: str, font: int, runs: list[tuple[int, int]], place: str) -> str:
        """Return text without what is struck through and with raised marks in brackets."""
        changes = [(0, font), *runs, (len(text), font)]
        pieces = []
        for (start, index), (end, _) in pairwise(changes):
            look = self._book.font_list[index]
            if look.struck_out and text[start:end]:
                self._notes[f"{place}: struck-through text was left out"] = None
            else:
                pieces.append((text[start:end], bool(look.escapement)))
        return joined(pieces)
