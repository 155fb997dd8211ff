"""The audit log: what staff did, sealed so that tampering shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

Detail = str | int | bool | None | Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One thing that somebody did. `details`: ids, counts and settings, nothing personal of a citizen."""

    seq: int
    happened_at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the event as it is sealed: the same bytes for the same event, on every machine."""
        told = [
            self.seq,
            self.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor,
            self.action,
            self.subject,
            dict(self.details),
        ]
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event as it is kept."""

    event: AuditEvent
    seal: bytes
