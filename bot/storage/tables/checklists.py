"""Lists of papers that citizens keep for later."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class ChecklistRow(Table):
    """What one contact has ticked for one procedure (danh sách giấy tờ), kept with consent."""

    __tablename__ = "checklists"
    __table_args__ = (Index(None, "updated_at"),)

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    procedure_id: Mapped[str] = mapped_column(primary_key=True)
    ticked: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    updated_at: Mapped[datetime]
