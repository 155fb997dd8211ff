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
from bot.storage.tables import LoginFailureRow, StaffRecoveryCodeRow, StaffRow, StaffSessionRow

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
    """A login that has not ended. `passed_at`: when nothing more was asked, None while a code is awaited."""

    id: UUID
    member: StaffMember
    csrf_token: str = field(repr=False)
    browser: str
    created_at: datetime
    last_seen_at: datetime
    passed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSecondStep:
    """What is known of an account's authenticator app."""

    secret_encrypted: bytes | None = field(repr=False)
    is_confirmed: bool
    last_step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """An account as the administrator sees it."""

    member: StaffMember
    is_active: bool
    created_at: datetime
    last_seen_at: datetime | None
    sessions: int


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
    """Return the account of an e-mail in lower case, unless it is turned off."""
    row = await tx.scalar(select(StaffRow).where(StaffRow.email == email, StaffRow.deactivated_at.is_(None)))
    return StaffAccount(member=_member(row), password_hash=row.password_hash) if row is not None else None


async def find_member(tx: AsyncSession, staff_id: UUID) -> StaffMember | None:
    """Return a member of staff, also one who is turned off, and let nobody else change them meanwhile."""
    row = await tx.scalar(select(StaffRow).where(StaffRow.id == staff_id).with_for_update())
    return _member(row) if row is not None else None


async def list_accounts(tx: AsyncSession) -> list[ListedAccount]:
    """List every account in order of e-mail."""
    rows = await tx.execute(
        select(StaffRow, func.max(StaffSessionRow.last_seen_at), func.count(StaffSessionRow.id))
        .outerjoin(StaffSessionRow, StaffSessionRow.staff_id == StaffRow.id)
        .group_by(StaffRow.id)
        .order_by(StaffRow.email)
    )
    return [
        ListedAccount(
            member=_member(row),
            is_active=row.deactivated_at is None,
            created_at=row.created_at,
            last_seen_at=seen_at,
            sessions=sessions,
        )
        for row, seen_at, sessions in rows
    ]


async def count_active(tx: AsyncSession, role: Role) -> int:
    """Count the accounts of a role that are on; nobody else changes them until the transaction ends."""
    rows = await tx.scalars(
        select(StaffRow.id)
        .where(StaffRow.role == role.value, StaffRow.deactivated_at.is_(None))
        .order_by(StaffRow.id)
        .with_for_update()
    )
    return len(list(rows))


async def record_role(tx: AsyncSession, staff_id: UUID, role: Role) -> None:
    """Give an account another role."""
    await tx.execute(update(StaffRow).where(StaffRow.id == staff_id).values(role=role.value))


async def record_password(tx: AsyncSession, staff_id: UUID, password_hash: str) -> None:
    """Give an account another password."""
    await tx.execute(update(StaffRow).where(StaffRow.id == staff_id).values(password_hash=password_hash))


async def record_active(tx: AsyncSession, staff_id: UUID, *, deactivated_at: datetime | None) -> None:
    """Turn an account off since a moment, or on again."""
    await tx.execute(update(StaffRow).where(StaffRow.id == staff_id).values(deactivated_at=deactivated_at))


async def claim_second_step(tx: AsyncSession, staff_id: UUID) -> StaffSecondStep:
    """Return what is known of an account's app; two codes are never checked at the same time."""
    row = await tx.scalar(select(StaffRow).where(StaffRow.id == staff_id).with_for_update())
    if row is None:
        return StaffSecondStep(secret_encrypted=None, is_confirmed=False, last_step=None)
    return StaffSecondStep(
        secret_encrypted=row.totp_secret_encrypted,
        is_confirmed=row.totp_confirmed_at is not None,
        last_step=row.totp_last_step,
    )


async def record_totp_secret(tx: AsyncSession, staff_id: UUID, encrypted: bytes | None) -> None:
    """Write a new secret that is not confirmed yet, or none; the recovery codes of the old one go."""
    values = {"totp_secret_encrypted": encrypted, "totp_confirmed_at": None, "totp_last_step": None}
    await tx.execute(update(StaffRow).where(StaffRow.id == staff_id).values(values))
    await record_recovery_codes(tx, staff_id, [])


async def record_totp_confirmed(tx: AsyncSession, staff_id: UUID, *, step: int, now: datetime) -> None:
    """Note that the first code was right: from now on one is asked for."""
    values = {"totp_confirmed_at": now, "totp_last_step": step}
    await tx.execute(update(StaffRow).where(StaffRow.id == staff_id).values(values))


async def record_totp_step(tx: AsyncSession, staff_id: UUID, step: int) -> None:
    """Note the half minute of a code that was taken."""
    await tx.execute(update(StaffRow).where(StaffRow.id == staff_id).values(totp_last_step=step))


async def record_recovery_codes(tx: AsyncSession, staff_id: UUID, hashes: Sequence[bytes]) -> None:
    """Replace the recovery codes of an account."""
    await tx.execute(delete(StaffRecoveryCodeRow).where(StaffRecoveryCodeRow.staff_id == staff_id))
    tx.add_all(StaffRecoveryCodeRow(staff_id=staff_id, code_sha256=code) for code in hashes)
    await tx.flush()


async def use_recovery_code(tx: AsyncSession, staff_id: UUID, code_sha256: bytes, *, now: datetime) -> bool:
    """Take a recovery code that was not used; tell whether there was one."""
    used = await tx.scalar(
        update(StaffRecoveryCodeRow)
        .where(
            StaffRecoveryCodeRow.staff_id == staff_id,
            StaffRecoveryCodeRow.code_sha256 == code_sha256,
            StaffRecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(StaffRecoveryCodeRow.staff_id)
    )
    return used is not None


async def count_recovery_codes(tx: AsyncSession, staff_id: UUID) -> int:
    """Count the recovery codes that are left."""
    left = select(func.count()).where(
        StaffRecoveryCodeRow.staff_id == staff_id, StaffRecoveryCodeRow.used_at.is_(None)
    )
    return await tx.scalar(left) or 0


async def record_session(
    tx: AsyncSession,
    *,
    token_sha256: bytes,
    staff_id: UUID,
    csrf_token: str,
    browser: str,
    passed_at: datetime | None,
    now: datetime,
) -> None:
    """Write a new login."""
    tx.add(
        StaffSessionRow(
            token_sha256=token_sha256,
            staff_id=staff_id,
            csrf_token=csrf_token,
            browser=browser,
            passed_at=passed_at,
            created_at=now,
            last_seen_at=now,
        )
    )
    await tx.flush()


async def record_session_passed(tx: AsyncSession, session_id: UUID, *, now: datetime) -> None:
    """Note that the second step of a login was right."""
    await tx.execute(update(StaffSessionRow).where(StaffSessionRow.id == session_id).values(passed_at=now))


async def find_session(tx: AsyncSession, token_sha256: bytes) -> StaffSession | None:
    """Return a login by the hash of its token, ended by time or not."""
    found = (
        await tx.execute(
            select(StaffSessionRow, StaffRow)
            .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
            .where(StaffSessionRow.token_sha256 == token_sha256, StaffRow.deactivated_at.is_(None))
        )
    ).first()
    return _session(*found) if found is not None else None


async def list_sessions(tx: AsyncSession, staff_id: UUID) -> list[StaffSession]:
    """List the logins of an account, the one used last first, those ended by time too."""
    rows = await tx.execute(
        select(StaffSessionRow, StaffRow)
        .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
        .where(StaffSessionRow.staff_id == staff_id)
        .order_by(StaffSessionRow.last_seen_at.desc())
    )
    return [_session(session, staff) for session, staff in rows]


async def record_session_seen(tx: AsyncSession, token_sha256: bytes, *, now: datetime) -> None:
    """Note that a login is being used."""
    await tx.execute(
        update(StaffSessionRow).where(StaffSessionRow.token_sha256 == token_sha256).values(last_seen_at=now)
    )


async def delete_session(tx: AsyncSession, token_sha256: bytes) -> None:
    """End a login."""
    await tx.execute(delete(StaffSessionRow).where(StaffSessionRow.token_sha256 == token_sha256))


async def delete_sessions(
    tx: AsyncSession, staff_id: UUID, *, only: UUID | None = None, but: UUID | None = None
) -> int:
    """End logins of an account: one, all but one, or all; return how many."""
    statement = delete(StaffSessionRow).where(StaffSessionRow.staff_id == staff_id)
    if only is not None:
        statement = statement.where(StaffSessionRow.id == only)
    if but is not None:
        statement = statement.where(StaffSessionRow.id != but)
    ended = await tx.scalars(statement.returning(StaffSessionRow.id))
    return len(list(ended))


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
    return StaffMember(
        id=row.id, email=row.email, role=Role(row.role), has_second_step=row.totp_confirmed_at is not None
    )


def _session(session: StaffSessionRow, staff: StaffRow) -> StaffSession:
    return StaffSession(
        id=session.id,
        member=_member(staff),
        csrf_token=session.csrf_token,
        browser=session.browser,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        passed_at=session.passed_at,
    )
