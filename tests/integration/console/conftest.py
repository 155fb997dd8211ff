"""A console on a real database, and a browser without a screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.broadcasts.messages import REFERENCE, BroadcastMessages
from bot.content.seed import seed_content
from bot.domain.content import ContentKind
from bot.domain.staff import Role
from bot.storage import content_drafts
from bot.storage.content_drafts import find_draft
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.wiring import load_communes
from tests.conftest import MovedClock
from tests.integration.broadcasts.conftest import Studio
from tests.integration.content.data_folder import DataFolder, unit
from tests.support.deliveries import Post
from tests.support.staff import Authenticator, create_account, make_console

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
        self.clock: MovedClock | None = getattr(app.state, "clock", None)
        self.phone: Authenticator | None = None

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return await self.http.get(path)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """Send a form from one of our own pages."""
        return await self.http.post(path, data=fields, headers={"Origin": self.base_url, **headers})

    async def log_in(self, email: str, password: str) -> httpx.Response:
        """Send the login form."""
        return await self.post("/console/login", {"email": email, "password": password})

    async def set_up_second_step(self, page: str) -> httpx.Response:
        """Put the secret that a page shows into an app, and send its first code."""
        assert self.clock is not None
        self.phone = Authenticator(page)
        fields = {"csrf": token_of(page), "do": "confirm", "code": self.phone.read(self.clock())}
        return await self.post("/console/second-step", fields)

    def read_code(self) -> str:
        """Return a code of the app that was not used yet."""
        assert self.phone is not None
        assert self.clock is not None
        self.clock.move(timedelta(seconds=30))
        return self.phone.read(self.clock())

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form with the token of this login."""
        csrf = token_of((await self.get("/console")).text)
        return await self.post(path, {"csrf": csrf, **fields})

    async def decide(self, path: str, **fields: str) -> httpx.Response:
        """Send the decision of a reviewer on a draft as the page shows it. `path`: of the answer."""
        path = path.replace("/answers/", "/reviews/")
        page = (await self.get(path)).text
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        return await self.post(path, {"csrf": token_of(page), "seen": seen, **fields})

    async def read_form(self, path: str = PATH) -> dict[str, str]:
        """Return the fields of the edit form as the page shows them."""
        return fields_of((await self.get(path)).text)


def token_of(page: str) -> str:
    """Return the token of the login that a page was made for."""
    return page.partition('name="csrf" value="')[2].partition('"')[0]


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
    return {**fields, "do": "submit"}


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
def app(seeded: Database, cipher: Cipher, clock: MovedClock, sleeper: Sleeper) -> FastAPI:
    """The console alone."""
    app = FastAPI(openapi_url=None)
    app.state.clock, app.state.cipher = clock, cipher
    app.include_router(make_console(seeded, cipher, clock, base_url=BASE_URL, sleep=sleeper))
    return app


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """A browser that nobody is logged in on."""
    browser = Browser(app)
    yield browser
    await browser.http.aclose()


async def logged_in(app: FastAPI, database: Database, role: Role, *, name: str = "") -> Browser:
    """Return a browser of a new member of staff, logged in, with a second step where the role needs one."""
    email = f"{name or role.value}@a.vn"
    browser = Browser(app)
    response = await browser.log_in(
        email, await create_account(database, app.state.cipher, email=email, role=role)
    )
    if role.needs_second_step:
        response = await browser.set_up_second_step(response.text)
        assert "mã dự phòng" in response.text
    else:
        assert response.status_code == 303
    return browser


def _fixture_of(role: Role, *, name: str = "") -> Callable[..., AsyncIterator[Browser]]:
    """Return a fixture: a browser with somebody of a role logged in."""

    @pytest.fixture
    async def log_somebody_in(app: FastAPI, seeded: Database) -> AsyncIterator[Browser]:
        browser = await logged_in(app, seeded, role, name=name)
        yield browser
        await browser.http.aclose()

    return log_somebody_in


editor = _fixture_of(Role.EDITOR)
second_editor = _fixture_of(Role.EDITOR, name="minh")
reviewer = _fixture_of(Role.REVIEWER)
writer = _fixture_of(Role.BROADCASTER)
approver = _fixture_of(Role.APPROVER)
chief = _fixture_of(Role.ADMINISTRATOR, name="chief")


@pytest.fixture
def studio(seeded: Database, database_url: SecretStr, clock: MovedClock) -> Studio:
    """What sends the broadcasts that the pages approve."""
    sources = {REFERENCE: BroadcastMessages(load_communes)}
    return Studio(seeded, Post(database=seeded, url=database_url, clock=clock, sources=sources), clock)


async def record_gate(
    database: Database, record_id: str, *, breaks: bool = False, kind: ContentKind = ContentKind.ANSWER
) -> None:
    """Write what the publish gate would find for the draft of a record."""
    changed = {
        "question": "đổi thẻ hết bao nhiêu",
        "name_before": record_id,
        "name_after": "khac",
        "before": "Đúng.",
        "after": "Sai.",
        "breaks": breaks,
    }
    async with database.begin() as tx:
        draft = await find_draft(tx, kind, record_id)
        assert draft is not None
        gate = {"questions": 9, "ran_at": "2026-11-23", "changed_count": 1, "changed": [changed]}
        assert await content_drafts.record_gate(tx, kind, record_id, version=draft.version, gate=gate)
