"""A console in a real browser, with the assistant that citizens talk to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright, expect
from pydantic import SecretStr

from bot.channels.web.assets import make_web_static
from bot.domain.staff import Role
from bot.evaluation.questions import GoldenQuestion, read_held_out
from bot.evaluation.review import GateRunner
from bot.storage.bells import Bells
from bot.storage.handovers import NOTIFY_CHANNEL
from bot.understanding.understand import Understanding
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.integration.channels.conftest import served
from tests.support.browser import ARGUMENTS, find_or_install_chromium
from tests.support.core import running_core
from tests.support.staff import Authenticator, create_account, make_console


class Desk:
    """A console that is being served, with the assistant that citizens talk to."""

    def __init__(self, core: Core, url: str, browser: Browser, clock: MovedClock) -> None:
        self.core = core
        self.url = url
        self._browser = browser
        self.problems: list[str] = []
        self._clock = clock
        self._phones: dict[str, Authenticator] = {}

    async def sit_down(
        self,
        name: str,
        role: Role = Role.EDITOR,
        *,
        width: int = 1280,
        scripts: bool = True,
        looks: Callable[[Page], Awaitable[None]] | None = None,
    ) -> Page:
        """Return a page on which a new member of staff has logged in with the keyboard.

        `looks`: is shown each page of the second step on the way.
        """
        email = f"{name}@troly06.local"
        password = await create_account(self.core.database, self.core.cipher, email=email, role=role)
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
            await picture(page, "console-login.png")
        await page.get_by_label("Thư điện tử").fill(email)
        await page.keyboard.press("Tab")
        await page.keyboard.type(password)
        await page.keyboard.press("Enter")
        if role.needs_second_step:
            await self._set_up_second_step(page, name, looks)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Việc cần làm")
        return page

    async def _set_up_second_step(
        self, page: Page, name: str, looks: Callable[[Page], Awaitable[None]] | None
    ) -> None:
        """Put the secret into an app, and go on without a mouse."""
        await expect(page.get_by_role("heading", level=1)).to_have_text("Bật bước đăng nhập thứ hai")
        if looks is not None:
            await looks(page)
        if page.viewport_size["width"] > 600:
            await picture(page, "console-second-step.png")
        phone = Authenticator(await page.content())
        self._phones[name] = phone
        await page.get_by_label("Nhập mã 6 chữ số").fill(phone.read(self._clock()))
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("mã dự phòng")
        if looks is not None:
            await looks(page)
        await page.get_by_role("link", name="Đã cất, tiếp tục").click()

    async def run_gate(self) -> None:
        """Do what the schedule process does for drafts that wait, with some of the golden questions."""

        @asynccontextmanager
        async def understanding() -> AsyncIterator[Understanding]:
            yield self.core.understanding

        # One of them is plain enough to be understood with no understanding server running.
        plain = GoldenQuestion(
            text="lệ phí cấp đổi thẻ căn cước là bao nhiêu", expected=("can-cuoc.cap-doi.le-phi",)
        )
        golden = [each for each in read_held_out().golden if each.expected[0].startswith("can-cuoc.cap-doi")]
        questions = [plain, *golden]
        assert (
            await GateRunner(self.core.database, understanding, lambda: questions).run_waiting(self._clock()) == 1
        )

    async def expect_to_fit_a_phone(self, page: Page) -> None:
        """Nothing is cut off, too small for a finger, or without a name for a screen reader."""
        assert await page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
        small = await page.evaluate(
            "[...document.querySelectorAll('button, select, input, summary, textarea, nav a')]"
            ".filter(each => each.offsetParent && each.type !== 'hidden' && each.tabIndex >= 0)"
            # The label of a box or a circle to tick is pressed, not the box.
            ".map(each => ['checkbox', 'radio'].includes(each.type) ? each.closest('label') : each)"
            ".filter(each => each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"
        )
        assert small == [], page.url
        unnamed = await page.evaluate(
            "[...document.querySelectorAll('textarea, select, input:not([type=hidden])')]"
            ".filter(each => !each.labels.length).map(each => each.outerHTML)"
        )
        assert unnamed == [], page.url

    def read_code(self, name: str) -> str:
        """Return a code of somebody's app that was not used yet."""
        self._clock.move(timedelta(seconds=30))
        return self._phones[name].read(self._clock())

    def at(self, path: str) -> str:
        """Return the whole address of a page."""
        return self.url + path


async def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Save a picture, of the whole page or what a screen shows, where PICTURES names a folder.

    So those in docs/pictures are made.
    """
    if (folder := os.environ.get("PICTURES")) and await page.evaluate("document.fonts.ready.then(() => 1)"):
        await page.screenshot(path=Path(folder) / name, full_page=whole)


@asynccontextmanager
async def open_desk(database_url: SecretStr, folder: Path, clock: MovedClock) -> AsyncIterator[Desk]:
    """Serve a console, and close it; whatever the browser complained about fails the test."""
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(running_core(database_url, folder, clock))
        app = FastAPI()
        bells = Bells(core.database, NOTIFY_CHANNEL)
        await bells.start()
        stack.push_async_callback(bells.stop)
        app.include_router(
            make_console(core.database, core.cipher, clock, base_url="http://console.invalid", bells=bells)
        )
        app.mount("/static", make_web_static())
        url = await stack.enter_async_context(served(app))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=find_or_install_chromium(), args=ARGUMENTS)
        stack.push_async_callback(browser.close)
        desk = Desk(core, url, browser, clock)
        yield desk
        assert desk.problems == []
