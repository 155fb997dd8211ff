"""Everything that is held on one citizen, unmasked, for that citizen: read by the inventory, table by table."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.privacy.holdings import find_rows, list_held
from bot.privacy.inventory import TableEntry
from bot.storage.encryption import CannotDecrypt, Cipher
from bot.storage.reencrypt import ENCRYPTED_COLUMNS, EncryptedColumn
from bot.storage.tables import Table

ONE_WAY = "(dấu mã hóa một chiều, không đọc ngược được)"
_BOUND_TO = "bound_to_"
_STATE, _FORMS = "conversations.state", "forms"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTable:
    """What one table holds on a citizen: by column, the columns about staff left out."""

    entry: TableEntry
    rows: Sequence[Mapping[str, Any]] = field(repr=False)


async def read_held(
    tx: AsyncSession, citizen_id: UUID, inventory: Sequence[TableEntry], cipher: Cipher
) -> list[HeldTable]:
    """Return everything, in the order of the inventory; tables that hold nothing on the citizen are left out."""
    held = []
    for entry in list_held(inventory):
        rows = await _read_rows(tx, entry, citizen_id, cipher)
        if rows:
            held.append(HeldTable(entry=entry, rows=rows))
    return held


def render_export(held: Sequence[HeldTable], *, now: datetime) -> str:
    """Return everything as JSON."""
    tables = [
        {
            "table": each.entry.table,
            "holds": each.entry.holds,
            "why": each.entry.why,
            "basis": each.entry.basis,
            "kept": each.entry.kept,
            "columns": dict(each.entry.personal),
            "rows": each.rows,
        }
        for each in held
    ]
    return json.dumps({"read_at": now, "tables": tables}, ensure_ascii=False, indent=2, default=_say)


async def _read_rows(
    tx: AsyncSession, entry: TableEntry, citizen_id: UUID, cipher: Cipher
) -> list[dict[str, Any]]:
    table = Table.metadata.tables[entry.table]
    encrypted = {each.column: each for each in ENCRYPTED_COLUMNS if each.table == entry.table}
    bound: list[sa.Label[Any]] = [
        sa.literal_column(each.row).label(f"{_BOUND_TO}{name}") for name, each in encrypted.items()
    ]
    shown = [column for column in table.columns if column.name not in entry.staff]
    found = await tx.execute(
        sa.select(*shown, *bound).where(find_rows(entry.table, citizen_id)).order_by(*table.primary_key.columns)
    )
    return [_open(entry.table, row, encrypted, cipher) for row in found.mappings()]


def _open(
    table: str, row: Mapping[Any, Any], encrypted: Mapping[str, EncryptedColumn], cipher: Cipher
) -> dict[str, Any]:
    opened: dict[str, Any] = {}
    for name, value in row.items():
        if name.startswith(_BOUND_TO):
            continue
        if name in encrypted:
            opened[name] = (
                cipher.decrypt(value, column=encrypted[name].label, row=row[f"{_BOUND_TO}{name}"]) if value else ""
            )
        elif isinstance(value, bytes):
            opened[name] = ONE_WAY
        else:
            opened[name] = value
    if table == "conversations" and _FORMS in opened["state"]:
        opened["state"] = {**opened["state"], _FORMS: _open_forms(opened, cipher)}
    return opened


def _open_forms(row: Mapping[str, Any], cipher: Cipher) -> Any:
    """Return what is being filled in (bot/conversation/session.py), nothing where its key is gone."""
    kept = base64.b64decode(row["state"][_FORMS])
    try:
        return json.loads(cipher.decrypt(kept, column=_STATE, row=f"{row['channel']}:{row['chat']}"))
    except CannotDecrypt:
        return None


def _say(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
