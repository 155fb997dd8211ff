"""A citizen uses the web chat in Chromium: with the keyboard, on a phone, without JavaScript."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.channels.web.assets import make_web_static
from bot.channels.web.push import WebSender
from bot.channels.web.routes import make_web_router
from bot.domain.answers import Answer, AnswerKind, Button, CitedSource
from bot.domain.messages import CitizenMessage
from bot.statistics.turns import TurnCounter
from bot.storage.bells import Bells
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.web_messages import NOTIFY_CHANNEL
from tests.conftest import MovedClock
from tests.integration.channels.conftest import served
from tests.support.browser import ARGUMENTS, find_or_install_chromium
from tests.unit.applications.test_qr import make_picture

pytestmark = [pytest.mark.journey, pytest.mark.browser]

WHEN = Answer(
    kind=AnswerKind.ANSWER,
    answer_id="can-cuoc.cap-doi.khi-nao",
    text=(
        "Bạn được đổi thẻ căn cước (CCCD cũ) trong các trường hợp:\n- Đủ **14, 25, 40 hoặc 60 tuổi**.\n"
        "- Thay đổi hoặc sửa họ tên, ngày sinh.\n- Thẻ in sai thông tin.\n\n"
        "Mất thẻ hoặc thẻ hỏng thì làm thủ tục cấp lại, không phải cấp đổi."
    ),
    buttons=(Button(title="Lệ phí", payload="u:le-phi"), Button(title="Cách làm", payload="u:cach-lam")),
    sources=(
        CitedSource(
            document="Luật Căn cước 26/2023/QH15", article="Điều 24 khoản 1", effective_from=date(2024, 7, 1)
        ),
    ),
    checked_on=date(2026, 11, 23),
)
FEE = Answer(
    kind=AnswerKind.ANSWER,
    answer_id="can-cuoc.cap-doi.le-phi",
    text="Đổi thẻ khi đủ 14, 25, 40 hoặc 60 tuổi **không mất lệ phí**.",
    buttons=(
        Button(title="Khi nào được đổi", payload="u:khi-nao"),
        Button(title="Cách làm", payload="u:cach-lam"),
    ),
    sources=(
        CitedSource(
            document="Luật Căn cước 26/2023/QH15", article="Điều 38 khoản 3", effective_from=date(2024, 7, 1)
        ),
    ),
    checked_on=date(2026, 11, 23),
)


class CardAssistant:
    """Knows two answers, and remembers whom it spoke with."""

    def __init__(self) -> None:
        self.turns: list[CitizenMessage] = []

    async def take_turn(self, message: CitizenMessage) -> Answer:
        self.turns.append(message)
        if message.text == "bí mật":
            return Answer(kind=AnswerKind.FORM, text="Hồ sơ của bạn: đã xong", private=True)
        return FEE if message.button or "tiền" in message.text else WHEN


@pytest.fixture
def assistant() -> CardAssistant:
    return CardAssistant()


@pytest.fixture
async def url(
    assistant: CardAssistant, database: Database, cipher: Cipher, clock: MovedClock
) -> AsyncIterator[str]:
    listener = Bells(database, NOTIFY_CHANNEL)
    await listener.start()
    app = FastAPI()
    app.include_router(
        make_web_router(
            assistant=assistant,
            database=database,
            cipher=cipher,
            counter=TurnCounter(database),
            clock=clock,
            base_url="http://a",
            listener=listener,
        )
    )
    app.mount("/static", make_web_static())
    async with served(app) as address:
        yield address
    await listener.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = find_or_install_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


async def test_a_citizen_asks_with_the_keyboard_and_is_reminded(
    browser: Browser, url: str, assistant: CardAssistant, database: Database, cipher: Cipher
) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 940})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(url)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Khi nào phải")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("đổi thẻ căn cước?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_contain_text("14, 25, 40 hoặc 60 tuổi")
    assert assistant.turns[0].text == "Khi nào phải\nđổi thẻ căn cước?"
    await page.get_by_text("Căn cứ pháp lý", exact=True).first.click()
    await expect(page.locator("details").first).to_contain_text("Hiệu lực từ 01/07/2024")
    await page.get_by_role("button", name="Lệ phí").click()
    await expect(page.locator(".answer").nth(1)).to_contain_text("không mất lệ phí")

    await WebSender(database, cipher).send(
        assistant.turns[0].address,
        Answer(kind=AnswerKind.ANSWER, text="Thẻ căn cước của bạn đến hạn đổi ngày 05/03/2027."),
        idempotency_key="r1",
    )
    await expect(page.locator(".pushed")).to_contain_text("05/03/2027")
    await _picture(page, "web-chat.png")
    await page.reload()
    await expect(page.locator(".answer")).to_have_count(3)
    await expect(page.locator(".said").first).to_contain_text("đổi thẻ căn cước?")

    await page.fill("#text", "bí mật")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer").nth(3)).to_contain_text("đã xong")
    await page.reload()
    await expect(page.locator(".answer").nth(3)).to_have_text("Kết quả cá nhân đã được ẩn")
    assert problems == []


async def test_a_phone_of_360_pixels(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    await page.goto(url)
    await _picture(page, "web-chat-phone-start.png")
    await page.get_by_role("button", name="Đổi thẻ căn cước mất bao nhiêu tiền?").click()
    await expect(page.locator(".answer")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    small = await page.evaluate(
        "[...document.querySelectorAll('button, summary, textarea')].filter(b => b.offsetParent"
        " && (b.offsetHeight < 44 || b.offsetWidth < 44)).map(b => b.textContent)"
    )
    assert small == []
    await _picture(page, "web-chat-phone.png")


async def test_a_lost_connection_keeps_the_question(browser: Browser, url: str) -> None:
    page = await browser.new_page()
    await page.goto(url)
    await page.context.set_offline(True)
    await page.fill("#text", "Lệ phí bao nhiêu?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".retry")).to_contain_text("Mất kết nối")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Gửi lại").click()
    await expect(page.locator(".answer")).to_be_visible()
    await expect(page.locator(".said")).to_have_count(1)


async def test_without_javascript_the_form_answers(browser: Browser, url: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(url)
    await page.fill("#text", "Khi nào đổi thẻ?")
    await page.get_by_role("button", name="Gửi").click()
    await expect(page.locator(".answer")).to_contain_text("14, 25, 40 hoặc 60 tuổi")
    await page.get_by_role("button", name="Lệ phí").click()
    await expect(page.locator(".answer")).to_contain_text("không mất lệ phí")


async def _picture(page: Page, name: str) -> None:
    """Save a picture where PICTURES names a folder: how those in docs/pictures are made."""
    if folder := os.environ.get("PICTURES"):
        await page.evaluate("document.fonts.ready.then(() => 1)")
        await page.screenshot(path=str(Path(folder) / name))


async def test_a_picture_of_a_receipt_is_sent_with_the_keyboard(
    browser: Browser, url: str, assistant: CardAssistant, tmp_path: Path
) -> None:
    picture = tmp_path / "giay-hen.png"
    picture.write_bytes(make_picture())
    page = await browser.new_page(viewport={"width": 360, "height": 640})
    # The browser is asked to hand over file choosers when the first listener comes: early, or the key is faster.
    page.on("filechooser", lambda _: None)
    await page.goto(url)
    scan = page.get_by_role("button", name="Chọn ảnh mã QR trên giấy hẹn")
    await scan.focus()
    async with page.expect_file_chooser() as chooser:
        await page.keyboard.press("Enter")
    await (await chooser.value).set_files(picture)
    await expect(page.locator("article.answer")).to_have_count(1)
    await expect(page.locator("#text")).to_be_focused()
    (turn,) = assistant.turns
    assert turn.picture is not None
    assert await turn.picture.fetch() == picture.read_bytes()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await _picture(page, "web-chat-qr.png")
    await page.close()
