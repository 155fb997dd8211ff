"""T9: Somebody on the staff reads far too many people: it is seen, they are shut out, the report is filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.audit.log import AuditLog
from bot.audit.readings import UNMASKED, count_readings, load_reading_limit
from bot.clock import HANOI
from bot.commands.breach import DRILL, INSIDER, AccountUnknown, answer_breach, rehearse_breach, run_drill
from bot.domain.audit import AuditEvent
from bot.domain.staff import Role
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.integration.console.conftest import logged_in
from tests.integration.people.test_people import add_person

LIMIT = load_reading_limit()
BEGAN = datetime(2026, 11, 23, 2, tzinfo=UTC)


def unmaskings(*minutes: int, same: bool = False) -> list[AuditEvent]:
    return [
        AuditEvent(
            seq=number,
            happened_at=BEGAN + timedelta(minutes=minute),
            actor="a@b.vn",
            action=UNMASKED,
            subject=f"citizen:{0 if same else number}",
            details={"reason": "x"},
        )
        for number, minute in enumerate(minutes)
    ]


@pytest.mark.parametrize(
    ("events", "most"),
    [
        (unmaskings(0, 60, 121), 2),
        (unmaskings(0, 10, 20, 61), 3),
        (unmaskings(0, 61, 62, 63), 3),
        (unmaskings(0, 1, 2, same=True), 1),
    ],
)
def test_people_are_counted_once_within_an_hour(events: list[AuditEvent], most: int) -> None:
    (reading,) = count_readings(events, LIMIT)
    assert reading.most == most
    assert reading.unusual_at is None


def test_the_deadline_runs_from_the_first_person_too_many() -> None:
    (reading,) = count_readings(unmaskings(*range(LIMIT.people + 10)), LIMIT)
    assert reading.unusual_at == BEGAN + timedelta(minutes=LIMIT.people)


async def test_the_drill(database: Database, cipher: Cipher, clock: MovedClock, tmp_path: Path) -> None:
    report = await rehearse_breach(database, cipher, folder=tmp_path / "drills", clock=clock)
    written = report.read_text()
    assert DRILL in written
    assert f"| Tài khoản | {INSIDER} |" in written
    assert f"| Số người bị xem | {LIMIT.people + 1} |" in written
    assert "kết thúc 1 phiên" in written
    assert "Nhật ký | đủ và nguyên vẹn" in written
    assert f"{clock().astimezone(HANOI) + timedelta(hours=72):%d/%m/%Y}" in written
    assert "$" not in written
    assert report.stat().st_mode & 0o077 == 0
    async with database.begin() as tx:
        assert (await AuditLog(cipher).verify(tx)).is_whole


async def test_the_command_of_the_drill(tmp_path: Path) -> None:
    assert await run_drill(Settings(data_dir=tmp_path)) == 0
    assert len(list((tmp_path / "drills").glob("*.md"))) == 1


async def test_one_too_many_is_said_to_who_looks_after_it(
    app: FastAPI, seeded: Database, cipher: Cipher, clock: MovedClock, tmp_path: Path
) -> None:
    person = await add_person(seeded, cipher, clock)
    insider = await logged_in(app, seeded, Role.APPROVER, name="insider")
    auditor = await logged_in(app, seeded, Role.AUDITOR)
    async with seeded.begin() as tx:
        for number in range(LIMIT.people - 1):
            await AuditLog(cipher).record(
                tx, actor="insider@a.vn", action=UNMASKED, subject=f"citizen:{number}", now=clock(), reason="x"
            )
    before = REGISTRY.get_sample_value("troly06_people_unmasked_unusually_total")
    path, reason = f"/console/people/{person}", "Người dân yêu cầu sửa ngày sinh"
    await insider.send(path, reason=reason)
    assert "đã bỏ che" not in (await auditor.get("/console")).text
    async with seeded.begin() as tx:
        await AuditLog(cipher).record(
            tx, actor="insider@a.vn", action=UNMASKED, subject="citizen:x", now=clock(), reason="x"
        )
    with capture_logs() as logs:
        await insider.send(path, reason=reason)
    (said,) = [each for each in logs if each["event"] == "people.unmasked_unusually"]
    assert (said["log_level"], said["people"]) == ("error", LIMIT.people + 1)
    assert "insider@" not in str(said)
    assert REGISTRY.get_sample_value("troly06_people_unmasked_unusually_total") == (before or 0) + 1
    assert f"insider@a.vn đã bỏ che {LIMIT.people + 1} người" in (await auditor.get("/console")).text
    assert "đã bỏ che" not in (await insider.get("/console")).text

    answer = await answer_breach(seeded, cipher, "Insider@a.vn", folder=tmp_path, now=clock())
    assert (answer.people, answer.sessions) == (LIMIT.people + 1, 1)
    assert (await insider.get("/console")).status_code == 303
    written = answer.report.read_text()
    assert str(person) in written
    assert reason in written
    assert "17/05/1990" not in written
    with pytest.raises(AccountUnknown):
        await answer_breach(seeded, cipher, "khong@a.vn", folder=tmp_path, now=clock())
    for browser in (insider, auditor):
        await browser.http.aclose()
