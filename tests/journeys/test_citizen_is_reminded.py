"""A citizen on Telegram asks to be reminded of the exchange of the card; the day comes; one message arrives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_waiting_jobs
from bot.delivery.sweep import sweep_deliveries
from bot.delivery.worker import DeliveryWorker
from bot.domain.messages import Channel
from bot.reminders.messages import REFERENCE, ReminderMessages
from bot.reminders.plan import plan_due_reminders
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.skill_chat import RULES
from tests.support.telegram_emulator.emulator import Emulator

pytestmark = pytest.mark.journey


async def test_citizen_is_reminded_once_and_learns_why(
    core: Core, emulator: Emulator, telegram: TelegramChannel, clock: MovedClock
) -> None:
    citizen = emulator.citizen()
    await citizen.writes("khi nào tôi phải đổi thẻ")
    asked = await citizen.reads()
    assert "đồng ý" in asked.text
    await citizen.presses("Đồng ý", asked)
    await citizen.reads()
    await citizen.writes("5/3/1987")
    await citizen.reads()
    await citizen.writes("20-8-2021")
    result = await citizen.reads()
    assert "05/03/2027" in result.text
    assert "Điều 21" in result.text
    await citizen.presses("Nhắc tôi", result)
    assert "03/02/2027" in (await citizen.reads()).text

    queue = DeliveryQueue(core.settings.database_url)
    worker = DeliveryWorker(
        database=core.database,
        queue=queue,
        senders={Channel.TELEGRAM: telegram.sender},
        sources={REFERENCE: ReminderMessages()},
        clock=clock,
    )
    queue.attach(worker.deliver_job)

    async def look_and_deliver() -> None:
        await plan_due_reminders(core.database, queue, RULES, clock())
        await sweep_deliveries(core.database, queue, clock())
        await run_waiting_jobs(queue)

    await look_and_deliver()
    await citizen.hears_nothing()

    clock.set(datetime(2027, 2, 3, 1, 0, 30, tzinfo=UTC))  # 8 o'clock in Hanoi, thirty days before
    await look_and_deliver()
    notice = await citizen.reads()
    assert notice.text.startswith("Bạn có một lời nhắc mới")
    assert "căn cước" not in notice.text
    await look_and_deliver()
    await citizen.hears_nothing()

    await citizen.presses(notice.buttons[0], notice)
    details = await citizen.reads()
    assert "05/03/2027" in details.text
    await citizen.presses("Không nhắc việc này nữa", details)
    await citizen.reads()

    clock.set(datetime(2027, 2, 26, 1, 0, 30, tzinfo=UTC))  # seven days before
    await look_and_deliver()
    await citizen.hears_nothing()
