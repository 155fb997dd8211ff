"""What happens is counted, once, without saying who; a turn never waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from bot.clock import hanoi_date
from bot.domain.answers import AnswerKind
from bot.domain.messages import Channel, ChatAddress
from bot.domain.statistics import Happening
from bot.statistics.deliveries import COUNTED_AFTER, count_settled
from bot.statistics.heartbeat import DELIVERY, beating
from bot.statistics.summary import FEWEST_SHOWN, load_summary
from bot.statistics.turns import TurnCounter
from bot.storage.citizens import record_contact
from bot.storage.database import Database
from bot.storage.heartbeats import list_heartbeats
from bot.storage.news import NewsWish, record_news_wish
from bot.storage.statistics import Period, delete_old_counts, list_daily, list_units_by_province
from bot.storage.tables import DailyCountRow
from bot.wiring import Core
from tests.conftest import MovedClock, Owner
from tests.support.core import TerminalCitizen, running_core

WEB = ChatAddress(channel=Channel.WEB, chat="canary-chat-1")
PHONE = ChatAddress(channel=Channel.TELEGRAM, chat="canary-chat-2")
DAY = date(2026, 11, 23)
TODAY = Period(since=DAY, until=DAY)


async def count_today(database: Database, period: Period = TODAY) -> dict[str, int]:
    async with database.begin() as tx:
        return {each.kind: each.count for each in await list_daily(tx, period)}


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


async def test_turns_are_counted_by_day_channel_kind_and_unit(core: Core, clock: MovedClock) -> None:
    citizen = TerminalCitizen(core, "a", Channel.WEB)
    answer = await citizen.writes("lệ phí đổi thẻ căn cước")
    assert answer.kind is AnswerKind.ANSWER
    await citizen.presses("Chưa đúng ý tôi")
    await TerminalCitizen(core, "b", Channel.TELEGRAM).commands("start")
    await TerminalCitizen(core, "c").commands("start")  # at the terminal: not a citizen
    await core.counter.write()
    assert await count_today(core.database) == {
        Happening.CONVERSATION: 2,
        Happening.DISLIKED: 1,
        AnswerKind.ANSWER: 1,
        AnswerKind.SMALLTALK: 2,
    }
    clock.move(timedelta(days=1))
    await citizen.commands("start")
    await citizen.commands("start")
    await core.counter.write()
    tomorrow = Period(since=DAY + timedelta(days=1), until=DAY + timedelta(days=1), channel=Channel.WEB)
    assert await count_today(core.database, tomorrow) == {Happening.CONVERSATION: 1, AnswerKind.SMALLTALK: 2}
    async with core.database.begin() as tx:
        summary = await load_summary(tx, TODAY, now=clock())
    assert summary.units == summary.disliked == {answer.answer_id: 1}
    assert summary.total.p95_ms is not None


async def test_the_province_is_counted_where_the_citizen_told_it_and_nobody_is_named(
    database: Database, clock: MovedClock
) -> None:
    async with database.begin() as tx:
        contact = await record_contact(tx, PHONE, now=clock())
        await record_news_wish(tx, contact.id, NewsWish(topics=(), province_code="92"), now=clock())
    counter = TurnCounter(database)
    for address, times in ((PHONE, FEWEST_SHOWN), (WEB, 3)):
        for _ in range(times):
            counter.record(address, AnswerKind.ANSWER, unit_id="a.b", now=clock())
    await counter.write()
    async with database.begin() as tx:
        assert await list_units_by_province(tx, TODAY) == {"92": {"a.b": FEWEST_SHOWN}}
        summary = await load_summary(tx, TODAY, now=clock())
        rows = str((await tx.execute(select(DailyCountRow.__table__))).all())
    assert [(each.code, each.top_count) for each in summary.provinces] == [("92", FEWEST_SHOWN)]
    assert "canary" not in rows


async def test_what_few_asked_in_a_province_is_not_shown(database: Database, clock: MovedClock) -> None:
    async with database.begin() as tx:
        contact = await record_contact(tx, PHONE, now=clock())
        await record_news_wish(tx, contact.id, NewsWish(topics=(), province_code="92"), now=clock())
    counter = TurnCounter(database)
    for _ in range(FEWEST_SHOWN - 1):
        counter.record(PHONE, AnswerKind.ANSWER, unit_id="a.b", now=clock())
    await counter.write()
    async with database.begin() as tx:
        assert (await load_summary(tx, TODAY, now=clock())).provinces == []


async def test_several_processes_add_to_the_same_day(database: Database, clock: MovedClock) -> None:
    counters = [TurnCounter(database) for _ in range(4)]
    for counter in counters:
        for number in range(50):
            counter.record_answer(WEB, AnswerKind.ANSWER, unit_id=f"a.{number}", seconds=0.01, now=clock())
    await asyncio.gather(*(counter.write() for counter in counters))
    assert await count_today(database) == {AnswerKind.ANSWER: 200}


async def test_counts_survive_that_they_cannot_be_written(
    database: Database, owner: Owner, clock: MovedClock
) -> None:
    counter = TurnCounter(database)
    counter.record_answer(WEB, AnswerKind.ANSWER, seconds=0.01, now=clock())
    async with owner() as tx:
        await tx.execute(text("ALTER TABLE daily_answer_times RENAME TO away"))
    await counter.write()
    async with owner() as tx:
        await tx.execute(text("ALTER TABLE away RENAME TO daily_answer_times"))
    assert await count_today(database) == {}
    counter.record_answer(WEB, AnswerKind.ANSWER, seconds=0.01, now=clock())
    await counter.write()
    assert await count_today(database) == {AnswerKind.ANSWER: 2}


async def settle(database: Database, clock: MovedClock, state: str, reason: str | None, *, times: int = 1) -> None:
    async with database.begin() as tx:
        contact = await record_contact(tx, PHONE, now=clock())
        for _ in range(times):
            await tx.execute(
                text(
                    "INSERT INTO deliveries (idempotency_key, contact_id, channel, purpose, message, state, "
                    "reason, expires_at, settled_at) VALUES (gen_random_uuid(), :contact, 'telegram', "
                    "'reminders', '{}', :state, :reason, now(), :now)"
                ),
                {"contact": contact.id, "state": state, "reason": reason, "now": clock()},
            )


async def test_settled_deliveries_are_counted_once(database: Database, clock: MovedClock) -> None:
    await settle(database, clock, "sent", None, times=3)
    await settle(database, clock, "failed", "blocked")
    assert await count_settled(database, clock()) == 0  # too fresh: a transaction may still be open
    clock.move(COUNTED_AFTER)
    assert await count_settled(database, clock()) == 4
    await settle(database, clock, "sent", None)
    clock.move(timedelta(hours=20))  # past midnight in Hanoi
    await settle(database, clock, "expired", "too-late")
    clock.move(COUNTED_AFTER)
    assert await count_settled(database, clock()) == 2
    assert await count_settled(database, clock()) == 0
    async with database.begin() as tx:
        both = Period(since=DAY, until=hanoi_date(clock()))
        summary = await load_summary(tx, both, now=clock())
    assert summary.outcomes == {("sent", None): 4, ("failed", "blocked"): 1, ("expired", "too-late"): 1}
    assert [(day.sent, day.not_sent) for day in summary.days] == [(4, 1), (0, 1)]


async def test_old_counts_are_forgotten(database: Database, clock: MovedClock) -> None:
    counter = TurnCounter(database)
    counter.record_answer(WEB, AnswerKind.ANSWER, seconds=1, now=clock())
    await counter.write()
    async with database.begin() as tx:
        await delete_old_counts(tx, before=DAY)
    assert await count_today(database) == {AnswerKind.ANSWER: 1}
    async with database.begin() as tx:
        await delete_old_counts(tx, before=DAY + timedelta(days=1))
    assert await count_today(database) == {}


async def test_a_process_is_heard_while_it_lives_and_forgotten_when_it_ends_well(
    database: Database, clock: MovedClock
) -> None:
    said = asyncio.Event()

    def describe() -> dict[str, str]:
        said.set()
        return {"telegram": "ready"}

    async with beating(database, DELIVERY, describe=describe, clock=clock):
        await said.wait()
        while True:
            async with database.begin() as tx:
                if beats := await list_heartbeats(tx):
                    break
        assert [(beat.part, beat.heard_at, beat.state) for beat in beats] == [
            (DELIVERY, clock(), {"telegram": "ready"})
        ]
    async with database.begin() as tx:
        assert await list_heartbeats(tx) == []
