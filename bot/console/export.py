"""Tables as files for a spreadsheet: CSV with a byte order mark, or XLSX. No cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from bot.content.figures import render_date

Cell = str | int | float | date | None
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the start of a formula, in both widths (OWASP, CSV injection)."""
_NOT_IN_XLSX = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDEST = 60
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
BYTE_ORDER_MARK = "\ufeff"
"""Excel reads a CSV as UTF-8 only where it begins with this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedTable:
    """One table. `title`: the name of its sheet."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet computes: one that looks like a formula begins with an apostrophe.

    Spaces before do not help: some programs drop them first.
    """
    text = _NOT_IN_XLSX.sub(" ", text)
    is_computed = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{text}" if is_computed else text


def render_csv(table: ExportedTable) -> bytes:
    """Return a table as CSV."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([neutralise(column) for column in table.columns])
    writer.writerows([[_as_text(cell) for cell in row] for row in table.rows])
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def render_xlsx(tables: Sequence[ExportedTable]) -> bytes:
    """Return tables as a workbook, a sheet each."""
    workbook = Workbook(write_only=True)
    for table in tables:
        sheet = workbook.create_sheet(_NOT_IN_SHEET_NAME.sub(" ", table.title)[:_LONGEST_SHEET_NAME])
        sheet.freeze_panes = "A2"
        for at, column in enumerate(table.columns):
            longest = max([len(column), *(len(_as_text(row[at])) for row in table.rows)])
            sheet.column_dimensions[get_column_letter(at + 1)].width = min(longest + 2, _WIDEST)
        header = [_make_cell(sheet, column) for column in table.columns]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        for row in table.rows:
            sheet.append([_make_cell(sheet, value) if isinstance(value, str) else value for value in row])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def send_file(body: bytes, *, name: str) -> Response:
    """Return a file to keep. `name`: ASCII, with its ending."""
    media_type = (
        "text/csv; charset=utf-8"
        if name.endswith(".csv")
        else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _make_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, neutralise(text))
    cell.data_type = "s"
    return cell


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return render_date(cell)
    return neutralise(cell) if isinstance(cell, str) else str(cell)
