"""T32: Each role of the database may do its work, and nothing beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from bot.domain.messages import Channel
from bot.privacy.inventory import INVENTORY, About, load_inventory
from bot.statistics.heartbeat import RECEIVE, beat_once
from bot.storage.database import Database
from bot.storage.embedded import ROLE
from bot.storage.inbox import ReceivedUpdate, record_updates
from bot.storage.roles import NOT_DELIVERED, REPORTED, Narrow, name_role
from bot.storage.tables import Table
from tests.conftest import MovedClock
from tests.support.deliveries import Post

ALL = tuple(table.name for table in Table.metadata.sorted_tables)
UPDATES = [
    ReceivedUpdate(channel=Channel.TELEGRAM, key=key, chat="5", payload={"n": 1}) for key in ("1", "1", "2")
]

Connect = Callable[[Narrow], Database]


@pytest.fixture
async def connect(database_url: SecretStr) -> AsyncIterator[Connect]:
    """Connects to the fresh database as a narrow role."""
    opened: list[Database] = []

    def open_as(narrow: Narrow) -> Database:
        opened.append(Database(as_role(database_url, narrow)))
        return opened[-1]

    yield open_as
    for each in opened:
        await each.close()


def as_role(url: SecretStr, narrow: Narrow) -> SecretStr:
    own = make_url(url.get_secret_value()).set(username=name_role(ROLE, narrow))
    return SecretStr(own.render_as_string(hide_password=False))


async def is_denied(database: Database, statement: str) -> bool:
    """Tell whether a statement is refused for want of a right."""
    with suppress(ProgrammingError):
        async with database.begin() as tx:
            await tx.execute(text(statement))
        return False
    return True


async def test_the_receiver_puts_down_what_arrives_and_reads_none_of_it(
    connect: Connect, clock: MovedClock
) -> None:
    receiver = connect(Narrow.RECEIVE)
    async with receiver.begin() as tx:
        assert await record_updates(tx, UPDATES) == 2
    await beat_once(receiver, RECEIVE, clock())
    assert await is_denied(receiver, "SELECT payload FROM inbound_updates")
    assert await is_denied(receiver, "UPDATE inbound_updates SET payload = NULL")
    assert await is_denied(receiver, "DELETE FROM inbound_updates")
    others = [name for name in ALL if name not in ("inbound_updates", "heartbeats")]
    assert [name for name in others if not await is_denied(receiver, f"SELECT FROM {name}")] == []


async def test_the_deliverer_sends_and_never_sees_what_it_needs_not(
    connect: Connect, database: Database, database_url: SecretStr, clock: MovedClock
) -> None:
    post = Post(database=database, url=database_url, clock=clock)
    contact = await post.add_citizen()
    await post.post(contact, "một", "hai")
    deliverer = connect(Narrow.DELIVER)
    sending = Post(database=deliverer, url=as_role(database_url, Narrow.DELIVER), clock=clock)
    await sending.deliver()
    assert [answer.text for _, answer, _ in sending.sender.sent] == ["một", "hai"]
    may = [name for name in NOT_DELIVERED if not await is_denied(deliverer, f"SELECT FROM {name}")]
    assert may == []


async def test_a_report_reads_counts_and_writes_nothing(connect: Connect) -> None:
    report = connect(Narrow.REPORT)
    about_nobody = {each.table for each in load_inventory(INVENTORY) if each.about is About.NOBODY}
    assert set(REPORTED) <= about_nobody
    may = {name for name in ALL if not await is_denied(report, f"SELECT FROM {name}")}
    assert may == set(REPORTED)
    assert [name for name in REPORTED if not await is_denied(report, f"DELETE FROM {name}")] == []  # noqa: S608 -- our own names
