"""Queries on offices: read by place, nearest, and written from a list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.office import Office, OfficeKind, Point
from bot.storage.staging import RowResult
from bot.storage.tables import OfficeRow

_BOX_DEGREES = 0.6
"""About 65 km: what lies farther than this is not near."""
MOST = 200


async def list_offices_at(
    tx: AsyncSession, *, kinds: Collection[OfficeKind], province: str, commune: str | None
) -> list[Office]:
    """List the offices of some kinds in a commune and those of its whole province; the commune's come first."""
    of_commune = OfficeRow.commune_code == commune if commune is not None else OfficeRow.commune_code.is_not(None)
    rows = await tx.scalars(
        select(OfficeRow)
        .where(
            OfficeRow.kind.in_([each.value for each in kinds]),
            OfficeRow.province_code == province,
            or_(of_commune, OfficeRow.commune_code.is_(None)),
        )
        .order_by(OfficeRow.commune_code.is_(None), OfficeRow.name, OfficeRow.code)
        .limit(MOST)
    )
    return [_office(row) for row in rows]


async def list_offices_near(tx: AsyncSession, *, kinds: Collection[OfficeKind], point: Point) -> list[Office]:
    """List the offices of some kinds around a point, the nearest first."""
    rows = await tx.scalars(
        select(OfficeRow).where(
            OfficeRow.kind.in_([each.value for each in kinds]),
            OfficeRow.latitude.between(point.latitude - _BOX_DEGREES, point.latitude + _BOX_DEGREES),
            OfficeRow.longitude.between(point.longitude - _BOX_DEGREES, point.longitude + _BOX_DEGREES),
        )
    )
    found = [_office(row) for row in rows]
    return sorted(found, key=lambda each: each.point.distance_km(point) if each.point is not None else 0)


async def record_offices(
    tx: AsyncSession, offices: Sequence[Office], *, now: datetime, replaces: bool
) -> tuple[dict[str, RowResult], int]:
    """Write offices by their codes, and return what became of each, and how many were taken out.

    `replaces`: what the provinces of this list had before and is not in it goes.
    """
    codes = [each.code for each in offices]
    known = {
        row.code: _office(row)
        for row in await tx.scalars(select(OfficeRow).where(OfficeRow.code.in_(codes)).with_for_update())
    }
    results: dict[str, RowResult] = {}
    for office in offices:
        before = known.get(office.code)
        if before == office:
            results[office.code] = RowResult.UNCHANGED
        elif before is not None and before.checked_on > office.checked_on:
            results[office.code] = RowResult.LATE
        else:
            results[office.code] = RowResult.NEW if before is None else RowResult.CHANGED
            values = {**_values(office), "updated_at": now}
            statement = insert(OfficeRow).values(**values)
            await tx.execute(statement.on_conflict_do_update(index_elements=["code"], set_=values))
    if not replaces:
        return results, 0
    gone = await tx.execute(
        delete(OfficeRow)
        .where(
            OfficeRow.province_code.in_({each.province_code for each in offices}),
            OfficeRow.code.not_in(codes),
        )
        .returning(OfficeRow.code)
    )
    return results, len(gone.all())


def _values(office: Office) -> dict[str, Any]:
    values = asdict(office)
    del values["point"]
    return {
        **values,
        "kind": office.kind.value,
        "does": list(office.does),
        "latitude": office.point.latitude if office.point is not None else None,
        "longitude": office.point.longitude if office.point is not None else None,
    }


def _office(row: OfficeRow) -> Office:
    has_point = row.latitude is not None and row.longitude is not None
    return Office(
        code=row.code,
        name=row.name,
        kind=OfficeKind(row.kind),
        province_code=row.province_code,
        commune_code=row.commune_code,
        address=row.address,
        phone=row.phone,
        hours=row.hours,
        does=tuple(row.does),
        point=Point(latitude=row.latitude or 0.0, longitude=row.longitude or 0.0) if has_point else None,
        source=row.source,
        checked_on=row.checked_on,
        is_invented=row.is_invented,
    )
