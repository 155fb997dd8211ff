"""`privacy breach`, `drill breach`: an account that read too much is shut out, and the report is filled in."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from string import Template
from uuid import uuid4

import structlog
from rich.console import Console

from bot.audit.log import AuditLog
from bot.audit.readings import UNMASKED, Reading, ReadingLimit, count_readings, list_unusual, load_reading_limit
from bot.clock import HANOI, Clock, read_clock
from bot.commands.staff import ACTOR
from bot.console.accounts import create_account, tidy_email
from bot.console.logins import Logins
from bot.domain.staff import Role
from bot.settings import DATA, Settings
from bot.storage.audit import list_events_since
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.storage.embedded import ROLE, EmbeddedServer
from bot.storage.encryption import Cipher
from bot.storage.migrate import migrate
from bot.storage.staff import delete_sessions, list_accounts, record_active

FORM = DATA / "privacy" / "breach-report.md"
INSIDER = "nguoi-trong-cuoc@vi-du.invalid"
DRILL = "**TẬP DƯỢT. Tài khoản và người trong báo cáo này là bịa.**"
REASON = "Người dân yêu cầu kiểm tra"

log = structlog.get_logger()


class AccountUnknown(Exception):
    """There is no account with that e-mail."""


class DrillFailed(Exception):
    """Something of the drill did not hold; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachAnswer:
    """What was done about an account. `report`: the file that was written. `sessions`: logins that ended."""

    report: Path
    sessions: int
    people: int


async def answer_breach(
    database: Database, cipher: Cipher, email: str, *, folder: Path, now: datetime, heading: str = ""
) -> BreachAnswer:
    """Turn an account off, end its logins, and write the report from what the audit log knows of it.

    Raises:
        AccountUnknown: there is none with that e-mail.
    """
    email, limit, audit = tidy_email(email), load_reading_limit(), AuditLog(cipher)
    async with database.begin() as tx:
        account = next((each for each in await list_accounts(tx) if each.member.email == email), None)
        if account is None:
            raise AccountUnknown(email)
        if account.is_active:
            await record_active(tx, account.member.id, deactivated_at=now)
        sessions = await delete_sessions(tx, account.member.id)
        await audit.record(
            tx, actor=ACTOR, action="staff.deactivate", subject=f"staff:{email}", now=now, sessions=sessions
        )
    async with database.begin() as tx:
        events = await list_events_since(tx, UNMASKED, since=now - timedelta(days=limit.report_days), actor=email)
        is_whole = (await audit.verify(tx)).is_whole
    readings = count_readings(events, limit)
    reading = readings[0] if readings else None
    report = folder / f"{now.astimezone(HANOI):%Y-%m-%d-%H%M%S}-{account.member.id}.md"
    text = _fill_in(email, reading, limit, sessions=sessions, is_whole=is_whole, now=now, heading=heading)
    await asyncio.to_thread(_write, report, text)
    people = len(reading.people) if reading is not None else 0
    log.warning("breach.answered", staff_id=str(account.member.id), sessions=sessions, people=people)
    return BreachAnswer(report=report, sessions=sessions, people=people)


def _write(report: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    report.parent.mkdir(parents=True, exist_ok=True)
    report.touch(mode=0o600)
    report.write_text(text)


def _fill_in(
    email: str,
    reading: Reading | None,
    limit: ReadingLimit,
    *,
    sessions: int,
    is_whole: bool,
    now: datetime,
    heading: str,
) -> str:
    people = [subject.removeprefix("citizen:") for subject in reading.people] if reading is not None else []
    found = reading.unusual_at if reading is not None and reading.unusual_at is not None else now
    return Template(FORM.read_text()).substitute(
        heading=heading,
        source=limit.source,
        note=limit.note,
        now=_say(now),
        found=_say(found),
        due=_say(found + timedelta(hours=limit.report_within_hours)),
        hours=limit.report_within_hours,
        account=email,
        began=_say(reading.began_at) if reading is not None else "chưa bỏ che ai",
        ended=_say(reading.ended_at) if reading is not None else "chưa bỏ che ai",
        count=len(people),
        times=reading.times if reading is not None else 0,
        days=limit.report_days,
        minutes=limit.within_minutes,
        most=reading.most if reading is not None else 0,
        limit=limit.people,
        log="đủ và nguyên vẹn" if is_whole else "KHÔNG còn nguyên vẹn: chạy `python3 -m bot audit verify`",
        sessions=sessions,
        reasons=_list(reading.reasons if reading is not None else ()),
        people=_list([f"`{each}`" for each in people]),
    )


def _say(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"


def _list(lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "- Không có."


async def run_answer(settings: Settings, *, email: str) -> int:
    """Answer a breach in the database of the settings. Return the exit code of the command."""
    said = Console(stderr=True)
    database = Database(settings.database_url)
    try:
        answer = await answer_breach(
            database, open_cipher(settings), email, folder=settings.data_dir / "breaches", now=read_clock()
        )
    except AccountUnknown:
        said.print(f"Không có tài khoản {tidy_email(email)}. Xem trang Cán bộ.", highlight=False)
        return 1
    finally:
        await database.close()
    said.print(
        f"Đã khóa tài khoản và kết thúc {answer.sessions} phiên. {answer.people} người bị xem. "
        f"Báo cáo, còn chỗ cần điền: {answer.report}",
        highlight=False,
    )
    return 0


async def rehearse_breach(database: Database, cipher: Cipher, *, folder: Path, clock: Clock) -> Path:
    """Let an invented insider read too much, find them, shut them out, and return the report.

    Raises:
        DrillFailed: one of these did not hold.
    """
    limit, audit, now = load_reading_limit(), AuditLog(cipher), clock()
    async with database.begin() as tx:
        password = await create_account(tx, audit, email=INSIDER, role=Role.APPROVER, actor=ACTOR, now=now)
    logins = Logins(database, cipher, clock=clock)
    token = await logins.log_in(INSIDER, password, address="127.0.0.1", browser="drill", old_token=None)
    people = [uuid4() for _ in range(limit.people + 1)]
    async with database.begin() as tx:
        for number, person in enumerate(people):
            if number == limit.people and await list_unusual(tx, limit, since=now - limit.within):
                raise DrillFailed("as many as are usual were called unusual")
            await audit.record(
                tx, actor=INSIDER, action=UNMASKED, subject=f"citizen:{person}", now=now, reason=REASON
            )
        found = await list_unusual(tx, limit, since=now - limit.within)
    if [reading.actor for reading in found] != [INSIDER]:
        raise DrillFailed("the insider was not found")
    answer = await answer_breach(database, cipher, INSIDER, folder=folder, now=clock(), heading=DRILL)
    if await logins.find(token, now=clock()) is not None:
        raise DrillFailed("the login goes on")
    written = await asyncio.to_thread(answer.report.read_text)
    if not all(str(person) in written for person in people):
        raise DrillFailed("the report leaves people out")
    return answer.report


async def run_drill(settings: Settings) -> int:
    """Rehearse in a database of its own, which goes afterwards. Return the exit code of the command."""
    said, began = Console(stderr=True), read_clock()
    with tempfile.TemporaryDirectory(prefix="troly06-drill-") as folder:
        server = EmbeddedServer(Path(folder) / "postgres")
        try:
            server.apply_settings()
            server.create_roles()
            server.create_database()
            migrate(server.owner_url(), role=ROLE)
            database = Database(server.url())
            try:
                report = await rehearse_breach(
                    database,
                    Cipher(secrets.token_bytes(32)),
                    folder=settings.data_dir / "drills",
                    clock=read_clock,
                )
            finally:
                await database.close()
        except DrillFailed as failed:
            said.print(f"[red]Tập dượt chưa đạt:[/red] {failed}", highlight=False)
            return 1
        finally:
            server.stop()
    took = (read_clock() - began).total_seconds()
    said.print(
        f"Đạt: thấy người xem quá nhiều, khóa tài khoản, phiên đã hết, báo cáo đủ người. {took:.0f} giây. "
        f"Mở {report} và tập điền phần còn trống.",
        highlight=False,
    )
    return 0
