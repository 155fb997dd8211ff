"""Queries on the switches: one row, read in every turn and before every send, so that a change holds at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.switches import Switches
from bot.storage.tables import SwitchesRow

NAME = "service"
"""The row that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSwitches:
    """The switches, and who set them; version 0 where nobody has yet."""

    switches: Switches
    version: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None


async def load_switches(tx: AsyncSession) -> Switches:
    """Return how the service is set."""
    return (await find_switches(tx)).switches


async def find_switches(tx: AsyncSession) -> SetSwitches:
    """Return how the service is set, and by whom."""
    row = await tx.scalar(select(SwitchesRow).where(SwitchesRow.name == NAME))
    if row is None:
        return SetSwitches(switches=Switches())
    return SetSwitches(
        switches=Switches.load(row.value),
        version=row.version,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )


async def record_switches(
    tx: AsyncSession, switches: Switches, *, version: int, staff: str, now: datetime
) -> bool:
    """Set the switches; False where somebody else set them since `version`."""
    values = {"value": switches.dump(), "changed_by": staff, "changed_at": now}
    if version == 0:
        added = await tx.execute(
            insert(SwitchesRow)
            .values(name=NAME, version=1, **values)
            .on_conflict_do_nothing()
            .returning(SwitchesRow.version)
        )
        return added.first() is not None
    changed = await tx.execute(
        update(SwitchesRow)
        .where(SwitchesRow.name == NAME, SwitchesRow.version == version)
        .values(version=version + 1, **values)
        .returning(SwitchesRow.version)
    )
    return changed.first() is not None
