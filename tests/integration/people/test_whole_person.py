"""T38: Deleting is complete: one person in every table about citizens, and then in none."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from bot.domain.messages import Channel, ChatAddress
from bot.privacy.holdings import find_rows, list_held
from bot.privacy.inventory import INVENTORY, About, load_inventory
from bot.storage.citizens import delete_citizen
from bot.storage.data_requests import list_requests
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import Table
from bot.storage.tombstones import list_tombstones, make_mark
from tests.conftest import MovedClock
from tests.support.whole_person import CHATS, WholePerson

HELD = load_inventory(INVENTORY)


async def find_traces(database: Database) -> list[str]:
    """List the tables about citizens in which any row says something of the canary."""
    found = []
    async with database.begin() as tx:
        for entry in HELD:
            # What is unlinked is of nobody: for example the question that somebody waited for.
            if entry.about is About.CITIZEN and not entry.unlinked:
                rows = await tx.execute(sa.select(Table.metadata.tables[entry.table]))
                found += [entry.table] if "chim-bao" in str(rows.all()) else []
    return found


async def count_held(database: Database, person: WholePerson) -> dict[str, int]:
    """Count the rows of a person by table."""
    async with database.begin() as tx:
        return {
            entry.table: (
                await tx.execute(
                    sa.select(sa.func.count())
                    .select_from(Table.metadata.tables[entry.table])
                    .where(find_rows(entry.table, person.citizen_id))
                )
            ).scalar_one()
            for entry in list_held(HELD)
        }


def test_a_way_leads_from_every_row_about_a_citizen_or_the_inventory_says_why_not() -> None:
    for entry in list_held(HELD):
        find_rows(entry.table, uuid4())


async def test_after_a_deletion_nothing_is_left_in_any_table(
    database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    person = WholePerson(cipher, clock())
    async with database.begin() as tx:
        await person.write(tx, HELD)
    assert all((await count_held(database, person)).values()), "every table has a row, so every table is tried"
    async with database.begin() as tx:
        await delete_citizen(tx, person.citizen_id, cipher=cipher, now=clock())
    assert not any((await count_held(database, person)).values())
    assert await find_traces(database) == ["zalo_people"], "its row says until when we may answer on Zalo"
    async with database.begin() as tx:
        (request,) = await list_requests(tx, cipher, settled=True, limit=9)
        left = {each.mark for each in await list_tombstones(tx)}
    assert request.said == request.answer == ""
    assert left == {
        make_mark(cipher, ChatAddress(channel=Channel(channel), chat=chat)) for channel, chat in CHATS.items()
    }
