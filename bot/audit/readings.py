"""Finds in the audit log who looked at far more people than their work asks for."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audit import AuditEvent
from bot.settings import DATA
from bot.storage.audit import list_events_since
from bot.yaml_files import read_yaml

UNMASKED = "people.unmask"


class ReadingLimit(BaseModel):
    """data/breach.yml: how many people one account may see unmasked before it is said, and the law's deadline."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    people: int = Field(ge=1)
    within_minutes: int = Field(ge=1)
    shown_days: int = Field(ge=1)
    report_days: int = Field(ge=1)
    report_within_hours: int = Field(ge=1)
    source: str
    effective_from: date
    checked_on: date
    note: str

    @property
    def within(self) -> timedelta:
        """The span in which people are counted."""
        return timedelta(minutes=self.within_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one account looked at. `people`: as the log names them, each once.

    `most`: people within one span. `unusual_at`: when they first were more than the limit, None where never.
    """

    actor: str
    began_at: datetime
    ended_at: datetime
    times: int
    most: int
    unusual_at: datetime | None
    people: tuple[str, ...]
    reasons: tuple[str, ...]


@cache
def load_reading_limit() -> ReadingLimit:
    """Read data/breach.yml."""
    return ReadingLimit.model_validate(read_yaml(DATA / "breach.yml"))


def count_readings(events: Sequence[AuditEvent], limit: ReadingLimit) -> list[Reading]:
    """Return what each account looked at. `events`: unmaskings, the oldest first."""
    of_actors: defaultdict[str, list[AuditEvent]] = defaultdict(list)
    for event in events:
        of_actors[event.actor].append(event)
    readings = []
    for actor, theirs in of_actors.items():
        counts = [(event.happened_at, people) for event, people in _count_people(theirs, limit.within)]
        readings.append(
            Reading(
                actor=actor,
                began_at=theirs[0].happened_at,
                ended_at=theirs[-1].happened_at,
                times=len(theirs),
                most=max(people for _, people in counts),
                unusual_at=next((at for at, people in counts if people > limit.people), None),
                people=tuple(dict.fromkeys(event.subject for event in theirs)),
                reasons=tuple(dict.fromkeys(str(event.details.get("reason", "")) for event in theirs)),
            )
        )
    return readings


async def list_unusual(tx: AsyncSession, limit: ReadingLimit, *, since: datetime) -> list[Reading]:
    """List the accounts that saw more people within one span than the limit."""
    events = await list_events_since(tx, UNMASKED, since=since)
    return [reading for reading in count_readings(events, limit) if reading.unusual_at is not None]


def _count_people(events: Sequence[AuditEvent], within: timedelta) -> Iterator[tuple[AuditEvent, int]]:
    """Give each event with how many people were seen in the span that ends with it."""
    seen: Counter[str] = Counter()
    span: deque[AuditEvent] = deque()
    for event in events:
        span.append(event)
        seen[event.subject] += 1
        while event.happened_at - span[0].happened_at > within:
            gone = span.popleft().subject
            seen[gone] -= 1
            if not seen[gone]:
                del seen[gone]
        yield event, len(seen)
