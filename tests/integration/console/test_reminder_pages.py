"""Reminders in the console: rules in words, on and off, a changed rule tried, the next 90 days simulated."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from bot.domain.messages import Channel, ChatAddress
from bot.reminders.messages import REFERENCE, ReminderMessages
from bot.reminders.plan import plan_due_reminders
from bot.reminders.rehearse import rehearse_waiting
from bot.reminders.rules import load_rules
from bot.reminders.subscribe import GivenConsent, subscribe
from bot.settings import DATA
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.integration.console.conftest import Browser
from tests.support.deliveries import Post

RULES = load_rules(DATA / "reminders")
RULE = "health-card-end"
PATH = f"/console/reminders/{RULE}"


async def add_reminded(database: Database, cipher: Cipher, clock: MovedClock, chat: str, ends_on: date) -> None:
    """Let somebody ask to be reminded of the end of their health card."""
    async with database.begin() as tx:
        await subscribe(
            tx,
            rule=RULES[RULE],
            address=ChatAddress(channel=Channel.TELEGRAM, chat=chat),
            facts={"ends_on": ends_on},
            consents=[GivenConsent(purpose="reminders", wording_sha256="0" * 64)],
            cipher=cipher,
            now=clock(),
        )


async def test_every_rule_is_said_in_words(editor: Browser) -> None:
    page = (await editor.get("/console/reminders")).text
    for rule in RULES.values():
        assert rule.title in page
        one = (await editor.get(f"/console/reminders/{rule.id}")).text
        assert "Nhắc trước" in one
        seen_by_citizens = one.partition('id="preview"')[2]
        assert "{event_on}" not in seen_by_citizens
        assert "15/03/2027" in seen_by_citizens
    assert "Nhắc về ngày hết hạn thẻ. Nhắc trước 30 ngày, 7 ngày và 1 ngày, lúc 08:00." in page
    assert (await editor.get("/console/reminders/khong-co")).status_code == 404


async def test_a_rule_that_is_off_reminds_nobody_until_it_is_on_again(
    chief: Browser, seeded: Database, database_url: SecretStr, cipher: Cipher, clock: MovedClock
) -> None:
    post = Post(database=seeded, url=database_url, clock=clock, sources={REFERENCE: ReminderMessages()})
    await add_reminded(seeded, cipher, clock, "an", date(2026, 12, 31))
    refused = await chief.send(PATH, do="off", version="0", code="000000")
    assert refused.status_code == 422
    done = await chief.send(PATH, do="off", version="0", code=chief.read_code())
    assert done.headers["location"] == f"{PATH}?done=off"
    assert "Đang tắt" in (await chief.get("/console/reminders")).text
    # Another switch that is set meanwhile does not turn it on.
    await chief.send("/console/switches", version="1", banner="Bảo trì tối nay.", code=chief.read_code())
    clock.set(clock() + timedelta(days=9))
    assert not await plan_due_reminders(seeded, post.queue, RULES, clock())
    clock.set(clock() - timedelta(days=9))
    done = await chief.send(PATH, do="on", version="2", code=chief.read_code())
    assert done.headers["location"] == f"{PATH}?done=on"
    clock.set(clock() + timedelta(days=9))
    assert (await plan_due_reminders(seeded, post.queue, RULES, clock())).planned == 1


async def test_somebody_else_who_set_switches_meanwhile_is_seen(chief: Browser) -> None:
    await chief.send("/console/switches", version="0", banner="Một.", code=chief.read_code())
    moved = await chief.send(PATH, do="off", version="0", code=chief.read_code())
    assert moved.status_code == 409
    assert "Người khác vừa đổi công tắc" in moved.text


async def test_the_next_90_days_are_simulated_in_the_background(
    editor: Browser, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    for chat, day in (("an", date(2026, 12, 31)), ("binh", date(2027, 1, 15)), ("chi", date(2028, 1, 1))):
        await add_reminded(seeded, cipher, clock, chat, day)
    run_id = str(uuid4())
    for _ in range(2):  # a double click
        sent = await editor.send("/console/reminders/runs", kind="simulation", id=run_id)
        assert sent.headers["location"] == f"/console/reminders/runs/{run_id}"
    path = f"/console/reminders/runs/{run_id}"
    assert "Đang chờ đến lượt" in (await editor.get(path)).text
    assert "hx-refresh" not in (await editor.get(f"{path}/progress")).headers
    assert await rehearse_waiting(seeded, RULES, cipher, clock()) == 1
    assert await rehearse_waiting(seeded, RULES, cipher, clock()) == 0
    assert (await editor.get(f"{path}/progress")).headers["hx-refresh"] == "true"
    page = (await editor.get(path)).text
    assert "<strong>6 tin</strong> cho 3 người" in page
    csv = (await editor.get(f"{path}/export/theo-ngay.csv")).content.decode("utf-8-sig").splitlines()
    assert csv[0] == "Ngày,Số tin"
    assert len(csv) == 92
    assert "01/12/2026,1" in csv
    assert (await editor.get(f"{path}/export/khac.csv")).status_code == 404
    assert "90 ngày tới" in (await editor.get("/console/reminders")).text


async def test_a_changed_rule_is_tried_beside_the_present_one(
    editor: Browser, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    await add_reminded(seeded, cipher, clock, "an", date(2026, 12, 31))
    await add_reminded(seeded, cipher, clock, "binh", date(2026, 12, 28))
    run_id = str(uuid4())
    fields = {"kind": "shadow", "id": run_id, "rule": RULE, "sent_at": "8:00", "effective_to": ""}
    await editor.send("/console/reminders/runs", offsets="30; 10", **fields)
    await rehearse_waiting(seeded, RULES, cipher, clock())
    page = (await editor.get(f"/console/reminders/runs/{run_id}")).text
    assert "Nhắc trước 30, 10 ngày, lúc 08:00" in page
    csv = (await editor.get(f"/console/reminders/runs/{run_id}/export/thay-doi.csv")).content.decode()
    assert "Đổi ngày nhắc,2" in csv
    examples = (await editor.get(f"/console/reminders/runs/{run_id}/export/vi-du.csv")).content.decode()
    assert '"01/12/2026, 21/12/2026"' in examples
    ended = str(uuid4())
    await editor.send(
        "/console/reminders/runs", offsets="30", **{**fields, "id": ended, "effective_to": "01/11/2026"}
    )
    await rehearse_waiting(seeded, RULES, cipher, clock())
    csv = (await editor.get(f"/console/reminders/runs/{ended}/export/thay-doi.csv")).content.decode()
    assert '"Bỏ: đang được nhắc, sẽ không",2' in csv


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("offsets", "", "Ghi số ngày"),
        ("offsets", "30, 0", "Ghi số ngày"),
        ("offsets", "ba mươi", "Ghi số ngày"),
        ("offsets", "9999", "Ghi số ngày"),
        ("sent_at", "25:00", "Ghi giờ như 8:00"),
        ("effective_to", "31/02/2027", "Ghi ngày/tháng/năm"),
        ("effective_to", "01/01/2020", "Ghi ngày/tháng/năm"),
    ],
)
async def test_what_cannot_be_tried_is_said_beside_its_field(
    editor: Browser, name: str, typed: str, message: str
) -> None:
    fields = {"kind": "shadow", "id": str(uuid4()), "rule": RULE, "offsets": "30, 7", "sent_at": "8:00"}
    refused = await editor.send("/console/reminders/runs", **{**fields, name: typed})
    assert refused.status_code == 422
    assert message in refused.text
    assert f'value="{typed}"' in refused.text


async def test_a_run_that_fails_says_so_and_the_next_one_runs(
    editor: Browser, seeded: Database, cipher: Cipher, clock: MovedClock, tmp_path: Path
) -> None:
    await add_reminded(seeded, cipher, clock, "an", date(2026, 12, 31))
    first, second = str(uuid4()), str(uuid4())
    await editor.send("/console/reminders/runs", kind="simulation", id=first)
    assert await rehearse_waiting(seeded, RULES, Cipher(bytes(32)), clock()) == 1  # cannot read the dates
    assert "Chạy thử bị lỗi" in (await editor.get(f"/console/reminders/runs/{first}")).text
    await editor.send("/console/reminders/runs", kind="simulation", id=second)
    assert await rehearse_waiting(seeded, RULES, cipher, clock()) == 1
    assert "3 tin" in (await editor.get(f"/console/reminders/runs/{second}")).text
