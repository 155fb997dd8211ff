"""Nobody is kept out: axe-core finds nothing serious, text may be twice as large, a keyboard is enough."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy import select

from bot.channels.web.assets import make_web_static
from bot.channels.web.public_pages import make_public_router
from bot.channels.web.routes import make_web_router
from bot.console.access import HALF, OPEN
from bot.console.assets import Assets
from bot.console.routes import list_pages
from bot.domain.staff import Role
from bot.privacy.inventory import INVENTORY, load_inventory
from bot.statistics.turns import TurnCounter
from bot.storage.bells import Bells
from bot.storage.tables import CannedReplyRow, QuestionGroupRow
from bot.storage.web_messages import NOTIFY_CHANNEL
from bot.wiring import Core, load_checklists
from tests.conftest import MovedClock
from tests.integration.channels.conftest import served
from tests.journeys.desk import Desk, picture
from tests.support.axe import find_grave_findings
from tests.support.browser import ARGUMENTS, find_or_install_chromium
from tests.support.whole_person import WholePerson

pytestmark = [pytest.mark.journey, pytest.mark.browser]

PHONE = {"width": 360, "height": 740}
ANSWER, PARAMETER, DOCUMENT = "can-cuoc.cap-doi.le-phi", "khan-cap.cong-an", "nd-70-2024-nd-cp"
INK = "getComputedStyle(document.querySelector('.answer')).color"
QUESTION = "Đổi thẻ căn cước mất bao nhiêu tiền?"


@pytest.fixture
async def url(core: Core, clock: MovedClock) -> AsyncIterator[str]:
    """Everything that citizens open in a browser."""
    listener = Bells(core.database, NOTIFY_CHANNEL)
    await listener.start()
    app = FastAPI()
    app.include_router(
        make_web_router(
            assistant=core.assistant,
            database=core.database,
            cipher=core.cipher,
            counter=TurnCounter(core.database),
            clock=clock,
            base_url="http://a",
            listener=listener,
        )
    )
    app.include_router(
        make_public_router(
            database=core.database,
            catalogue=lambda: core.catalogue.current,
            checklists=load_checklists,
            clock=clock,
            base_url="https://troly.example",
        )
    )
    app.mount("/static", make_web_static())
    async with served(app) as address:
        yield address
    await listener.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_or_install_chromium(), args=ARGUMENTS)
        yield browser
        await browser.close()


async def find_in_both_colours(page: Page) -> list[str]:
    """Return what is found by day and by night."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {each}" for each in await find_grave_findings(page)]
    return found


async def find_with_high_contrast(page: Page) -> list[str]:
    """Return what is found where more contrast is wished for."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(
            color_scheme=scheme, reduced_motion="reduce", contrast="more", forced_colors="null"
        )
        found += [f"{scheme}, more contrast: {each}" for each in await find_grave_findings(page)]
    await page.emulate_media(contrast="null")
    return found


async def ask(page: Page) -> None:
    """Ask what has an answer with buttons."""
    await page.fill("#text", QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer").last.get_by_role("button").first).to_be_visible()


async def test_what_keeps_people_out_is_found(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<main lang=vi><button></button><p style='color: #aaa; background: #fff'>Mờ</p></main>")
    assert {each.split(": ")[1] for each in await find_grave_findings(page)} >= {"button-name", "color-contrast"}


async def test_the_chat_and_the_pages_for_anybody(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(url)
    found = await find_in_both_colours(page)
    await ask(page)
    found += await find_in_both_colours(page)
    for path in ("/xac-minh", "/in/can-cuoc.cap-doi"):
        assert (await page.goto(url + path)).status == 200
        found += await find_in_both_colours(page)
    assert found == []


async def test_the_chat_without_javascript(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.route("**/*.js", lambda route: route.abort())
    await page.goto(url)
    await page.fill("#text", QUESTION)
    await page.get_by_role("button", name="Gửi").click()
    await expect(page.locator(".answer").first).to_be_visible()
    assert await find_in_both_colours(page) == []


async def test_text_twice_as_large_fits_a_phone(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(url)
    await ask(page)
    usual = await page.locator(".answer").last.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    large = await page.locator(".answer").last.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert large >= 1.9 * usual
    wide = await page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1)"
        ".map(each => each.outerHTML.slice(0, 200))"
    )
    assert wide == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport()
    assert await page.locator("#scroll").evaluate("each => each.clientHeight > innerHeight / 2"), "room to read"
    await picture(page, "chat-large.png")


async def find_cut_off(page: Page) -> list[str]:
    """Return what a page with letters twice as large cuts off or pushes out of sight."""
    await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{page.url} is {wide} px too wide"] if wide > 0 else []


async def test_other_pages_with_text_twice_as_large(browser: Browser, url: str, desk: Desk) -> None:
    found: list[str] = []
    phone = await browser.new_page(viewport=PHONE)
    for path in ("/xac-minh", "/in/can-cuoc.cap-doi"):
        await phone.goto(url + path)
        found += await find_cut_off(phone)
    page = await desk.sit_down("quan-tri", Role.ADMINISTRATOR)
    for each in list_pages(Assets()):
        if each.method == "GET" and "{" not in each.path and each.access not in (OPEN, HALF):
            await page.goto(desk.at(f"/console{each.path}"))
            found += await find_cut_off(page)
    assert found == []


async def test_staff_find_and_change_an_answer_by_keyboard(desk: Desk) -> None:
    page = await desk.sit_down("lan-anh", Role.EDITOR)
    await press_tab_until(page, "a[href='/console/answers']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Câu trả lời")
    await press_tab_until(page, "#q")
    await page.keyboard.type("le phi doi the")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("q=le"))
    await press_tab_until(page, f"a[href='/console/answers/{ANSWER}']")
    await page.keyboard.press("Enter")
    await expect(page.locator("#versions-0-text")).to_be_visible()
    await press_tab_until(page, "#versions-0-text")
    await page.keyboard.press("Control+End")
    await page.keyboard.type(" Hỏi lại ở cửa.")
    await press_tab_until(page, "button[value=submit]:not([tabindex='-1'])")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt")


async def test_a_code_is_checked_by_keyboard(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(f"{url}/xac-minh")
    await press_tab_until(page, "input[name=code]")
    await page.keyboard.type("06-AAAA-AAAA")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_be_visible()


async def test_nothing_moves_for_who_does_not_want_it(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(url)
    for wish, moves in (("no-preference", True), ("reduce", False)):
        await page.emulate_media(reduced_motion=wish)
        name = await page.evaluate(
            "(() => { const dots = document.createElement('p'); dots.className = 'dots';"
            " const dot = dots.appendChild(document.createElement('i')); document.body.append(dots);"
            " const name = getComputedStyle(dot).animationName; dots.remove(); return name; })()"
        )
        assert (name != "none") is moves


async def test_a_question_and_a_button_by_tab_and_enter(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(url)
    await press_tab_until(page, "#text")
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    buttons = page.locator(".answer").last.get_by_role("button")
    await expect(buttons.first).to_be_visible()
    answers = await page.locator(".answer").count()
    await press_tab_until(page, ".answer .choice", backwards=True)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_have_count(answers + 1)


async def press_tab_until(page: Page, selector: str, *, backwards: bool = False) -> None:
    """Go on with Tab until what has the focus is what is looked for; it must be seen that it has."""
    for _ in range(60):
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if await page.evaluate(f"document.activeElement.matches({selector!r})"):
            assert await page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    pytest.fail(f"{selector} is not reached")


async def test_who_wants_more_contrast_gets_it(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(url)
    await ask(page)
    usual = await page.evaluate(INK)
    found = await find_with_high_contrast(page)
    await page.emulate_media(contrast="more", color_scheme="light")
    assert await page.evaluate(INK) != usual
    await picture(page, "chat-contrast.png")
    # Where the system chooses the colours, what a background told apart needs a border.
    await page.emulate_media(contrast="null", forced_colors="active")
    bare = await page.evaluate(
        "[...document.querySelectorAll('button, textarea, .said')].filter(each => each.offsetParent)"
        ".filter(each => getComputedStyle(each).borderTopWidth === '0px').map(each => each.outerHTML)"
    )
    assert bare == [], "told apart by colour alone"
    await picture(page, "chat-forced-colors.png")
    await page.goto(f"{url}/xac-minh")
    found += await find_with_high_contrast(page)
    assert found == []


async def test_every_page_of_the_console(desk: Desk) -> None:
    page = await desk.sit_down("quan-tri", Role.ADMINISTRATOR)
    pages = [each for each in list_pages(Assets()) if each.method == "GET" and "{" not in each.path]
    opened = [each for each in pages if each.access not in (OPEN, HALF) and Role.ADMINISTRATOR in each.access]
    assert len(pages) - len(opened) == 2, "only the login and the second step are not for an administrator"
    found: list[str] = []
    for each in opened:
        await page.goto(desk.at(f"/console{each.path}"))
        found += await find_in_both_colours(page)
    await page.context.clear_cookies()
    await page.goto(desk.at("/console/login"))
    found += await find_in_both_colours(page)
    assert found == []


async def test_the_pages_of_one_thing(desk: Desk) -> None:
    person = WholePerson(desk.core.cipher, desk.core.clock())
    async with desk.core.database.begin() as tx:
        await person.write(tx, load_inventory(INVENTORY))
        group_id = (await tx.execute(select(QuestionGroupRow.id))).scalars().first()
        canned_id = (await tx.execute(select(CannedReplyRow.id))).scalars().first()
    page = await desk.sit_down("quan-tri", Role.ADMINISTRATOR)
    await page.goto(desk.at(f"/console/answers/{ANSWER}"))
    await page.fill("#versions-0-text", "Lệ phí thu theo bảng ở cửa.")
    await page.get_by_role("button", name="Gửi duyệt").click()
    await expect(page.get_by_role("alert").or_(page.get_by_role("status")).first).to_be_visible()
    found: list[str] = []
    for path in (
        f"/answers/{ANSWER}/history",
        f"/answers/{ANSWER}/phrasings",
        f"/reviews/{ANSWER}",
        f"/parameters/{PARAMETER}",
        f"/history/parameter/{PARAMETER}",
        f"/documents/{DOCUMENT}",
        f"/people/{person.citizen_id}",
        "/reminders/card-exchange",
        *([f"/questions/{group_id}"] if group_id is not None else []),
        *([f"/canned/{canned_id}"] if canned_id is not None else []),
    ):
        answer = await page.goto(desk.at(f"/console{path}"))
        assert answer is not None
        assert answer.status == 200, path
        found += await find_in_both_colours(page)
        if path.startswith(("/people", "/reviews")):
            found += await find_with_high_contrast(page)
    assert found == []


async def test_the_second_step_from_password_to_recovery_codes(desk: Desk) -> None:
    found: list[str] = []

    async def look(page: Page) -> None:
        found.extend(await find_in_both_colours(page))

    await desk.sit_down("quan-tri", Role.ADMINISTRATOR, looks=look)
    assert found == []
