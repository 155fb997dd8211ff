"""Accounts of staff in Chromium: two steps by keyboard, an account made and ended."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.domain.staff import Role
from tests.journeys.desk import Desk, picture

pytestmark = [pytest.mark.journey, pytest.mark.browser]


async def test_an_administrator_makes_and_ends_an_account(desk: Desk) -> None:
    chief = await desk.sit_down("chief", Role.ADMINISTRATOR)
    editor = await desk.sit_down("bien-tap")

    await chief.get_by_role("navigation", name="Chính").get_by_role("link", name="Cán bộ", exact=True).click()
    await picture(chief, "console-staff.png")
    await chief.get_by_label("Thư điện tử").fill("moi@troly06.local")
    form = chief.get_by_role("region", name="Thêm cán bộ")
    await form.get_by_label("Vai trò").select_option("auditor")
    await form.get_by_label("Mã của ứng dụng").fill(desk.read_code("chief"))
    await chief.keyboard.press("Enter")
    await expect(chief.get_by_role("status")).to_contain_text("Mật khẩu của moi@troly06.local")
    await expect(chief.get_by_role("status")).to_be_focused()

    row = chief.get_by_role("row").filter(has_text="bien-tap@troly06.local")
    await row.get_by_text("Đổi tài khoản").click()
    await row.get_by_label("Việc cần làm").select_option("deactivate")
    await row.get_by_label("Mã của ứng dụng").fill(desk.read_code("chief"))
    await row.get_by_role("button", name="Làm").click()
    await expect(chief.get_by_role("status")).to_contain_text("Đã đổi tài khoản bien-tap@troly06.local")
    await editor.reload()
    await expect(editor.get_by_role("heading", level=1)).to_have_text("Đăng nhập trang cán bộ")

    await chief.get_by_role("navigation", name="Chính").get_by_role("link", name="Nhật ký").click()
    await chief.get_by_role("button", name="Kiểm tra toàn bộ nhật ký").click()
    await expect(chief.get_by_role("status")).to_contain_text("Đủ và nguyên vẹn")
    await expect(chief.get_by_role("row").filter(has_text="Khóa tài khoản")).to_contain_text(
        "bien-tap@troly06.local"
    )
    await picture(chief, "console-audit.png")
    await chief.get_by_role("navigation", name="Chính").get_by_role("link", name="Công tắc").click()
    await picture(chief, "console-switches.png")
    await chief.get_by_role("link", name="Tài khoản của bạn").click()
    await picture(chief, "console-account.png")


async def test_these_pages_fit_a_phone_too(desk: Desk) -> None:
    page = await desk.sit_down("phone", Role.ADMINISTRATOR, width=360)
    for path in ("/console", "/console/account", "/console/staff", "/console/audit", "/console/switches"):
        await page.goto(desk.at(path))
        await desk.expect_to_fit_a_phone(page)
        await picture(page, f"phone-{path.rpartition('/')[2]}.png")
