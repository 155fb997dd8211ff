"""The next 90 days and a changed rule, before either happens; and that the simulation is what then happens."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.clock import hanoi_date
from bot.commands.cli import app
from bot.domain.messages import Channel
from bot.reminders.plan import plan_due_reminders
from bot.reminders.simulate import SimulatedMessage, Simulation, run_shadow, simulate
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import DeliveryRow, ReminderRow
from tests.conftest import MovedClock
from tests.integration.reminders.test_many_reminders import set_reminder
from tests.support.deliveries import Post
from tests.support.skill_chat import RULES, SkillChat, make_reminder_skills


async def run(
    database: Database, cipher: Cipher, now: datetime, days: int = 90
) -> tuple[list[SimulatedMessage], Simulation]:
    messages: list[SimulatedMessage] = []
    whole = Simulation()
    async for each in simulate(database, RULES, cipher, now=now, days=days):
        if isinstance(each, SimulatedMessage):
            messages.append(each)
        else:
            whole = each
    return messages, whole


async def fill(database: Database, cipher: Cipher, clock: MovedClock) -> None:
    for number in range(4):
        chat = SkillChat(database, make_reminder_skills(cipher), clock, chat=str(number))
        await set_reminder(chat, "tet-support")
        for day in range(number * 2):
            await set_reminder(chat, "health-card-end", "Cho con, cháu", f"{10 + day}/01/2027")


async def test_what_is_simulated_is_what_happens(
    database: Database, cipher: Cipher, clock: MovedClock, post: Post
) -> None:
    await fill(database, cipher, clock)
    messages, whole = await run(database, cipher, clock())
    assert whole.messages == len(messages)
    assert whole.citizens == 4
    assert whole.postponed["health-card-end"] > 0, "whoever has six children meets the limits"
    async with database.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(DeliveryRow)) == 0, "nothing is written"
    start = clock()
    for hours in range(90 * 24):
        clock.set(start.replace(minute=0) + timedelta(hours=hours))
        await plan_due_reminders(database, post.queue, RULES, clock())
    async with database.begin() as tx:
        sent = Counter(hanoi_date(each) for each in await tx.scalars(select(DeliveryRow.created_at)))
        expired = await tx.scalar(
            select(func.count()).select_from(ReminderRow).where(ReminderRow.state == "expired")
        )
    assert sent == whole.by_day
    assert expired == whole.expired.total()


async def test_the_person_the_moment_the_channel_and_the_rules_are_named(
    database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    await set_reminder(SkillChat(database, make_reminder_skills(cipher), clock), "tet-support")
    messages, _ = await run(database, cipher, clock())
    assert [(each.sent_at, each.channel, each.rule_ids) for each in messages] == [
        (datetime(2027, 1, 7, 1, tzinfo=UTC), Channel.TELEGRAM, ("tet-support",)),
        (datetime(2027, 1, 22, 1, tzinfo=UTC), Channel.TELEGRAM, ("tet-support",)),
    ]


async def test_a_shadow_run_counts_who_is_added_dropped_and_moved(
    database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    await fill(database, cipher, clock)
    tet = RULES["tet-support"]
    ended = {**RULES, "tet-support": tet.model_copy(update={"effective_to": date(2026, 11, 1)})}
    moved = {**RULES, "tet-support": tet.model_copy(update={"offsets": (timedelta(days=20),)})}
    assert (await run_shadow(database, RULES, ended, cipher, now=clock())).dropped == {"tet-support": 4}
    assert (await run_shadow(database, ended, RULES, cipher, now=clock())).added == {"tet-support": 4}
    shadow = await run_shadow(database, RULES, moved, cipher, now=clock())
    assert shadow.moved == {"tet-support": 4}
    assert shadow.same == {"health-card-end": 12}
    assert len(shadow.examples["tet-support"]) == 4


def test_the_commands_say_what_they_do(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    runner = CliRunner()
    for command in ("simulate", "shadow"):
        assert "Không" in runner.invoke(app, ["reminders", command, "--help"]).output
    assert runner.invoke(app, ["reminders", "shadow", str(tmp_path / "none")]).exit_code != 0
