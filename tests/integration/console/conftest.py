"""A console on a real database, and a browser without a screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.console.accounts import create_account
from bot.console.routes import make_console_router
from bot.content.seed import seed_content
from bot.domain.staff import Role
from bot.storage.database import Database
from tests.conftest import MovedClock
from tests.integration.content.data_folder import DataFolder, unit

BASE_URL = "http://console.test"
UNIT = "can-cuoc.doi.le-phi"
PATH = f"/console/answers/{UNIT}"
OTHER = "can-cuoc.doi.thoi-gian"
OTHER_PATH = f"/console/answers/{OTHER}"


class Browser:
    """Visits pages, keeps cookies, and sends forms as a browser would."""

    def __init__(self, app: FastAPI, *, address: str = "10.0.0.1", base_url: str = BASE_URL) -> None:
        transport = httpx.ASGITransport(app, client=(address, 1))
        self.http = httpx.AsyncClient(transport=transport, base_url=base_url)
        self.base_url = base_url

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return await self.http.get(path)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """Send a form from one of our own pages."""
        return await self.http.post(path, data=fields, headers={"Origin": self.base_url, **headers})

    async def log_in(self, email: str, password: str) -> httpx.Response:
        """Send the login form."""
        return await self.post("/console/login", {"email": email, "password": password})

    async def read_form(self, path: str = PATH) -> dict[str, str]:
        """Return the fields of the edit form as the page shows them."""
        return fields_of((await self.get(path)).text)


def fields_of(html: str) -> dict[str, str]:
    """Return the fields of the edit form in a page."""
    form = html[html.index('<form id="edit"') :]
    form = form[: form.index("</form>")]
    fields = dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL))
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        fields[name[1] if name else ""] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return {**fields, "do": "save"}


@pytest.fixture
async def seeded(database: Database, tmp_path: Path) -> Database:
    """A database with three answers."""
    data = DataFolder(tmp_path / "data")
    data.write_units(
        unit(UNIT, title="Lệ phí đổi thẻ căn cước"),
        unit(OTHER, title="Thời gian đổi thẻ", text="Bảy ngày.\n", effective_to="2026-12-31"),
        unit("vneid.muc-2.cu", title="Câu cũ", text="Cũ.", effective_to="2026-01-01", checked_on="2026-01-01"),
    )
    await seed_content(database, data.path)
    return database


class Sleeper:
    """Waits in no time and remembers for how long."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def app(seeded: Database, clock: MovedClock, sleeper: Sleeper) -> FastAPI:
    """The console alone."""
    app = FastAPI(openapi_url=None)
    app.include_router(make_console_router(database=seeded, clock=clock, base_url=BASE_URL, sleep=sleeper))
    return app


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """A browser that nobody is logged in on."""
    browser = Browser(app)
    yield browser
    await browser.http.aclose()


async def logged_in(app: FastAPI, database: Database, role: Role) -> Browser:
    """Return a browser of a new member of staff, logged in."""
    email = f"{role.value}@a.vn"
    browser = Browser(app)
    assert (await browser.log_in(email, await create_account(database, email=email, role=role))).status_code == 303
    return browser


@pytest.fixture
async def editor(app: FastAPI, seeded: Database) -> AsyncIterator[Browser]:
    """A browser with an editor logged in."""
    browser = await logged_in(app, seeded, Role.EDITOR)
    yield browser
    await browser.http.aclose()
