"""Writes one person into every table about citizens, by the columns of the tables alone.

A table that is added later is filled too, or the test that uses this says what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel
from bot.privacy.holdings import CHANNEL_OF, list_held
from bot.privacy.inventory import TableEntry
from bot.storage.encryption import Cipher
from bot.storage.reencrypt import ENCRYPTED_COLUMNS
from bot.storage.tables import Table

CHATS = {
    Channel.TELEGRAM: "chim-bao-telegram",
    Channel.WEB: "chim-bao-web",
    Channel.ZALO: "chim-bao-zalo",
}
CANARY = "chim-bao-4242"
STAFF = "can-bo@example.gov.vn"
FACT = date(1990, 5, 17)
_SAID: Mapping[str, str] = {
    "consent_events.action": "given",
    "consent_events.purpose": "announcements",
    "data_requests.kind": "correct",
    "data_requests.state": "open",
    "data_requests.settled_by": STAFF,
    "handovers.taken_by": STAFF,
    "handovers.ended_by": STAFF,
    "handover_messages.staff_email": STAFF,
    "handover_messages.author": "citizen",
    "handovers.state": "requested",
    "deliveries.state": "sent",
    "questions.reason": "unknown",
    "contacts.stopped_reason": "blocked",
}
"""What columns of few words may hold; all other texts are the canary."""


class WholePerson:
    """One citizen with a chat on three messengers, and a row wherever rows about citizens are kept."""

    def __init__(self, cipher: Cipher, now: datetime) -> None:
        self.citizen_id = uuid4()
        self._cipher = cipher
        self._now = now
        self._contacts: dict[Channel, UUID] = {}
        self._keys: dict[str, Mapping[str, Any]] = {}

    async def write(self, tx: AsyncSession, inventory: Sequence[TableEntry]) -> None:
        """Write the person."""
        tables = Table.metadata.tables
        await tx.execute(tables["citizens"].insert().values(id=self.citizen_id))
        for channel, chat in CHATS.items():
            self._contacts[channel] = uuid4()
            await tx.execute(
                tables["contacts"]
                .insert()
                .values(
                    id=self._contacts[channel],
                    citizen_id=self.citizen_id,
                    channel=channel,
                    chat=chat,
                    created_at=self._now,
                )
            )
        for name in [each.table for each in list_held(inventory)]:
            if name not in ("citizens", "contacts"):
                await self._fill(tx, tables[name])

    async def _fill(self, tx: AsyncSession, table: sa.Table) -> None:
        """Write a row, and before it the rows that it points at."""
        if table.name in self._keys:
            return
        values = {}
        for column in table.columns:
            keys = list(column.foreign_keys)
            if column.name == "citizen_id":
                values[column.name] = self.citizen_id
            elif column.name == "contact_id":
                values[column.name] = self._contacts[Channel.TELEGRAM]
            elif keys and not column.nullable:
                target = keys[0].column
                await self._fill(tx, target.table)
                values[column.name] = self._keys[target.table.name][target.name]
            elif not keys and column.identity is None:
                values[column.name] = self._choose(table, column)
        row = (await tx.execute(table.insert().values(values).returning(*table.columns))).mappings().one()
        self._keys[table.name] = row
        await self._encrypt(tx, table.name)

    def _choose(self, table: sa.Table, column: sa.Column[Any]) -> Any:
        channel = CHANNEL_OF.get(table.name, Channel.TELEGRAM)
        if column.name in ("chat", "channel"):
            return CHATS[channel] if column.name == "chat" else channel.value
        kind = column.type
        simple: list[tuple[type[Any] | tuple[type[Any], ...], Any]] = [
            (sa.Uuid, uuid4()),
            (sa.DateTime, self._now),
            (sa.Date, FACT),
            (JSONB, {"text": CANARY}),
            (sa.LargeBinary, CANARY.encode()),
            (sa.Boolean, False),
            (sa.Integer, 1),
            (sa.Text, _SAID.get(f"{table.name}.{column.name}", CANARY)),
        ]
        if isinstance(kind, sa.ARRAY):
            return [1] if isinstance(kind.item_type, sa.Integer) else [uuid4() if _is_id(kind) else CANARY]
        return next(value for types, value in simple if isinstance(kind, types))

    async def _encrypt(self, tx: AsyncSession, name: str) -> None:
        for each in ENCRYPTED_COLUMNS:
            if each.table != name:
                continue
            key, bound_to = (await tx.execute(sa.text(f"SELECT {each.key}, {each.row} FROM {name}"))).one()  # noqa: S608
            said = json.dumps({"birth": FACT.isoformat()}) if "facts" in each.column else CANARY
            await tx.execute(
                sa.text(f"UPDATE {name} SET {each.column} = :value WHERE {each.key} = :key"),  # noqa: S608
                {"value": self._cipher.encrypt(said, column=each.label, row=bound_to), "key": key},
            )


def _is_id(kind: sa.ARRAY[Any]) -> bool:
    return isinstance(kind.item_type, sa.Uuid)
