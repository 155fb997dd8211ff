"""Queries on applications, as citizens are told of them. bot/storage/application_sync.py writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.application import ApplicantSecrets, Application, ApplicationState
from bot.storage.application_sync import BIRTH_DATE_COLUMN, ID_NUMBER_COLUMN, ID_NUMBER_PURPOSE, bind_to
from bot.storage.encryption import Cipher
from bot.storage.tables import ApplicationEventRow, ApplicationRow

LISTED_AT_MOST = 20
_SAME_CODE_AT_MOST = 3
_LOOKUP_LOCK = 0x06_0006


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSince:
    """One line of an application's history."""

    state: ApplicationState
    since: datetime


async def lock_code(tx: AsyncSession, code_key: str) -> None:
    """Let nobody else look this code up until the transaction ends."""
    await tx.execute(
        text("SELECT pg_advisory_xact_lock(:lock, hashtext(:code_key))"),
        {"lock": _LOOKUP_LOCK, "code_key": code_key},
    )


async def list_by_code(
    tx: AsyncSession, code_key: str, cipher: Cipher
) -> list[tuple[Application, ApplicantSecrets]]:
    """List the applications with a code (of different sources, if any), each with its applicant's secrets."""
    rows = await tx.scalars(
        select(ApplicationRow)
        .where(ApplicationRow.code_key == code_key)
        .order_by(ApplicationRow.data_as_of.desc())
        .limit(_SAME_CODE_AT_MOST)
    )
    return [(_application(row), _secrets(row, cipher)) for row in rows]


async def list_by_id(tx: AsyncSession, ids: Sequence[UUID], *, lock: bool = False) -> list[Application]:
    """List applications by their ids. `lock`: whoever reports a change of them waits for this transaction."""
    statement = select(ApplicationRow).where(ApplicationRow.id.in_(ids)).order_by(ApplicationRow.id)
    rows = await tx.scalars(statement.with_for_update(read=True) if lock else statement)
    return [_application(row) for row in rows]


async def list_by_person(tx: AsyncSession, id_number_indexes: Sequence[bytes]) -> list[Application]:
    """List the applications of some people, the latest first."""
    rows = await tx.scalars(
        select(ApplicationRow)
        .where(ApplicationRow.id_number_index.in_(id_number_indexes))
        .order_by(ApplicationRow.state_since.desc())
        .limit(LISTED_AT_MOST)
    )
    return [_application(row) for row in rows]


async def find_secrets(tx: AsyncSession, application_id: UUID, cipher: Cipher) -> ApplicantSecrets | None:
    """Return what opens an application, None where it is gone."""
    row = await tx.get(ApplicationRow, application_id)
    return _secrets(row, cipher) if row is not None else None


async def list_history(tx: AsyncSession, application_id: UUID) -> list[StateSince]:
    """List the states an application has been in, the oldest first."""
    rows = await tx.execute(
        select(ApplicationEventRow.state, ApplicationEventRow.since)
        .where(ApplicationEventRow.application_id == application_id)
        .order_by(ApplicationEventRow.since, ApplicationEventRow.state)
    )
    return [StateSince(state=ApplicationState(state), since=since) for state, since in rows]


async def count_of_source(tx: AsyncSession, source: str) -> int:
    """Return how many applications a source system has reported."""
    counted = select(func.count()).select_from(ApplicationRow).where(ApplicationRow.source == source)
    return (await tx.execute(counted)).scalar_one()


def index_id_number(id_number: str, cipher: Cipher) -> bytes:
    """Return what an ID number is found by."""
    return cipher.index(id_number, purpose=ID_NUMBER_PURPOSE)


def _application(row: ApplicationRow) -> Application:
    return Application(
        id=row.id,
        code=row.code,
        procedure_name=row.procedure_name,
        office=row.office,
        state=ApplicationState(row.state),
        state_since=row.state_since,
        promised_on=row.promised_on,
        respond_by=row.respond_by,
        data_as_of=row.data_as_of,
        next_step=row.next_step,
        source=row.source,
        is_demo=row.is_demo,
    )


def _secrets(row: ApplicationRow, cipher: Cipher) -> ApplicantSecrets:
    bound_to = bind_to(row.source, row.code)
    return ApplicantSecrets(
        id_number=cipher.decrypt(row.id_number_encrypted, column=ID_NUMBER_COLUMN, row=bound_to)
        if row.id_number_encrypted is not None
        else None,
        birth_date=date.fromisoformat(
            cipher.decrypt(row.birth_date_encrypted, column=BIRTH_DATE_COLUMN, row=bound_to)
        )
        if row.birth_date_encrypted is not None
        else None,
    )
