"""Several workers at one lane: the rate is exact, what is urgent goes first, trouble is everybody's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import text

from bot.delivery.lane import BREAKS_AT
from bot.delivery.queue import Priority
from bot.delivery.worker import DeliveryWorker
from bot.domain.lanes import Paces, PauseReason
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed
from bot.storage.database import Database
from bot.storage.lanes import list_pauses
from tests.support.deliveries import Post, make_paces


@asynccontextmanager
async def following(*workers: DeliveryWorker) -> AsyncIterator[None]:
    """Let workers hear of each other's pauses while the block runs."""
    tasks = [asyncio.create_task(worker.follow()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_three_workers_together_keep_the_rate_of_one(post: Post) -> None:
    post.paces = make_paces(100)
    workers = [post.make_worker() for _ in range(3)]
    contact = await post.add_citizen()
    jobs = [await post.post(contact, *("tin" for _ in range(30)), prefix=f"{n}-") for n in range(3)]
    started = time.monotonic()
    await asyncio.gather(
        *(worker.deliver_job(job, Channel.TELEGRAM) for worker, job in zip(workers, jobs, strict=True))
    )
    assert len(set(post.sender.keys)) == 90
    assert time.monotonic() - started > 89 / 100, "ninety messages at a hundred a second"


async def test_a_reminder_does_not_wait_for_a_broadcast(post: Post) -> None:
    post.paces = make_paces(50)
    worker = post.make_worker()
    contact = await post.add_citizen()
    bulk = await post.post(contact, *("tin" for _ in range(500)), prefix="bulk-")
    has_begun = asyncio.Event()

    async def note() -> None:
        has_begun.set()

    post.sender.before = note
    sending = asyncio.create_task(worker.deliver_job(bulk, Channel.TELEGRAM, Priority.BULK))
    await has_begun.wait()
    urgent = await post.post(contact, "nhắc", prefix="urgent-")
    await worker.deliver_job(urgent, Channel.TELEGRAM, Priority.REMINDER)
    assert "test:urgent-0" in post.sender.keys
    assert not sending.done(), "the broadcast has ten seconds to go"
    worker.stop()
    await sending


async def test_a_refused_token_stops_every_worker_until_a_probe_gets_through(
    post: Post, database: Database
) -> None:
    post.paces = make_paces(100)
    workers = [post.make_worker() for _ in range(2)]
    contact = await post.add_citizen()
    jobs = [await post.post(contact, *("tin" for _ in range(100)), prefix=f"{n}-") for n in range(2)]
    calls = 0

    async def refuse() -> None:
        nonlocal calls
        calls += 1
        raise ChannelUnauthorised

    post.sender.before = refuse
    async with following(*workers):
        await asyncio.gather(
            *(worker.deliver_job(job, Channel.TELEGRAM) for worker, job in zip(workers, jobs, strict=True))
        )
        assert 1 <= calls <= 50
        async with database.begin() as tx:
            [pause] = await list_pauses(tx)
        assert (pause.channel, pause.reason) == (Channel.TELEGRAM, PauseReason.UNAUTHORISED)
        assert pause.left > timedelta(seconds=50)
        calls = 0
        await post.execute("UPDATE lanes SET paused_until = clock_timestamp()")
        for worker in workers:
            for lane in worker._lanes.values():
                lane.go_on()
        later = await post.post(contact, *("tin" for _ in range(20)), prefix="later-")
        await workers[0].deliver_job(later, Channel.TELEGRAM)
        assert calls == 1, "a probe"
        post.sender.before = None
        await post.execute("UPDATE lanes SET paused_until = clock_timestamp()")
        for worker in workers:
            for lane in worker._lanes.values():
                lane.go_on()
        last = await post.post(contact, *("tin" for _ in range(20)), prefix="last-")
        await asyncio.wait_for(workers[1].deliver_job(last, Channel.TELEGRAM), 60)
        async with database.begin() as tx:
            assert await list_pauses(tx) == []


async def test_what_one_worker_is_told_another_one_obeys(post: Post) -> None:
    post.paces = make_paces(100)
    told, other = post.make_worker(), post.make_worker()
    contact = await post.add_citizen()
    job = await post.post(contact, "tin")
    async with following(told, other):
        # The lane is written with its first message.
        await other.deliver_job(await post.post(contact, "tin", prefix="first-"), Channel.TELEGRAM)
        post.sender.failures = [DeliveryDelayed(30.0)]
        await told.deliver_job(job, Channel.TELEGRAM)
        deadline = time.monotonic() + 60
        while other._lanes["telegram"].paused_for() < 20:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)


async def test_a_dead_messenger_is_probed_and_not_stormed(post: Post, database: Database) -> None:
    post.paces = make_paces(50)
    post.change_worker()
    contact = await post.add_citizen()
    job = await post.post(contact, *("tin" for _ in range(100)))
    calls = 0

    async def fail() -> None:
        nonlocal calls
        calls += 1
        raise DeliveryDelayed

    post.sender.before = fail
    await post.worker.deliver_job(job, Channel.TELEGRAM)
    assert BREAKS_AT <= calls <= BREAKS_AT + 10, "what was on its way when it broke"
    async with database.begin() as tx:
        [pause] = await list_pauses(tx)
    assert pause.reason is PauseReason.FAILING
    assert set(await post.list_states()) == {("waiting", None)}
    assert (await post.sweep()).found == 0, "each has a job that comes later"


async def test_one_chat_gets_one_message_a_second(post: Post) -> None:
    post.paces = Paces(per_second={Channel.TELEGRAM: 1000})
    post.change_worker()
    first, second = await post.add_citizen("1"), await post.add_citizen("2")
    await post.post(first, "một", "hai", prefix="first-")
    await post.post(second, "một", prefix="second-")
    await post.deliver()
    assert sorted(post.sender.keys) == ["test:first-0", "test:second-0"]
    assert (await post.sweep()).found == 0
    await post.post(second, "hai", prefix="soon-")
    await post.deliver()
    assert len(post.sender.keys) == 2, "the clock stands still, so no second is over"
    await post.execute("UPDATE deliveries SET settled_at = settled_at - interval '1 second'")
    await post.execute("UPDATE deliveries SET not_before = NULL")
    await post.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await post.deliver()
    assert sorted(post.sender.keys) == ["test:first-0", "test:first-1", "test:second-0", "test:soon-0"]


async def test_paid_broadcasts_take_their_own_lane(post: Post, database: Database) -> None:
    paid = type(post.sender)()
    worker = DeliveryWorker(
        database=database,
        queue=post.queue,
        senders={Channel.TELEGRAM: post.sender},
        paid_senders={Channel.TELEGRAM: paid},
        sources=post.sources,
        clock=post.clock,
        paces=Paces(paid={Channel.TELEGRAM: 1000}, chat_gaps={}),
    )
    contact = await post.add_citizen()
    await worker.deliver_job(await post.post(contact, "tin", prefix="bulk-"), Channel.TELEGRAM, Priority.BULK)
    await worker.deliver_job(await post.post(contact, "nhắc", prefix="one-"), Channel.TELEGRAM)
    assert (paid.keys, post.sender.keys) == (["test:bulk-0"], ["test:one-0"])
    async with database.begin() as tx:
        names = (await tx.execute(text("SELECT name FROM lanes ORDER BY name"))).scalars().all()
    assert names == ["telegram", "telegram-paid"]
