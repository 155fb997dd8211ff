"""Accounts of staff in the console: who makes them, and what ends with a change."""

from __future__ import annotations

import html
import re

from fastapi import FastAPI

from bot.domain.staff import Role
from bot.storage.database import Database
from bot.storage.staff import find_account
from tests.integration.console.conftest import Browser, logged_in


async def find_path(database: Database, email: str) -> str:
    async with database.begin() as tx:
        account = await find_account(tx, email)
    assert account is not None
    return f"/console/staff/{account.member.id}"


def read_password(page: str) -> str:
    found = re.search(r'<code class="console-secret">([a-z2-9-]+)</code>', html.unescape(page))
    assert found
    return found[1]


async def test_an_account_is_made_with_a_code(app: FastAPI, chief: Browser, browser: Browser) -> None:
    asked = {"email": " Minh@A.vn", "role": "reviewer"}
    assert (await chief.send("/console/staff", **asked, code="000000")).status_code == 422
    made = await chief.send("/console/staff", **asked, code=chief.read_code())
    assert made.status_code == 200
    assert (await browser.log_in("minh@a.vn", read_password(made.text))).status_code == 303
    taken = await chief.send("/console/staff", **asked, code=chief.read_code())
    assert "Đã có tài khoản dùng địa chỉ này" in taken.text
    assert "Địa chỉ thư chưa đúng" in (await chief.send("/console/staff", email="x", role="editor")).text
    assert "Chưa chọn vai trò" in (await chief.send("/console/staff", email="x@a.vn", role="sep")).text


async def test_every_change_ends_the_logins_of_that_account(
    app: FastAPI, chief: Browser, editor: Browser, seeded: Database
) -> None:
    """T11: a login stolen or planted."""
    path = await find_path(seeded, "editor@a.vn")
    changed = await chief.send(path, do="role", role="auditor", code=chief.read_code())
    assert "Đã đổi tài khoản editor@a.vn" in changed.text
    assert (await editor.get("/console")).headers["location"].startswith("/console/login")

    renewed = await chief.send(path, do="new-password", code=chief.read_code())
    password = read_password(renewed.text)
    assert (await editor.log_in("editor@a.vn", password)).status_code == 303
    assert (await chief.send(path, do="deactivate", code=chief.read_code())).status_code == 200
    assert (await editor.get("/console")).status_code == 303
    assert (await editor.log_in("editor@a.vn", password)).status_code == 401
    assert (await chief.send(path, do="activate", code=chief.read_code())).status_code == 200
    assert (await editor.log_in("editor@a.vn", password)).status_code == 303
    assert (await chief.send(path, do="end-sessions", code=chief.read_code())).status_code == 200
    assert (await editor.get("/console")).status_code == 303
    assert (await chief.send(path, do="boss", code=chief.read_code())).status_code == 422


async def test_who_lost_the_phone_sets_up_a_new_one(app: FastAPI, chief: Browser, seeded: Database) -> None:
    approver = await logged_in(app, seeded, Role.APPROVER)
    path = await find_path(seeded, "approver@a.vn")
    await chief.send(path, do="forget-second-step", code=chief.read_code())
    page = await chief.send(path, do="new-password", code=chief.read_code())
    asked = await approver.log_in("approver@a.vn", read_password(page.text))
    assert "Bật bước đăng nhập thứ hai" in asked.text
    await approver.http.aclose()


async def test_the_last_administrator_stays(chief: Browser, seeded: Database) -> None:
    path = await find_path(seeded, "chief@a.vn")
    for fields in ({"do": "role", "role": "editor"}, {"do": "deactivate"}):
        refused = await chief.send(path, **fields, code=chief.read_code())
        assert "Đây là người quản trị cuối cùng" in refused.text
    assert (await chief.get("/console/staff")).status_code == 200


async def test_what_was_done_is_in_the_audit_log(chief: Browser, editor: Browser, seeded: Database) -> None:
    path = await find_path(seeded, "editor@a.vn")
    await chief.send(path, do="role", role="auditor", code=chief.read_code())
    fields = {"actor": "chief@a.vn", "action": "staff.role"}
    page = (await chief.http.get("/console/audit", params=fields)).text
    assert "Sau: Kiểm tra; Trước: Biên tập; Phiên bị kết thúc: 1" in page
    assert "tài khoản editor@a.vn" in page
    assert "Đủ và nguyên vẹn" in (await chief.send("/console/audit")).text
