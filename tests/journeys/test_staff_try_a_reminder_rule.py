"""An editor looks at the reminders, simulates the next 90 days, and tries a rule with other days."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.async_api import expect

from bot.domain.messages import Channel, ChatAddress
from bot.reminders.rehearse import rehearse_waiting
from bot.reminders.rules import load_rules
from bot.reminders.subscribe import GivenConsent, subscribe
from bot.settings import DATA
from tests.conftest import MovedClock
from tests.journeys.desk import Desk, picture

RULES = load_rules(DATA / "reminders")


async def add_reminded(desk: Desk, clock: MovedClock) -> None:
    """Let some people ask to be reminded of the end of their health cards."""
    async with desk.core.database.begin() as tx:
        for number in range(40):
            await subscribe(
                tx,
                rule=RULES["health-card-end"],
                address=ChatAddress(channel=Channel.WEB if number % 3 else Channel.TELEGRAM, chat=f"c{number}"),
                facts={"ends_on": date(2026, 12, 30) + timedelta(days=number * number % 50)},
                consents=[GivenConsent(purpose="reminders", wording_sha256="0" * 64)],
                cipher=desk.core.cipher,
                now=clock(),
            )


async def test_an_editor_tries_a_rule(desk: Desk, clock: MovedClock) -> None:
    await add_reminded(desk, clock)
    page = await desk.sit_down("lien")
    await page.get_by_role("link", name="Lời nhắc").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Lời nhắc")
    await page.get_by_role("button", name="Chạy thử 90 ngày tới").click()
    await expect(page.get_by_role("heading", level=2)).to_have_text("Đang chờ đến lượt")
    await rehearse_waiting(desk.core.database, RULES, desk.core.cipher, clock())
    # Nobody reloads: the page asks again by itself.
    await expect(page.locator("[data-chart] canvas")).to_have_count(1)
    await expect(page.get_by_role("status")).to_contain_text("cho 40 người")
    await picture(page, "console-reminder-run.png", whole=True)

    await page.get_by_role("link", name="← Lời nhắc").click()
    await picture(page, "console-reminders.png")
    await page.get_by_role("link", name="Thẻ bảo hiểm y tế hết hạn").click()
    await picture(page, "console-reminder.png", whole=True)
    await page.get_by_label("Nhắc trước mấy ngày").fill("45, 10")
    await page.get_by_role("button", name="Chạy thử").click()
    await rehearse_waiting(desk.core.database, RULES, desk.core.cipher, clock())
    await expect(page.get_by_role("table", name="Vài trường hợp thay đổi")).to_be_visible()


async def test_reminders_fit_a_phone(desk: Desk, clock: MovedClock) -> None:
    await add_reminded(desk, clock)
    page = await desk.sit_down("mai", width=360)
    for path in ("/console/reminders", "/console/reminders/card-exchange"):
        await page.goto(desk.at(path))
        await desk.expect_to_fit_a_phone(page)
    await page.goto(desk.at("/console/reminders"))
    await page.get_by_role("button", name="Chạy thử 90 ngày tới").click()
    await desk.expect_to_fit_a_phone(page)
    await rehearse_waiting(desk.core.database, RULES, desk.core.cipher, clock())
    await expect(page.locator("[data-chart] canvas")).to_have_count(1)
    await desk.expect_to_fit_a_phone(page)
    await picture(page, "console-reminders-phone.png", whole=True)
