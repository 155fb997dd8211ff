"""Requests of citizens about their own data (yêu cầu về dữ liệu)."""

from __future__ import annotations

from enum import StrEnum


class RequestKind(StrEnum):
    """What is asked for."""

    SEE = "see"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    DELETE = "delete"


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    """Somebody has to do it before its day."""
    DONE = "done"
    """It was done, by staff or at once by the assistant itself."""
