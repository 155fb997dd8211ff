"""Whatever stands in a cell, no spreadsheet computes it, and what was meant can still be read."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.console.export import BYTE_ORDER_MARK, ExportedTable, neutralise, render_csv, render_xlsx

DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
texts = st.one_of(
    st.text(max_size=40),
    st.builds(
        lambda blank, start, rest: blank + start + rest,
        st.sampled_from(["", " ", "\u00a0", "\u3000", "\x00", "\x1b "]),
        st.sampled_from(DANGEROUS),
        st.text(max_size=20),
    ),
)


def is_computed(cell: str) -> bool:
    return cell.startswith(DANGEROUS) or cell.lstrip().startswith(DANGEROUS)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_no_cell_of_a_csv_is_computed(rows: list[tuple[str, str]]) -> None:
    """T17: formulas in exports."""
    body = render_csv(ExportedTable(title="Bảng", columns=("=A1", "Tên"), rows=rows)).decode()
    assert body.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(body.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert len(read) == len(rows) + 1
    assert not any(is_computed(cell) for row in read for cell in row)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3))
def test_no_cell_of_a_workbook_is_computed(rows: list[tuple[str, str]]) -> None:
    """T17: formulas in exports."""
    table = ExportedTable(title="a/b:[c]*?'d'" * 5, columns=("=A1", "Tên"), rows=rows)
    sheet = load_workbook(io.BytesIO(render_xlsx([table]))).worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type in ("s", "n", "inlineStr"), cell.value  # the last two: an empty cell
            assert cell.value is None or not is_computed(str(cell.value))


@pytest.mark.parametrize("text", ["Lệ phí đổi thẻ", "1.000", "a=b", "", "email@a.vn"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text


def test_numbers_and_days_are_not_words() -> None:
    table = ExportedTable(title="Bảng", columns=("Ngày", "Số"), rows=[(date(2026, 11, 23), -5), (None, 1.5)])
    assert render_csv(table).decode().splitlines()[1:] == ["23/11/2026,-5", ",1.5"]
    rows = list(load_workbook(io.BytesIO(render_xlsx([table]))).worksheets[0].iter_rows(values_only=True))
    assert rows[1][1] == -5
    assert rows[2] == (None, 1.5)
