"""Nobody rewrites what was done: the processes cannot, and who can is found out."""

from __future__ import annotations

import asyncio
import base64

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from bot.audit.log import AuditLog, AuditReport
from bot.commands.audit import verify_audit
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock, Owner

EVENTS = 7
UNGUARD = text("ALTER TABLE audit_events DISABLE TRIGGER ALL")


@pytest.fixture
def audit(cipher: Cipher) -> AuditLog:
    return AuditLog(cipher)


@pytest.fixture
async def written(database: Database, audit: AuditLog, clock: MovedClock) -> Database:
    for number in range(EVENTS):
        async with database.begin() as tx:
            await audit.record(
                tx, actor="a@b.vn", action="answer.edit", subject=f"answer:{number}", now=clock(), revision=number
            )
    return database


async def verify(database: Database, audit: AuditLog, known_head: str = "") -> AuditReport:
    async with database.begin() as tx:
        return await audit.verify(tx, known_head=known_head)


async def test_a_log_as_it_was_written_is_whole(written: Database, audit: AuditLog) -> None:
    report = await verify(written, audit)
    assert report.is_whole
    assert report.events == EVENTS
    assert (await verify(written, audit, known_head=report.head)).is_whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "DROP TABLE audit_events",
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
    ],
)
async def test_the_processes_cannot_change_it(written: Database, audit: AuditLog, statement: str) -> None:
    """T9, T32: an insider lowers safeguards; a service that may too much."""
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        async with written.begin() as tx:
            await tx.execute(text(statement))
    assert (await verify(written, audit)).is_whole


async def test_its_owner_cannot_by_mistake(written: Database, owner: Owner) -> None:
    async with owner() as tx:
        with pytest.raises(ProgrammingError, match="never changed"):
            await tx.execute(text("UPDATE audit_events SET actor = 'x' WHERE seq = 3"))


@pytest.mark.parametrize(
    ("statement", "tampered", "missing"),
    [
        ("UPDATE audit_events SET actor = 'x' WHERE seq = 3", (3,), ()),
        ("UPDATE audit_events SET details = '{}' WHERE seq = 7", (7,), ()),
        ("UPDATE audit_events SET happened_at = happened_at + interval '1 second' WHERE seq = 1", (1,), ()),
        ("UPDATE audit_events SET seal = sha256('x') WHERE seq = 5", (5, 6), ()),
        ("DELETE FROM audit_events WHERE seq = 4", (), (4,)),
        ("DELETE FROM audit_events WHERE seq IN (1, 2)", (), (1, 2)),
    ],
)
async def test_who_can_is_found_out(  # noqa: PLR0917 -- three fixtures and a row of the table above
    written: Database,
    audit: AuditLog,
    owner: Owner,
    statement: str,
    tampered: tuple[int, ...],
    missing: tuple[int, ...],
) -> None:
    """T9: an insider lowers safeguards."""
    async with owner() as tx:
        await tx.execute(UNGUARD)
        await tx.execute(text(statement))
    report = await verify(written, audit)
    assert not report.is_whole
    assert (report.tampered, report.missing) == (tampered, missing)


async def test_an_end_that_was_cut_off_shows_against_a_known_one(
    written: Database, audit: AuditLog, owner: Owner, database_url: SecretStr
) -> None:
    head = (await verify(written, audit)).head
    async with owner() as tx:
        await tx.execute(UNGUARD)
        await tx.execute(text("DELETE FROM audit_events WHERE seq > 5"))
    assert (await verify(written, audit)).is_whole, "it cannot show by itself"
    assert (await verify(written, audit, known_head=head)).missing == (6, 7)
    settings = Settings(database_url=database_url, data_key=SecretStr(base64.b64encode(bytes(range(32))).decode()))
    assert await verify_audit(settings, known_head="") == 0
    assert await verify_audit(settings, known_head=head) == 1


async def test_many_at_once_make_one_chain(database: Database, audit: AuditLog, clock: MovedClock) -> None:
    async def write(number: int) -> None:
        async with database.begin() as tx:
            await audit.record(tx, actor=f"{number}@b.vn", action="login", subject="staff", now=clock())

    await asyncio.gather(*(write(number) for number in range(20)))
    report = await verify(database, audit)
    assert report.is_whole
    assert report.events == 20


async def test_what_is_undone_is_not_written(database: Database, audit: AuditLog, clock: MovedClock) -> None:
    async def fail() -> None:
        async with database.begin() as tx:
            await audit.record(tx, actor="a@b.vn", action="login", subject="staff", now=clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert (await verify(database, audit)).events == 0
