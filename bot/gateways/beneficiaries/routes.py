"""PUT /api/v1/beneficiaries: lists of people who benefit, from the system that an office keeps them in."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from bot.clock import Clock
from bot.domain.api_key import ApiScope
from bot.gateways.authorise import DESCRIBED_KEY, authorise
from bot.gateways.beneficiaries.describe import REQUEST_BODY, RESPONSES
from bot.gateways.beneficiaries.sync import BeneficiarySync
from bot.gateways.rows.body import BodyHash
from bot.gateways.rows.http import DryRun, IdempotencyKey, answering_errors
from bot.gateways.rows.read_json import read_json_rows
from bot.storage.database import Database


def make_beneficiaries_router(*, sync: BeneficiarySync, database: Database, clock: Clock) -> APIRouter:
    """Build the route. One delivery is merged at a time; further ones wait, and their senders with them."""
    router = APIRouter(tags=["synchronisation"])
    turn = asyncio.Lock()

    @router.put(
        "/api/v1/beneficiaries",
        summary="Gửi danh sách thụ hưởng (nhiều dòng một lần)",
        openapi_extra={"requestBody": REQUEST_BODY},
        responses=RESPONSES,
        dependencies=[DESCRIBED_KEY],
    )
    async def put_beneficiaries(
        request: Request, dry_run: DryRun = False, idempotency_key: IdempotencyKey = None
    ) -> dict[str, Any]:
        """Ghi hộ nghèo, hộ cận nghèo, bảo trợ xã hội, trẻ em có hoàn cảnh đặc biệt.

        Dòng sai bị bỏ lại, có lý do; dòng đáng ngờ được ghi và chờ người xem lại. Đứt giữa chừng thì không dòng
        nào được ghi. Bản tin đến muộn hoặc lặp lại không làm hỏng gì.
        """
        key = await authorise(request, ApiScope.BENEFICIARIES_WRITE, database, clock)
        body = BodyHash()
        async with turn:
            with answering_errors():
                return await sync.take(
                    read_json_rows(body.watch(request.stream())),
                    key.source,
                    dry_run=dry_run,
                    idempotency_key=idempotency_key,
                    body=body,
                )

    return router
