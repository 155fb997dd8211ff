"""Writes what staff do, in the transaction that does it, and finds what was tampered with.

Every event is sealed with a keyed hash over the seal before it and itself. Who changes, adds or removes a row in
the database cannot make a fitting seal without the data key. Only the end can be cut off unseen; therefore each
number and seal also goes to the process's log, and `verify` takes the last known one to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audit import AuditEvent, Detail, SealedEvent
from bot.storage.audit import claim_last_event, record_event, walk_events
from bot.storage.encryption import Cipher

FIRST_SEAL = bytes(32)
_SHOWN_BYTES = 8

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What a check of the whole log found. `tampered`: numbers of events that are not as they were written.

    `missing`: numbers that should be there. `head`: the last number with the beginning of its seal.
    """

    events: int
    tampered: tuple[int, ...]
    missing: tuple[int, ...]
    head: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.tampered and not self.missing


class AuditLog:
    """Adds to the audit log, and checks it."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    async def record(
        self, tx: AsyncSession, *, actor: str, action: str, subject: str, now: datetime, **details: Detail
    ) -> None:
        """Add an event in the caller's transaction; it stands or falls with what it tells."""
        last = await claim_last_event(tx)
        event = AuditEvent(
            seq=last.event.seq + 1 if last is not None else 1,
            happened_at=now,
            actor=actor,
            action=action,
            subject=subject,
            details=details,
        )
        seal = self._seal(last.seal if last is not None else FIRST_SEAL, event)
        await record_event(tx, SealedEvent(event, seal))
        log.info("audit.recorded", head=_head(event.seq, seal), action=action)

    async def verify(self, tx: AsyncSession, *, known_head: str = "") -> AuditReport:
        """Check every event. `known_head`: of an earlier check or the process's log; it must still be there."""
        before, expected = FIRST_SEAL, 1
        tampered: list[int] = []
        missing: list[int] = []
        heads = {""}
        events, head = 0, ""
        async for sealed in walk_events(tx):
            seq = sealed.event.seq
            missing += range(expected, seq)
            if seq == expected and self._seal(before, sealed.event) != sealed.seal:
                tampered.append(seq)
            events, head = events + 1, _head(seq, sealed.seal)
            if head == known_head:
                heads.add(head)
            before, expected = sealed.seal, seq + 1
        if known_head not in heads:
            number = known_head.partition(":")[0]
            last_known = int(number) if number.isdecimal() else expected
            missing += range(expected, last_known + 1) if last_known >= expected else [last_known]
        return AuditReport(events=events, tampered=tuple(tampered), missing=tuple(missing), head=head)

    def _seal(self, before: bytes, event: AuditEvent) -> bytes:
        return self._cipher.seal(before + event.to_bytes())


def _head(seq: int, seal: bytes) -> str:
    return f"{seq}:{seal[:_SHOWN_BYTES].hex()}"
