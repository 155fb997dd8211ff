"""Staff use the console in Chromium: an edit is in the chat within 2 seconds, and nobody's work is lost."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import Dialog, expect

from bot.content.catalogue import UNIT_PREFIX
from bot.domain.staff import Role
from tests.journeys.desk import Desk, picture
from tests.support.core import TerminalCitizen

pytestmark = [pytest.mark.journey, pytest.mark.browser]

UNIT = "can-cuoc.cap-doi.le-phi"
PATH = f"/console/answers/{UNIT}"
TITLE = "Lệ phí đổi thẻ căn cước"
TEXT = "#versions-0-text"
SAVE = ".console-actions .btn-primary"


async def test_an_editor_corrects_a_fee_a_reviewer_publishes_it_a_citizen_gets_it(desk: Desk) -> None:
    citizen = TerminalCitizen(desk.core)
    before = (await citizen.presses_payload(UNIT_PREFIX + UNIT)).text
    page, reviewer = await desk.sit_down("lan"), await desk.sit_down("hoa", Role.REVIEWER)
    await picture(page, "console-home.png")

    await page.get_by_role("navigation", name="Chính").get_by_role("link", name="Câu trả lời").click()
    await page.get_by_label("Tìm").fill("le phi doi the")
    await page.wait_for_url("**q=le*")
    await expect(page.get_by_role("status")).to_contain_text("phù hợp")
    await picture(page, "console-answers.png")
    await page.get_by_role("link", name=TITLE, exact=True).click()

    await (
        page.get_by_role("group", name="Giai đoạn 1 (đang dùng)")
        .get_by_label("Câu trả lời", exact=True)
        .fill("Từ hôm nay, xem bảng ở cửa.\n\n" + before)
    )
    await expect(page.locator("#preview")).to_contain_text("Từ hôm nay, xem bảng ở cửa.")
    await picture(page, "console-edit.png")
    await page.get_by_role("button", name="Gửi duyệt").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
    await expect(page.get_by_role("status").first).to_be_focused()
    await picture(page, "console-submitted.png")
    assert "xem bảng ở cửa" not in (await citizen.presses_payload(UNIT_PREFIX + UNIT)).text

    await reviewer.goto(desk.at("/console"))
    await reviewer.get_by_role("navigation", name="Chính").get_by_role("link", name="Chờ duyệt").click()
    await reviewer.get_by_role("link", name=TITLE).click()
    await expect(reviewer.get_by_role("status")).to_contain_text("Đang hỏi bộ câu hỏi mẫu")
    await desk.run_gate()
    await expect(reviewer.get_by_role("status")).to_contain_text("Không câu hỏi nào sai đi")
    await picture(reviewer, "console-review.png")
    await reviewer.get_by_role("button", name="Đăng", exact=True).click()
    published = time.monotonic()
    await expect(reviewer.get_by_role("status").first).to_contain_text("Đã đăng bản 2")

    while "xem bảng ở cửa" not in (await citizen.presses_payload(UNIT_PREFIX + UNIT)).text:
        assert time.monotonic() - published < 2, "what was published is not live"

    await reviewer.get_by_role("link", name="Lịch sử").click()
    await picture(reviewer, "console-history.png")
    await reviewer.get_by_role("button", name="Dùng lại bản 1").click()
    await expect(reviewer.get_by_role("status").first).to_contain_text("Đã đăng bản 3")


async def test_the_gate_stops_a_bad_edit(desk: Desk) -> None:
    page, reviewer = await desk.sit_down("minh"), await desk.sit_down("tuan", Role.REVIEWER)
    approver = await desk.sit_down("an", Role.APPROVER)
    await page.goto(desk.at(PATH))
    for stage in range(await page.get_by_role("group", name="Giai đoạn").count() - 1, 0, -1):
        await page.get_by_role("button", name=f"Bỏ giai đoạn {stage + 1}").click()
    await page.fill("#versions-0-effective_from", "1/1/2031")
    await page.fill("#versions-0-effective_to", "")
    await page.get_by_role("button", name="Gửi duyệt").click()
    await expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
    await reviewer.goto(desk.at(PATH.replace("answers", "reviews")))
    await desk.run_gate()
    await expect(reviewer.get_by_role("status")).to_contain_text("sẽ sai đi")
    await picture(reviewer, "console-gate.png")
    await reviewer.get_by_role("button", name="Đăng", exact=True).click()
    await expect(reviewer.get_by_role("alert")).to_contain_text("Chưa đăng được")
    await expect(reviewer.get_by_role("button", name="Vẫn đăng")).to_have_count(0)

    await approver.goto(desk.at(PATH.replace("answers", "reviews")))
    await approver.get_by_label("Lý do đăng").fill("Quy định tạm dừng từ hôm nay, theo công văn.")
    await approver.get_by_role("button", name="Vẫn đăng").click()
    await expect(approver.get_by_role("status").first).to_contain_text("Đã đăng bản 2")


async def test_two_editors_at_once_keep_both_texts(desk: Desk) -> None:
    mine, theirs = await desk.sit_down("minh"), await desk.sit_down("hoa", Role.REVIEWER)
    await mine.goto(desk.at(PATH))
    await theirs.goto(desk.at(PATH))
    text = await mine.input_value(TEXT)
    await theirs.fill(TEXT, f"{text}\n\nLệ phí thu theo bảng ở cửa.")
    await theirs.click(SAVE)
    await expect(theirs.get_by_role("status").first).to_contain_text("Đã gửi duyệt")

    await mine.fill(TEXT, text + "\n\nMang theo thẻ cũ.")
    await mine.click(SAVE)

    conflict = mine.get_by_role("alert")
    await expect(conflict).to_contain_text("hoa@troly06.local")
    await expect(conflict).to_contain_text("theo bảng ở cửa")
    await expect(conflict).to_be_focused()
    assert (await mine.input_value(TEXT)).endswith("Mang theo thẻ cũ.")
    await picture(mine, "console-conflict.png")
    await mine.click(SAVE)
    await expect(mine.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
    await mine.get_by_role("link", name="Xem khác gì").click()
    await expect(mine.locator("ins").filter(has_text="Mang theo thẻ cũ.")).to_be_visible()


async def test_a_mistake_is_led_to_by_its_message(desk: Desk) -> None:
    page = await desk.sit_down("tam")
    await page.goto(desk.at(PATH))
    await page.fill("#versions-0-checked_on", "hôm qua")
    await page.click(SAVE)
    await expect(page.get_by_role("alert")).to_be_focused()
    await picture(page, "console-mistake.png")
    await page.get_by_role("alert").get_by_role("link").click()
    field = page.locator("#versions-0-checked_on")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(
        "Lỗi: Không đọc được ngày này. Ghi ngày/tháng/năm, ví dụ 23/11/2026. Ngày bạn đối chiếu với văn bản."
    )


async def test_unsaved_text_is_not_left_by_a_slip(desk: Desk) -> None:
    page = await desk.sit_down("dung")
    await page.goto(desk.at(PATH))
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
    for path in ("/console", "/console/answers?q=can+cuoc", PATH, "/console/khong-co"):
        await page.goto(desk.at(path))
        await desk.expect_to_fit_a_phone(page)
    await page.goto(desk.at(PATH))
    await picture(page, "console-phone.png")


async def test_without_javascript_everything_still_works(desk: Desk) -> None:
    page = await desk.sit_down("nojs", scripts=False)
    await page.goto(desk.at("/console/answers"))
    await page.fill("#q", "le phi doi the")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=TITLE, exact=True).click()
    await page.fill(TEXT, "Soạn khi không có kịch bản.")
    await page.get_by_role("button", name="Xem trước").click()
    await expect(page.locator("#preview")).to_contain_text("Soạn khi không có kịch bản.")
    await page.get_by_role("button", name="Thêm căn cứ").first.click()
    await page.click(SAVE)
    await expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt")
