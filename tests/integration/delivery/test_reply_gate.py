"""Answers and what we start share a lane: its rate, and what the messenger says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from bot.delivery.reply_gate import ReplyGate
from bot.domain.lanes import PauseReason
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed
from bot.storage.database import Database
from bot.storage.lanes import claim_lane, ensure_lane, list_pauses, record_pause
from tests.support.deliveries import make_paces


@pytest.fixture
async def gates(database: Database) -> AsyncIterator[list[ReplyGate]]:
    """Two processes that answer."""
    async with database.begin() as tx:
        await ensure_lane(tx, "telegram", Channel.TELEGRAM)
    gates = [ReplyGate(database, make_paces(10), Channel.TELEGRAM) for _ in range(2)]
    tasks = [asyncio.create_task(gate.run()) for gate in gates]
    yield gates
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + 60
    while not await holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_what_was_answered_is_taken_from_the_lane(gates: list[ReplyGate], database: Database) -> None:
    for _ in range(30):
        gates[0].count_sent()

    async def is_taken() -> bool:
        async with database.begin() as tx:
            lane = await claim_lane(tx, "telegram")
        return lane.taken_until - lane.now > timedelta(seconds=1)

    await until(is_taken)


async def test_a_flood_of_answers_never_stops_what_we_start_for_long(
    gates: list[ReplyGate], database: Database
) -> None:
    for _ in range(10_000):
        gates[0].count_sent()

    async def is_taken() -> bool:
        async with database.begin() as tx:
            lane = await claim_lane(tx, "telegram")
        return timedelta(seconds=1) < lane.taken_until - lane.now <= timedelta(seconds=5)

    await until(is_taken)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (DeliveryDelayed(30.0), PauseReason.TOO_MANY),
        (ChannelUnauthorised(), PauseReason.UNAUTHORISED),
    ],
)
async def test_what_one_is_told_all_obey(
    gates: list[ReplyGate], database: Database, said: Exception, reason: PauseReason
) -> None:
    gates[0].note(said)

    async def other_waits() -> bool:
        return gates[1].paused_for() > 20

    await until(other_waits)
    async with database.begin() as tx:
        [pause] = await list_pauses(tx)
    assert pause.reason is reason


async def test_an_answer_tries_where_the_messenger_only_fails(gates: list[ReplyGate], database: Database) -> None:
    gates[0].note(DeliveryDelayed())
    async with database.begin() as tx:
        await record_pause(tx, Channel.TELEGRAM, lasts=timedelta(seconds=30), reason=PauseReason.FAILING)
    await asyncio.sleep(0.3)
    assert [gate.paused_for() for gate in gates] == [0, 0]


async def test_a_gate_may_heed_less(gates: list[ReplyGate], database: Database) -> None:
    """On Zalo staff may have to act for templates alone: answers go on."""
    lenient = ReplyGate(database, make_paces(10), Channel.TELEGRAM, heeds=(PauseReason.TOO_MANY,))
    hearing = asyncio.create_task(lenient.run())
    gates[0].note(ChannelUnauthorised())

    async def is_held() -> bool:
        return gates[1].paused_for() > 20

    await until(is_held)
    await asyncio.sleep(0.3)
    assert lenient.paused_for() == 0
    gates[0].note(DeliveryDelayed(30.0))

    async def waits() -> bool:
        return lenient.paused_for() > 20

    await until(waits)
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
