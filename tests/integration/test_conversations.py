"""A turn takes up a conversation in one statement: made once, locked, with the switches and who was seen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import RefusalReason
from bot.domain.switches import Switches
from bot.storage.citizens import find_contact, record_contact, record_contact_stopped
from bot.storage.conversations import keep, take_up
from bot.storage.database import Database
from bot.storage.switches import record_switches

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
