"""What every interface for many rows has in common: its parameters, and how it says that a delivery failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header, HTTPException, Query, status
from starlette.requests import ClientDisconnect

from bot.gateways.rows.body import IdempotencyKeyReused
from bot.gateways.rows.read_json import DeliveryUnreadable

LONGEST_KEY = 200
DryRun = Annotated[bool, Query(description="Chỉ kiểm tra, không ghi.")]
IdempotencyKey = Annotated[
    str | None, Header(max_length=LONGEST_KEY, description="Gửi lại với cùng khóa thì nhận lại báo cáo cũ.")
]
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
