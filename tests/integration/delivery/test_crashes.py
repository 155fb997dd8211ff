"""Workers that die, for real: nothing is lost, and nothing that was not in flight comes twice."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.clock import read_clock
from bot.storage.database import Database
from tests.support.deliveries import Post
from tests.support.dying_worker import LEASE

ROWS = 20


@pytest.fixture
def real_post(database: Database, database_url: SecretStr) -> Post:
    """A worker on the real clock, with a lease short enough to wait for."""
    return Post(
        database=database,
        url=database_url,
        clock=read_clock,
        lease=LEASE,
        silence=timedelta(seconds=4),
    )


async def _start_worker(url: SecretStr, when: str, file: Path) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.support.dying_worker", url.get_secret_value(), when, str(file)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def _recover(post: Post) -> float:
    """Sweep and deliver as the running processes do, until all is sent; return how long that took."""
    started = time.monotonic()
    while {state for state, _ in await post.list_states()} != {"sent"}:
        assert time.monotonic() - started < 20
        await post.sweep()
        await post.deliver()
        await asyncio.sleep(0.2)
    return time.monotonic() - started


async def test_killed_between_claim_and_send_loses_and_repeats_nothing(real_post: Post, tmp_path: Path) -> None:
    await real_post.post(await real_post.add_citizen(), *(f"tin {number}" for number in range(ROWS)))
    process = await _start_worker(real_post.url, "before", tmp_path / "sent")
    assert await asyncio.wait_for(process.wait(), 15) == -signal.SIGKILL
    states = [state for state, _ in await real_post.list_states()]
    assert 1 <= states.count("claimed") <= ROWS
    assert (await real_post.sweep()).found == 0, "the lease still holds"
    took = await _recover(real_post)
    assert sorted(real_post.sender.keys) == sorted(f"test:{number}" for number in range(ROWS))
    assert took < LEASE.total_seconds() + 8
    async with real_post.queue.opened():
        await real_post.queue.retry_stalled_jobs()
    await real_post.deliver()
    assert len(real_post.sender.keys) == ROWS


async def test_killed_between_send_and_record_repeats_only_what_was_in_flight(
    real_post: Post, tmp_path: Path
) -> None:
    await real_post.post(await real_post.add_citizen(), *(f"tin {number}" for number in range(ROWS)))
    process = await _start_worker(real_post.url, "after", tmp_path / "sent")
    assert await asyncio.wait_for(process.wait(), 15) == -signal.SIGKILL
    await _recover(real_post)
    arrived = [*(tmp_path / "sent").read_text().split(), *real_post.sender.keys]
    assert set(arrived) == {f"test:{number}" for number in range(ROWS)}
    assert len(arrived) <= ROWS + 1, "it died in the middle of the first"


async def test_a_worker_stops_within_five_seconds_and_hands_on_the_rest(real_post: Post, tmp_path: Path) -> None:
    process = await _start_worker(real_post.url, "never", tmp_path / "sent")
    await real_post.post(await real_post.add_citizen(), *(f"tin {number}" for number in range(300)))
    sent = tmp_path / "sent"
    started = time.monotonic()
    while not sent.exists():
        assert time.monotonic() - started < 5
        await asyncio.sleep(0.02)
    stopped = time.monotonic()
    process.terminate()
    await asyncio.wait_for(process.wait(), 5)
    assert time.monotonic() - stopped < 5
    assert (await real_post.sweep()).found == 0, "what was left has a job already"
    await real_post.deliver()
    arrived = [*sent.read_text().split(), *real_post.sender.keys]
    assert len(arrived) == len(set(arrived)) == 300
