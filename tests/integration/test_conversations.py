"""A turn takes up a conversation in one statement: made once, locked, with the switches and who was seen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import RefusalReason
from bot.domain.switches import Switches
from bot.storage.citizens import find_contact, record_contact, record_contact_stopped
from bot.storage.conversations import keep, take_up
from bot.storage.database import Database
from bot.storage.switches import record_switches
from bot.storage.tables import ContactRow, ConversationRow

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
AN = ChatAddress(channel=Channel.TELEGRAM, chat="an")


async def test_what_was_kept_is_taken_up(database: Database) -> None:
    async with database.begin() as tx:
        assert (await take_up(tx, AN, now=NOW)).state == {}
        await keep(tx, AN, {"topic": "vneid"}, now=NOW)
    async with database.begin() as tx:
        assert (await take_up(tx, AN, now=NOW)).state == {"topic": "vneid"}


async def test_first_messages_at_once_make_one_conversation_and_wait_for_each_other(database: Database) -> None:
    async def count_up() -> None:
        async with database.begin() as tx:
            taken = await take_up(tx, AN, now=NOW)
            await asyncio.sleep(0.02)
            await keep(tx, AN, {"disliked": taken.state.get("disliked", 0) + 1}, now=NOW)

    await asyncio.gather(*(count_up() for _ in range(4)))
    async with database.begin() as tx:
        assert (await take_up(tx, AN, now=NOW)).state == {"disliked": 4}


async def test_the_switches_come_with_it(database: Database) -> None:
    switches = Switches(skills_off=frozenset({"offices"}), banner="Nghỉ lễ")
    async with database.begin() as tx:
        assert (await take_up(tx, AN, now=NOW)).switches == Switches()
        await record_switches(tx, switches, version=0, staff="an", now=NOW)
        assert (await take_up(tx, AN, now=NOW)).switches == switches


async def test_who_writes_can_be_reached_again(database: Database) -> None:
    async with database.begin() as tx:
        contact = await record_contact(tx, AN, now=NOW)
        await record_contact_stopped(tx, contact.id, reason=RefusalReason.BLOCKED, now=NOW)
        await take_up(tx, AN, now=NOW + timedelta(minutes=1))
    async with database.begin() as tx:
        found = await find_contact(tx, AN)
        assert found is not None
        assert found.stopped_at is None
        assert await tx.scalar(select(ContactRow.stopped_reason).where(ContactRow.id == contact.id)) is None


async def test_a_conversation_that_is_made_and_deleted_again_and_again_is_taken_up_at_last(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time another one makes the row while the statement runs, and deletes it before the next."""
    async with database.begin() as tx:
        execute, tries = tx.execute, 0

        async def execute_beside_another(*statement: Any) -> Any:
            nonlocal tries
            tries += 1
            if tries > 5:
                return await execute(*statement)
            async with database.begin() as other:
                await other.execute(
                    insert(ConversationRow).values(channel=AN.channel.value, chat=AN.chat, state={})
                )
                running = asyncio.create_task(execute(*statement))
                await asyncio.sleep(0.1)
                assert not running.done()
            found = await running
            async with database.begin() as other:
                await other.execute(delete(ConversationRow))
            return found

        monkeypatch.setattr(tx, "execute", execute_beside_another)
        assert (await take_up(tx, AN, now=NOW)).state == {}
        assert tries == 6
