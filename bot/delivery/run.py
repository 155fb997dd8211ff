"""The process that delivers: works jobs off until it is cancelled, through every fault of the database."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from bot.delivery.queue import BULK_QUEUE, HEARTBEAT, QUEUE, DeliveryQueue
from bot.delivery.worker import DeliveryWorker

CONCURRENCY = {QUEUE: 4, BULK_QUEUE: 2}
"""Jobs at once in one process."""
GRACE_S = 3.0
"""What is being sent gets this long to finish when the process must stop."""
POLL_S = 2.0
"""How long a job may lie where its notification was lost."""
_RESTART_AFTER_S = 1.0

log = structlog.get_logger()


async def run_delivery_worker(worker: DeliveryWorker, queue: DeliveryQueue) -> None:
    """Deliver until cancelled; then stop within five seconds, handing unsent rows to other workers."""
    queue.attach(worker.start_job)
    log.info("delivery.started", worker=worker.id)
    while True:
        running = asyncio.create_task(_work_off(queue), name="delivery worker")
        following = asyncio.create_task(worker.follow(), name="delivery bells")
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            worker.stop()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):
                    await worker.drain()
            log.info("delivery.stopped", worker=worker.id)
            raise
        except Exception as error:
            log.exception("delivery.restarting", error=type(error).__name__)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        await asyncio.sleep(_RESTART_AFTER_S)


async def run_waiting_jobs(queue: DeliveryQueue) -> None:
    """Work off the jobs that wait now, then return."""
    async with queue.opened():
        for name, concurrency in CONCURRENCY.items():
            await queue.app.run_worker_async(
                queues=[name],
                wait=False,
                concurrency=concurrency,
                install_signal_handlers=False,
                listen_notify=False,
                delete_jobs="successful",
            )


async def _work_off(queue: DeliveryQueue) -> None:
    async with queue.opened(), asyncio.TaskGroup() as workers:
        for name, concurrency in CONCURRENCY.items():
            workers.create_task(
                queue.app.run_worker_async(
                    queues=[name],
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL_S,
                    shutdown_graceful_timeout=GRACE_S,
                    update_heartbeat_interval=HEARTBEAT.total_seconds(),
                    stalled_worker_timeout=queue.silence.total_seconds(),
                    delete_jobs="successful",
                )
            )
