"""A delivery worker that kills itself, for real: `python -m tests.support.dying_worker URL before|after FILE`.

`before`: between claim and send. `after`: between send and record; what was sent stands in FILE.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from pydantic import SecretStr

from bot.clock import read_clock
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_delivery_worker
from bot.delivery.worker import DeliveryWorker
from bot.domain.answers import Answer
from bot.domain.messages import Channel, ChatAddress
from bot.storage.database import Database
from tests.support.deliveries import PlainMessages, make_paces


class FileSender:
    """Writes what it sends to a file, and kills the process before or after it has."""

    channel = Channel.TELEGRAM

    def __init__(self, file: Path, dies: str) -> None:
        self._file = file
        self._dies = dies

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:  # noqa: ARG002
        if self._dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        with self._file.open("a") as file:
            file.write(f"{idempotency_key}\n")
        if self._dies == "after":
            os.kill(os.getpid(), signal.SIGKILL)


async def main(url: SecretStr, when: str, file: Path) -> None:
    """Work until killed."""
    queue = DeliveryQueue(url)
    worker = DeliveryWorker(
        database=Database(url),
        queue=queue,
        senders={Channel.TELEGRAM: FileSender(file, when)},
        sources={"text": PlainMessages()},
        clock=read_clock,
        paces=make_paces(1000),
    )
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    print("ready", flush=True)  # noqa: T201 -- the test waits for this line
    await run_delivery_worker(worker, queue)


if __name__ == "__main__":
    asyncio.run(main(SecretStr(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
