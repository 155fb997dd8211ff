"""A citizen asks what nobody thought of; an editor links it in Chromium; the next one who asks gets the answer."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from bot.delivery.queue import DeliveryQueue
from bot.domain.answers import AnswerKind
from bot.domain.messages import Channel
from bot.questions.group import group_questions
from bot.questions.tell import tell_askers
from tests.journeys.desk import Desk, picture
from tests.support.core import TerminalCitizen

pytestmark = [pytest.mark.journey, pytest.mark.browser]

ASKED = "con gà mái nhà tôi bỏ ăn ba hôm rồi"
ANSWERING = "Lệ phí đổi thẻ căn cước"


async def test_from_not_known_to_known(desk: Desk) -> None:
    citizen = TerminalCitizen(desk.core, channel=Channel.WEB)
    assert (await citizen.writes(ASKED)).kind is AnswerKind.UNKNOWN
    await citizen.presses("Báo tôi khi có câu trả lời")
    assert "✅" in (await citizen.presses("Đồng ý")).text
    other = TerminalCitizen(desk.core, chat="khac", channel=Channel.WEB)
    await other.writes("con ga mai nha toi bo an ba hom roi")
    database, clock = desk.core.database, desk.core.clock
    await group_questions(database)

    page = await desk.sit_down("lan")
    await page.get_by_role("navigation", name="Chính").get_by_role("link", name="Câu hỏi").click()
    await expect(page.get_by_role("status")).to_contain_text("1 nhóm đang chờ")
    await picture(page, "console-questions.png")
    await page.get_by_role("link", name=ASKED).click()
    await page.get_by_role("button", name="Tôi nhận nhóm này").click()
    await expect(page.get_by_role("status")).to_contain_text("Bạn đã nhận nhóm này")
    await page.get_by_label("Tên câu khác").fill(ANSWERING)
    await picture(page, "console-question.png")
    await page.get_by_role("button", name="Gắn vào câu trả lời").click()
    await expect(page.get_by_role("status")).to_contain_text("Đã gắn")
    await expect(page.get_by_role("status")).to_be_focused()

    async with asyncio.timeout(2):
        while (await other.writes(ASKED)).kind is not AnswerKind.ANSWER:
            pass
    queue = DeliveryQueue(desk.core.settings.database_url)
    assert await tell_askers(database, queue, clock()) == 1
    assert await tell_askers(database, queue, clock()) == 0


async def test_the_queue_fits_a_phone(desk: Desk) -> None:
    await TerminalCitizen(desk.core, channel=Channel.WEB).writes(ASKED)
    await group_questions(desk.core.database)
    page = await desk.sit_down("phone", width=360)
    await page.goto(desk.at("/console/questions"))
    await desk.expect_to_fit_a_phone(page)
    await page.get_by_role("link", name=ASKED).click()
    await desk.expect_to_fit_a_phone(page)
    await picture(page, "phone-question.png")
