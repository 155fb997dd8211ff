"""Posts updates at a webhook as fast as it acknowledges them, and waits for the answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

CHATS = 200
POSTERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """`per_s`: messages answered a second, from the first post to the last answer."""

    per_s: float
    lost: int


async def post_updates(
    *, webhook: str, secret: str, sink: str, questions: Sequence[str], count: int, first_id: int, patience_s: float
) -> LoadResult:
    """Post `count` text updates from many chats, and wait until the sink has seen as many answers."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    acknowledged = 0
    numbers = iter(range(count))
    limits = httpx.Limits(max_connections=POSTERS)
    async with httpx.AsyncClient(timeout=10, trust_env=False, limits=limits) as http:
        before = await _count_sent(http, sink)
        started = time.perf_counter()

        async def post() -> None:
            nonlocal acknowledged
            for number in numbers:
                response = await http.post(
                    webhook, headers=headers, json=_update(first_id + number, questions[number % len(questions)])
                )
                if response.status_code == 200:
                    acknowledged += 1

        await asyncio.gather(*(post() for _ in range(POSTERS)))
        all_posted = time.perf_counter()
        answered = 0
        while answered < count and time.perf_counter() - all_posted < patience_s:
            answered = await _count_sent(http, sink) - before
            await asyncio.sleep(0.05)
        ended = time.perf_counter()
    return LoadResult(
        per_s=answered / (ended - started),
        lost=acknowledged - answered,
    )


async def _count_sent(http: httpx.AsyncClient, sink: str) -> int:
    return int((await http.get(f"{sink}/count")).json().get("sendMessage", 0))


def _update(update_id: int, text: str) -> dict[str, object]:
    chat = 1_000 + update_id % CHATS
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "An"},
            "from": {"id": chat, "is_bot": False, "first_name": "An"},
            "text": text,
        },
    }
