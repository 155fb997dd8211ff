"""Offices where citizens hand something in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ARRAY, CheckConstraint, Double, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class OfficeRow(Table):
    """An office (nơi làm thủ tục) with what an authority's list says of it, and the day it was checked."""

    __tablename__ = "offices"
    __table_args__ = (
        Index(None, "commune_code"),
        Index(None, "province_code", "kind"),
        Index(None, "latitude", "longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point_whole"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    province_code: Mapped[str]
    commune_code: Mapped[str | None]
    address: Mapped[str]
    phone: Mapped[str | None]
    hours: Mapped[str | None]
    does: Mapped[list[str]] = mapped_column(ARRAY(Text))
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    source: Mapped[str]
    checked_on: Mapped[date]
    is_invented: Mapped[bool]
    updated_at: Mapped[datetime]
