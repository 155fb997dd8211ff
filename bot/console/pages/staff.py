"""Accounts of staff: made, given a role, turned off. Every change is confirmed with a code of one's own app."""

from __future__ import annotations

import re
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.access import ADMINISTRATORS
from bot.console.accounts import create_account, tidy_email
from bot.console.logins import CodeRefused
from bot.console.page import PageNotFound, Visit, page
from bot.console.passwords import Passwords, make_password
from bot.domain.staff import Role, StaffMember
from bot.storage.staff import (
    EmailTaken,
    count_active,
    delete_sessions,
    find_member,
    list_accounts,
    record_active,
    record_password,
    record_role,
    record_totp_secret,
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_TAKES_POWER = {"role", "deactivate"}
"""What may leave nobody who can make accounts."""


class _Refused(Exception):
    """The change cannot be made. `problem`: which sentence says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@page("GET", "/staff", access=ADMINISTRATORS)
async def show_staff(visit: Visit) -> Response:
    """Every account, and the form for a new one."""
    return await _render(visit)


@page("POST", "/staff", access=ADMINISTRATORS)
async def add_staff(visit: Visit) -> Response:
    """Make an account; its password is shown once."""
    email, role = tidy_email(visit.form.get("email")), visit.form.get("role")
    if not _EMAIL.fullmatch(email):
        return await _render(visit, problem="email", status=422)
    if role not in list(Role):
        return await _render(visit, problem="role", status=422)
    if not await _confirmed(visit):
        return await _render(visit, problem="code", status=422)
    try:
        async with visit.database.begin() as tx:
            password = await create_account(
                tx, visit.audit, email=email, role=Role(role), actor=visit.staff.email, now=visit.now
            )
    except EmailTaken:
        return await _render(visit, problem="taken", status=422)
    return await _render(visit, made=(email, password))


@page("POST", "/staff/{staff_id}", access=ADMINISTRATORS)
async def change_staff(visit: Visit) -> Response:
    """Change an account: its role, whether it is on, its password, its second step, its logins."""
    try:
        staff_id = UUID(visit.request.path_params["staff_id"])
    except ValueError as error:
        raise PageNotFound from error
    action = visit.form.get("do")
    if not await _confirmed(visit):
        return await _render(visit, problem="code", status=422)
    password = make_password()
    hashed = await Passwords().hash(password) if action == "new-password" else ""
    try:
        async with visit.database.begin() as tx:
            # Counted first, under lock: of two administrators who turn each other off, one is refused.
            administrators = await count_active(tx, Role.ADMINISTRATOR)
            member = await find_member(tx, staff_id)
            if member is None:
                raise PageNotFound
            if action in _TAKES_POWER and member.role == Role.ADMINISTRATOR and administrators < 2:
                raise _Refused("last-administrator")
            details = await _apply(visit, tx, member, action, hashed)
            # Whatever an account may do from now on, no login goes on with what it might before.
            ended = await delete_sessions(tx, member.id)
            await visit.record(tx, f"staff.{action}", f"staff:{member.email}", sessions=ended, **details)
    except _Refused as refused:
        return await _render(visit, problem=refused.problem, status=422)
    return await _render(visit, made=(member.email, password) if hashed else None, changed=member)


async def _apply(
    visit: Visit, tx: AsyncSession, member: StaffMember, action: str, password_hash: str
) -> dict[str, str]:
    """Make one change, and return what the audit log is to know of it beside its name."""
    match action:
        case "role":
            role = visit.form.get("role")
            if role not in list(Role):
                raise _Refused("role")
            await record_role(tx, member.id, Role(role))
            return {"before": member.role.value, "after": role}
        case "deactivate":
            await record_active(tx, member.id, deactivated_at=visit.now)
        case "activate":
            await record_active(tx, member.id, deactivated_at=None)
        case "new-password":
            await record_password(tx, member.id, password_hash)
        case "forget-second-step":
            await record_totp_secret(tx, member.id, None)
        case "end-sessions":
            pass
        case _:
            raise _Refused("action")
    return {}


async def _confirmed(visit: Visit) -> bool:
    assert visit.logged_in is not None
    try:
        await visit.logins.take_code(visit.logged_in, visit.form.get("code"))
    except CodeRefused:
        return False
    return True


async def _render(
    visit: Visit,
    *,
    problem: str = "",
    made: tuple[str, str] | None = None,
    changed: StaffMember | None = None,
    status: int = 200,
) -> Response:
    async with visit.database.begin() as tx:
        accounts = await list_accounts(tx)
    return visit.render(
        "staff.html",
        status=status,
        accounts=accounts,
        roles=list(Role),
        problem=problem,
        made=made,
        changed=changed,
        email=visit.form.get("email") if problem else "",
    )


PAGES = [show_staff, add_staff, change_staff]
