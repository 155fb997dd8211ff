"""The code after the password: set up once, right once, and what to do without the phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from bot.console.logins import CODES_AT_MOST
from bot.domain.staff import Role
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import StaffRecoveryCodeRow, StaffRow
from tests.conftest import MovedClock
from tests.integration.console.conftest import PATH, Browser, Sleeper, logged_in, token_of
from tests.support.staff import Authenticator, create_account

EMAIL = "chi@a.vn"


@pytest.fixture
async def password(seeded: Database, cipher: Cipher) -> str:
    return await create_account(seeded, cipher, email=EMAIL, role=Role.BROADCASTER)


async def enter(browser: Browser, page: str, code: str) -> int:
    fields = {"csrf": token_of(page), "code": code}
    return (await browser.post("/console/second-step", fields)).status_code


async def test_it_is_set_up_at_the_first_login_and_asked_for_at_the_next(
    app: FastAPI, browser: Browser, password: str, clock: MovedClock
) -> None:
    page = (await browser.log_in(EMAIL, password)).text
    assert "data:image/svg+xml" in page
    wrong = await browser.post("/console/second-step", {"csrf": token_of(page), "do": "confirm", "code": "000000"})
    assert wrong.status_code == 401
    assert Authenticator(wrong.text).totp.secret == Authenticator(page).totp.secret, "a scanned code stays right"

    shown = await browser.set_up_second_step(wrong.text)
    assert len(re.findall(r"<li><code>[a-z2-9]{5}-[a-z2-9]{5}</code></li>", shown.text)) == 10
    assert (await browser.get("/console")).status_code == 200

    again = Browser(app, address="10.0.0.9")
    asked = (await again.log_in(EMAIL, password)).text
    assert "Nhập mã của ứng dụng" in asked
    assert "console-secret" not in asked
    assert (await again.get("/console")).headers["location"] == "/console/second-step?next=/console"
    clock.move(timedelta(seconds=30))
    assert browser.phone is not None
    assert await enter(again, asked, browser.phone.read(clock())) == 303
    assert (await again.get("/console")).status_code == 200
    await again.http.aclose()


async def test_a_code_is_right_once_and_for_a_short_time(
    app: FastAPI, browser: Browser, password: str, clock: MovedClock
) -> None:
    """T10: guessing passwords and codes."""
    await browser.set_up_second_step((await browser.log_in(EMAIL, password)).text)
    code = browser.read_code()

    page = (await browser.log_in(EMAIL, password)).text
    assert await enter(browser, page, f" {code[:3]} {code[3:]} ") == 303
    page = (await browser.log_in(EMAIL, password)).text
    assert await enter(browser, page, code) == 401, "used already"
    old = browser.read_code()
    clock.move(timedelta(seconds=61))
    assert await enter(browser, page, old) == 401, "too old"
    assert await enter(browser, page, "") == 401
    assert await enter(browser, page, "9" * 500) == 401
    assert await enter(browser, page, browser.read_code()) == 303


async def test_a_recovery_code_opens_once(browser: Browser, password: str, seeded: Database) -> None:
    shown = (await browser.set_up_second_step((await browser.log_in(EMAIL, password)).text)).text
    code = re.findall(r"<li><code>(.+?)</code>", shown)[0]

    page = (await browser.log_in(EMAIL, password)).text
    assert await enter(browser, page, code.upper().replace("-", " ")) == 303
    page = (await browser.log_in(EMAIL, password)).text
    assert await enter(browser, page, code) == 401
    async with seeded.begin() as tx:
        rows = list(await tx.scalars(select(StaffRecoveryCodeRow)))
        staff = await tx.scalar(select(StaffRow))
    assert len(rows) == 10
    assert all(code.encode() not in row.code_sha256 for row in rows)
    assert staff is not None
    assert browser.phone is not None
    assert browser.phone.totp.secret.encode() not in (staff.totp_secret_encrypted or b"")


async def test_guessing_waits_and_ends_the_login(browser: Browser, password: str, sleeper: Sleeper) -> None:
    """T10: guessing passwords and codes."""
    await browser.set_up_second_step((await browser.log_in(EMAIL, password)).text)
    page = (await browser.log_in(EMAIL, password)).text
    sleeper.slept.clear()
    for _ in range(CODES_AT_MOST):
        response = await browser.post("/console/second-step", {"csrf": token_of(page), "code": "000000"})
        assert response.status_code == 401
    assert sleeper.slept == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30]
    assert "Nhập sai mã quá nhiều lần" in response.text
    assert (await browser.get("/console")).headers["location"].startswith("/console/login")
    # Who has the password and the phone gets in all the same.
    page = (await browser.log_in(EMAIL, password)).text
    assert await enter(browser, page, browser.read_code()) == 303


async def test_who_need_not_may(editor: Browser) -> None:
    begin = await editor.get("/console/second-step?next=/console/account")
    assert "console-secret" not in begin.text, "nothing is made by looking"
    page = (await editor.send("/console/second-step", do="begin", next="/console/account")).text
    assert (await editor.set_up_second_step(page)).status_code == 200
    assert "Còn 10 mã dự phòng" in (await editor.get("/console/account")).text


async def test_what_was_being_written_survives_both_steps(
    app: FastAPI, seeded: Database, browser: Browser, clock: MovedClock
) -> None:
    editor = await logged_in(app, seeded, Role.ADMINISTRATOR, name="quantri")
    fields = await editor.read_form()
    clock.move(timedelta(hours=1))
    ended = (await editor.post(PATH, {**fields, "versions.0.text": "Đang soạn."})).text
    kept = ended.partition('name="kept" value="')[2].partition('"')[0].replace("&#34;", '"')
    again = Browser(app)
    asked = await again.post(
        "/console/login",
        {"email": "quantri@a.vn", "password": "sai", "next": PATH, "kept": kept},
    )
    assert "Đang soạn." in asked.text
    await editor.http.aclose()
    await again.http.aclose()


async def test_ones_own_account(app: FastAPI, seeded: Database, cipher: Cipher) -> None:
    password = await create_account(seeded, cipher, email="lan@a.vn", role=Role.EDITOR)
    here, elsewhere = Browser(app), Browser(app)
    await here.log_in("lan@a.vn", password)
    elsewhere.http.headers["User-Agent"] = (
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36"
    )
    await elsewhere.log_in("lan@a.vn", password)

    page = (await here.get("/console/account")).text
    assert "Chrome trên Windows" in page
    assert page.count("(phiên này)") == 1
    other = re.findall(r'value="end-session:([^"]+)"', page)
    assert len(other) == 1
    assert (await here.send("/console/account", do=f"end-session:{other[0]}")).status_code == 303
    assert (await elsewhere.get("/console")).status_code == 303

    await elsewhere.log_in("lan@a.vn", password)
    new = "ngua xanh chay qua cau"
    for old, wanted, said in (
        ("sai", new, "Mật khẩu hiện tại chưa đúng"),
        (password, "ngan", "Mật khẩu mới ngắn quá"),
        (password, password, "Mật khẩu mới giống mật khẩu cũ"),
    ):
        response = await here.send("/console/account", do="password", old=old, new=wanted)
        assert response.status_code == 422
        assert said in response.text
    assert (await here.send("/console/account", do="password", old=password, new=new)).status_code == 303
    assert (await elsewhere.get("/console")).status_code == 303, "the other login ended"
    assert (await here.get("/console")).status_code == 200
    assert (await elsewhere.log_in("lan@a.vn", password)).status_code == 401
    assert (await elsewhere.log_in("lan@a.vn", new)).status_code == 303
    await here.http.aclose()
    await elsewhere.http.aclose()


async def test_new_recovery_codes_want_a_code(app: FastAPI, seeded: Database) -> None:
    browser = await logged_in(app, seeded, Role.APPROVER)
    refused = await browser.send("/console/account", do="recovery-codes", code="000000")
    assert refused.status_code == 422
    assert "Mã dự phòng chưa đổi" in refused.text
    renewed = await browser.send("/console/account", do="recovery-codes", code=browser.read_code())
    assert "Cất kỹ 10 mã dự phòng" in renewed.text
    await browser.http.aclose()
