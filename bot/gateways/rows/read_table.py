"""Reads rows from a file that an office exported: CSV, XLSX, JSON or JSON lines."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.gateways.rows.raw import RawRow
from bot.gateways.rows.read_json import DeliveryUnreadable, read_json_rows
from vietnamese.normalise import fold, normalise


@dataclass(frozen=True, slots=True)
class Columns:
    """What offices call the fields of a kind of row; case, accents and spaces do not matter."""

    headings: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]


Progress = Callable[[int, int], None]
"""Is told how far the file is read: done and total, in bytes or rows."""
_CHUNK = 1 << 20


async def read_file(path: Path, columns: Columns, progress: Progress) -> AsyncIterator[RawRow]:
    """Give the rows of a file; its ending says what it is. A table's rows have the numbers the office sees.

    Raises:
        DeliveryUnreadable: not such a file, broken, or without the headings.
    """
    ending = path.suffix.lower()
    if ending in (".json", ".jsonl", ".ndjson"):
        async for row in read_json_rows(_read_chunks(path, progress)):
            yield row
        return
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx}
    if ending not in readers:
        raise DeliveryUnreadable(
            f"Không đọc được tệp {ending or 'không có đuôi'}. Dùng .csv, .xlsx, .json hoặc .jsonl."
        )
    for row in readers[ending](path, columns, progress):
        yield row


async def _read_chunks(path: Path, progress: Progress) -> AsyncIterator[bytes]:
    total, done = path.stat().st_size, 0  # noqa: ASYNC240 -- a command reads here, and nobody waits beside it
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            done += len(chunk)
            progress(done, total)
            yield chunk


def _read_csv(path: Path, columns: Columns, progress: Progress) -> Iterator[RawRow]:
    total = path.stat().st_size
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.read(8192)
            file.seek(0)
            delimiter = max(",;\t", key=sample.partition("\n")[0].count)
            rows = csv.reader(file, delimiter=delimiter)
            fields = _read_headings(next(rows, []), columns)
            done = 0
            for cells in rows:
                done += sum(map(len, cells))
                if rows.line_num % 1000 == 0:
                    progress(min(done, total), total)
                if any(cells):
                    yield RawRow(number=rows.line_num, value=_to_row(fields, cells))
    except UnicodeDecodeError as error:
        raise DeliveryUnreadable("Tệp CSV không phải UTF-8. Trong Excel chọn “CSV UTF-8” rồi lưu lại.") from error
    except csv.Error as error:
        raise DeliveryUnreadable(f"Tệp CSV bị hỏng ở dòng {rows.line_num}. Chưa dòng nào được ghi.") from error
    progress(total, total)


def _read_xlsx(path: Path, columns: Columns, progress: Progress) -> Iterator[RawRow]:
    # A file of our own: a sheet that is left halfway would keep openpyxl's open.
    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            message = "Tệp XLSX bị hỏng hoặc không phải XLSX. Mở bằng Excel, lưu lại rồi thử lại."
            raise DeliveryUnreadable(message) from error
        try:
            yield from _read_sheet(book.worksheets[0], columns, progress)
        except (zipfile.BadZipFile, KeyError, SyntaxError) as error:  # expat's errors are of SyntaxError's kind
            raise DeliveryUnreadable("Tệp XLSX bị hỏng giữa chừng. Chưa dòng nào được ghi.") from error
        finally:
            book.close()


def _read_sheet(sheet: Any, columns: Columns, progress: Progress) -> Iterator[RawRow]:
    total = sheet.max_row or 1
    rows = sheet.iter_rows(values_only=True)
    fields = _read_headings(next(rows, ()), columns)
    for number, cells in enumerate(rows, start=2):
        if number % 1000 == 0:
            progress(number, max(total, number))
        if any(cell not in (None, "") for cell in cells):
            yield RawRow(number=number, value=_to_row(fields, cells))
    progress(total, total)


def _read_headings(cells: Sequence[object], columns: Columns) -> list[str | None]:
    headings = columns.headings
    known = {_plain(name): field for field, names in headings.items() for name in (field, *names)}
    fields = [known.get(_plain(str(cell or ""))) for cell in cells]
    missing = [headings[field][0] for field in columns.required if field not in fields]
    if missing:
        raise DeliveryUnreadable(f"Thiếu cột: {', '.join(missing)}. Dòng đầu tiên phải là tên cột.")
    twice = {field for field in fields if field is not None and fields.count(field) > 1}
    if twice:
        raise DeliveryUnreadable(f"Cột bị lặp: {', '.join(headings[field][0] for field in sorted(twice))}.")
    return fields


def _to_row(fields: Sequence[str | None], cells: Sequence[object]) -> dict[str, object]:
    return {field: cell for field, cell in zip(fields, cells, strict=False) if field is not None}


def _plain(heading: str) -> str:
    return " ".join(fold(normalise(heading)).replace("_", " ").split())
