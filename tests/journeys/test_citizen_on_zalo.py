"""A citizen on Zalo: chooses by number, gets a broadcast, is told of one after a week, leaves, hears no more."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from bot.broadcasts import lifecycle, release
from bot.channels.zalo.channel import OpenedZalo, ZaloChannel, open_zalo
from bot.channels.zalo.webhook import PATH
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_waiting_jobs
from bot.delivery.worker import DeliveryWorker
from bot.domain.broadcast import Audience, BroadcastContent
from bot.domain.messages import Channel, ChatAddress
from bot.storage.citizens import find_contact
from bot.storage.database import Database
from bot.storage.tables import DeliveryRow
from bot.wiring import Core, make_message_sources
from tests.conftest import MovedClock
from tests.integration.channels.conftest import served
from tests.support.zalo import CHALLENGE, VERIFIER, Zalo, ZaloCitizen, running_zalo

pytestmark = pytest.mark.journey


@dataclass
class Town:
    """The assistant on Zalo, whoever writes broadcasts, and one citizen."""

    core: Core
    clock: MovedClock
    zalo: Zalo
    opened: OpenedZalo
    citizen: ZaloCitizen
    queue: DeliveryQueue

    def moves(self, by: timedelta) -> None:
        """Let time go by, for the assistant and for Zalo."""
        self.clock.move(by)
        self.zalo.account.clock_offset_s = self.clock().timestamp() - time.time()

    async def tells(self, text: str) -> None:
        """Write a broadcast, approve it, and let it out."""
        database, now = self.core.database, self.clock()
        broadcast_id = uuid4()
        async with database.begin() as tx:
            content = BroadcastContent(title="Tin", text=text, topic="can-cuoc")
            saved = await lifecycle.save(
                tx,
                broadcast_id,
                content,
                Audience(),
                send_at=None,
                version=0,
                author="chi@a.vn",
                now=now,
                submit=True,
            )
            await lifecycle.approve(tx, broadcast_id, version=saved.version, approver="dung@a.vn")
        await release.plan_approved(database, now)
        for _ in range(3):
            await release.release_planned(database, self.queue, self.clock())
            await run_waiting_jobs(self.queue)

    async def list_outcomes(self) -> list[tuple[str, str | None]]:
        async with self.core.database.begin() as tx:
            rows = await tx.execute(select(DeliveryRow.state, DeliveryRow.reason).order_by(DeliveryRow.id))
            return [(row.state, row.reason) for row in rows]


@pytest.fixture
async def town(core: Core, clock: MovedClock) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        zalo = await stack.enter_async_context(running_zalo())
        zalo.account.clock_offset_s = clock().timestamp() - time.time()
        zalo.template("1", "ma", "ngay", says="Chính quyền nơi bạn ở có tin mới (mã <ma>, ngày <ngay>). Nhắn XEM.")
        account = zalo.make_account(template_ids={"announcements": "1"})
        opened = await stack.enter_async_context(
            open_zalo(account, database=core.database, cipher=core.cipher, clock=clock)
        )
        await opened.tokens.connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
        inbox = Database(core.settings.database_url)
        stack.push_async_callback(inbox.close)
        sources = make_message_sources(core.cipher, base_url="")
        channel = ZaloChannel(
            account,
            opened,
            inbox=inbox,
            database=core.database,
            cipher=core.cipher,
            assistant=core.assistant,
            sources=sources,
            clock=clock,
        )
        app = FastAPI()
        app.include_router(channel.router)
        zalo.events.url = await stack.enter_async_context(served(app)) + PATH
        await channel.start()
        stack.push_async_callback(channel.stop)
        queue = DeliveryQueue(core.settings.database_url)
        worker = DeliveryWorker(
            database=core.database,
            queue=queue,
            senders={Channel.ZALO: opened.sender},
            sources=sources,
            clock=clock,
        )
        queue.attach(worker.deliver_job)
        yield Town(core, clock, zalo, opened, zalo.citizen(), queue)


async def test_from_the_first_question_to_leaving(town: Town) -> None:
    lan = town.citizen
    town.zalo.events.follow(lan.person, follows=True)
    greeting = await lan.reads()
    assert "Nhắn số hoặc chữ để chọn:\n1. " in greeting

    await lan.writes("#ma_s:news")
    assert "1. Đồng ý" in await lan.reads()
    await lan.writes("đồng ý")
    await lan.reads()
    await lan.writes("phường Ninh Kiều, Cần Thơ")
    for choice in ("Bỏ qua", "tiep", "Mọi việc"):
        await lan.reads()
        await lan.writes(choice)
    assert "Bạn sẽ nhận tin" in await lan.reads()

    await town.tells("Công an {xã} làm căn cước cả **thứ bảy 28/11/2026**, từ 8 giờ.")
    arrived = await lan.reads()
    assert "Công an Phường Ninh Kiều làm căn cước cả thứ bảy 28/11/2026" in arrived

    town.moves(timedelta(days=8))
    await town.opened.tokens.renew_if_old(town.clock())
    await town.tells("Công an {xã} nghỉ trực chiều mai.")
    assert (await lan.reads()).startswith("Chính quyền nơi bạn ở có tin mới (mã 06-")
    await lan.writes("xem")
    assert "Công an Phường Ninh Kiều nghỉ trực chiều mai" in await lan.reads()
    await lan.hears_nothing()

    town.zalo.events.follow(lan.person, follows=False)
    until = time.monotonic() + 8
    while not await _is_stopped(town):
        assert time.monotonic() < until
    town.moves(timedelta(minutes=1))
    await town.tells("Tin nữa.")
    await lan.hears_nothing()
    outcomes = await town.list_outcomes()
    assert [state for state, _ in outcomes[:2]] == ["sent", "sent"]
    assert ("sent", None) not in outcomes[2:]


async def _is_stopped(town: Town) -> bool:
    async with town.core.database.begin() as tx:
        contact = await find_contact(tx, ChatAddress(channel=Channel.ZALO, chat=town.citizen.person.user_id))
    return contact is not None and contact.stopped_at is not None
