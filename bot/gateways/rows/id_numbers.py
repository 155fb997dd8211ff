"""Reads an ID number of a row, and says in Vietnamese what is wrong with one."""

from __future__ import annotations

from datetime import date

from bot.domain.id_number import IdNumberProblem, find_id_number_problem
from bot.gateways.rows.values import Wrong

_SAYS = {
    IdNumberProblem.NOT_DIGITS: "Số định danh phải có 12 chữ số (hoặc 9 số nếu là CMND cũ). "
    "Trong XLSX, định dạng ô là chữ để không mất số 0 đầu.",
    IdNumberProblem.PLACE_UNKNOWN: "Ba số đầu của số định danh không phải mã tỉnh hay mã nước.",
    IdNumberProblem.BIRTH_DIFFERS: "Số định danh không khớp năm sinh. Kiểm tra lại cả hai.",
}


def read_id_number_if_any(value: object, birth_date: date | None, *, is_invented: bool) -> str | None:
    """Return an ID number whose structure is right and, where a birth date is given, fits it."""
    if value is None or value == "":
        return None
    id_number = str(value).strip().replace(" ", "")
    problem = find_id_number_problem(id_number, birth_date, is_invented=is_invented)
    if problem is not None:
        raise Wrong(problem.value, _SAYS[problem])
    return id_number
