"""Each message once, or a reason: the worker on a real database and queue."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.delivery.worker import UNEXPECTED_LIMIT, choose_longest_retry_s
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason
from bot.storage.deliveries import claim_deliveries, find_recipients, record_sent
from tests.conftest import MovedClock
from tests.support.deliveries import Post, make_paces


async def test_every_row_is_sent_once_and_a_second_run_sends_nothing(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, *(f"tin {number}" for number in range(30)))
    await post.deliver()
    assert sorted(post.sender.keys) == sorted(f"test:{number}" for number in range(30))
    assert set(await post.list_states()) == {("sent", None)}
    await post.deliver()
    assert (await post.sweep()).found == 0
    await post.deliver()
    assert len(post.sender.sent) == 30


async def test_the_same_key_twice_is_one_message(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "một")
    await post.post(contact, "một lần nữa")
    await post.deliver()
    assert post.sender.keys == ["test:0"]


async def test_a_job_whose_transaction_rolls_back_leaves_no_bell(post: Post) -> None:
    contact = await post.add_citizen()
    with pytest.raises(RuntimeError):
        await _post_then_fail(post)
    await post.deliver()
    assert await post.list_states() == []
    await post.post(contact, "sau đó")
    await post.deliver()
    assert len(post.sender.sent) == 1


async def _post_then_fail(post: Post) -> None:
    async with post.database.begin() as tx:
        await post.queue.defer(tx, channel=Channel.TELEGRAM, priority=20)  # type: ignore[arg-type]
        raise RuntimeError


async def test_consent_withdrawn_between_plan_and_send(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "tin")
    await post.withdraw_consent(contact)
    await post.deliver()
    assert post.sender.sent == []
    assert await post.list_states() == [("cancelled", "consent-withdrawn")]


async def test_a_blocked_contact_is_stopped_and_never_written_to_again(post: Post) -> None:
    """T37: sending to who left."""
    contact = await post.add_citizen()
    await post.post(contact, "tin")
    post.sender.failures = [DeliveryRefused(RefusalReason.BLOCKED)]
    await post.deliver()
    await post.post(contact, "tin sau", prefix="later-")
    await post.deliver()
    assert post.sender.sent == []
    assert await post.list_states() == [("failed", "blocked"), ("cancelled", "contact-stopped")]


async def test_a_message_that_is_refused_for_itself_does_not_stop_the_contact(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "hỏng", "lành")
    post.sender.failures = [DeliveryRefused(RefusalReason.MESSAGE_INVALID)]
    await post.deliver()
    assert sorted(await post.list_states()) == [("failed", "message-invalid"), ("sent", None)]


async def test_a_message_that_is_gone_is_cancelled(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "")
    await post.deliver()
    assert await post.list_states() == [("cancelled", "message-gone")]


async def test_delayed_comes_later_and_once(post: Post, clock: MovedClock) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "tin")
    post.sender.failures = [DeliveryDelayed(1.0)]
    await post.deliver()
    assert await post.list_states() == [("waiting", None)]
    assert (await post.sweep()).found == 0, "it waits for its moment, so it is not lost"
    clock.move(timedelta(seconds=2))
    await post.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await post.deliver()
    assert post.sender.keys == ["test:0"]
    assert await post.list_states() == [("sent", None)]


async def test_a_pause_holds_for_the_whole_channel(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, *(f"tin {number}" for number in range(20)))
    post.paces = make_paces(50)
    post.change_worker()
    post.sender.failures = [DeliveryDelayed(30.0)]
    await post.deliver()
    states = await post.list_states()
    assert states.count(("sent", None)) <= 2, "what was on its way"
    assert states.count(("waiting", None)) >= 18


async def test_refused_credentials_put_the_message_back(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, *(f"tin {number}" for number in range(10)))
    post.sender.failures = [ChannelUnauthorised() for _ in range(10)]
    await post.deliver()
    assert set(await post.list_states()) == {("waiting", None)}
    assert post.sender.sent == []


async def test_what_comes_too_late_is_never_sent(post: Post, clock: MovedClock) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "tin", useful_for=timedelta(hours=1))
    clock.move(timedelta(hours=1))
    await post.deliver()
    await post.post(contact, "tin", useful_for=timedelta(hours=1), prefix="swept-")
    clock.move(timedelta(hours=1))
    assert (await post.sweep()).expired == 1
    await post.deliver()
    assert post.sender.sent == []
    assert await post.list_states() == [("expired", "too-late"), ("expired", "too-late")]


async def test_something_unexpected_is_tried_again_and_given_up_in_the_end(post: Post, clock: MovedClock) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "tin")
    post.sender.failures = [ValueError("surprise") for _ in range(UNEXPECTED_LIMIT)]
    for attempt in range(1, UNEXPECTED_LIMIT + 1):
        await post.deliver()
        clock.move(timedelta(seconds=choose_longest_retry_s(attempt) + 1))
        await post.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    assert await post.list_states() == [("failed", "retry-limit")]


async def test_a_job_that_vanished_is_found_by_the_sweep(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "một", "hai")
    await post.execute("DELETE FROM procrastinate_jobs")
    await post.deliver()
    assert post.sender.sent == []
    assert (await post.sweep()).found == 2
    assert (await post.sweep()).found == 0
    await post.deliver()
    assert sorted(post.sender.keys) == ["test:0", "test:1"]


async def test_a_backlog_is_not_taken_for_lost(post: Post) -> None:
    contact = await post.add_citizen()
    await post.post(contact, *(f"tin {number}" for number in range(1000)))
    assert (await post.sweep()).found == 0


async def test_a_zombie_records_nothing_and_sends_nothing(post: Post, clock: MovedClock) -> None:
    contact = await post.add_citizen()
    job_id = await post.post(contact, "tin")
    async with post.database.begin() as tx:
        [held] = await claim_deliveries(
            tx, job_id=job_id, worker="zombie", limit=1, lease=timedelta(milliseconds=50), now=clock()
        )
    await asyncio.sleep(0.1)
    await post.execute("DELETE FROM procrastinate_jobs")
    assert (await post.sweep()).found == 1
    await post.deliver()
    assert post.sender.keys == ["test:0"]
    async with post.database.begin() as tx:
        assert await find_recipients(tx, [held]) == {}, "so it would not have been sent"
        assert await record_sent(tx, [held], now=clock()) == 0
        attempts, worker = (await tx.execute(text("SELECT attempts, claimed_by FROM deliveries"))).one()
    assert (attempts, worker) == (2, post.worker.id)


async def test_a_worker_that_slept_through_its_lease_does_not_send(post: Post) -> None:
    slow = Post(database=post.database, url=post.url, clock=post.clock, lease=timedelta(seconds=2))

    async def sleep_with_the_whole_process() -> None:
        time.sleep(2)  # noqa: ASYNC251 -- as where the process is stopped and woken up

    slow.sender.before = sleep_with_the_whole_process
    await slow.post(await slow.add_citizen(), "một", "hai")
    await slow.deliver()
    assert slow.sender.keys == ["test:0"]
    assert (await slow.sweep()).found == 1


async def test_two_workers_share_the_rows(post: Post) -> None:
    contact = await post.add_citizen()
    jobs = [
        await post.post(contact, *(f"tin {number}" for number in range(25)), prefix=f"{batch}-")
        for batch in range(4)
    ]
    other = post.make_worker()
    await asyncio.gather(
        *(worker.deliver_job(job, Channel.TELEGRAM) for job in jobs for worker in (post.worker, other))
    )
    assert len(post.sender.keys) == 100
    assert len(set(post.sender.keys)) == 100
