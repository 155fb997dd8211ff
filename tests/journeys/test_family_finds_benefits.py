"""A daughter asks for her mother of 74 and is reminded in time; a card's reminder comes on both messengers.

Everything is real but Telegram itself, which the emulator plays.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.push import WebSender
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_waiting_jobs
from bot.delivery.worker import DeliveryWorker
from bot.domain.messages import Channel
from bot.domain.notice_code import find_notice_code
from bot.reminders.messages import REFERENCE, ReminderMessages
from bot.reminders.plan import plan_due_reminders
from bot.storage.web_messages import list_web_messages
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen
from tests.support.private_page import find_number, read_page
from tests.support.skill_chat import RULES
from tests.support.telegram_emulator.emulator import Emulator

pytestmark = pytest.mark.journey


@pytest.fixture
def queue(core: Core, telegram: TelegramChannel, clock: MovedClock) -> DeliveryQueue:
    """The queue, with a worker that sends on Telegram and on the web."""
    queue = DeliveryQueue(core.settings.database_url)
    worker = DeliveryWorker(
        database=core.database,
        queue=queue,
        senders={Channel.TELEGRAM: telegram.sender, Channel.WEB: WebSender(core.database, core.cipher)},
        sources={REFERENCE: ReminderMessages()},
        clock=clock,
    )
    queue.attach(worker.deliver_job)
    return queue


async def look_and_deliver(core: Core, queue: DeliveryQueue, clock: MovedClock) -> None:
    await plan_due_reminders(core.database, queue, RULES, clock())
    await run_waiting_jobs(queue)


async def test_a_daughter_sets_up_the_pension_reminder_of_her_mother(
    core: Core, emulator: Emulator, queue: DeliveryQueue, clock: MovedClock
) -> None:
    daughter = emulator.citizen()
    await daughter.writes("/quyen_loi")
    await daughter.reads()
    for said in ("Cho cha mẹ, ông bà", "14/3/1952", "Không thuộc diện nào", "Không khuyết tật", "Không có"):
        await daughter.writes(said)
        await daughter.reads()
    for said in ("Không", "Không", "Chưa"):
        await daughter.writes(said)
        result = await daughter.reads()
    page = await read_page(core.database, core.cipher, clock, result.text)
    assert "Trợ cấp hưu trí xã hội: từ ngày <strong>14/03/2027</strong>" in page
    assert "ít nhất 540.000 đồng một tháng" in page
    assert "Căn cứ:" in page
    await daughter.presses(f"Nhắc tôi về mục {find_number(page, 'Trợ cấp hưu trí xã hội')}", result)
    await daughter.presses("Đồng ý", await daughter.reads())
    await daughter.presses("Người đó đã đồng ý", await daughter.reads())
    assert "12/02/2027, 07/03/2027, 13/03/2027" in (await daughter.reads()).text

    clock.set(datetime(2027, 2, 12, 1, 0, 30, tzinfo=UTC))
    await look_and_deliver(core, queue, clock)
    notice = await daughter.reads()
    assert "hưu trí" not in notice.text, "a locked screen shows nothing private"
    code = find_notice_code(notice.text)
    await daughter.presses(notice.buttons[0], notice)
    opened = await daughter.reads()
    assert opened.text.startswith("Bạn có việc vào ngày 14/03/2027.")
    page = await read_page(core.database, core.cipher, clock, opened.text)
    assert "Trợ cấp hưu trí xã hội" in page
    assert "để nhắc về cha mẹ, ông bà" in page
    assert "hưu trí" not in str(await emulator.list_calls("sendMessage"))
    await daughter.writes(f"tin mã {code} có thật không")
    assert "Đúng là tin của Trợ lý 06" in (await daughter.reads()).text


async def test_a_card_reminder_comes_on_telegram_and_on_the_web(
    core: Core, emulator: Emulator, queue: DeliveryQueue, clock: MovedClock
) -> None:
    on_telegram = emulator.citizen()
    await on_telegram.writes("khi nào tôi phải đổi thẻ")
    await on_telegram.presses("Đồng ý", await on_telegram.reads())
    await on_telegram.reads()
    for said in ("5/3/1987", "20-8-2021"):
        await on_telegram.writes(said)
        answer = await on_telegram.reads()
    await on_telegram.presses("Nhắc tôi", answer)
    await on_telegram.reads()
    on_web = TerminalCitizen(core, chat="web-1", channel=Channel.WEB)
    await on_web.presses_payload("s:card-reminder")
    await on_web.presses("Đồng ý")
    await on_web.writes("5/3/1987")
    await on_web.writes("20-8-2021")
    await on_web.presses("Nhắc tôi")

    clock.set(datetime(2027, 2, 3, 1, 0, 30, tzinfo=UTC))
    await look_and_deliver(core, queue, clock)
    assert (await on_telegram.reads()).text.startswith("Bạn có một lời nhắc mới")
    async with core.database.begin() as tx:
        (kept,) = await list_web_messages(tx, core.cipher, "web-1")
    assert "Bạn có một lời nhắc mới" in kept.body["text"]
