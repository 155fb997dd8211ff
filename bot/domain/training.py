"""A training of the understanding model, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class TrainingState(StrEnum):
    """What became of a training."""

    RUNNING = "running"
    """Đang học, hoặc đang được chấm."""
    LIVE = "live"
    """Đã thay: the model answers citizens, or did until a newer one took over."""
    REFUSED = "refused"
    """Không thay: it answers fewer of the golden questions right."""
    FAILED = "failed"
    """Hỏng: training or the swap ended with an error; it is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training. `fingerprint`: of the phrasings it learned from. `reason`: why it was refused or failed.

    `figures`: how many golden questions were answered right before and after, which, and how long it took.
    """

    id: int
    fingerprint: str
    state: TrainingState
    model: str
    reason: str
    figures: Mapping[str, Any]
    started_at: datetime
    finished_at: datetime | None
