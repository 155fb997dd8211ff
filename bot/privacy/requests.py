"""Requests of citizens about their own data: by which day each must be done, and that it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.domain.data_request import RequestKind, RequestState
from bot.domain.messages import Channel
from bot.domain.working_days import Deadline, WorkingCalendar, describe_deadline
from bot.storage.data_requests import (
    DataRequest,
    change_request,
    find_request,
    list_of_citizen,
    list_requests,
    record_request,
)
from bot.storage.encryption import Cipher
from bot.yaml_files import read_yaml


class DeadlinesInvalid(ValueError):
    """data/data-requests.yml does not fit its schema."""


class RequestSettled(Exception):
    """The request is done already, is not there, or cannot be extended (again)."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KindDeadline(_Record):
    """How long one kind may take. `extension_days`: once, where the law knows of one."""

    days: int = Field(ge=1)
    extension_days: int | None = Field(default=None, ge=1)


class Deadlines(_Record):
    """The file, with where it is from."""

    source: str
    effective_from: date
    checked_on: date
    note: str
    acknowledge_working_days: int = Field(ge=1)
    kinds: Mapping[RequestKind, KindDeadline]


class DataRequests:
    """Takes requests, counts their days, and settles them."""

    def __init__(self, deadlines: Deadlines, calendar: WorkingCalendar, cipher: Cipher) -> None:
        self.deadlines = deadlines
        self._calendar = calendar
        self._cipher = cipher

    async def add(
        self,
        tx: AsyncSession,
        kind: RequestKind,
        *,
        citizen_id: UUID | None,
        channel: Channel | None,
        said: str,
        now: datetime,
    ) -> date:
        """Take a request and return its last day. `said`: masked. `channel`: None: made at a counter."""
        due_on = hanoi_date(now) + timedelta(days=self.deadlines.kinds[kind].days)
        await record_request(
            tx, self._cipher, kind, citizen_id=citizen_id, channel=channel, said=said, due_on=due_on, now=now
        )
        return due_on

    async def note_done_at_once(
        self, tx: AsyncSession, kind: RequestKind, *, channel: Channel, now: datetime, said: str = ""
    ) -> str:
        """Write that the assistant itself did what somebody asked for, without whose it was; return the receipt.

        `said`: what was done, in words of ours.
        """
        request_id = await record_request(
            tx,
            self._cipher,
            kind,
            citizen_id=None,
            channel=channel,
            said=said,
            due_on=hanoi_date(now) + timedelta(days=self.deadlines.kinds[kind].days),
            now=now,
            state=RequestState.DONE,
        )
        return make_receipt(request_id)

    async def extend(self, tx: AsyncSession, request_id: UUID, *, because: str) -> date:
        """Give a request more days, once, and return the new day.

        Raises:
            RequestSettled: it is done, was extended before, or its kind cannot be.
        """
        held = await find_request(tx, self._cipher, request_id, lock=True)
        more = self.deadlines.kinds[held.kind].extension_days if held is not None else None
        if held is None or held.state is not RequestState.OPEN or held.extended_because or more is None:
            raise RequestSettled(request_id)
        due_on = held.due_on + timedelta(days=more)
        await change_request(tx, request_id, due_on=due_on, extended_because=because)
        return due_on

    async def settle(self, tx: AsyncSession, request_id: UUID, *, answer: str, staff: str, now: datetime) -> None:
        """Write that a request was done, and what its citizen reads of it.

        Raises:
            RequestSettled: it was done before.
        """
        held = await find_request(tx, self._cipher, request_id, lock=True)
        if held is None or held.state is not RequestState.OPEN:
            raise RequestSettled(request_id)
        await change_request(
            tx, request_id, state=RequestState.DONE, answer=answer, settled_by=staff, settled_at=now
        )

    async def list_all(self, tx: AsyncSession, *, settled: bool, limit: int) -> list[DataRequest]:
        """List open requests by their day, or those that are done, the newest first."""
        return await list_requests(tx, self._cipher, settled=settled, limit=limit)

    async def list_of(self, tx: AsyncSession, citizen_id: UUID) -> list[DataRequest]:
        """List the requests of a citizen, the newest first."""
        return await list_of_citizen(tx, self._cipher, citizen_id)

    def describe(self, request: DataRequest, *, today: date) -> Deadline:
        """Return how the day of a request stands to today, in working days."""
        return describe_deadline(request.due_on, today=today, calendar=self._calendar)


def make_receipt(request_id: UUID) -> str:
    """Return the code (mã biên nhận) by which a citizen and staff speak of a request; it opens nothing."""
    code = request_id.hex[:8].upper()
    return f"BN-{code[:4]}-{code[4:]}"


def load_deadlines(path: Path) -> Deadlines:
    """Return the deadlines of the file; every kind has one.

    Raises:
        DeadlinesInvalid: it does not fit the schema.
    """
    try:
        found = Deadlines.model_validate(read_yaml(path))
    except ValidationError as error:
        raise DeadlinesInvalid(str(error)) from error
    if missing := set(RequestKind) - set(found.kinds):
        raise DeadlinesInvalid(f"no deadline for {sorted(missing)}")
    return found
