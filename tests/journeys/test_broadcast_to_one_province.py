"""A broadcast from draft to report, in Chromium and on Telegram; a stolen login of an editor sends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from bot.broadcasts import release
from bot.broadcasts.messages import REFERENCE, BroadcastMessages
from bot.channels.telegram.channel import TelegramChannel
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_waiting_jobs
from bot.delivery.worker import DeliveryWorker
from bot.domain.messages import Channel
from bot.domain.staff import Role
from bot.storage.database import Database
from bot.wiring import Core, load_communes
from tests.journeys.desk import Desk, picture
from tests.support.telegram_emulator.emulator import Emulator

pytestmark = [pytest.mark.journey, pytest.mark.browser]


class Postman:
    """Does what the schedule and deliver processes do."""

    def __init__(self, core: Core, telegram: TelegramChannel) -> None:
        self._core = core
        self._queue = DeliveryQueue(core.settings.database_url)
        worker = DeliveryWorker(
            database=core.database,
            queue=self._queue,
            senders={Channel.TELEGRAM: telegram.sender},
            sources={REFERENCE: BroadcastMessages(load_communes)},
            clock=core.clock,
        )
        self._queue.attach(worker.deliver_job)

    async def works(self) -> None:
        """Plan, let out and deliver whatever is due."""
        database, clock = self._core.database, self._core.clock
        await release.plan_approved(database, clock())
        for _ in range(4):
            await release.release_planned(database, self._queue, clock())
            await run_waiting_jobs(self._queue)
        await release.cancel_stopped(database, clock())


@pytest.fixture
async def telegram(desk: Desk, emulator: Emulator) -> AsyncIterator[TelegramChannel]:
    """The Telegram channel of the assistant that the console belongs to."""
    inbox = Database(desk.core.settings.database_url)
    channel = TelegramChannel(
        token=SecretStr(emulator.token),
        api_base=emulator.url,
        webhook_secret=SecretStr(""),
        public_url="",
        inbox=inbox,
        assistant=desk.core.assistant,
        clock=desk.core.clock,
    )
    await channel.start()
    yield channel
    await channel.stop()
    await inbox.close()


async def test_from_the_draft_to_the_report(desk: Desk, emulator: Emulator, telegram: TelegramChannel) -> None:
    postman = Postman(desk.core, telegram)
    here, elsewhere = emulator.citizen(name="Lan"), emulator.citizen(name="Minh")
    for citizen, place in ((here, "phường Ninh Kiều, Cần Thơ"), (elsewhere, "Hà Nội")):
        await citizen.writes("/nhan_tin")
        await citizen.presses("Đồng ý", await citizen.reads())
        await citizen.reads()
        await citizen.writes(place)
        await citizen.presses("Bỏ qua", await citizen.reads())
        await citizen.presses("Tiếp", await citizen.reads())
        await citizen.presses("Mọi việc", await citizen.reads())
        assert "Bạn sẽ nhận tin" in (await citizen.reads()).text

    writer = await desk.sit_down("chi", Role.BROADCASTER)
    await writer.get_by_role("navigation", name="Chính").get_by_role("link", name="Thông báo").click()
    await writer.get_by_role("link", name="Soạn thông báo", exact=True).click()
    await writer.get_by_label("Tên gọi").fill("Làm căn cước thứ bảy")
    await writer.get_by_label("Tin nhắn").fill(
        "Công an {xã} làm căn cước cả **thứ bảy 28/11/2026**, từ 8 giờ.\n\nMang theo thẻ cũ."
    )
    await writer.get_by_text("Cả tỉnh, thành phố").click()
    await writer.get_by_label("Thành phố Cần Thơ").check()
    await expect(writer.locator(".console-reach")).to_have_text("1 tin sẽ gửi")
    await picture(writer, "console-broadcast-form.png")
    await writer.get_by_role("button", name="Gửi duyệt").click()
    await expect(writer.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
    trial = await writer.locator("aside .console-secret").inner_text()
    await elsewhere.writes(trial)
    assert "(tin thử)" in (await elsewhere.reads()).text
    address = writer.url.partition("?")[0]

    approver = await desk.sit_down("dung", Role.APPROVER)
    await approver.get_by_role("navigation", name="Chính").get_by_role("link", name="Thông báo").click()
    await approver.get_by_role("link", name="Làm căn cước thứ bảy").click()
    await approver.get_by_label("Mã của ứng dụng").fill(desk.read_code("dung"))
    await picture(approver, "console-broadcast-approve.png")
    await approver.get_by_role("button", name="Duyệt và gửi").click()
    await expect(approver.get_by_role("status").first).to_contain_text("Đã duyệt")

    await postman.works()
    arrived = await here.reads()
    assert "Công an Phường Ninh Kiều làm căn cước cả thứ bảy 28/11/2026" in arrived.text
    assert "Mã tin: 06-" in arrived.text
    await elsewhere.hears_nothing()
    await writer.goto(address)
    await expect(writer.locator("#progress")).to_contain_text("1/1 tin đã xong, 1 tin đã gửi")
    await picture(writer, "console-broadcast-report.png")

    await here.writes(arrived.text.rpartition("Mã tin: ")[2])
    assert "Đúng là tin chung của Trợ lý 06" in (await here.reads()).text
    await here.presses("Dừng nhận tin", arrived)
    assert "Đã dừng" in (await here.reads()).text


async def test_a_stolen_login_of_an_editor_sends_nothing(
    desk: Desk, emulator: Emulator, telegram: TelegramChannel
) -> None:
    postman = Postman(desk.core, telegram)
    citizen = emulator.citizen()
    await citizen.writes("/nhan_tin")
    for title in ("Đồng ý", "Bỏ qua", "Bỏ qua", "Tiếp", "Mọi việc"):
        await citizen.presses(title, await citizen.reads())
    await citizen.reads()
    writer = await desk.sit_down("chi", Role.BROADCASTER)
    await writer.goto(desk.at("/console/broadcasts/new"))
    await writer.get_by_label("Tên gọi").fill("Chờ duyệt")
    await writer.get_by_label("Tin nhắn").fill("Một tin đang chờ.")
    await writer.get_by_role("button", name="Gửi duyệt").click()
    await expect(writer.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
    waiting = writer.url.partition("?")[0]

    thief = await desk.sit_down("bien-tap")
    await expect(thief.get_by_role("link", name="Thông báo")).to_have_count(0)
    token = await thief.locator("input[name=csrf]").first.get_attribute("value")
    for path, fields in (
        (waiting, {"do": "approve", "version": "1", "code": "000000"}),
        (waiting, {"do": "resume"}),
        (f"{waiting}/edit", {"do": "submit", "version": "1", "title": "Giả", "text": "Tin giả."}),
        (desk.at("/console/staff"), {"email": "ta@a.vn", "role": "approver", "code": "000000"}),
    ):
        response = await thief.request.post(
            path, form={"csrf": token or "", **fields}, headers={"Origin": desk.url}
        )
        assert response.status == 403, path
    await postman.works()
    await citizen.hears_nothing()


async def test_pages_of_broadcasts_fit_a_phone(desk: Desk) -> None:
    page = await desk.sit_down("phone", Role.BROADCASTER, width=360)
    await page.goto(desk.at("/console/broadcasts/new"))
    await desk.expect_to_fit_a_phone(page)
    await picture(page, "phone-broadcast-form.png")
    await page.get_by_label("Tên gọi").fill("Thử")
    await page.get_by_label("Tin nhắn").fill("Một câu.")
    await page.get_by_role("button", name="Gửi duyệt").click()
    await expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
    await desk.expect_to_fit_a_phone(page)
    await page.goto(desk.at("/console/broadcasts"))
    await desk.expect_to_fit_a_phone(page)
