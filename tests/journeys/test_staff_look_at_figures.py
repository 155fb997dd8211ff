"""Somebody looks how the service does: charts and the same numbers as tables, on a screen and on a phone."""

from __future__ import annotations

from playwright.async_api import expect

from bot.domain.staff import Role
from tests.conftest import MovedClock
from tests.journeys.desk import Desk, picture
from tests.support.figures import fill_days, let_processes_beat


async def test_figures_are_drawn_and_listed(desk: Desk, clock: MovedClock) -> None:
    async with desk.core.database.begin() as tx:
        known = [unit for unit in desk.core.catalogue.current.units if unit.startswith(("can-cuoc.", "vneid."))]
        await fill_days(tx, known[:6], days=30, now=clock())
        await let_processes_beat(tx, now=clock())
    page = await desk.sit_down("ha", Role.AUDITOR)
    await page.get_by_role("link", name="Thống kê").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thống kê")
    await page.get_by_label("Thời gian", exact=True).select_option("30")
    await page.get_by_role("button", name="Xem", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("30 ngày qua")
    charts = page.locator("[data-chart] canvas")
    await expect(charts).to_have_count(6)
    await picture(page, "console-statistics.png", whole=True)
    # What the pointer is on is said in words.
    await page.locator("[data-chart=stacked]").first.hover(position={"x": 400, "y": 120})
    await expect(page.locator(".console-chart-said").first).to_contain_text("Trả lời được")
    # The table is opened with the keyboard.
    summary = page.get_by_text("Xem bảng số").first
    await summary.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("table", name="Cuộc trò chuyện theo ngày")).to_be_visible()
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="Tải tất cả (XLSX)").click()
    assert (await saved.value).suggested_filename == "thong-ke-2026-11-23-30-ngay.xlsx"


async def test_figures_fit_a_phone_in_the_dark_and_without_scripts(desk: Desk, clock: MovedClock) -> None:
    async with desk.core.database.begin() as tx:
        await fill_days(tx, list(desk.core.catalogue.current.units)[:8], days=7, now=clock())
        await let_processes_beat(tx, now=clock(), silent="delivery")
    page = await desk.sit_down("mai", width=360)
    await page.emulate_media(color_scheme="dark")
    await page.goto(desk.at("/console/statistics"))
    await expect(page.locator("[data-chart] canvas")).to_have_count(6)
    await desk.expect_to_fit_a_phone(page)
    await picture(page, "console-statistics-phone.png", whole=True)
    plain = await desk.sit_down("an", width=360, scripts=False)
    await plain.goto(desk.at("/console/statistics"))
    await plain.get_by_text("Xem bảng số").first.click()
    await expect(plain.get_by_role("table", name="Cuộc trò chuyện theo ngày")).to_be_visible()
