"""Deliveries (lượt gửi): the only file that changes their state.

Leases run on the database's clock, so that machines whose clocks differ agree on who holds a row. A claim carries
its worker and its attempt: what a worker records counts only while both still match, so one that slept through
its lease changes nothing when it wakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.delivery import (
    ClaimedDelivery,
    DeliveryState,
    LostDelivery,
    NewDelivery,
    NotSentReason,
    Recipient,
)
from bot.domain.messages import Channel, ChatAddress
from bot.storage.stops import announce_stops
from bot.storage.tables import DeliveryRow

_CLAIM = text(
    """
    UPDATE deliveries
    SET state = 'claimed', claimed_by = :worker, claimed_until = clock_timestamp() + :lease,
        attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM deliveries AS due
        WHERE job_id = :job_id AND state = 'waiting' AND (not_before IS NULL OR not_before <= :now)
            AND (CAST(:chat_gap AS interval) = '0' OR NOT EXISTS (
                SELECT 1 FROM deliveries AS last
                WHERE last.contact_id = due.contact_id AND last.id <> due.id AND (
                    (last.state = 'claimed' AND last.claimed_until > now())
                    OR (last.state = 'sent' AND last.settled_at > CAST(:now AS timestamptz) - :chat_gap))))
        ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING id, idempotency_key, contact_id, channel, purpose, message, expires_at, attempts
    """
)
_RECIPIENT = text(
    """
    SELECT held.id, contact.channel, contact.chat, contact.stopped_at IS NOT NULL AS is_stopped,
        (SELECT state FROM broadcasts WHERE broadcasts.id = held.broadcast_id) AS broadcast_state,
        COALESCE((
            SELECT ledger.action = 'given' FROM consent_events AS ledger
            WHERE ledger.citizen_id = contact.citizen_id AND ledger.purpose = held.purpose
            ORDER BY ledger.id DESC LIMIT 1
        ), false) AS has_consent
    FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS smallint[]), CAST(:workers AS text[]))
        AS claim (id, attempt, worker)
    JOIN deliveries AS held ON held.id = claim.id
    JOIN contacts AS contact ON contact.id = held.contact_id
    WHERE held.state = 'claimed' AND held.claimed_by = claim.worker AND held.attempts = claim.attempt
        AND held.claimed_until > clock_timestamp()
    """
)
_SENT = text(
    """
    UPDATE deliveries AS held SET state = 'sent', reason = NULL, settled_at = :now
    FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS smallint[]), CAST(:workers AS text[]))
        AS claim (id, attempt, worker)
    WHERE held.id = claim.id AND held.state = 'claimed' AND held.claimed_by = claim.worker
        AND held.attempts = claim.attempt
    RETURNING held.id
    """
)
_PUT_BACK = text(
    """
    UPDATE deliveries AS held SET state = 'waiting', claimed_until = NULL, job_id = :job_id,
        not_before = :not_before
    FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS smallint[]), CAST(:workers AS text[]))
        AS claim (id, attempt, worker)
    WHERE held.id = claim.id AND held.state = 'claimed' AND held.claimed_by = claim.worker
        AND held.attempts = claim.attempt
    """
)
_LOST = text(
    """
    SELECT lost.id, lost.channel, lost.purpose FROM deliveries AS lost
    WHERE lost.state IN ('waiting', 'claimed') AND (
        (lost.state = 'claimed' AND lost.claimed_until <= now())
        OR (
            lost.state = 'waiting' AND (lost.not_before IS NULL OR lost.not_before <= :now)
            AND NOT EXISTS (
                SELECT 1 FROM procrastinate_jobs AS job
                LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
                WHERE job.id = lost.job_id
                    AND (job.status = 'todo'
                        OR (job.status = 'doing' AND worker.last_heartbeat > now() - CAST(:silence AS interval)))
            )
        )
    )
    ORDER BY lost.id LIMIT :limit FOR UPDATE OF lost SKIP LOCKED
    """
)
_EXPIRE = text(
    """
    UPDATE deliveries SET state = 'expired', reason = 'too-late', claimed_by = NULL, settled_at = :now
    WHERE id IN (
        SELECT id FROM deliveries
        WHERE state IN ('held', 'waiting', 'claimed') AND expires_at <= :now
            AND (state <> 'claimed' OR claimed_until <= now())
        ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)


async def record_deliveries(tx: AsyncSession, new: Sequence[NewDelivery], *, job_id: int, now: datetime) -> int:
    """Write messages to be sent by a job, and return how many; one whose key is known is left as it is."""
    if not new:
        return 0
    written = await tx.execute(
        insert(DeliveryRow)
        .values(
            [
                {
                    "idempotency_key": each.idempotency_key,
                    "contact_id": each.contact_id,
                    "channel": each.channel.value,
                    "purpose": each.purpose,
                    "message": {**each.message, "code": each.code},
                    "code": each.code,
                    "expires_at": each.expires_at,
                    "job_id": job_id,
                    "created_at": now,
                }
                for each in new
            ]
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(DeliveryRow.id)
    )
    return len(written.all())


@dataclass(frozen=True, slots=True)
class KnownNotice:
    """What is told of a message to whoever shows its code."""

    purpose: str
    created_at: datetime


async def find_by_code(tx: AsyncSession, code: str) -> KnownNotice | None:
    """Return the message that shows a code, None where none of ours does."""
    row = await tx.scalar(select(DeliveryRow).where(DeliveryRow.code == code))
    return KnownNotice(row.purpose, row.created_at) if row is not None else None


async def claim_deliveries(
    tx: AsyncSession,
    *,
    job_id: int,
    worker: str,
    limit: int,
    lease: timedelta,
    now: datetime,
    chat_gap: timedelta = timedelta(),
) -> list[ClaimedDelivery]:
    """Take up to `limit` messages of a job for the length of the lease, oldest first.

    `chat_gap`: a chat that got a message less than this ago, or is about to, is left for later.
    """
    given = {
        "job_id": job_id,
        "worker": worker,
        "limit": limit,
        "lease": lease,
        "now": now,
        "chat_gap": chat_gap,
    }
    rows = (await tx.execute(_CLAIM, given)).all()
    claimed = [
        ClaimedDelivery(
            id=row.id,
            idempotency_key=row.idempotency_key,
            contact_id=row.contact_id,
            channel=Channel(row.channel),
            purpose=row.purpose,
            message=row.message,
            expires_at=row.expires_at,
            worker=worker,
            attempt=row.attempts,
        )
        for row in rows
    ]
    return sorted(claimed, key=lambda each: each.id)


async def find_recipients(tx: AsyncSession, held: Sequence[ClaimedDelivery]) -> dict[int, Recipient]:
    """Return, by message, who it is for and whether it may still go out; without those whose claim is over."""
    return {
        row.id: Recipient(
            address=ChatAddress(channel=Channel(row.channel), chat=row.chat),
            is_stopped=row.is_stopped,
            has_consent=row.has_consent,
            broadcast_state=row.broadcast_state,
        )
        for row in await tx.execute(_RECIPIENT, _bind(held))
    }


async def record_sent(tx: AsyncSession, held: Sequence[ClaimedDelivery], *, now: datetime) -> int:
    """Write that the messenger took them, and return how many; less where a claim was lost meanwhile."""
    return len((await tx.execute(_SENT, {**_bind(held), "now": now})).all())


async def record_not_sent(
    tx: AsyncSession, held: ClaimedDelivery, *, state: DeliveryState, reason: NotSentReason, now: datetime
) -> bool:
    """Write that it will not be sent, and why; False where the claim was lost meanwhile."""
    return await _change(tx, held, state=state, settled_at=now, reason=reason.value)


async def record_put_back(
    tx: AsyncSession, held: Sequence[ClaimedDelivery], *, job_id: int, not_before: datetime
) -> None:
    """Let go of messages, for another job and a later moment; those whose claim was lost are left as they are."""
    await tx.execute(_PUT_BACK, {**_bind(held), "job_id": job_id, "not_before": not_before})


async def record_held(tx: AsyncSession, held: ClaimedDelivery) -> bool:
    """Let go of it until its broadcast goes on; False where the claim was lost meanwhile."""
    return await _change(tx, held, state=DeliveryState.HELD, claimed_until=None, job_id=None, not_before=None)


async def move_waiting(tx: AsyncSession, *, from_job: int, to_job: int) -> int:
    """Hand what a job has not claimed yet to another job, and return how many."""
    moved = await tx.execute(
        update(DeliveryRow)
        .where(DeliveryRow.job_id == from_job, DeliveryRow.state == DeliveryState.WAITING.value)
        .values(job_id=to_job)
        .returning(DeliveryRow.id)
    )
    return len(moved.all())


async def find_waiting_purpose(tx: AsyncSession, job_id: int) -> str | None:
    """Return the purpose of what a job carries and nobody has claimed, None where there is nothing."""
    purpose: str | None = await tx.scalar(
        select(DeliveryRow.purpose)
        .where(DeliveryRow.job_id == job_id, DeliveryRow.state == DeliveryState.WAITING.value)
        .limit(1)
    )
    return purpose


async def cancel_waiting(
    tx: AsyncSession, *, contact_ids: Sequence[UUID], purpose: str, reason: NotSentReason, now: datetime
) -> int:
    """Cancel what waits for these contacts. What a worker already holds is looked at again before it leaves."""
    await announce_stops(tx, contact_ids)
    cancelled = await tx.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.contact_id.in_(contact_ids),
            DeliveryRow.purpose == purpose,
            DeliveryRow.state == DeliveryState.WAITING.value,
        )
        .values(state=DeliveryState.CANCELLED.value, reason=reason.value, settled_at=now)
        .returning(DeliveryRow.id)
    )
    return len(cancelled.all())


async def expire_deliveries(tx: AsyncSession, *, limit: int, now: datetime) -> int:
    """Give up what is too late to be useful, and return how many."""
    return len((await tx.execute(_EXPIRE, {"limit": limit, "now": now})).all())


async def claim_lost(tx: AsyncSession, *, limit: int, silence: timedelta, now: datetime) -> list[LostDelivery]:
    """Lock messages whose lease ended, or that wait while no live job carries them.

    `silence`: a job whose worker has not been heard for so long is dead.
    """
    rows = await tx.execute(_LOST, {"limit": limit, "silence": silence, "now": now})
    return [LostDelivery(id=row.id, channel=Channel(row.channel), purpose=row.purpose) for row in rows]


async def record_found(tx: AsyncSession, ids: Sequence[int], *, job_id: int) -> None:
    """Give lost messages to a new job."""
    await tx.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids))
        .values(state=DeliveryState.WAITING.value, claimed_by=None, claimed_until=None, job_id=job_id)
    )


def _bind(held: Sequence[ClaimedDelivery]) -> dict[str, Any]:
    return {
        "ids": [each.id for each in held],
        "attempts": [each.attempt for each in held],
        "workers": [each.worker for each in held],
    }


async def _change(tx: AsyncSession, held: ClaimedDelivery, *, state: DeliveryState, **values: Any) -> bool:
    changed = await tx.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.id == held.id,
            DeliveryRow.state == DeliveryState.CLAIMED.value,
            DeliveryRow.claimed_by == held.worker,
            DeliveryRow.attempts == held.attempt,
        )
        .values(state=state.value, **values)
        .returning(DeliveryRow.id)
    )
    return changed.first() is not None
