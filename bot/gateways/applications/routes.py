"""PUT /api/v1/applications: many states at once, from the system that an office works with."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query, Request, status
from starlette.requests import ClientDisconnect

from bot.applications.sources import SourceSystems
from bot.clock import Clock
from bot.domain.api_key import ApiScope
from bot.gateways.applications.describe import REQUEST_BODY, RESPONSES
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.authorise import authorise
from bot.gateways.rows.body import BodyHash, IdempotencyKeyReused
from bot.gateways.rows.read_json import DeliveryUnreadable, read_json_rows
from bot.storage.database import Database

AT_ONCE = 2
"""Deliveries read at once in this process; further ones wait, and their senders with them."""
LONGEST_KEY = 200
_KEY_REUSED = "Idempotency-Key này đã dùng cho một lần gửi khác. Dùng khóa mới cho nội dung mới."


def make_applications_router(
    *, sync: ApplicationSync, sources: SourceSystems, database: Database, clock: Clock
) -> APIRouter:
    """Build the route."""
    router = APIRouter(tags=["synchronisation"])
    turns = asyncio.Semaphore(AT_ONCE)

    @router.put(
        "/api/v1/applications",
        summary="Gửi trạng thái hồ sơ (nhiều dòng một lần)",
        openapi_extra={"requestBody": REQUEST_BODY, "security": [{"bearer": []}]},
        responses=RESPONSES,
    )
    async def put_applications(
        request: Request,
        dry_run: Annotated[bool, Query(description="Chỉ kiểm tra, không ghi.")] = False,
        idempotency_key: Annotated[
            str | None,
            Header(max_length=LONGEST_KEY, description="Gửi lại với cùng khóa thì nhận lại báo cáo cũ."),
        ] = None,
    ) -> dict[str, Any]:
        """Ghi trạng thái hồ sơ của một hệ thống nguồn.

        Dòng đúng được ghi cùng một lúc khi đã đọc hết; dòng sai bị bỏ lại, có lý do. Đứt giữa chừng thì không dòng
        nào được ghi: gửi lại từ đầu. Bản tin đến muộn hoặc lặp lại không làm hỏng gì.
        """
        key = await authorise(request, ApiScope.APPLICATIONS_WRITE, database, clock)
        body = BodyHash()
        try:
            async with turns:
                return await sync.take(
                    read_json_rows(body.watch(request.stream())),
                    sources.find(key.source),
                    dry_run=dry_run,
                    idempotency_key=idempotency_key,
                    body=body,
                )
        except DeliveryUnreadable as error:
            raise _refuse(status.HTTP_400_BAD_REQUEST, "unreadable", error.message) from error
        except IdempotencyKeyReused as error:
            raise _refuse(status.HTTP_422_UNPROCESSABLE_CONTENT, "idempotency-key-reused", _KEY_REUSED) from error
        except ClientDisconnect as error:
            # Nobody hears this; nothing was written.
            raise _refuse(status.HTTP_400_BAD_REQUEST, "disconnected", "Đường truyền đứt giữa chừng.") from error

    return router


def _refuse(code: int, error: str, message: str) -> HTTPException:
    return HTTPException(code, {"error": error, "message": message})
