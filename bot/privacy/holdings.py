"""Walks everything that is held on one citizen, by the inventory: what is exported and what must go on deletion.

How a row belongs to somebody is read off its columns, so a table added to the inventory is walked without more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from bot.domain.messages import Channel
from bot.privacy.inventory import About, TableEntry
from bot.storage.tables import ContactRow, Table

CHANNEL_OF = {
    "web_messages": Channel.WEB,
    "zalo_people": Channel.ZALO,
    "zalo_phones": Channel.ZALO,
    "zalo_bells": Channel.ZALO,
}
"""Whose chats stand in tables that have no column for the channel."""


class NoWayToPerson(LookupError):
    """No column of the table says whose a row is: say in the inventory why it is `unlinked`."""


def list_held(inventory: Sequence[TableEntry]) -> list[TableEntry]:
    """List the tables about citizens from which a way leads back to one."""
    return [each for each in inventory if each.about is About.CITIZEN and not each.unlinked]


def find_rows(name: str, citizen_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition for the rows of a citizen in a table.

    Raises:
        NoWayToPerson: no column leads there.
    """
    table = Table.metadata.tables[name]
    contacts = sa.select(ContactRow.id).where(ContactRow.citizen_id == citizen_id)
    if name == "citizens":
        return table.c.id == citizen_id
    if "citizen_id" in table.c:
        return table.c.citizen_id == citizen_id
    if "contact_id" in table.c:
        return table.c.contact_id.in_(contacts)
    if "chat" in table.c:
        return _of_chats(table, citizen_id)
    for column, target in _foreign_keys(table):
        try:
            rows = find_rows(target.table.name, citizen_id)
        except NoWayToPerson:
            continue
        return column.in_(sa.select(target).where(rows))
    raise NoWayToPerson(name)


def _of_chats(table: sa.Table, citizen_id: UUID) -> sa.ColumnElement[bool]:
    if "channel" in table.c:
        chats = sa.select(ContactRow.channel, ContactRow.chat).where(ContactRow.citizen_id == citizen_id)
        return sa.tuple_(table.c.channel, table.c.chat).in_(chats)
    if table.name not in CHANNEL_OF:
        raise NoWayToPerson(table.name)
    return table.c.chat.in_(
        sa.select(ContactRow.chat).where(
            ContactRow.citizen_id == citizen_id, ContactRow.channel == CHANNEL_OF[table.name].value
        )
    )


def _foreign_keys(table: sa.Table) -> Iterator[tuple[sa.Column[object], sa.Column[object]]]:
    for key in sorted(table.foreign_keys, key=lambda each: each.parent.name):
        yield key.parent, key.column
