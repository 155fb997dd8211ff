"""A citizen of Telegram is handed over to staff and back, seen from both sides; then what is held on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from pydantic import SecretStr

from bot.channels.telegram.channel import TelegramChannel
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_waiting_jobs
from bot.delivery.worker import DeliveryWorker
from bot.domain.messages import Channel
from bot.domain.staff import Role
from bot.handover.canned import seed_canned
from bot.storage.database import Database
from bot.wiring import load_duty, make_message_sources
from tests.conftest import MovedClock
from tests.journeys.desk import Desk, picture
from tests.support.telegram_emulator import Citizen, Emulator

pytestmark = [pytest.mark.journey, pytest.mark.browser]

DUTY = load_duty()
SAID = "tôi tên Hoa, số điện thoại 0912345678, xã trả lại tờ khai hộ khẩu mà không nói vì sao"
MASKED = "tôi tên Hoa, số điện thoại [số điện thoại], xã trả lại tờ khai hộ khẩu mà không nói vì sao"
LIVE_MS = 8_000


@pytest.fixture
async def telegram(desk: Desk, emulator: Emulator) -> AsyncIterator[TelegramChannel]:
    """The channel of the assistant behind the desk."""
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


class Post:
    """The process that delivers, run when it is asked to."""

    def __init__(self, desk: Desk, telegram: TelegramChannel, clock: MovedClock) -> None:
        core = desk.core
        self._clock = clock
        self._queue = DeliveryQueue(core.settings.database_url)
        worker = DeliveryWorker(
            database=core.database,
            queue=self._queue,
            senders={Channel.TELEGRAM: telegram.sender},
            sources=make_message_sources(core.cipher, base_url=desk.url),
            clock=core.clock,
        )
        self._queue.attach(worker.deliver_job)

    async def deliver(self) -> None:
        """Send what waits; a messenger leaves a gap between two messages to one chat."""
        self._clock.move(timedelta(seconds=6))
        await run_waiting_jobs(self._queue)


async def ask_for_a_person(citizen: Citizen) -> None:
    """Ask, agree, and say what it is about."""
    await citizen.writes("/gap_can_bo")
    consent = await citizen.reads()
    assert "Bạn có đồng ý không?" in consent.text
    await citizen.presses("Đồng ý", consent)
    assert "Đã báo cán bộ" in (await citizen.reads()).text
    await citizen.writes(SAID)
    assert "Cán bộ sẽ đọc" in (await citizen.reads()).text


async def take_first(page: Page) -> None:
    """Go from the first page to the queue, and take who waits."""
    await page.get_by_role("link", name="Người dân chờ gặp cán bộ").click()
    await expect(page.get_by_text(MASKED)).to_be_visible()
    await picture(page, "console-chats.png")
    await page.get_by_role("button", name="Nhận").click()
    await expect(page.get_by_role("status").first).to_contain_text("Bạn đã nhận")


async def test_handed_over_and_back(
    desk: Desk, telegram: TelegramChannel, emulator: Emulator, clock: MovedClock
) -> None:
    post, citizen = Post(desk, telegram, clock), emulator.citizen(chat=606)
    await seed_canned(desk.core.database, DUTY.rules, now=desk.core.clock())
    await ask_for_a_person(citizen)
    page = await desk.sit_down("lan")
    await take_first(page)
    await post.deliver()
    assert "Cán bộ đã vào cuộc trò chuyện" in (await citizen.reads()).text

    await page.get_by_text("Câu soạn sẵn").click()
    await page.get_by_role("button", name="Chào và hỏi thêm").click()
    reply = page.get_by_label("Trả lời")
    await expect(reply).to_have_value(DUTY.rules.canned[0].text)
    await reply.press("Control+Enter")
    await expect(page.locator(".console-said-staff")).to_contain_text("Chào bạn, tôi là cán bộ trực")
    await post.deliver()
    assert (await citizen.reads()).text.startswith("👤 Cán bộ: Chào bạn")
    await citizen.writes("dạ, tôi ở xã Phú Hộ")
    await citizen.hears_nothing()
    said = page.get_by_role("log")
    await expect(said).to_contain_text("dạ, tôi ở xã Phú Hộ", timeout=LIVE_MS)
    await expect(said).to_contain_text("Đã gửi", timeout=LIVE_MS)
    await picture(page, "console-chat.png")

    await page.get_by_role("button", name="Kết thúc trò chuyện").click()
    await expect(page.get_by_role("status").first).to_contain_text("Đã kết thúc")
    await post.deliver()
    ended = await citizen.reads()
    await citizen.presses("Được việc", ended)
    assert "không ghi ai nói" in (await citizen.reads()).text
    await citizen.writes("lệ phí đổi thẻ căn cước bao nhiêu")
    assert "Căn cứ" in (await citizen.reads()).text


async def test_a_person_is_seen_masked_and_unmasked_with_a_line_in_the_log(
    desk: Desk, telegram: TelegramChannel, emulator: Emulator
) -> None:
    await ask_for_a_person(emulator.citizen(chat=84912345))
    lan = await desk.sit_down("lan")
    await take_first(lan)
    chat = lan.url

    page = await desk.sit_down("chu", Role.ADMINISTRATOR)
    await page.get_by_role("navigation", name="Chính").get_by_role("link", name="Người dân").click()
    await page.get_by_label("Tìm đúng một người").fill(chat.partition("?")[0])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Một người dân")
    await expect(page.get_by_text("•••345")).to_be_visible()
    await expect(page.get_by_text("84912345")).to_have_count(0)
    await expect(page.get_by_text("Trò chuyện với cán bộ").first).to_be_visible()
    await picture(page, "console-person.png")
    await page.get_by_label("Vì sao cần xem đủ").fill("Người dân hỏi vì sao không nhận được tin")
    await page.get_by_role("button", name="Hiện đủ lần này").click()
    await expect(page.get_by_role("status")).to_contain_text("chỉ lần này")
    await expect(page.get_by_text("84912345")).to_be_visible()
    await page.goto(desk.at("/console/audit"))
    await expect(page.get_by_role("rowheader", name="Bỏ che thông tin người dân")).to_be_visible()
    await expect(page.get_by_text("Người dân hỏi vì sao không nhận được tin")).to_be_visible()


async def test_the_pages_fit_a_phone(desk: Desk, telegram: TelegramChannel, emulator: Emulator) -> None:
    await seed_canned(desk.core.database, DUTY.rules, now=desk.core.clock())
    await ask_for_a_person(emulator.citizen(chat=606))
    page = await desk.sit_down("phone", Role.ADMINISTRATOR, width=360)
    await page.goto(desk.at("/console/chats"))
    await desk.expect_to_fit_a_phone(page)
    await picture(page, "phone-chats.png")
    await page.get_by_role("button", name="Nhận").click()
    await desk.expect_to_fit_a_phone(page)
    await picture(page, "phone-chat.png")
    await page.goto(desk.at("/console/canned"))
    await desk.expect_to_fit_a_phone(page)
    await page.get_by_role("link", name="Chào và hỏi thêm").click()
    await desk.expect_to_fit_a_phone(page)
    await picture(page, "phone-canned.png")
    for path in ("/console/people", "/console/data-requests"):
        await page.goto(desk.at(path))
        await desk.expect_to_fit_a_phone(page)
        await picture(page, f"phone{path.replace('/', '-')}.png")
