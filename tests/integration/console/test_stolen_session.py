"""Somebody holds the browser of a member of staff, but not their phone: they try everything, nothing is sent."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from bot.broadcasts import lifecycle
from bot.console.access import HALF, OPEN
from bot.console.views import TEMPLATES
from bot.domain.broadcast import BroadcastState
from bot.domain.staff import Role
from bot.storage.broadcasts import list_broadcasts
from bot.storage.database import Database
from tests.integration.broadcasts.conftest import CONTENT, Studio
from tests.integration.console.conftest import logged_in, token_of
from tests.integration.console.test_every_page import PAGES, address

AUTHOR = "tac-gia@a.vn"
_DO = re.compile(r'name="do" value="([a-z-]+)"')
ACTIONS = sorted(
    {"on", "off", "publish", "override"}.union(
        *(_DO.findall(file.read_text(encoding="utf-8")) for file in Path(TEMPLATES).glob("*.html"))
    )
)
"""Everything that a button of any page asks for."""


@pytest.fixture
async def studio(studio: Studio) -> Studio:
    """Somebody is there whom a broadcast would reach."""
    await studio.add_reader("an")
    return studio


async def write(studio: Studio, *, submit: bool) -> UUID:
    broadcast_id = uuid4()
    async with studio.database.begin() as tx:
        await lifecycle.save(
            tx,
            broadcast_id,
            CONTENT,
            lifecycle.Audience(),
            send_at=None,
            version=0,
            author=AUTHOR,
            now=studio.clock(),
            submit=submit,
        )
    return broadcast_id


async def try_everything(
    app: FastAPI, database: Database, role: Role, broadcasts: list[UUID], *, everywhere: bool
) -> int:
    """Send every action to every address, for every broadcast, with all that a thief can know; count the tries."""
    tries, thief = 0, await logged_in(app, database, role)
    csrf = token_of((await thief.get("/console")).text)
    for page in PAGES:
        if page.access in (OPEN, HALF) or not (everywhere or "broadcast" in page.path):
            continue
        targets = (
            [address(page).replace("00000000-0000-0000-0000-000000000042", str(each)) for each in broadcasts]
            if "{broadcast_id}" in page.path
            else [address(page)]
        )
        for target in targets:
            if page.method == "GET":
                await thief.get(target)
                continue
            for action in ACTIONS:
                fields = {
                    "csrf": csrf,
                    "do": action,
                    "version": "1",
                    "code": "000000",
                    "title": "Lừa",
                    "text": "Bấm vào đây.",
                    "note": "x",
                    "reason": "x",
                    "email": "ke-trom@a.vn",
                    "role": Role.APPROVER.value,
                    "approved_by": "ke-trom@a.vn",
                    "state": BroadcastState.APPROVED.value,
                }
                if (await thief.post(target, fields)).status_code == 401:
                    # One of the tries ended the session: the thief has another.
                    thief = await logged_in(app, database, role, name=f"{role.value}-{tries}")
                    csrf = token_of((await thief.get("/console")).text)
                tries += 1
    await thief.http.aclose()
    return tries


async def what_happened(studio: Studio) -> tuple[int, set[BroadcastState]]:
    """Let everything go that may go, and return how many messages went, and where the broadcasts stand."""
    await studio.send_all(looks=3)
    async with studio.database.begin() as tx:
        states = {each.state for each in await list_broadcasts(tx)}
    return len(studio.post.sender.sent), states


async def test_a_stolen_editor_session_sends_nothing(app: FastAPI, studio: Studio) -> None:
    """T8: a stolen login sends a broadcast."""
    broadcasts = [await write(studio, submit=False), await write(studio, submit=True)]
    tries = await try_everything(app, studio.database, Role.EDITOR, broadcasts, everywhere=True)
    assert tries > 400
    assert await what_happened(studio) == (0, {BroadcastState.DRAFT, BroadcastState.SUBMITTED})


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
async def test_who_has_nothing_to_do_with_broadcasts_does_not_let_a_paused_one_go_on(
    app: FastAPI, studio: Studio, role: Role
) -> None:
    approved = await studio.approve()
    await studio.plan()
    async with studio.database.begin() as tx:
        await lifecycle.pause(tx, approved)
    await try_everything(app, studio.database, role, [approved], everywhere=False)
    assert await what_happened(studio) == (0, {BroadcastState.PAUSED})


@pytest.mark.parametrize("role", [Role.BROADCASTER, Role.APPROVER, Role.ADMINISTRATOR])
async def test_without_the_phone_nobody_approves(app: FastAPI, studio: Studio, role: Role) -> None:
    broadcasts = [await write(studio, submit=False), await write(studio, submit=True)]
    await try_everything(app, studio.database, role, broadcasts, everywhere=False)
    sent, states = await what_happened(studio)
    assert sent == 0
    assert states <= {BroadcastState.DRAFT, BroadcastState.SUBMITTED}
