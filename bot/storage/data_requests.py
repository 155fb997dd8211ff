"""Queries on what citizens asked for about their own data. What they wrote is masked and encrypted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.data_request import RequestKind, RequestState
from bot.domain.messages import Channel
from bot.storage.encryption import Cipher
from bot.storage.tables import DataRequestRow

_COLUMN = "data_requests.said"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequest:
    """One request. `channel`: None: made at a counter. `citizen_id`: None where nobody is kept for it."""

    id: UUID
    citizen_id: UUID | None
    kind: RequestKind
    channel: Channel | None
    said: str = field(repr=False)
    state: RequestState
    asked_at: datetime
    due_on: date
    extended_because: str
    answer: str = field(repr=False)
    settled_by: str | None
    settled_at: datetime | None


async def record_request(
    tx: AsyncSession,
    cipher: Cipher,
    kind: RequestKind,
    *,
    citizen_id: UUID | None,
    channel: Channel | None,
    said: str,
    due_on: date,
    now: datetime,
    state: RequestState = RequestState.OPEN,
) -> UUID:
    """Write a request down, and return its id."""
    request_id = uuid4()
    tx.add(
        DataRequestRow(
            id=request_id,
            citizen_id=citizen_id,
            kind=kind,
            channel=channel,
            said_encrypted=cipher.encrypt(said, column=_COLUMN, row=request_id),
            state=state,
            asked_at=now,
            due_on=due_on,
            settled_at=now if state is RequestState.DONE else None,
        )
    )
    await tx.flush()
    return request_id


async def find_request(
    tx: AsyncSession, cipher: Cipher, request_id: UUID, *, lock: bool = False
) -> DataRequest | None:
    """Return a request. `lock`: keep it for this transaction."""
    query = select(DataRequestRow).where(DataRequestRow.id == request_id)
    row = await tx.scalar(query.with_for_update() if lock else query)
    return _request(row, cipher) if row is not None else None


async def list_requests(tx: AsyncSession, cipher: Cipher, *, settled: bool, limit: int) -> list[DataRequest]:
    """List requests: open ones by their day, or those that are done, the newest first."""
    state = RequestState.DONE if settled else RequestState.OPEN
    order = DataRequestRow.settled_at.desc() if settled else DataRequestRow.due_on
    rows = await tx.scalars(
        select(DataRequestRow).where(DataRequestRow.state == state).order_by(order, DataRequestRow.id).limit(limit)
    )
    return [_request(row, cipher) for row in rows]


async def list_of_citizen(tx: AsyncSession, cipher: Cipher, citizen_id: UUID) -> list[DataRequest]:
    """List the requests of a citizen, the newest first."""
    rows = await tx.scalars(
        select(DataRequestRow)
        .where(DataRequestRow.citizen_id == citizen_id)
        .order_by(DataRequestRow.asked_at.desc())
    )
    return [_request(row, cipher) for row in rows]


async def count_open_requests(tx: AsyncSession) -> int:
    """Count the requests that somebody has to do."""
    query = select(func.count()).select_from(DataRequestRow).where(DataRequestRow.state == RequestState.OPEN)
    return (await tx.execute(query)).scalar_one()


async def change_request(tx: AsyncSession, request_id: UUID, **values: object) -> None:
    """Change a request that the caller holds locked."""
    await tx.execute(update(DataRequestRow).where(DataRequestRow.id == request_id).values(**values))


async def erase_requests(tx: AsyncSession, cipher: Cipher, citizen_id: UUID, *, now: datetime) -> None:
    """Forget what a citizen asked for and was answered; there is nothing left to do about it."""
    rows = await tx.scalars(
        select(DataRequestRow).where(DataRequestRow.citizen_id == citizen_id).with_for_update()
    )
    for row in rows:
        row.said_encrypted = cipher.encrypt("", column=_COLUMN, row=row.id)
        row.answer = row.extended_because = ""
        row.citizen_id = None
        row.state, row.settled_at = RequestState.DONE, row.settled_at or now
    await tx.flush()


async def delete_settled_requests(tx: AsyncSession, *, settled_before: datetime) -> None:
    """Delete requests that were done long ago."""
    await tx.execute(delete(DataRequestRow).where(DataRequestRow.settled_at < settled_before))


def _request(row: DataRequestRow, cipher: Cipher) -> DataRequest:
    return DataRequest(
        id=row.id,
        citizen_id=row.citizen_id,
        kind=RequestKind(row.kind),
        channel=Channel(row.channel) if row.channel is not None else None,
        said=cipher.decrypt(row.said_encrypted, column=_COLUMN, row=row.id),
        state=RequestState(row.state),
        asked_at=row.asked_at,
        due_on=row.due_on,
        extended_because=row.extended_because,
        answer=row.answer,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
