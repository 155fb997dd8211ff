"""Walks all addresses of the console: each says who may use it, none lets in anyone else, no GET writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, text

from bot.console.access import HALF, OPEN
from bot.console.assets import Assets
from bot.console.page import HEADERS, Page
from bot.console.request import LARGEST_BODY
from bot.console.routes import list_pages
from bot.domain.rehearsal import Rehearsal, RehearsalKind
from bot.domain.staff import Role
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.rehearsals import record_rehearsal
from tests.conftest import MovedClock
from tests.integration.console.conftest import BASE_URL, PATH, UNIT, Browser, logged_in, token_of
from tests.support.staff import create_account, make_console

PAGES = list_pages(Assets())
BROADCAST = "00000000-0000-0000-0000-000000000042"
TASK = "00000000-0000-0000-0000-000000000011"
CHAT = "00000000-0000-0000-0000-000000000014"
GROUP = "00000000-0000-0000-0000-000000000007"
RUN = "00000000-0000-0000-0000-000000000009"
PARAMETERS = {
    "{file_name}": "cau-tra-loi.yml",
    "{parameter_id}": "can-cuoc.le-phi.doi",
    "{document_id}": "luat-26-2023-qh15",
    "{task_id}": TASK,
    "{kind}": "parameter",
    "{record_id}": "can-cuoc.le-phi.doi",
    "{unit_id}": UNIT,
    "{broadcast_id}": BROADCAST,
    "{group_id}": GROUP,
    "{chat_id}": CHAT,
    "{citizen_id}": CHAT,
    "{request_id}": CHAT,
    "{canned_id}": CHAT,
    "{staff_id}": "00000000-0000-0000-0000-000000000006",
    "{name}": "theo-ngay.csv",
    "{report}": "ket-qua.csv",
    "{rule_id}": "tet-support",
    "{run_id}": RUN,
    "{path:path}": "console.css",
    "{rest:path}": "khong/co",
}
SAYS_NOT_FOUND = {
    "/broadcasts/{broadcast_id}/picture",
    "/reminders/runs",
    "/reminders/runs/{run_id}/export/{name}",
    "/{rest:path}",
    "/staff/{staff_id}",
    "/answers/{unit_id}/history",
    "/history/{kind}/{record_id}",
}
"""What is asked for here is not there, and that is said: the door was open."""
NAMES = [f"{page.method} {page.path}" for page in PAGES]


def address(page: Page) -> str:
    path = page.path
    for name, value in PARAMETERS.items():
        path = path.replace(name, value)
    return "/console" + path


async def write_a_draft(app: FastAPI, database: Database) -> None:
    """Make what some pages are about."""
    writer = await logged_in(app, database, Role.EDITOR, name="writer")
    await writer.post(PATH, {**await writer.read_form(), "versions.0.text": "Bản nháp.", "do": "save"})
    fee = "/console/parameters/can-cuoc.le-phi.doi"
    await writer.post(fee, {**await writer.read_form(fee), "values.0.value": "60.000", "do": "save"})
    await writer.http.aclose()
    async with database.begin() as tx:
        await tx.execute(
            text(
                "INSERT INTO question_groups (id, sample, words, state, count, version, first_asked_at, "
                "last_asked_at) VALUES (:id, 'hỏi', '{hoi}', 'open', 1, 1, now(), now())"
            ),
            {"id": GROUP},
        )
        await tx.execute(
            text(
                "INSERT INTO content_tasks (id, document_id, replaced_by, replaced_on, kind, record_id, title, "
                "through, state, opened_at) VALUES (:id, 'luat-26-2023-qh15', 'luat-moi', '2027-01-01', 'answer', "
                ":unit, 'Lệ phí', '', 'open', now())"
            ),
            {"id": TASK, "unit": UNIT},
        )
        run = Rehearsal(
            id=UUID(RUN),
            kind=RehearsalKind.SIMULATION,
            asked={"days": 90},
            asked_by="writer@a.vn",
            asked_at=datetime(2026, 11, 23, tzinfo=UTC),
        )
        await record_rehearsal(tx, run)
        await tx.execute(
            text(
                "WITH citizen AS (INSERT INTO citizens (id) VALUES (:id) RETURNING id), contact AS ("
                "INSERT INTO contacts (id, citizen_id, channel, chat) SELECT id, id, 'web', 'x' FROM citizen "
                "RETURNING id) INSERT INTO handovers (id, contact_id, channel, state, requested_at, expires_at) "
                "SELECT id, id, 'web', 'requested', now(), now() + interval '1 day' FROM contact"
            ),
            {"id": CHAT},
        )
    sender = await logged_in(app, database, Role.BROADCASTER, name="sender")
    await sender.send(f"/console/broadcasts/{BROADCAST}/edit", title="Thử", text="Một câu.", do="submit")
    await sender.http.aclose()


def test_every_route_declares_who_may_use_it(database: Database, cipher: Cipher, clock: MovedClock) -> None:
    router = make_console(database, cipher, clock, base_url=BASE_URL)
    assert len(router.routes) == len(PAGES)
    for route in router.routes:
        declared = vars(route.endpoint).get("page")  # type: ignore[attr-defined]
        assert isinstance(declared, Page), route
        assert route.methods == {declared.method}  # type: ignore[attr-defined]
        assert declared.access in (OPEN, HALF) or declared.access <= frozenset(Role)
        assert declared.access, "a page that nobody may open"


def test_only_these_are_open_to_anyone() -> None:
    assert [name for page, name in zip(PAGES, NAMES, strict=True) if page.access == OPEN] == [
        "GET /login",
        "POST /login",
        "GET /static/{path:path}",
    ]
    assert [name for page, name in zip(PAGES, NAMES, strict=True) if page.access == HALF] == [
        "POST /logout",
        "GET /second-step",
        "POST /second-step",
    ]


async def test_a_stranger_gets_nothing(browser: Browser) -> None:
    for page in PAGES:
        if page.access != OPEN:
            response = await browser.http.request(page.method, address(page), headers={"Origin": BASE_URL})
            assert response.status_code == (303 if page.method == "GET" else 401), page
            assert "Lệ phí" not in response.text


async def test_a_role_that_may_not_is_told(app: FastAPI, seeded: Database) -> None:
    """T7: somebody else's application, reminder, page."""
    await write_a_draft(app, seeded)
    for role in Role:
        browser = await logged_in(app, seeded, role)
        token = token_of((await browser.get("/console")).text)
        for page in PAGES:
            if page.access in (OPEN, HALF):
                continue
            sent = {"csrf": token, "do": "preview"}
            response = (
                await browser.get(address(page))
                if page.method == "GET"
                else await browser.post(address(page), sent)
            )
            if role in page.access:
                assert response.status_code in (200, 303, 404, 422), (role, page)
                assert response.status_code != 404 or page.path in SAYS_NOT_FOUND, (role, page)
            else:
                assert response.status_code == 403, (role, page)
                assert "Vai trò của bạn không mở được trang này" in response.text
        await browser.http.aclose()


async def test_a_password_alone_opens_nothing_where_a_second_step_is_needed(
    app: FastAPI, seeded: Database, cipher: Cipher
) -> None:
    password = await create_account(seeded, cipher, email="chu@a.vn", role=Role.ADMINISTRATOR)
    browser = Browser(app)
    token = token_of((await browser.log_in("chu@a.vn", password)).text)
    for page in PAGES:
        if page.access in (OPEN, HALF):
            continue
        sent = {"csrf": token, "do": "save"}
        response = (
            await browser.get(address(page)) if page.method == "GET" else await browser.post(address(page), sent)
        )
        assert response.status_code == 303, page
        assert response.headers["location"].startswith("/console/second-step"), page
        by_htmx = await browser.http.request(
            page.method, address(page), headers={"Origin": BASE_URL, "HX-Request": "true", "X-CSRF-Token": token}
        )
        assert by_htmx.status_code == 401, page
    await browser.http.aclose()


@contextmanager
def written_statements(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        # How long a transaction may take is a setting of its own, and changes nothing.
        if not statement.lstrip().upper().startswith(("SELECT", "SET LOCAL STATEMENT_TIMEOUT")):
            statements.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR, Role.APPROVER])
async def test_no_get_writes(app: FastAPI, seeded: Database, role: Role) -> None:
    """T12: another site's form."""
    await write_a_draft(app, seeded)
    browser = await logged_in(app, seeded, role)
    for page in PAGES:
        if page.method == "GET":
            with written_statements(seeded) as statements:
                response = await browser.get(address(page))
            assert response.status_code in (200, 303, 403, 404), page
            assert statements == [], page
    await browser.http.aclose()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": BASE_URL, "Sec-Fetch-Site": "cross-site"},
        {"Origin": BASE_URL, "Sec-Fetch-Site": "same-site"},
    ],
    ids=["none", "other", "null", "cross-site", "same-site"],
)
async def test_another_sites_form_does_nothing(headers: dict[str, str], editor: Browser) -> None:
    """T12: another site's form."""
    fields = await editor.read_form()
    for page in PAGES:
        if page.method == "POST":
            response = await editor.http.post(address(page), data=fields, headers=headers)
            assert response.status_code == 403, page
            assert "Chưa có gì thay đổi" in response.text
    assert (await editor.get("/console")).status_code == 200


@pytest.mark.parametrize("token", ["", "sai", "é"])
async def test_a_form_without_the_token_of_this_login_does_nothing(editor: Browser, token: str) -> None:
    """T12: another site's form."""
    fields = await editor.read_form()
    response = await editor.post(PATH, {**fields, "csrf": token, "versions.0.text": "Bị sửa."})
    assert response.status_code == 403
    assert (await editor.read_form())["versions.0.text"] == fields["versions.0.text"]


async def test_every_answer_is_hardened(editor: Browser) -> None:
    """T13: scripts in the console."""
    for page in PAGES:
        response = await editor.http.request(page.method, address(page))
        for name, value in HEADERS.items():
            assert response.headers[name] == value, page
        assert "unsafe" not in response.headers["content-security-policy"]
        assert " style=" not in response.text
        assert "<script>" not in response.text
        if "static" not in page.path:
            assert response.headers["cache-control"] == "no-store", page


async def test_no_page_asks_another_host_for_anything(editor: Browser) -> None:
    for path in ("/console", "/console/answers", PATH, f"{PATH}/history", "/console/static/console.css"):
        text = (await editor.get(path)).text
        assert "//" not in text.replace("http://www.w3.org", "").replace("https://", "LINK"), path


async def test_too_much_and_too_strange(editor: Browser) -> None:
    fields = await editor.read_form()
    assert (await editor.post(PATH, {**fields, "versions.0.text": "a" * LARGEST_BODY})).status_code == 413
    strange = {"Origin": BASE_URL, "Content-Type": "application/json"}
    assert (await editor.http.post(PATH, content=b"{}", headers=strange)).status_code == 415
    form = {"Origin": BASE_URL, "Content-Type": "application/x-www-form-urlencoded"}
    assert (await editor.http.post(PATH, content=b"\xff=1", headers=form)).status_code == 415
    assert (await editor.http.post(PATH, content=b"a&" * 2000, headers=form)).status_code == 415


async def test_an_address_that_is_not_there(editor: Browser) -> None:
    for path in ("/console/khong-co", "/console/answers/khong.co", "/console/static/../page.py"):
        response = await editor.get(path)
        assert response.status_code == 404
        assert "Không có trang này" in response.text


async def test_a_failure_is_an_apology(editor: Browser, seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await editor.get("/console")
    monkeypatch.setattr("bot.console.pages.home.load_shelf", None)
    response = await editor.get("/console")
    assert response.status_code == 500
    assert "Có lỗi ở phía máy chủ" in response.text


async def test_files_are_small_and_fetched_once(browser: Browser) -> None:
    login = (await browser.get("/console/login")).text
    css = login.partition('rel="stylesheet" href="')[2].partition('"')[0]
    response: httpx.Response = await browser.http.get(css, headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert "immutable" in response.headers["cache-control"]
    assert (
        (await browser.http.get("/console/static/console.js", headers={"Accept-Encoding": ""}))
        .headers["content-type"]
        .startswith("text/javascript")
    )
