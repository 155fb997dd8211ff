"""A citizen looks an application up on Telegram and follows it; the office reports a change; one message comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from bot.applications.messages import REFERENCE, ApplicationNotices
from bot.applications.push import push_changes
from bot.applications.sources import SourceSystems
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.push import WebSender
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_waiting_jobs
from bot.delivery.worker import DeliveryWorker
from bot.domain.api_key import ApiScope, hash_key, make_key
from bot.domain.messages import Channel
from bot.gateways.applications.routes import make_applications_router
from bot.gateways.applications.sync import ApplicationSync
from bot.storage.api_keys import record_key
from bot.storage.web_messages import list_web_messages
from bot.wiring import SOURCES, Core
from tests.conftest import MovedClock
from tests.integration.applications.conftest import CODE, make_row
from tests.support.core import TerminalCitizen
from tests.support.private_page import read_page
from tests.support.telegram_emulator.emulator import Emulator

pytestmark = pytest.mark.journey


@pytest.fixture
async def office(core: Core) -> AsyncIterator[httpx.AsyncClient]:
    """The office's own system, with its key."""
    key = make_key()
    async with core.database.begin() as tx:
        await record_key(
            tx,
            name="mot-cua",
            source="mot-cua",
            scopes=[ApiScope.APPLICATIONS_WRITE],
            key_sha256=hash_key(key),
            now=core.clock(),
        )
    app = FastAPI()
    app.include_router(
        make_applications_router(
            sync=ApplicationSync(core.settings.database_url, core.cipher, clock=core.clock),
            sources=SourceSystems.load(SOURCES),
            database=core.database,
            clock=core.clock,
        )
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://a.vn", headers={"Authorization": f"Bearer {key}"}
    ) as client:
        yield client


async def test_a_follower_is_told_once_on_telegram_and_on_the_web(
    core: Core, emulator: Emulator, telegram: TelegramChannel, office: httpx.AsyncClient, clock: MovedClock
) -> None:
    report = await office.put("/api/v1/applications", json=[make_row()])
    assert report.json()["new"] == 1

    citizen = emulator.citizen()
    await citizen.writes(f"Ho so {CODE.lower()} cua ong ba da duoc tiep nhan")
    asked = await citizen.reads()
    if "mã hồ sơ" in asked.text:
        await citizen.writes(CODE)
        asked = await citizen.reads()
    assert "4 số cuối" in asked.text
    await citizen.writes("1234")
    shown = await citizen.reads()
    assert shown.text.startswith("⏳ Đang giải quyết. Hồ sơ •••0001.")
    page = await read_page(core.database, core.cipher, clock, shown.text)
    assert "còn 3 ngày làm việc" in page
    assert CODE in page
    await citizen.presses("Theo dõi hồ sơ này", shown)
    consent = await citizen.reads()
    assert "đồng ý" in consent.text
    await citizen.presses("Đồng ý", consent)
    assert "Tôi sẽ báo bạn" in (await citizen.reads()).text

    neighbour = TerminalCitizen(core, chat="web-1", channel=Channel.WEB)
    await neighbour.presses_payload("s:application-status:other")
    await neighbour.writes(CODE)
    await neighbour.writes("05/03/1985")
    await neighbour.presses("Theo dõi hồ sơ này")
    await neighbour.presses("Đồng ý")

    queue = DeliveryQueue(core.settings.database_url)
    worker = DeliveryWorker(
        database=core.database,
        queue=queue,
        senders={Channel.TELEGRAM: telegram.sender, Channel.WEB: WebSender(core.database, core.cipher)},
        sources={REFERENCE: ApplicationNotices()},
        clock=clock,
    )
    queue.attach(worker.deliver_job)

    async def push_and_deliver() -> None:
        clock.move(timedelta(seconds=6))
        await push_changes(core.database, queue, clock())
        await run_waiting_jobs(queue)

    now = clock().isoformat()
    changed = make_row(state="Yêu cầu bổ sung", state_since=now, as_of=now, respond_by="2026-12-01")
    for _ in range(2):  # a repeated report changes nothing
        assert (await office.put("/api/v1/applications", json=[changed])).status_code == 200
    await push_and_deliver()
    notice = await citizen.reads()
    assert notice.text.startswith("Một hồ sơ bạn theo dõi vừa có thay đổi")
    assert CODE not in notice.text
    await push_and_deliver()
    await citizen.hears_nothing()
    async with core.database.begin() as tx:
        (kept,) = await list_web_messages(tx, core.cipher, "web-1")
    assert "vừa có thay đổi" in kept.body["text"]

    await citizen.presses(notice.buttons[0], notice)
    details = await citizen.reads()
    assert "Cần bổ sung giấy tờ" in details.text
    assert "Hạn của bạn: 01/12/2026" in await read_page(core.database, core.cipher, clock, details.text)
    await citizen.presses("Không theo dõi nữa", details)
    await citizen.reads()
    clock.move(timedelta(hours=1))
    now = clock().isoformat()
    done = make_row(state="Đã có kết quả", state_since=now, as_of=now)
    await office.put("/api/v1/applications", json=[done])
    await push_and_deliver()
    await citizen.hears_nothing()
    told = str(await emulator.list_calls("sendMessage"))
    row = make_row()
    assert not [each for each in ("code", "procedure_name", "office", "id_number") if row[each] in told]
