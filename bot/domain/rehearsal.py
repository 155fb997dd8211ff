"""A trial run of reminders (chạy thử): what is coming, or what a changed rule would do. Nobody is written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class RehearsalKind(StrEnum):
    """What is tried."""

    SIMULATION = "simulation"
    """The messages of the next days, by the rules as they are."""
    SHADOW = "shadow"
    """Whom a changed rule would remind who is not reminded now, and the other way round."""


class RehearsalState(StrEnum):
    """Where a trial run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A trial run. `asked`: what for, as plain values. `seen`: messages or subscriptions worked out so far."""

    id: UUID
    kind: RehearsalKind
    asked: Mapping[str, Any]
    state: RehearsalState = RehearsalState.WAITING
    asked_by: str
    asked_at: datetime
    done_at: datetime | None = None
    seen: int = 0
    result: Mapping[str, Any] | None = None
