"""Deletions outlive the database: written beside the backups, and done again after a restore.

A file line is the mark of a chat and the moment. Lines are only added; a line that stands twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel, ChatAddress
from bot.privacy.lines import append_lines, read_lines
from bot.storage.citizens import delete_chat, delete_citizen, find_contact
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import ContactRow, ConversationRow, InboundUpdateRow, ZaloPersonRow
from bot.storage.tombstones import Tombstone, list_unfiled, make_mark, record_filed, record_tombstones

FILE = "tombstones.txt"
_BATCH = 1000


async def file_tombstones(database: Database, folder: Path, now: datetime) -> int:
    """Write new deletions beside the backups, and return how many there were."""
    async with database.begin() as tx:
        unfiled = await list_unfiled(tx, limit=_BATCH)
        if unfiled:
            # Written before it is noted: who dies between the two writes the lines twice.
            append_tombstones(folder, unfiled)
            await record_filed(tx, unfiled, now=now)
    return len(unfiled)


def append_tombstones(folder: Path, tombstones: Iterable[Tombstone]) -> None:
    """Add lines to the file; they are on the disk when this returns."""
    append_lines(folder / FILE, (f"{each.mark.hex()} {each.deleted_at.isoformat()}" for each in tombstones))


def read_tombstones(folder: Path) -> list[Tombstone]:
    """Return the deletions of the file, none where there is no file.

    Raises:
        LinesUnreadable: a line that is whole cannot be read.
    """

    def read(line: str) -> Tombstone:
        mark, _, moment = line.partition(" ")
        return Tombstone(mark=bytes.fromhex(mark), deleted_at=datetime.fromisoformat(moment))

    return read_lines(folder / FILE, read)


async def delete_again(tx: AsyncSession, tombstones: Iterable[Tombstone], cipher: Cipher) -> int:
    """Delete everybody who was deleted after they began, and return how many chats that were.

    Who came back after a deletion, and agreed anew, stays.
    """
    newest: dict[bytes, datetime] = {}
    for each in tombstones:
        newest[each.mark] = max(each.deleted_at, newest.get(each.mark, each.deleted_at))
    gone = 0
    for address, begun_at in (await _list_chats(tx)).items():
        deleted_at = newest.get(make_mark(cipher, address))
        if deleted_at is None or begun_at > deleted_at:
            continue
        contact = await find_contact(tx, address)
        if contact is not None:
            await delete_citizen(tx, contact.citizen_id, cipher=cipher, now=deleted_at)
        await delete_chat(tx, address)
        if address.channel is Channel.ZALO:
            await tx.execute(sa.delete(ZaloPersonRow).where(ZaloPersonRow.chat == address.chat))
        gone += 1
    await record_tombstones(tx, [Tombstone(mark=mark, deleted_at=moment) for mark, moment in newest.items()])
    return gone


async def _list_chats(tx: AsyncSession) -> Mapping[ChatAddress, datetime]:
    """List every chat, and since when it is known."""
    tables = (
        (InboundUpdateRow, InboundUpdateRow.received_at),
        (ConversationRow, ConversationRow.updated_at),
        (ContactRow, ContactRow.created_at),
    )
    found: dict[ChatAddress, datetime] = {}
    for table, moment in tables:
        rows = await tx.execute(sa.select(table.channel, table.chat, moment.label("begun_at")))
        for row in rows:
            found[ChatAddress(channel=Channel(row.channel), chat=row.chat)] = row.begun_at
    return found
