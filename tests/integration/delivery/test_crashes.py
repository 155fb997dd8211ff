"""Workers that die, for real: nothing is lost, and nothing that was not in flight comes twice."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.clock import read_clock
from bot.storage.database import Database
from tests.support.deliveries import Post

ROWS = 20


@pytest.fixture
def real_post(database: Database, database_url: SecretStr) -> Post:
    """A worker on the real clock."""
    return Post(database=database, url=database_url, clock=read_clock)


async def _start_worker(url: SecretStr, when: str, file: Path) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.support.dying_worker", url.get_secret_value(), when, str(file)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def _recover(post: Post) -> None:
    """Let the lease and the patience with a silent worker end, then sweep and deliver until all is sent."""
    await post.execute("UPDATE deliveries SET claimed_until = now() WHERE state = 'claimed'")
    await post.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    deadline = time.monotonic() + 60
    while {state for state, _ in await post.list_states()} != {"sent"}:
        assert time.monotonic() < deadline
        await post.sweep()
        await post.deliver()
        await asyncio.sleep(0.1)


async def test_killed_between_claim_and_send_loses_and_repeats_nothing(real_post: Post, tmp_path: Path) -> None:
    await real_post.post(await real_post.add_citizen(), *(f"tin {number}" for number in range(ROWS)))
    process = await _start_worker(real_post.url, "before", tmp_path / "sent")
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
    states = [state for state, _ in await real_post.list_states()]
    assert 1 <= states.count("claimed") <= ROWS
    assert (await real_post.sweep()).found == 0, "the lease still holds"
    await _recover(real_post)
    assert sorted(real_post.sender.keys) == sorted(f"test:{number}" for number in range(ROWS))
    async with real_post.queue.opened():
        await real_post.queue.retry_stalled_jobs()
    await real_post.deliver()
    assert len(real_post.sender.keys) == ROWS


async def test_killed_between_send_and_record_repeats_only_what_was_in_flight(
    real_post: Post, tmp_path: Path
) -> None:
    await real_post.post(await real_post.add_citizen(), *(f"tin {number}" for number in range(ROWS)))
    process = await _start_worker(real_post.url, "after", tmp_path / "sent")
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
    await _recover(real_post)
    arrived = [*(tmp_path / "sent").read_text().split(), *real_post.sender.keys]
    assert set(arrived) == {f"test:{number}" for number in range(ROWS)}
    assert len(arrived) <= ROWS + 1, "it died in the middle of the first"


async def test_a_worker_that_is_told_to_stop_hands_on_the_rest(real_post: Post, tmp_path: Path) -> None:
    process = await _start_worker(real_post.url, "never", tmp_path / "sent")
    await real_post.post(await real_post.add_citizen(), *(f"tin {number}" for number in range(300)))
    sent = tmp_path / "sent"
    deadline = time.monotonic() + 60
    while not sent.exists():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    process.terminate()
    await asyncio.wait_for(process.wait(), 30)
    assert (await real_post.sweep()).found == 0, "what was left has a job already"
    await real_post.deliver()
    arrived = [*sent.read_text().split(), *real_post.sender.keys]
    assert len(arrived) == len(set(arrived)) == 300
