"""Posts updates at a webhook at a fixed rate, each at its intended moment, whatever the answers do.

`python -m bench.open_loop PORT SECRET RATE SECONDS REPEATED FIRST_ID [TRIES]`. Writes one JSON object. A wait
counts from the intended moment, so an update that had to stand in line here counts too. A refusal (503) is tried
again, as Telegram does.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field

import uvloop

CONNECTIONS = 100
"""As many as Telegram opens at most (max_connections)."""
TRIES = 20
AGAIN_AFTER_S = 0.5
CHATS = 10_000
_QUESTIONS = (
    "lệ phí đổi thẻ căn cước",
    "làm hộ chiếu mất bao lâu",
    "đăng ký tạm trú ở đâu",
    "quên mật khẩu vneid",
)


@dataclass(slots=True)
class Load:
    """What happened. `waits`: seconds from the intended moment to the acknowledgement, of each first try."""

    waits: list[float] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)
    refused: int = 0
    given_up: int = 0


class Poster:
    """Posts by a fixed number of connections that are kept."""

    def __init__(self, port: int, secret: str, *, tries: int = TRIES) -> None:
        self.tries = tries
        self._port = port
        self._head = (
            f"POST /telegram/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        )
        self._free: asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = (
            asyncio.LifoQueue()
        )
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def post(self, body: bytes) -> int:
        """Return the status of one call; 0 where there was no answer."""
        connection = await self._free.get()
        try:
            if connection is None:
                connection = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = connection
            writer.write(f"{self._head}{len(body)}\r\n\r\n".encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            await reader.readexactly(int(length.group(1)) if length else 0)
            return int(head.split(b" ", 2)[1])
        except (OSError, asyncio.IncompleteReadError):
            connection = None
            return 0
        finally:
            self._free.put_nowait(connection)


async def run(poster: Poster, *, rate: int, seconds: int, repeated: float, first_id: int) -> Load:
    """Post for some seconds; a share of the updates comes twice."""
    load, chance = Load(), random.Random(6)
    started = time.perf_counter()
    tasks: set[asyncio.Task[None]] = set()
    update_id = first_id
    for number in range(rate * seconds):
        at = started + number / rate
        if number % 5 == 0 and (ahead := at - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        is_repeat = number > rate and chance.random() < repeated
        posted = chance.randrange(first_id, update_id) if is_repeat else update_id
        update_id += not is_repeat
        task = asyncio.create_task(_post(poster, load, posted, at, tries=poster.tries))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return load


async def _post(poster: Poster, load: Load, update_id: int, at: float, *, tries: int) -> None:
    body = json.dumps(make_update(update_id)).encode()
    await asyncio.sleep(max(0.0, at - time.perf_counter()))
    for attempt in range(tries):
        status = await poster.post(body)
        if attempt == 0:
            load.waits.append(time.perf_counter() - at)
        if status == 200:
            load.acknowledged.add(update_id)
            return
        load.refused += 1
        await asyncio.sleep(AGAIN_AFTER_S)
    load.given_up += 1


def make_update(update_id: int) -> dict[str, object]:
    """Return the update of an invented citizen."""
    chat = 1_000 + update_id % CHATS
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "An"},
            "from": {"id": chat, "is_bot": False, "first_name": "An"},
            "text": _QUESTIONS[update_id % len(_QUESTIONS)],
        },
    }


def main(port: str, secret: str, *given: str) -> None:
    """Run, and write what happened."""
    gc.disable()  # a pause of the generator would be taken for one of the receiver; it ends soon anyway
    rate, seconds, first_id = int(given[0]), int(given[1]), int(given[3])
    poster = Poster(int(port), secret, tries=int(given[4]) if len(given) > 4 else TRIES)
    started = time.perf_counter()
    load = uvloop.run(run(poster, rate=rate, seconds=seconds, repeated=float(given[2]), first_id=first_id))
    took = time.perf_counter() - started
    waits = sorted(load.waits)
    sys.stdout.write(
        json.dumps(
            {
                "posted": len(waits),
                "per_s": len(waits) / took,
                "p50_ms": waits[len(waits) // 2] * 1000,
                "p99_ms": waits[int(len(waits) * 0.99)] * 1000,
                "p999_ms": waits[int(len(waits) * 0.999)] * 1000,
                "refused": load.refused,
                "given_up": load.given_up,
                "acknowledged": sorted(load.acknowledged),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
