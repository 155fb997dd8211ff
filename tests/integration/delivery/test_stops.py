"""Between claim and send: what is announced is looked at again, and nothing else is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import text

from bot.delivery.stops import STALE_AFTER_S, Stops
from bot.domain.delivery import ClaimedDelivery
from bot.domain.messages import Channel, ChatAddress
from bot.storage.citizens import delete_citizen, record_way_closed
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.stops import announce_stops
from tests.conftest import MovedClock
from tests.support.deliveries import Post


async def test_a_withdrawal_stops_one_of_two(post: Post) -> None:
    for number, chat in enumerate(("42", "43")):
        contact = await post.add_citizen(chat)
        await post.post(contact, "tin", prefix=f"{number}-")
    async with post.holding():
        await post.withdraw_consent(contact)
    assert [to for to, _, _ in post.sender.sent] == ["42"]
    assert await post.list_states() == [("sent", None), ("cancelled", "consent-withdrawn")]


async def test_a_citizen_who_blocks_us_gets_nothing_more(post: Post, clock: MovedClock) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "tin")
    async with post.holding(), post.database.begin() as tx:
        await record_way_closed(tx, ChatAddress(channel=Channel.TELEGRAM, chat="42"), now=clock())
    assert post.sender.sent == []
    assert await post.list_states() == [("cancelled", "contact-stopped")]


async def test_a_citizen_who_deletes_everything_gets_nothing_more(
    post: Post, clock: MovedClock, cipher: Cipher
) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "tin")
    async with post.holding(), post.database.begin() as tx:
        citizen_id = (await tx.execute(text("SELECT citizen_id FROM contacts"))).scalar_one()
        await delete_citizen(tx, citizen_id, cipher=cipher, now=clock())
    assert post.sender.sent == []
    assert await post.list_states() == []


async def test_only_what_was_announced_is_looked_at_again(database: Database) -> None:
    now = [100.0]
    stops = Stops(database, monotonic=lambda: now[0])
    ours, others = make_claim(), make_claim()
    assert stops.may_concern(ours, asked_at=100.0), "nothing is heard yet"
    following = asyncio.create_task(stops.follow())
    try:
        await until(lambda: stops.is_listening)
        assert not stops.may_concern(ours, asked_at=100.0)
        assert stops.may_concern(ours, asked_at=99.9), "claimed before it listened"
        now[0] = 101.0
        async with database.begin() as tx:
            await announce_stops(tx, [ours.contact_id])
        await until(lambda: stops.may_concern(ours, asked_at=100.5))
        assert not stops.may_concern(others, asked_at=100.5)
        assert not stops.may_concern(ours, asked_at=101.1), "asked after it was heard"
        now[0] = 101.2 + STALE_AFTER_S
        assert stops.may_concern(others, asked_at=101.1), "the process slept"
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert not stops.is_listening


async def test_a_broadcast_is_found_by_its_name(database: Database) -> None:
    stops = Stops(database, monotonic=lambda: 100.0)
    broadcast_id = uuid4()
    following = asyncio.create_task(stops.follow())
    try:
        await until(lambda: stops.is_listening)
        async with database.begin() as tx:
            await announce_stops(tx, [broadcast_id])
        await until(lambda: stops.may_concern(make_claim(broadcast=str(broadcast_id)), asked_at=100.0))
        assert not stops.may_concern(make_claim(broadcast=str(uuid4())), asked_at=100.0)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def make_claim(**message: str) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=1,
        idempotency_key="test:1",
        contact_id=uuid4(),
        channel=Channel.TELEGRAM,
        purpose="reminders",
        message=message,
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        worker="w",
        attempt=1,
    )
