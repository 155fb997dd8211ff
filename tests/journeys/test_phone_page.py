"""The page "Điện thoại của người dân" in Chromium: what is written there arrives, what is sent is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, async_playwright, expect
from starlette.applications import Starlette

from bot.standins.phone.phone import TelegramOnPhone, ZaloBotOnPhone, ZaloOnPhone
from bot.standins.phone.routes import list_phone_routes
from bot.standins.phone.telegram import TelegramPhone
from bot.standins.zalo.messages import show
from tests.integration.channels.conftest import served
from tests.support.browser import ARGUMENTS, find_or_install_chromium
from tests.support.telegram_emulator.emulator import Emulator
from tests.support.zalo import Zalo, running_zalo

pytestmark = [pytest.mark.journey, pytest.mark.browser]


@dataclass
class Phone:
    zalo: Zalo
    url: str
    page: Page


@pytest.fixture
async def phone(emulator: Emulator) -> AsyncIterator[Phone]:
    telegram = TelegramPhone(emulator.url, emulator.token, name="Lan")
    async with running_zalo() as zalo, async_playwright() as playwright:
        app = Starlette(
            routes=list_phone_routes(
                {
                    "zalo": ZaloOnPhone(zalo.events, zalo.citizen().person),
                    "zalo_bot": ZaloBotOnPhone(zalo.bot, zalo.bot_citizen()),
                    "telegram": TelegramOnPhone(telegram),
                }
            )
        )
        browser = await playwright.chromium.launch(executable_path=find_or_install_chromium(), args=ARGUMENTS)
        async with served(app) as url:
            page = await browser.new_page()
            problems: list[str] = []
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
            await page.goto(url)
            yield Phone(zalo, url, page)
            assert problems == []
            await browser.close()
    await telegram.close()


async def test_one_person_on_three_messengers(phone: Phone, emulator: Emulator) -> None:
    page, zalo = phone.page, phone.zalo
    person = next(iter(zalo.account.people.values()))
    oa = page.get_by_role("region", name="Zalo OA")
    await oa.get_by_label("Nhắn trên Zalo OA").fill("đổi thẻ <b>hết</b> bao nhiêu")
    await oa.get_by_role("button", name="Gửi", exact=True).click()
    await expect(oa.get_by_text("đổi thẻ <b>hết</b> bao nhiêu")).to_be_visible()
    assert person.last_interaction_s is not None
    buttons = [{"title": "Lệ phí", "payload": "#ma_u:fee"}]
    show(zalo.account, person, text="Miễn phí.", buttons=buttons)
    show(zalo.account, person, text="Bạn có tin mới.", kind="template")
    await oa.get_by_role("button", name="Lệ phí").click()
    await expect(oa.locator(".said").last).to_have_text("Lệ phí")
    await expect(oa.get_by_text("Mẫu tin")).to_be_visible()
    await oa.get_by_role("button", name="Bỏ quan tâm").click()
    await expect(oa.get_by_text("Không quan tâm")).to_be_visible()
    assert not person.follows

    bot = page.get_by_role("region", name="Zalo Bot")
    await bot.get_by_label("Nhắn trên Zalo Bot").fill("1")
    await bot.get_by_label("Nhắn trên Zalo Bot").press("Enter")
    await expect(bot.locator(".said")).to_have_text("1")

    telegram = page.get_by_role("region", name="Telegram")
    await telegram.get_by_label("Nhắn trên Telegram").fill("/start")
    await telegram.get_by_label("Nhắn trên Telegram").press("Enter")
    await expect(telegram.locator(".said")).to_have_text("/start")
    said = {"chat_id": 6001, "text": "Chào bạn."}
    await page.request.post(f"{emulator.url}/bot{emulator.token}/sendMessage", data=said)
    await expect(telegram.get_by_text("Chào bạn.")).to_be_visible()


async def test_what_telegram_has_beside_words(phone: Phone, emulator: Emulator) -> None:
    page = phone.page
    telegram = page.get_by_role("region", name="Telegram")
    call = f"{emulator.url}/bot{emulator.token}/sendMessage"
    keyboard = {"keyboard": [[{"text": "Gửi vị trí của tôi", "request_location": True}]]}
    await page.request.post(call, data={"chat_id": 6001, "text": "Bạn ở đâu?", "reply_markup": keyboard})
    await telegram.get_by_role("button", name="Gửi vị trí của tôi").click()
    await expect(telegram.get_by_text("Đã gửi vị trí")).to_be_visible()
    for deed in ("Gửi số của mình", "Gửi số người khác", "Chặn", "Bỏ chặn"):
        await telegram.get_by_role("button", name=deed, exact=True).click()
    await expect(telegram.get_by_text("Đã bỏ chặn bot")).to_be_visible()
    asked = {"offset": 0, "timeout": 0}
    updates = (await (await page.request.post(f"{call.rsplit('/', 1)[0]}/getUpdates", data=asked)).json())[
        "result"
    ]
    assert updates[0]["message"]["location"]["latitude"] == 21.0287
    own, other = (update["message"] for update in updates[1:3])
    assert own["contact"]["user_id"] == own["from"]["id"]
    assert other["contact"]["user_id"] != other["from"]["id"]
    states = [update["my_chat_member"]["new_chat_member"]["status"] for update in updates[3:]]
    assert states == ["kicked", "member"]

    link = {"inline_keyboard": [[{"text": "Mở trang riêng", "url": "https://troly.example.gov.vn/xem"}]]}
    said = "Xem ở http://127.0.0.1:9/xem-rieng/a rồi hỏi tiếp."
    await page.request.post(call, data={"chat_id": 6001, "text": said, "reply_markup": link})
    opened = telegram.get_by_role("link", name="Mở trang riêng")
    await expect(opened).to_have_attribute("href", "https://troly.example.gov.vn/xem")
    written = telegram.get_by_role("link", name="http://127.0.0.1:9/xem-rieng/a")
    await expect(written).to_have_attribute("rel", "noopener noreferrer")


async def test_it_fits_a_phone(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size({"width": 360, "height": 740})
    await expect(page.get_by_label("Nhắn trên Zalo OA")).to_be_visible()
    await expect(page.get_by_label("Nhắn trên Telegram")).to_be_hidden()
    await page.get_by_role("button", name="Telegram").click()
    await expect(page.get_by_label("Nhắn trên Telegram")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_another_page_can_do_nothing_here(phone: Phone) -> None:
    request = phone.page.request
    assert (await request.post(f"{phone.url}/phone/zalo/leave", form={"a": "b"})).status == 404
    assert (await request.post(f"{phone.url}/phone/zalo/khong-co", data={})).status == 404
    assert (await request.post(f"{phone.url}/phone/zalo/write", data={"text": "x" * 5000})).status == 422
    assert (await request.post(f"{phone.url}/phone/zalo/write", data={})).status == 422

    assert next(iter(phone.zalo.account.people.values())).follows
