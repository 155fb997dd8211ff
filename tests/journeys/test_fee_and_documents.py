"""A fee is corrected once and every answer follows; a document that is replaced leaves a list of things to do."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import expect

from bot.content.catalogue import UNIT_PREFIX
from bot.domain.staff import Role
from tests.journeys.desk import Desk, picture
from tests.support.core import TerminalCitizen

pytestmark = [pytest.mark.journey, pytest.mark.browser]

UNIT = "can-cuoc.cap-doi.le-phi"
FEE = "can-cuoc.le-phi.cap-doi"
LAW = "tt-64-2025-tt-btc"
PAGES = (
    "/console",
    "/console/parameters",
    "/console/parameters/new",
    "/console/reminders/card-exchange",
    f"/console/parameters/{FEE}",
    "/console/documents?q=thong+tu",
    f"/console/documents/{LAW}",
    "/console/documents/new",
    "/console/tasks",
    f"/console/answers/{UNIT}/phrasings",
    "/console/training",
    "/console/exchange",
)


async def test_an_editor_corrects_a_fee_a_reviewer_publishes_it_a_citizen_gets_it(desk: Desk) -> None:
    citizen = TerminalCitizen(desk.core)
    assert "25.000 đồng" in (await citizen.presses_payload(UNIT_PREFIX + UNIT)).text
    page, reviewer = await desk.sit_down("minh"), await desk.sit_down("hoa", Role.REVIEWER)

    await page.get_by_role("navigation", name="Chính").get_by_role("link", name="Tham số").click()
    await page.get_by_label("Tìm").fill("le phi cap doi the")
    await page.wait_for_url("**q=le*")
    await page.get_by_role("link", name="Lệ phí cấp đổi thẻ căn cước", exact=True).click()
    await page.fill("#values-0-value", "26.000")
    await expect(page.locator("#effects")).to_contain_text("Lệ phí đổi thẻ căn cước")
    await expect(page.locator("#effects ins").first).to_have_text("26.000")
    await picture(page, "console-parameter.png")
    await page.get_by_role("button", name="Gửi duyệt").click()
    await expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt")

    await reviewer.goto(desk.at("/console/reviews"))
    await reviewer.get_by_role("link", name="Lệ phí cấp đổi thẻ căn cước").click()
    await expect(reviewer.get_by_role("complementary")).to_contain_text("Lệ phí đổi thẻ căn cước")
    await desk.run_gate()
    await expect(reviewer.get_by_role("status").first).to_contain_text("Không câu hỏi nào sai đi")
    await picture(reviewer, "console-parameter-review.png")
    await reviewer.get_by_role("button", name="Đăng", exact=True).click()
    published = time.monotonic()
    await expect(reviewer.get_by_role("status").first).to_contain_text("Đã đăng")
    while "26.000 đồng" not in (await citizen.presses_payload(UNIT_PREFIX + UNIT)).text:
        assert time.monotonic() - published < 2, "what was published is not live"


async def test_a_document_marked_replaced_opens_tasks(desk: Desk) -> None:
    page, reviewer = await desk.sit_down("minh"), await desk.sit_down("hoa", Role.REVIEWER)
    await page.goto(desk.at("/console/documents?q=64/2025/TT-BTC"))
    await page.get_by_role("link", name="Thông tư 64/2025/TT-BTC").click()
    await expect(page.get_by_role("complementary")).to_contain_text("Tham số")
    await page.get_by_label("Bị thay bởi").fill("thong tu 73/2024")
    await page.get_by_role("button", name="Gửi duyệt").click()
    if await page.get_by_role("alert").count():
        await page.get_by_label("Đến hết ngày").fill("31/12/2026")
        await page.get_by_role("button", name="Gửi duyệt").click()
    await expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
    await reviewer.goto(desk.at(f"/console/reviews/document/{LAW}"))
    await expect(reviewer.get_by_role("complementary")).to_contain_text("việc cần làm được mở")
    await desk.run_gate()
    await expect(reviewer.get_by_role("status").first).to_contain_text("Không câu hỏi nào sai đi")
    await reviewer.get_by_role("button", name="Đăng", exact=True).click()
    await expect(reviewer.get_by_role("status").first).to_contain_text("Đã đăng")
    await picture(reviewer, "console-document.png")

    await page.goto(desk.at("/console"))
    await expect(page.get_by_role("heading", name="Văn bản đã bị thay")).to_be_visible()
    await page.get_by_role("link", name="Việc do văn bản thay đổi").click()
    first = page.get_by_role("listitem").filter(has_text="Lệ phí cấp đổi thẻ căn cước").first
    await first.get_by_role("button", name="Tôi nhận").click()
    await expect(page.get_by_role("status").first).to_contain_text("Đã ghi")
    await picture(page, "console-tasks.png")
    await page.goto(desk.at(f"/console/parameters/{FEE}"))
    await expect(page.get_by_role("heading", name="văn bản của tham số này đã bị thay")).to_be_visible()
    await page.get_by_placeholder("Lý do, nếu không cần làm").fill("Mức thu giữ nguyên")
    await page.get_by_role("button", name="Không cần").click()
    await expect(page.get_by_role("heading", name="văn bản của tham số này đã bị thay")).to_have_count(0)


async def test_every_new_page_fits_a_phone_and_a_file_is_tried_before_it_is_taken(desk: Desk) -> None:
    page = await desk.sit_down("minh", width=360)
    for path in PAGES:
        await page.goto(desk.at(path))
        await desk.expect_to_fit_a_phone(page)
        await picture(page, f"phone{path.partition('?')[0].replace('/', '-')}.png")
    await page.goto(desk.at("/console/exchange"))
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Tải YAML").click()
    saved = await (await download.value).path()
    await page.get_by_label("Tệp .xlsx hoặc .yml").set_input_files(
        {"name": "a.yml", "mimeType": "application/yaml", "buffer": saved.read_bytes()}
    )
    await page.get_by_role("button", name="Chạy thử").click()
    await expect(page.get_by_role("heading", name="Chạy thử: chưa ghi gì")).to_be_visible()
    await expect(page.locator("#report")).to_contain_text("0 câu bị từ chối")
    assert await page.evaluate("document.getElementById('file').files.length") == 1, "it is still chosen"
