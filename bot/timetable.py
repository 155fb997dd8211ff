"""The timetable: what is looked for, and how often. A look only finds what is due in a table and defers work.

APScheduler keeps the beat and nothing else: due times live in tables, so a look that was missed loses nothing.
One process at a time runs it, guarded by an advisory lock that PostgreSQL frees when that process dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.applications.follow import VERIFIED_FOR
from bot.applications.lookup import FAILURES_KEPT, TOTALS_KEPT
from bot.applications.push import match_waiting, push_changes
from bot.broadcasts.release import cancel_stopped, plan_approved, release_planned
from bot.clock import Clock, hanoi_date, read_clock
from bot.delivery.queue import DeliveryQueue
from bot.delivery.sweep import sweep_deliveries
from bot.domain.lanes import STANDARD_PACES, Paces
from bot.evaluation.retrain import Retrainer
from bot.evaluation.review import GateRunner
from bot.handover.expire import expire_handovers
from bot.privacy.retention import (
    BELLS_KEPT,
    CONVERSATIONS_KEPT,
    COUNTS_KEPT,
    DATA_REQUESTS_KEPT,
    FINISHED_FOLLOWED,
    FOLLOWS_KEPT,
    HEARTBEATS_KEPT,
    QUESTIONS_KEPT,
    REHEARSALS_KEPT,
    SETTLED_QUESTIONS_KEPT,
    STAFF_IDLE,
    STAFF_LONGEST,
    SYNC_RUNS_KEPT,
    TOMBSTONES_KEPT,
    UNUSED_FILES_KEPT,
    WEB_MESSAGES_KEPT,
)
from bot.privacy.tombstones import file_tombstones
from bot.privacy.withdrawals import WithdrawalFile
from bot.questions.group import group_questions
from bot.questions.tell import tell_askers
from bot.reminders.plan import end_all_finished, plan_due_reminders
from bot.reminders.rehearse import rehearse_waiting
from bot.reminders.rules import ReminderRule
from bot.reminders.sweep import sweep_subscriptions
from bot.statistics.deliveries import count_settled
from bot.statistics.heartbeat import BEAT_EVERY, SCHEDULE, beat_once
from bot.storage.application_follows import delete_old_follows, end_finished_follows
from bot.storage.canned_replies import delete_unused_files
from bot.storage.checklists import delete_old_checklists
from bot.storage.data_requests import delete_settled_requests
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.guard import run_alone
from bot.storage.handovers import delete_ended
from bot.storage.heartbeats import delete_old_heartbeats
from bot.storage.inbox import delete_settled
from bot.storage.lookup_failures import forget_failures
from bot.storage.one_time_links import delete_over_links
from bot.storage.person_links import delete_old_links
from bot.storage.questions import delete_old_questions
from bot.storage.rehearsals import delete_old_rehearsals
from bot.storage.retention import delete_old_conversations, delete_old_web_messages, forget_expired_forms
from bot.storage.staff import delete_ended_sessions
from bot.storage.statistics import delete_old_counts
from bot.storage.sync_runs import delete_old_runs
from bot.storage.tombstones import delete_old_tombstones
from bot.storage.zalo_bells import delete_old_bells
from bot.storage.zalo_people import WRITABLE_FOR, delete_silent_people

GUARD_KEY = 0x06_0003
"""The advisory lock of whoever runs the timetable."""
STOP_GRACE_S = 3.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One thing that is looked for again and again."""

    name: str
    every: timedelta
    work: Callable[[datetime], Awaitable[object]]


def list_looks(
    database: Database,
    queue: DeliveryQueue,
    rules: Mapping[str, ReminderRule],
    cipher: Cipher,
    gate: GateRunner,
    *,
    paces: Paces = STANDARD_PACES,
    handovers_kept: timedelta,
    retrainer: Retrainer,
    tombstones_dir: Path,
) -> tuple[Look, ...]:
    """List every look of the assistant."""

    async def forget(now: datetime) -> None:
        async with database.begin() as tx:
            await delete_settled(tx)
            await forget_expired_forms(tx, now=now)
            await delete_old_conversations(tx, updated_before=now - CONVERSATIONS_KEPT)
            await delete_silent_people(tx, changed_before=now - WRITABLE_FOR)
            await delete_over_links(tx, now=now)
            await delete_old_bells(tx, rung_before=now - BELLS_KEPT)
            await delete_old_web_messages(tx, created_before=now - WEB_MESSAGES_KEPT)
            await delete_ended_sessions(tx, seen_before=now - STAFF_IDLE, created_before=now - STAFF_LONGEST)
            await forget_failures(tx, now=now, kept=FAILURES_KEPT, totals_kept=TOTALS_KEPT)

    async def tidy(now: datetime) -> None:
        await end_all_finished(database, rules, now)
        async with database.begin() as tx:
            await end_finished_follows(tx, closed_before=now - FINISHED_FOLLOWED, now=now)
            await delete_old_follows(tx, ended_before=now - FOLLOWS_KEPT)
            await delete_old_links(tx, verified_before=now - VERIFIED_FOR)
            await delete_old_checklists(tx, now=now)
            await delete_old_questions(
                tx, settled_before=now - SETTLED_QUESTIONS_KEPT, asked_before=now - QUESTIONS_KEPT
            )
            await delete_ended(tx, ended_before=now - handovers_kept)
            await delete_unused_files(tx, added_before=now - UNUSED_FILES_KEPT)
            await delete_settled_requests(tx, settled_before=now - DATA_REQUESTS_KEPT)
            await delete_old_tombstones(tx, deleted_before=now - TOMBSTONES_KEPT)
            await delete_old_runs(tx, older_than=SYNC_RUNS_KEPT, now=now)
            await delete_old_counts(tx, before=hanoi_date(now - COUNTS_KEPT))
            await delete_old_rehearsals(tx, asked_before=now - REHEARSALS_KEPT)
            await delete_old_heartbeats(tx, heard_before=now - HEARTBEATS_KEPT)
        await queue.delete_finished_jobs()

    return (
        Look(
            name="plan-due-reminders",
            every=timedelta(seconds=2),
            work=lambda now: plan_due_reminders(database, queue, rules, now),
        ),
        Look(
            name="sweep-subscriptions",
            every=timedelta(minutes=10),
            work=lambda now: sweep_subscriptions(database, rules, cipher, now),
        ),
        Look(
            name="push-changed-applications",
            every=timedelta(seconds=2),
            work=lambda now: push_changes(database, queue, now),
        ),
        Look(
            name="match-awaited-applications",
            every=timedelta(seconds=30),
            work=lambda now: match_waiting(database, cipher, now),
        ),
        Look(
            name="sweep-deliveries",
            every=timedelta(seconds=5),
            work=lambda now: sweep_deliveries(database, queue, now),
        ),
        Look(
            name="run-rehearsals",
            every=timedelta(seconds=2),
            work=lambda now: rehearse_waiting(database, rules, cipher, now),
        ),
        Look(
            name="file-tombstones",
            every=timedelta(seconds=5),
            work=lambda now: file_tombstones(database, tombstones_dir, now),
        ),
        Look(
            name="file-withdrawals",
            every=timedelta(seconds=5),
            work=WithdrawalFile(database, tombstones_dir, cipher).write_new,
        ),
        Look(name="retrain-understanding", every=timedelta(seconds=10), work=retrainer.keep_up),
        Look(name="run-publish-gate", every=timedelta(seconds=2), work=gate.run_waiting),
        Look(
            name="plan-broadcasts",
            every=timedelta(seconds=2),
            work=lambda now: plan_approved(database, now),
        ),
        Look(
            name="release-broadcasts",
            every=timedelta(seconds=1),
            work=lambda now: release_planned(database, queue, now, paces=paces),
        ),
        Look(
            name="cancel-stopped-broadcasts",
            every=timedelta(seconds=10),
            work=lambda now: cancel_stopped(database, now),
        ),
        Look(
            name="group-questions",
            every=timedelta(seconds=5),
            work=lambda _: group_questions(database),
        ),
        Look(
            name="tell-askers",
            every=timedelta(seconds=10),
            work=lambda now: tell_askers(database, queue, now),
        ),
        Look(
            name="count-settled-deliveries",
            every=timedelta(minutes=1),
            work=lambda now: count_settled(database, now),
        ),
        Look(name="say-that-it-lives", every=BEAT_EVERY, work=lambda now: beat_once(database, SCHEDULE, now)),
        Look(
            name="expire-handovers",
            every=timedelta(seconds=30),
            work=lambda now: expire_handovers(database, queue, now),
        ),
        Look(name="retry-stalled-jobs", every=timedelta(seconds=10), work=lambda _: queue.retry_stalled_jobs()),
        Look(name="forget-what-is-over", every=timedelta(minutes=1), work=forget),
        Look(name="tidy-up", every=timedelta(hours=1), work=tidy),
    )


async def run_timetable(database: Database, queue: DeliveryQueue, looks: Sequence[Look], *, clock: Clock) -> None:
    """Run the looks until cancelled, or wait to take over from the process that runs them."""

    async def run() -> None:
        log.info("timetable.started")
        async with queue.opened():
            await _run_looks(looks, clock)

    await run_alone(database, GUARD_KEY, run)


async def _run_looks(looks: Sequence[Look], clock: Clock) -> None:
    running: set[asyncio.Task[object]] = set()
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        # A look that was late is made once, whatever was missed: it finds all that is due.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )

    async def look_once(look: Look) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await look.work(clock())
        except Exception as error:
            log.exception("timetable.look_failed", look=look.name, error=type(error).__name__)
        finally:
            running.discard(task)

    for look in looks:
        scheduler.add_job(
            look_once,
            "interval",
            seconds=look.every.total_seconds(),
            args=[look],
            id=look.name,
            next_run_time=read_clock(),
        )
    scheduler.start()
    try:
        await asyncio.Event().wait()  # until cancelled
    finally:
        scheduler.pause()
        if running:
            await asyncio.wait(running, timeout=STOP_GRACE_S)
        scheduler.shutdown(wait=False)
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)  # APScheduler shuts down in the next round of the loop
        log.info("timetable.stopped")
