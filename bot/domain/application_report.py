"""One row in which a source system reports an application, after it was checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.application import ApplicationState


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReport:
    """What a source system says of one application at one moment."""

    code: str
    code_key: str
    procedure_name: str
    office: str
    state: ApplicationState
    state_since: datetime
    promised_on: date | None
    respond_by: date | None
    data_as_of: datetime
    version: int
    """What is lower came earlier: the source's own sequence, or the microseconds of `data_as_of`."""
    next_step: str | None
    id_number: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
