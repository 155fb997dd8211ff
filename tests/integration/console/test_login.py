"""Who gets in, for how long, and how slow guessing is."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.audit.log import AuditLog
from bot.commands.staff import create_staff, ensure_first_administrator_password
from bot.console.accounts import FIRST_ADMINISTRATOR, ensure_first_administrator
from bot.console.logins import choose_wait_s
from bot.domain.staff import Role
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.staff import find_account
from bot.storage.tables import StaffRow, StaffSessionRow
from tests.conftest import MovedClock
from tests.integration.console.conftest import Browser, Sleeper
from tests.support.staff import create_account, make_console

EMAIL = "lan@troly06.local"
DATA_KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
async def password(seeded: Database, cipher: Cipher) -> str:
    return await create_account(seeded, cipher, email=EMAIL, role=Role.EDITOR)


async def test_the_first_administrator_is_made_once(
    database: Database, cipher: Cipher, clock: MovedClock, browser: Browser
) -> None:
    async with database.begin() as tx:
        password = await ensure_first_administrator(tx, AuditLog(cipher), now=clock())
    assert password is not None
    async with database.begin() as tx:
        assert await ensure_first_administrator(tx, AuditLog(cipher), now=clock()) is None
    response = await browser.log_in(f" {FIRST_ADMINISTRATOR.upper()} ", password)
    assert response.status_code == 200
    assert "Bật bước đăng nhập thứ hai" in response.text


async def test_staff_are_made_by_the_command_line(
    database: Database, database_url: SecretStr, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(database_url=database_url, data_key=SecretStr(DATA_KEY))
    assert await create_staff(settings, email="Minh@A.vn", role="auditor") == 0
    password = capsys.readouterr().out.split()[-1]
    assert len(password) == 23
    async with database.begin() as tx:
        account = await find_account(tx, "minh@a.vn")
    assert account is not None
    assert account.member.role is Role.AUDITOR
    assert password not in account.password_hash
    assert account.password_hash.startswith("$argon2id$")
    assert await create_staff(settings, email="minh@a.vn", role="auditor") == 1
    assert await create_staff(settings, email="minh", role="auditor") == 2
    assert await create_staff(settings, email="b@a.vn", role="boss") == 2
    assert "Đã có tài khoản minh@a.vn" in (said := capsys.readouterr().err)
    assert "Chọn một trong: editor" in said
    assert await ensure_first_administrator_password(settings) is None


async def test_a_login_gives_a_cookie_that_scripts_cannot_read(browser: Browser, password: str) -> None:
    response = await browser.log_in(EMAIL, password)

    cookie = response.headers["set-cookie"]
    assert response.headers["location"] == "/console"
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert (await browser.get("/console")).status_code == 200


async def test_over_https_the_cookie_is_bound_to_the_host(
    seeded: Database, cipher: Cipher, clock: MovedClock, password: str
) -> None:
    app = FastAPI()
    app.include_router(make_console(seeded, cipher, clock, base_url="https://console.test"))
    browser = Browser(app, base_url="https://console.test")

    cookie = (await browser.log_in(EMAIL, password)).headers["set-cookie"]

    assert cookie.startswith("__Host-console=")
    assert "Secure" in cookie.split("; ")
    assert (await browser.get("/console")).status_code == 200


async def test_the_database_holds_no_token(browser: Browser, password: str, seeded: Database) -> None:
    await browser.log_in(EMAIL, password)

    token = browser.http.cookies["console"]
    async with seeded.begin() as tx:
        (row,) = await tx.scalars(select(StaffSessionRow))
    assert len(row.token_sha256) == 32
    assert token.encode() not in row.token_sha256


async def test_a_login_ends_after_half_an_hour_of_nothing(
    browser: Browser, password: str, clock: MovedClock
) -> None:
    await browser.log_in(EMAIL, password)
    for _ in range(3):
        clock.move(timedelta(minutes=29))
        assert (await browser.get("/console")).status_code == 200
    clock.move(timedelta(minutes=31))
    assert (await browser.get("/console/answers?q=a")).headers["location"] == (
        "/console/login?next=/console/answers%3Fq%3Da"
    )


async def test_a_login_ends_after_twelve_hours(browser: Browser, password: str, clock: MovedClock) -> None:
    await browser.log_in(EMAIL, password)
    for _ in range(25):
        clock.move(timedelta(minutes=28, seconds=30))
        last = (await browser.get("/console")).status_code
    assert last == 200
    clock.move(timedelta(minutes=28, seconds=30))
    assert (await browser.get("/console")).status_code == 303


async def test_a_new_login_ends_the_old_one(browser: Browser, password: str, seeded: Database) -> None:
    """T11: a login stolen or planted."""
    await browser.log_in(EMAIL, password)
    first = browser.http.cookies["console"]
    await browser.log_in(EMAIL, password)
    assert browser.http.cookies["console"] != first
    async with seeded.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(StaffSessionRow)) == 1


async def test_logging_out_ends_it_on_the_server(editor: Browser) -> None:
    """T11: a login stolen or planted."""
    token = editor.http.cookies["console"]
    csrf = (await editor.read_form())["csrf"]
    assert (await editor.post("/console/logout", {"csrf": csrf})).status_code == 303
    editor.http.cookies.set("console", token, domain="console.test")
    assert (await editor.get("/console")).status_code == 303


async def test_wrong_is_wrong_whichever_it_is(browser: Browser, password: str) -> None:
    wrong_password = await browser.log_in(EMAIL, "sai")
    no_account = await browser.log_in("khong@a.vn", "sai")
    assert wrong_password.status_code == no_account.status_code == 401
    assert wrong_password.text.replace(EMAIL, "") == no_account.text.replace("khong@a.vn", "")
    assert "Thư điện tử hoặc mật khẩu chưa đúng" in wrong_password.text
    assert (await browser.log_in(EMAIL, "x" * 5000)).status_code == 401
    assert (await browser.log_in("a\x00b", "x\x00y")).status_code == 401


async def test_guessing_grows_slow_but_the_owner_gets_in(
    app: FastAPI, browser: Browser, password: str, sleeper: Sleeper
) -> None:
    """T10: guessing passwords and codes."""
    for _ in range(12):
        await browser.log_in(EMAIL, "sai")
    assert sleeper.slept == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]

    owner = Browser(app, address="10.0.0.2")
    assert (await owner.log_in(EMAIL, password)).status_code == 303
    assert sleeper.slept[-1] <= 5


async def test_a_success_is_forgiven(browser: Browser, password: str, sleeper: Sleeper, clock: MovedClock) -> None:
    for _ in range(4):
        await browser.log_in(EMAIL, "sai")
    await browser.log_in(EMAIL, password)
    await browser.log_in(EMAIL, "sai")
    assert sleeper.slept[-1] == 0
    for _ in range(4):
        await browser.log_in(EMAIL, "sai")
    clock.move(timedelta(minutes=16))
    await browser.log_in(EMAIL, "sai")
    assert sleeper.slept[-1] == 0


@pytest.mark.parametrize(
    ("counts", "wait"),
    [((0, 0, 0), 0), ((3, 3, 3), 1), ((0, 11, 0), 2), ((0, 99, 0), 5), ((0, 0, 21), 2), ((999, 999, 999), 30)],
)
def test_the_wait(counts: tuple[int, int, int], wait: float) -> None:
    assert choose_wait_s(*counts) == wait


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/console/answers?q=a", "/console/answers?q=a"),
        ("https://evil.test/", "/console"),
        ("//evil.test/console", "/console"),
        ("/console\\evil", "/console"),
        ("/consolex", "/console"),
    ],
)
async def test_a_login_goes_on_to_our_own_pages_only(
    browser: Browser, password: str, wanted: str, goes_to: str
) -> None:
    """T20: links that lead astray."""
    response = await browser.post("/console/login", {"email": EMAIL, "password": password, "next": wanted})
    assert response.headers["location"] == goes_to


async def test_accounts_are_deleted_with_their_logins(editor: Browser, seeded: Database) -> None:
    async with seeded.begin() as tx:
        await tx.delete(await tx.scalar(select(StaffRow)))
    assert (await editor.get("/console")).status_code == 303
