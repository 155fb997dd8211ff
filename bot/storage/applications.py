"""Queries on applications, their history, and the failures that close the door to guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.application import ApplicantSecrets, Application, ApplicationState
from bot.storage.encryption import Cipher
from bot.storage.tables import ApplicationEventRow, ApplicationRow, LookupFailureRow

ID_NUMBER_COLUMN = "applications.id_number"
BIRTH_DATE_COLUMN = "applications.birth_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedApplication:
    """One application as its source system reports it."""

    source: str
    code: str
    procedure_name: str
    office: str
    state: ApplicationState
    state_since: datetime
    promised_on: date | None
    data_as_of: datetime
    next_step: str | None
    secrets: ApplicantSecrets
    is_demo: bool = False


async def find_application(
    tx: AsyncSession, code: str, cipher: Cipher
) -> tuple[Application, ApplicantSecrets] | None:
    """Return an application and its applicant's secrets, None where the code is not known."""
    row = (
        await tx.scalars(
            select(ApplicationRow)
            .where(ApplicationRow.code == code)
            .order_by(ApplicationRow.data_as_of.desc())
            .limit(1)
        )
    ).first()
    return (_application(row), _secrets(row, cipher)) if row is not None else None


async def record_application(tx: AsyncSession, reported: ReportedApplication, cipher: Cipher) -> None:
    """Write what a source system reports; an older report than the one we have changes nothing."""
    values = {
        "procedure_name": reported.procedure_name,
        "office": reported.office,
        "state": reported.state.value,
        "state_since": reported.state_since,
        "promised_on": reported.promised_on,
        "data_as_of": reported.data_as_of,
        "next_step": reported.next_step,
        "is_demo": reported.is_demo,
    }
    statement = insert(ApplicationRow).values(source=reported.source, code=reported.code, **values)
    written = await tx.scalar(
        statement.on_conflict_do_update(
            index_elements=["source", "code"],
            set_=values,
            where=ApplicationRow.data_as_of <= statement.excluded.data_as_of,
        ).returning(ApplicationRow.id)
    )
    if written is None:
        return
    row = await tx.get_one(ApplicationRow, written, populate_existing=True)
    secrets = reported.secrets
    if secrets.id_number is not None:
        row.id_number_encrypted = cipher.encrypt(secrets.id_number, column=ID_NUMBER_COLUMN, row=row.id)
        row.id_number_index = cipher.index(secrets.id_number, purpose="id-number")
    if secrets.birth_date is not None:
        row.birth_date_encrypted = cipher.encrypt(
            secrets.birth_date.isoformat(), column=BIRTH_DATE_COLUMN, row=row.id
        )
    last = await tx.scalar(
        select(ApplicationEventRow.state)
        .where(ApplicationEventRow.application_id == row.id)
        .order_by(ApplicationEventRow.id.desc())
        .limit(1)
    )
    if last != reported.state.value:
        tx.add(ApplicationEventRow(application_id=row.id, state=row.state, since=row.state_since))


async def list_failures(
    tx: AsyncSession, subjects: Sequence[bytes], *, since: datetime
) -> dict[bytes, list[datetime]]:
    """List when lookups of each subject failed since a moment, oldest first."""
    found: dict[bytes, list[datetime]] = {subject: [] for subject in subjects}
    rows = await tx.execute(
        select(LookupFailureRow.subject, LookupFailureRow.failed_at)
        .where(LookupFailureRow.subject.in_(subjects), LookupFailureRow.failed_at > since)
        .order_by(LookupFailureRow.failed_at)
    )
    for subject, failed_at in rows:
        found[subject].append(failed_at)
    return found


async def record_failure(tx: AsyncSession, subjects: Sequence[bytes], *, now: datetime) -> None:
    """Write that a lookup failed, once for each subject."""
    tx.add_all(LookupFailureRow(subject=subject, failed_at=now) for subject in subjects)


async def forget_failures(tx: AsyncSession, *, older_than: timedelta, now: datetime) -> None:
    """Delete failures that no longer count."""
    await tx.execute(delete(LookupFailureRow).where(LookupFailureRow.failed_at < now - older_than))


def _application(row: ApplicationRow) -> Application:
    return Application(
        id=row.id,
        code=row.code,
        procedure_name=row.procedure_name,
        office=row.office,
        state=ApplicationState(row.state),
        state_since=row.state_since,
        promised_on=row.promised_on,
        data_as_of=row.data_as_of,
        next_step=row.next_step,
        is_demo=row.is_demo,
    )


def _secrets(row: ApplicationRow, cipher: Cipher) -> ApplicantSecrets:
    return ApplicantSecrets(
        id_number=cipher.decrypt(row.id_number_encrypted, column=ID_NUMBER_COLUMN, row=row.id)
        if row.id_number_encrypted is not None
        else None,
        birth_date=date.fromisoformat(
            cipher.decrypt(row.birth_date_encrypted, column=BIRTH_DATE_COLUMN, row=row.id)
        )
        if row.birth_date_encrypted is not None
        else None,
    )
