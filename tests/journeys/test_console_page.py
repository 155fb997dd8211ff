"""Staff use the console in Chromium: an edit is in the chat within 2 seconds, and nobody's work is lost."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Dialog, Page, async_playwright, expect
from pydantic import SecretStr

from bot.channels.web.assets import make_web_static
from bot.console.accounts import create_account
from bot.console.routes import make_console_router
from bot.content.catalogue import UNIT_PREFIX
from bot.domain.staff import Role
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.integration.channels.conftest import served
from tests.support.browser import ARGUMENTS, find_or_install_chromium
from tests.support.core import TerminalCitizen, running_core

pytestmark = [pytest.mark.journey, pytest.mark.browser]

UNIT = "can-cuoc.cap-doi.le-phi"
TITLE = "Lệ phí đổi thẻ căn cước"
TEXT = "#versions-0-text"
SAVE = ".console-actions .btn-primary"


class Desk:
    """A console that is being served, with the assistant that citizens talk to."""

    def __init__(self, core: Core, url: str, browser: Browser) -> None:
        self.core = core
        self.url = url
        self.path = f"{url}/console/answers/{UNIT}"
        self._browser = browser
        self.problems: list[str] = []

    async def sit_down(
        self, name: str, role: Role = Role.EDITOR, *, width: int = 1280, scripts: bool = True
    ) -> Page:
        """Return a page on which a new member of staff has logged in with the keyboard."""
        email = f"{name}@troly06.local"
        password = await create_account(self.core.database, email=email, role=role)
        context = await self._browser.new_context(
            viewport={"width": width, "height": 860}, java_script_enabled=scripts, locale="vi-VN"
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "requestfailed",
            lambda request: (
                # A page that is left, or a newer search, gives up what it had asked for.
                None
                if request.failure == "net::ERR_ABORTED"
                else self.problems.append(f"{request.url} failed: {request.failure}")
            ),
        )
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((self.url, "data:")) else self.problems.append(request.url)
            ),
        )
        page.on(
            "console",
            lambda said: self.problems.append(said.text) if "Content Security Policy" in said.text else None,
        )
        await page.goto(f"{self.url}/console")
        if name == "lan":
            await _picture(page, "console-login.png")
        await page.get_by_label("Thư điện tử").fill(email)
        await page.keyboard.press("Tab")
        await page.keyboard.type(password)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Việc cần làm")
        return page


@pytest.fixture
async def desk(database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(running_core(database_url, tmp_path, clock))
        app = FastAPI()
        app.include_router(
            make_console_router(database=core.database, clock=clock, base_url="http://console.invalid")
        )
        app.mount("/static", make_web_static())
        url = await stack.enter_async_context(served(app))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=find_or_install_chromium(), args=ARGUMENTS)
        stack.push_async_callback(browser.close)
        desk = Desk(core, url, browser)
        yield desk
        assert desk.problems == []


async def test_an_edit_is_in_the_chat_within_two_seconds(desk: Desk) -> None:
    citizen = TerminalCitizen(desk.core)
    before = (await citizen.presses_payload(UNIT_PREFIX + UNIT)).text
    page = await desk.sit_down("lan")
    await _picture(page, "console-home.png")

    await page.get_by_role("navigation", name="Chính").get_by_role("link", name="Câu trả lời").click()
    await page.get_by_label("Tìm").fill("le phi doi the")
    await page.wait_for_url("**q=le*")
    await expect(page.get_by_role("status")).to_contain_text("phù hợp")
    await _picture(page, "console-answers.png")
    await page.get_by_role("link", name=TITLE, exact=True).click()

    await (
        page.get_by_role("group", name="Giai đoạn 1 (đang dùng)")
        .get_by_label("Câu trả lời", exact=True)
        .fill("Từ hôm nay, xem bảng ở cửa.\n\n" + before)
    )
    await expect(page.locator("#preview")).to_contain_text("Từ hôm nay, xem bảng ở cửa.")
    await _picture(page, "console-edit.png")
    await page.get_by_role("button", name="Lưu").focus()
    await page.keyboard.press("Enter")
    saved = time.monotonic()
    await expect(page.get_by_role("status").first).to_contain_text("Đã lưu bản 2")
    await expect(page.get_by_role("status").first).to_be_focused()

    while "xem bảng ở cửa" not in (await citizen.presses_payload(UNIT_PREFIX + UNIT)).text:
        assert time.monotonic() - saved < 2, "the edit is not live"
    await _picture(page, "console-saved.png")


async def test_two_editors_at_once_keep_both_texts(desk: Desk) -> None:
    mine, theirs = await desk.sit_down("minh"), await desk.sit_down("hoa", Role.REVIEWER)
    await mine.goto(desk.path)
    await theirs.goto(desk.path)
    text = await mine.input_value(TEXT)
    await theirs.fill(TEXT, f"{text}\n\nLệ phí thu theo bảng ở cửa.")
    await theirs.click(SAVE)
    await expect(theirs.get_by_role("status").first).to_contain_text("Đã lưu")

    await mine.fill(TEXT, text + "\n\nMang theo thẻ cũ.")
    await mine.click(SAVE)

    conflict = mine.get_by_role("alert")
    await expect(conflict).to_contain_text("hoa@troly06.local")
    await expect(conflict).to_contain_text("theo bảng ở cửa")
    await expect(conflict).to_be_focused()
    assert (await mine.input_value(TEXT)).endswith("Mang theo thẻ cũ.")
    await _picture(mine, "console-conflict.png")
    await mine.click(SAVE)
    await expect(mine.get_by_role("status").first).to_contain_text("Đã lưu bản 3")
    await mine.get_by_role("link", name="Lịch sử").click()
    await expect(mine.locator("ins").filter(has_text="Mang theo thẻ cũ.")).to_be_visible()
    await _picture(mine, "console-history.png")


async def test_a_mistake_is_led_to_by_its_message(desk: Desk) -> None:
    page = await desk.sit_down("tam")
    await page.goto(desk.path)
    await page.fill("#versions-0-checked_on", "hôm qua")
    await page.click(SAVE)
    await expect(page.get_by_role("alert")).to_be_focused()
    await _picture(page, "console-mistake.png")
    await page.get_by_role("alert").get_by_role("link").click()
    field = page.locator("#versions-0-checked_on")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(
        "Lỗi: Không đọc được ngày này. Ghi ngày/tháng/năm, ví dụ 23/11/2026. Ngày bạn đối chiếu với văn bản."
    )


async def test_unsaved_text_is_not_left_by_a_slip(desk: Desk) -> None:
    page = await desk.sit_down("dung")
    await page.goto(desk.path)
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.click(TEXT)
    await page.keyboard.type("Chưa lưu. ")
    await page.get_by_role("link", name="Việc cần làm").click()
    await expect(page.locator(TEXT)).to_be_visible()
    assert asked == ["beforeunload"]


async def test_every_page_fits_a_phone(desk: Desk) -> None:
    page = await desk.sit_down("phone", width=360)
    for path in ("/console", "/console/answers?q=can+cuoc", f"/console/answers/{UNIT}", "/console/khong-co"):
        await page.goto(desk.url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
        small = await page.evaluate(
            "[...document.querySelectorAll('button, select, input, summary, textarea, nav a')]"
            ".filter(each => each.offsetParent && each.type !== 'hidden' && each.tabIndex >= 0)"
            ".filter(each => each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"
        )
        assert small == [], path
        unnamed = await page.evaluate(
            "[...document.querySelectorAll('textarea, select, input:not([type=hidden])')]"
            ".filter(each => !each.labels.length).map(each => each.outerHTML)"
        )
        assert unnamed == [], path
    await page.goto(desk.path)
    await _picture(page, "console-phone.png")


async def test_without_javascript_everything_still_works(desk: Desk) -> None:
    page = await desk.sit_down("nojs", scripts=False)
    await page.goto(f"{desk.url}/console/answers")
    await page.fill("#q", "le phi doi the")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=TITLE, exact=True).click()
    await page.fill(TEXT, "Soạn khi không có kịch bản.")
    await page.get_by_role("button", name="Xem trước").click()
    await expect(page.locator("#preview")).to_contain_text("Soạn khi không có kịch bản.")
    await page.get_by_role("button", name="Thêm căn cứ").first.click()
    await page.click(SAVE)
    await expect(page.get_by_role("status").first).to_contain_text("Đã lưu bản 2")


async def _picture(page: Page, name: str) -> None:
    """Save a picture where PICTURES names a folder: how those in docs/pictures are made."""
    if (folder := os.environ.get("PICTURES")) and await page.evaluate("document.fonts.ready.then(() => 1)"):
        await page.screenshot(path=Path(folder) / name)
