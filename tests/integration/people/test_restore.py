"""T38: An older backup brings nobody back who had everything deleted, and takes nobody who came back."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy.engine import make_url

from bot.commands.backup import restore
from bot.domain.messages import Channel, ChatAddress
from bot.privacy.lines import LinesUnreadable
from bot.privacy.tombstones import FILE, append_tombstones, file_tombstones, read_tombstones
from bot.privacy.withdrawals import FILE as WITHDRAWALS
from bot.privacy.withdrawals import WithdrawalFile
from bot.settings import Settings
from bot.storage.backup import write_backup
from bot.storage.citizens import delete_citizen, find_contact, record_contact
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.database import Database
from bot.storage.embedded import EmbeddedServer
from bot.storage.encryption import Cipher
from bot.storage.tombstones import list_tombstones, list_unfiled
from tests.conftest import MovedClock
from tests.integration.people.test_whole_person import HELD, find_traces
from tests.support.whole_person import CHATS, WholePerson

KEY = bytes(range(32))


@dataclass
class Operator:
    """Who restores a backup into an empty database."""

    old_url: SecretStr
    new_url: SecretStr
    folder: Path

    @property
    def tombstones_dir(self) -> Path:
        """Where deletions are written beside the backups."""
        return self.folder / "tombstones"

    def back_up(self) -> None:
        """Write the backup."""
        write_backup(self.old_url, self.folder / "backup", KEY)

    async def restore(self, *, names_old: bool) -> Database:
        """Restore it, and return the new database. `names_old`: says which database is replaced."""
        settings = Settings(
            data_dir=self.folder,
            database_url=self.new_url,
            data_key=SecretStr(base64.b64encode(KEY).decode()),
            replaced_database_url=self.old_url if names_old else SecretStr(""),
        )
        assert await asyncio.to_thread(restore, settings, Console(quiet=True), self.folder / "backup") == 0
        return Database(self.new_url)


@pytest.fixture
async def operator(postgres: EmbeddedServer, database_url: SecretStr, tmp_path: Path) -> AsyncIterator[Operator]:
    name = make_url(database_url.get_secret_value()).database
    assert name is not None
    empty = f"restored_{os.getpid()}"
    postgres.create_database(empty)
    yield Operator(postgres.owner_url(name), postgres.owner_url(empty), tmp_path)
    postgres.drop_database(empty)


@pytest.mark.parametrize("known_by", ["file", "old database", "nothing"])
async def test_who_deleted_everything_stays_deleted(
    database: Database, operator: Operator, cipher: Cipher, clock: MovedClock, known_by: str
) -> None:
    person = WholePerson(cipher, clock())
    async with database.begin() as tx:
        await person.write(tx, HELD)
    operator.back_up()
    clock.move(timedelta(hours=1))
    async with database.begin() as tx:
        await delete_citizen(tx, person.citizen_id, cipher=cipher, now=clock())
    if known_by == "file":
        assert await file_tombstones(database, operator.tombstones_dir, clock()) == len(CHATS)
    restored = await operator.restore(names_old=known_by == "old database")
    traces = await find_traces(restored)
    async with restored.begin() as tx:
        marks = await list_tombstones(tx)
    await restored.close()
    if known_by == "nothing":
        assert "contacts" in traces, "the backup does hold the person"
        return
    assert traces == []
    assert len(marks) == len(CHATS), "the next restore knows it, too"


async def test_who_came_back_and_agreed_anew_stays(
    database: Database, operator: Operator, cipher: Cipher, clock: MovedClock
) -> None:
    address = ChatAddress(channel=Channel.TELEGRAM, chat="an")
    async with database.begin() as tx:
        contact = await record_contact(tx, address, now=clock())
        await delete_citizen(tx, contact.citizen_id, cipher=cipher, now=clock())
        await record_contact(tx, address, now=clock() + timedelta(seconds=1))
    await file_tombstones(database, operator.tombstones_dir, clock())
    operator.back_up()
    restored = await operator.restore(names_old=True)
    async with restored.begin() as tx:
        assert await find_contact(tx, address) is not None
    await restored.close()


@pytest.mark.parametrize("known_by", ["file", "old database", "nothing"])
async def test_a_consent_that_was_taken_back_stays_so(
    database: Database, operator: Operator, cipher: Cipher, clock: MovedClock, known_by: str
) -> None:
    addresses = [ChatAddress(channel=Channel.TELEGRAM, chat=chat) for chat in ("an", "binh")]
    file = WithdrawalFile(database, operator.tombstones_dir, cipher)

    async def say(address: ChatAddress, action: ConsentAction) -> None:
        async with database.begin() as tx:
            contact = await record_contact(tx, address, now=clock())
            await record_consent(
                tx,
                citizen_id=contact.citizen_id,
                purpose="announcements",
                action=action,
                wording_sha256="0" * 64,
                channel=address.channel,
                now=clock(),
            )
        if known_by == "file":
            await file.write_new(clock())

    for address in addresses:
        await say(address, ConsentAction.GIVEN)
    # One of them had taken it back before, and agreed anew: that is in the backup, and stays.
    await say(addresses[1], ConsentAction.WITHDRAWN)
    clock.move(timedelta(minutes=1))
    await say(addresses[1], ConsentAction.GIVEN)
    operator.back_up()
    clock.move(timedelta(minutes=1))
    await say(addresses[0], ConsentAction.WITHDRAWN)
    assert await file.write_new(clock()) == (0 if known_by == "file" else 2), "each line of the ledger once"
    if known_by != "file":
        (operator.tombstones_dir / WITHDRAWALS).unlink()
    restored = await operator.restore(names_old=known_by == "old database")
    held = []
    async with restored.begin() as tx:
        for address in addresses:
            contact = await find_contact(tx, address)
            assert contact is not None
            last = await find_consent(tx, citizen_id=contact.citizen_id, purpose="announcements")
            assert last is not None
            held.append(last.action)
    await restored.close()
    first = ConsentAction.GIVEN if known_by == "nothing" else ConsentAction.WITHDRAWN
    assert held == [first, ConsentAction.GIVEN]


async def test_the_file_grows_says_nothing_of_anybody_and_a_cut_line_is_left_out(
    database: Database, operator: Operator, cipher: Cipher, clock: MovedClock
) -> None:
    for chat in ("an", "binh"):
        async with database.begin() as tx:
            contact = await record_contact(tx, ChatAddress(channel=Channel.TELEGRAM, chat=chat), now=clock())
            await delete_citizen(tx, contact.citizen_id, cipher=cipher, now=clock())
        assert await file_tombstones(database, operator.tombstones_dir, clock()) == 1
    assert await file_tombstones(database, operator.tombstones_dir, clock()) == 0
    async with database.begin() as tx:
        assert await list_unfiled(tx, limit=9) == []
        assert {each.mark for each in await list_tombstones(tx)} == {
            each.mark for each in read_tombstones(operator.tombstones_dir)
        }
    path = operator.tombstones_dir / FILE
    assert path.stat().st_mode & 0o077 == 0
    path.write_text(path.read_text()[:-5])
    (first,) = read_tombstones(operator.tombstones_dir)
    append_tombstones(operator.tombstones_dir, [first])
    assert read_tombstones(operator.tombstones_dir) == [first, first]
    path.write_text("x y\n")
    with pytest.raises(LinesUnreadable):
        read_tombstones(operator.tombstones_dir)
