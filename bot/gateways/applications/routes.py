"""PUT /api/v1/applications: many states at once, from the system that an office works with."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from bot.applications.sources import SourceSystems
from bot.clock import Clock
from bot.domain.api_key import ApiScope
from bot.gateways.applications.describe import REQUEST_BODY, RESPONSES
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.authorise import DESCRIBED_KEY, authorise
from bot.gateways.rows.body import BodyHash
from bot.gateways.rows.http import DryRun, IdempotencyKey, answering_errors
from bot.gateways.rows.read_json import read_json_rows
from bot.storage.database import Database

AT_ONCE = 2
"""Deliveries read at once in this process; further ones wait, and their senders with them."""


def make_applications_router(
    *, sync: ApplicationSync, sources: SourceSystems, database: Database, clock: Clock
) -> APIRouter:
    """Build the route."""
    router = APIRouter(tags=["synchronisation"])
    turns = asyncio.Semaphore(AT_ONCE)

    @router.put(
        "/api/v1/applications",
        summary="Gửi trạng thái hồ sơ (nhiều dòng một lần)",
        openapi_extra={"requestBody": REQUEST_BODY},
        responses=RESPONSES,
        dependencies=[DESCRIBED_KEY],
    )
    async def put_applications(
        request: Request,
        dry_run: DryRun = False,
        idempotency_key: IdempotencyKey = None,
    ) -> dict[str, Any]:
        """Ghi trạng thái hồ sơ của một hệ thống nguồn.

        Dòng đúng được ghi cùng một lúc khi đã đọc hết; dòng sai bị bỏ lại, có lý do. Đứt giữa chừng thì không dòng
        nào được ghi: gửi lại từ đầu. Bản tin đến muộn hoặc lặp lại không làm hỏng gì.
        """
        key = await authorise(request, ApiScope.APPLICATIONS_WRITE, database, clock)
        body = BodyHash()
        async with turns:
            with answering_errors():
                return await sync.take(
                    read_json_rows(body.watch(request.stream())),
                    sources.find(key.source),
                    dry_run=dry_run,
                    idempotency_key=idempotency_key,
                    body=body,
                )

    return router
