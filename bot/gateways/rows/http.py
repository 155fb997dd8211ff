"""What every interface for many rows has in common: its parameters, and how it says that a delivery failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Header, HTTPException, Query, status
from starlette.requests import ClientDisconnect

from bot.gateways.rows.body import IdempotencyKeyReused
from bot.gateways.rows.read_json import DeliveryUnreadable

LONGEST_KEY = 200
DryRun = Annotated[bool, Query(description="Chỉ kiểm tra, không ghi.")]
IdempotencyKey = Annotated[
    str | None, Header(max_length=LONGEST_KEY, description="Gửi lại với cùng khóa thì nhận lại báo cáo cũ.")
]
_REFUSED: dict[str, Any] = {
    "type": "object",
    "required": ["error", "message"],
    "properties": {
        "error": {"type": "string", "description": "Tên của lỗi, cho chương trình."},
        "message": {"type": "string", "minLength": 1, "description": "Câu cho người đọc."},
    },
}
_PARAMETER_WRONG: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["loc", "msg", "type"],
        "properties": {"loc": {"type": "array"}, "msg": {"type": "string"}, "type": {"type": "string"}},
    },
}


def _describe(description: str, *details: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": ["detail"], "properties": {"detail": {"anyOf": list(details)}}}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: _describe("Không đọc được cả phần gửi; chưa dòng nào được ghi.", _REFUSED),
    401: _describe("Thiếu khóa hoặc khóa sai.", _REFUSED),
    403: _describe("Khóa không có quyền này.", _REFUSED),
    422: _describe(
        "Idempotency-Key đã dùng cho nội dung khác, hoặc tham số không đọc được.", _REFUSED, _PARAMETER_WRONG
    ),
}
"""The OpenAPI words for a delivery that was not taken."""
_KEY_REUSED = "Idempotency-Key này đã dùng cho một lần gửi khác. Dùng khóa mới cho nội dung mới."


@contextmanager
def answering_errors() -> Iterator[None]:
    """Turn what may go wrong with a delivery into an answer that says so in Vietnamese."""
    try:
        yield
    except DeliveryUnreadable as error:
        raise _refuse(status.HTTP_400_BAD_REQUEST, "unreadable", error.message) from error
    except IdempotencyKeyReused as error:
        raise _refuse(status.HTTP_422_UNPROCESSABLE_CONTENT, "idempotency-key-reused", _KEY_REUSED) from error
    except ClientDisconnect as error:
        # Nobody hears this; nothing was written.
        raise _refuse(status.HTTP_400_BAD_REQUEST, "disconnected", "Đường truyền đứt giữa chừng.") from error


def _refuse(code: int, error: str, message: str) -> HTTPException:
    return HTTPException(code, {"error": error, "message": message})
