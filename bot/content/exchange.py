"""All answers in one file, to be edited elsewhere and brought back: YAML, or XLSX with a sheet each for units,
versions and sources. What is exported and imported again is the same, character by character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException
from pydantic import ValidationError

from bot.content.reasons import render_place, render_reason
from bot.content.schema import AnswerUnit
from bot.yaml_files import read_yaml

LARGEST_FILE = 50 * 1024 * 1024
_UNITS = ("id", "title", "kind", "topic", "related")
_VERSIONS = ("unit", "version", "text", "more", "effective_from", "effective_to", "checked_on")
_SOURCES = ("unit", "version", "document", "article", "fact")
_SHEETS = {"Câu trả lời": _UNITS, "Nội dung": _VERSIONS, "Căn cứ": _SOURCES}
_HEADERS = {
    "id": "Mã câu",
    "title": "Tiêu đề",
    "kind": "Loại",
    "topic": "Mã chủ đề",
    "related": "Câu liên quan",
    "unit": "Mã câu",
    "version": "Giai đoạn",
    "text": "Câu trả lời",
    "more": "Xem thêm",
    "effective_from": "Áp dụng từ",
    "effective_to": "Đến hết ngày",
    "checked_on": "Kiểm tra ngày",
    "document": "Mã văn bản",
    "article": "Điều khoản",
    "fact": "Mã dữ kiện",
}
"""What the columns of a workbook are called: it is staff who edit it."""
_LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@")
_WIDE = {"text": 80, "more": 60, "title": 40, "id": 36, "unit": 36, "topic": 28}


class FileUnreadable(ValueError):
    """The file is none of ours. `args[0]`: what is wrong and what to do, in Vietnamese."""


def write_units(path: Path, units: Iterable[AnswerUnit]) -> int:
    """Write units to a .yml, .yaml or .xlsx file, and return how many.

    Raises:
        FileUnreadable: another ending.
    """
    found = sorted(units, key=lambda unit: unit.id)
    match path.suffix.lower():
        case ".yml" | ".yaml":
            records = [unit.model_dump(mode="json", exclude_none=True) for unit in found]
            path.write_text(
                yaml.safe_dump({"units": records}, allow_unicode=True, sort_keys=False, width=110),
                encoding="utf-8",
            )
        case ".xlsx":
            _write_workbook(path, found)
        case _:
            raise FileUnreadable("Tên tệp phải kết thúc bằng .yml, .yaml hoặc .xlsx.")
    return len(found)


def read_units(path: Path) -> Iterator[AnswerUnit | str]:
    """Give the units of a file; in the place of one that is wrong, what is wrong with it.

    Raises:
        FileUnreadable: the file cannot be read at all.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileUnreadable("Tệp lớn quá 50 MB. Chia nhỏ rồi nhập từng phần.")
        records = _read_workbook(path) if path.suffix.lower() == ".xlsx" else _read_yaml(path)
    except (OSError, yaml.YAMLError, UnicodeDecodeError, InvalidFileException, BadZipFile, KeyError) as error:
        raise FileUnreadable("Không đọc được tệp. Dùng tệp .yml hoặc .xlsx mà lệnh export đã ghi.") from error
    name_place = _name_place if path.suffix.lower() == ".xlsx" else render_place
    seen: set[str] = set()
    for number, record in enumerate(records, start=1):
        name = str(record.get("id") or f"mục {number}") if isinstance(record, Mapping) else f"mục {number}"
        if name in seen:
            yield f"{name}: có hai lần trong tệp. Bỏ bớt một."
            continue
        seen.add(name)
        try:
            yield AnswerUnit.model_validate(record)
        except ValidationError as refused:
            first = refused.errors(include_url=False)[0]
            yield f"{name}: {name_place(first)}: {render_reason(first)}"


def _name_place(error: Mapping[str, Any]) -> str:
    """Return where in a workbook an error stands, as its sheets and columns are called."""
    named = {**_HEADERS, "versions": "Giai đoạn", "sources": "Căn cứ"}
    parts = [str(part + 1) if isinstance(part, int) else f", {named.get(part, part)}" for part in error["loc"]]
    return " ".join(parts).replace(" ,", ",").removeprefix(", ")


def _read_yaml(path: Path) -> list[Any]:
    given = read_yaml(path)
    if not isinstance(given, dict) or not isinstance(given.get("units"), list):
        raise FileUnreadable("Tệp cần một danh sách tên units.")
    return list(given["units"])


def _write_workbook(path: Path, units: Sequence[AnswerUnit]) -> None:
    records: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    for unit in units:
        body = unit.model_dump(mode="json")
        records.append({**body, "related": "\n".join(unit.related) or None})
        for number, version in enumerate(body["versions"], start=1):
            place = {"unit": unit.id, "version": number}
            versions.append({**version, **place})
            sources += [{**source, **place} for source in version["sources"]]
    workbook = Workbook(write_only=True)
    for (name, columns), rows in zip(_SHEETS.items(), (records, versions, sources), strict=True):
        _write_sheet(workbook.create_sheet(name), columns, rows)
    workbook.save(path)


def _write_sheet(sheet: Any, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    sheet.freeze_panes = "B2"
    for at, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDE.get(column, 16)
    header = [WriteOnlyCell(sheet, _HEADERS[column]) for column in columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for row in rows:
        sheet.append([_make_cell(sheet, row, column) for column in columns])


def _make_cell(sheet: Any, row: Mapping[str, Any], column: str) -> Any:
    value = row.get(column)
    if not isinstance(value, str):
        return value
    try:
        cell = WriteOnlyCell(sheet, value)
    except IllegalCharacterError as problem:
        name = row.get("unit") or row.get("id")
        raise FileUnreadable(f"{name}: có ký tự Excel không nhận. Bỏ ký tự đó.") from problem
    # Always words, never a formula, whatever they begin with.
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(_LOOKS_LIKE_A_FORMULA)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _read_workbook(path: Path) -> list[dict[str, Any]]:
    workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        if missing := [name for name in _SHEETS if name not in workbook.sheetnames]:
            raise FileUnreadable(f"Tệp thiếu trang: {', '.join(missing)}. Xuất lại rồi sửa trong tệp mới.")
        records, versions_of, sources = (_read_sheet(workbook[name], columns) for name, columns in _SHEETS.items())
    finally:
        workbook.close()
    versions: dict[str, dict[str, dict[str, Any]]] = {}
    for row in versions_of:
        unit, number = str(row.pop("unit", "")), str(row.pop("version", ""))
        versions.setdefault(unit, {})[number] = {**row, "sources": []}
    for row in sources:
        unit, number = str(row.pop("unit", "")), str(row.pop("version", ""))
        if number in versions.get(unit, {}):
            versions[unit][number]["sources"].append(row)
    return [
        {
            **row,
            "related": str(row.get("related", "")).split(),
            "versions": list(versions.get(str(row.get("id")), {}).values()),
        }
        for row in records
    ]


def _read_sheet(sheet: Any, columns: Sequence[str]) -> list[dict[str, Any]]:
    rows = sheet.iter_rows(values_only=True)
    columns_of = {_HEADERS[column]: column for column in columns}
    header = [str(value) for value in next(rows, ())]
    if missing := [title for title in columns_of if title not in header]:
        raise FileUnreadable(f"Trang {sheet.title} thiếu cột: {', '.join(missing)}.")
    found = []
    for row in rows:
        record = {
            columns_of[title]: _tidy(value)
            for title, value in zip(header, row, strict=False)
            if title in columns_of and value is not None
        }
        if record:
            found.append(record)
    return found


def _tidy(value: Any) -> Any:
    """Return a day as it is written where somebody's Excel made a moment of it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value
