"""Files that offices export: CSV, XLSX, JSON; broken ones are refused as a whole, with a reason."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.gateways.applications.columns import COLUMNS, HEADINGS
from bot.gateways.applications.rows import FIELDS
from bot.gateways.rows.read_json import DeliveryUnreadable
from bot.gateways.rows.read_table import read_file
from tests.integration.applications.conftest import CODE, make_row

TITLES = [HEADINGS[name][0] for name in FIELDS]


async def _read(path: Path) -> list[tuple[int, Any]]:
    return [(row.number, row.value) async for row in read_file(path, COLUMNS, lambda _done, _total: None)]


def _cells(row: dict[str, Any]) -> list[Any]:
    return [row.get(name) for name in FIELDS]


def _save(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_csv_as_excel_saves_it(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(TITLES)
        writer.writerow(_cells(make_row()))
        writer.writerow([])
    ((number, value),) = await _read(path)
    assert number == 2
    assert value["code"] == CODE
    assert value["office"] == "Công an phường Ba Đình, thành phố Hà Nội"


async def test_xlsx_with_real_dates(tmp_path: Path) -> None:
    row = make_row(state_since=datetime(2026, 11, 3, 8, 30), promised_on=date(2026, 11, 27))  # noqa: DTZ001
    path = _save(tmp_path / "a.xlsx", TITLES, _cells(row))
    ((number, value),) = await _read(path)
    assert number == 2
    assert value["state_since"] == datetime(2026, 11, 3, 8, 30)  # noqa: DTZ001


async def test_headings_are_read_however_they_are_typed(tmp_path: Path) -> None:
    titles = [title.upper() if number % 2 else f" {title} " for number, title in enumerate(TITLES)]
    path = _save(tmp_path / "a.xlsx", titles, _cells(make_row()))
    assert (await _read(path))[0][1]["code"] == CODE


@pytest.mark.parametrize("ending", [".json", ".jsonl"])
async def test_json_files(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path.write_text(json.dumps([make_row()]) if ending == ".json" else json.dumps(make_row()) + "\n")
    assert (await _read(path))[0][1]["code"] == CODE


async def _refused(path: Path) -> str:
    with pytest.raises(DeliveryUnreadable) as refused:
        await _read(path)
    return refused.value.message


async def test_broken_files_are_refused_as_a_whole(tmp_path: Path) -> None:
    """T18: a file made to break the import."""
    whole = _save(tmp_path / "whole.xlsx", TITLES, *[_cells(make_row())] * 200).read_bytes()
    cut, text_only, empty = tmp_path / "cut.xlsx", tmp_path / "text.xlsx", tmp_path / "empty.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    text_only.write_text("không phải xlsx")
    empty.write_bytes(b"")
    for path in (cut, text_only, empty):
        assert "XLSX" in await _refused(path)
    latin = tmp_path / "latin.csv"
    latin.write_bytes("Mã hồ sơ,Tình trạng\n".encode("utf-16"))
    assert "UTF-8" in await _refused(latin)
    assert ".pdf" in await _refused(tmp_path / "a.pdf")


async def test_missing_and_repeated_columns_are_named(tmp_path: Path) -> None:
    assert "Thiếu cột: Mã hồ sơ" in await _refused(_save(tmp_path / "a.xlsx", TITLES[1:], _cells(make_row())[1:]))
    twice = await _refused(_save(tmp_path / "b.xlsx", [*TITLES, "Số hồ sơ"], [*_cells(make_row()), CODE]))
    assert "Cột bị lặp: Mã hồ sơ" in twice
    assert "Thiếu cột" in await _refused(_save(tmp_path / "c.xlsx"))


async def test_progress_goes_to_its_end(tmp_path: Path) -> None:
    path = _save(tmp_path / "a.xlsx", TITLES, *[_cells(make_row())] * 2_500)
    said: list[tuple[int, int]] = []
    async for _ in read_file(path, COLUMNS, lambda done, total: said.append((done, total))):
        pass
    assert said[-1][0] == said[-1][1] > 0
    assert len(said) >= 3
