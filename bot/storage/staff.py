"""Queries on staff accounts, their logins, and the attempts that make the next one wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.staff import Role, StaffMember
from bot.storage.tables import LoginFailureRow, StaffRow, StaffSessionRow

_FIRST_ACCOUNT_LOCK = 0x7466_0601
"""Held while the first account is made, so that two processes starting together make one."""


class EmailTaken(ValueError):
    """There is already an account with that e-mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccount:
    """A member of staff with the hash of the password, which never leaves the server."""

    member: StaffMember
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSession:
    """A login that has not ended."""

    member: StaffMember
    csrf_token: str = field(repr=False)
    created_at: datetime
    last_seen_at: datetime


async def record_staff(tx: AsyncSession, *, email: str, role: Role, password_hash: str) -> UUID:
    """Write a new account and return its id. `email`: in lower case.

    Raises:
        EmailTaken: there is one with that e-mail.
    """
    written: UUID | None = await tx.scalar(
        insert(StaffRow)
        .values(email=email, role=role.value, password_hash=password_hash)
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(StaffRow.id)
    )
    if written is None:
        raise EmailTaken(email)
    return written


async def claim_first_account(tx: AsyncSession) -> bool:
    """Tell whether there is no account yet; until the transaction ends, nobody else is told so."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_ACCOUNT_LOCK})
    return await tx.scalar(select(StaffRow.id).limit(1)) is None


async def find_account(tx: AsyncSession, email: str) -> StaffAccount | None:
    """Return the account of an e-mail in lower case."""
    row = await tx.scalar(select(StaffRow).where(StaffRow.email == email))
    return StaffAccount(member=_member(row), password_hash=row.password_hash) if row is not None else None


async def record_session(
    tx: AsyncSession, *, token_sha256: bytes, staff_id: UUID, csrf_token: str, now: datetime
) -> None:
    """Write a new login."""
    tx.add(
        StaffSessionRow(
            token_sha256=token_sha256, staff_id=staff_id, csrf_token=csrf_token, created_at=now, last_seen_at=now
        )
    )
    await tx.flush()


async def find_session(tx: AsyncSession, token_sha256: bytes) -> StaffSession | None:
    """Return a login by the hash of its token, ended by time or not."""
    found = (
        await tx.execute(
            select(StaffSessionRow, StaffRow)
            .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
            .where(StaffSessionRow.token_sha256 == token_sha256)
        )
    ).first()
    if found is None:
        return None
    session, staff = found
    return StaffSession(
        member=_member(staff),
        csrf_token=session.csrf_token,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
    )


async def record_session_seen(tx: AsyncSession, token_sha256: bytes, *, now: datetime) -> None:
    """Note that a login is being used."""
    await tx.execute(
        update(StaffSessionRow).where(StaffSessionRow.token_sha256 == token_sha256).values(last_seen_at=now)
    )


async def delete_session(tx: AsyncSession, token_sha256: bytes) -> None:
    """End a login."""
    await tx.execute(delete(StaffSessionRow).where(StaffSessionRow.token_sha256 == token_sha256))


async def delete_ended_sessions(tx: AsyncSession, *, seen_before: datetime, created_before: datetime) -> None:
    """Forget logins that ended by time."""
    await tx.execute(
        delete(StaffSessionRow).where(
            (StaffSessionRow.last_seen_at < seen_before) | (StaffSessionRow.created_at < created_before)
        )
    )


async def record_login_attempt(
    tx: AsyncSession, subjects: Sequence[bytes], *, now: datetime, remembered_for: timedelta
) -> list[int]:
    """Write an attempt under each subject, and return how many earlier ones each has; old ones are forgotten."""
    since = now - remembered_for
    await tx.execute(delete(LoginFailureRow).where(LoginFailureRow.failed_at < since))
    counted = await tx.execute(
        select(LoginFailureRow.subject, func.count())
        .where(LoginFailureRow.subject.in_(subjects))
        .group_by(LoginFailureRow.subject)
    )
    earlier: dict[bytes, int] = dict(counted.all())
    tx.add_all(LoginFailureRow(subject=subject, failed_at=now) for subject in subjects)
    await tx.flush()
    return [earlier.get(subject, 0) for subject in subjects]


async def forget_login_attempts(
    tx: AsyncSession, subjects: Sequence[bytes], *, made_at: datetime | None = None
) -> None:
    """Forget the attempts of subjects, because one succeeded: all of them, or only the one made at a moment."""
    statement = delete(LoginFailureRow).where(LoginFailureRow.subject.in_(subjects))
    if made_at is not None:
        statement = statement.where(LoginFailureRow.failed_at == made_at)
    await tx.execute(statement)


def _member(row: StaffRow) -> StaffMember:
    return StaffMember(id=row.id, email=row.email, role=Role(row.role))
