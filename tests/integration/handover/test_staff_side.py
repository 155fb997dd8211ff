"""Staff take a chat, answer, hand it on and close it, on the pages; what they write arrives before all else."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import text

from bot.delivery.queue import DeliveryQueue
from bot.domain.handover import Author
from bot.domain.staff import Role
from bot.domain.switches import Switches
from bot.handover.expire import expire_handovers
from bot.storage.bells import Bells
from bot.storage.handovers import NOTIFY_CHANNEL, find_handover, record_message
from bot.storage.switches import record_switches
from tests.integration.console.conftest import BASE_URL, logged_in, token_of
from tests.integration.handover.office import DUTY, Office, message_of
from tests.support.staff import make_console


async def test_a_chat_is_taken_once_answered_and_closed(office: Office) -> None:
    held = await office.add_waiting()
    lan, minh = await office.log_in("lan"), await office.log_in("minh")
    path = f"/console/chats/{held}"
    assert "tôi hỏi về hộ khẩu" in (await minh.get("/console/chats")).text
    await lan.send(path, do="take")
    await lan.send(path, do="take")
    refused = await minh.send(path, do="take")
    assert refused.headers["location"].endswith("done=moved")
    page = (await minh.get(path)).text
    assert "hộ khẩu" not in page
    assert "lan@a.vn đang trả lời" in page
    page = (await lan.get(path)).text
    fields = {"csrf": token_of(page), "message": message_of(page), "do": "reply", "text": "Chào **bạn**."}
    for _ in range(2):
        assert (await lan.post(path, fields)).status_code == 303
    await office.post.deliver()
    assert [answer.text for _, answer, _ in office.post.sender.sent] == [
        DUTY.rules.texts.taken,
        "👤 **Cán bộ:** Chào **bạn**.",
    ]
    assert "Đã gửi" in (await lan.get(path)).text
    await lan.send(path, do="close")
    await office.post.deliver()
    closing = office.post.sender.sent[-1][1]
    assert [button.title for button in closing.buttons] == ["Được việc", "Được một phần", "Chưa được"]
    async with office.database.begin() as tx:
        found = await find_handover(tx, held)
        log = (await tx.scalars(text("SELECT action FROM audit_events WHERE action LIKE 'handover%'"))).all()
    assert found is not None
    assert not found.is_open
    assert log == ["handover.take", "handover.reply", "handover.close"]


async def test_nobody_else_answers_and_an_empty_reply_is_not_sent(office: Office) -> None:
    held = await office.add_waiting()
    lan, minh = await office.log_in("lan"), await office.log_in("minh")
    path = f"/console/chats/{held}"
    sent = await minh.send(path, do="reply", text="Chào", message=str(uuid4()))
    assert sent.headers["location"].endswith("done=moved")
    await lan.send(path, do="take")
    assert (await lan.send(path, do="reply", text="", message=str(uuid4()))).status_code == 422
    assert (await lan.send(path, do="reply", text="x" * 2001, message=str(uuid4()))).status_code == 422
    assert (await lan.send(path, do="reply", text="Chào", message="khong")).status_code == 422


async def test_a_chat_is_handed_on_and_back(office: Office) -> None:
    held = await office.add_waiting()
    lan, minh = await office.log_in("lan"), await office.log_in("minh")
    chief = await office.log_in("chu", Role.ADMINISTRATOR)
    path = f"/console/chats/{held}"
    await lan.send(path, do="take")
    assert (await lan.send(path, do="transfer", to="ai@a.vn")).status_code == 422
    await lan.send(path, do="transfer", to="minh@a.vn")
    assert "tôi hỏi về hộ khẩu" in (await minh.get("/console/chats")).text
    assert (await lan.send(path, do="release")).headers["location"].endswith("done=moved")
    await chief.send(path, do="release")
    async with office.database.begin() as tx:
        found = await find_handover(tx, held)
    assert found is not None
    assert (found.state, found.taken_by) == ("requested", None)


async def test_replies_go_out_though_sending_is_off(office: Office) -> None:
    held = await office.add_waiting()
    lan = await office.log_in("lan")
    async with office.database.begin() as tx:
        await record_switches(tx, Switches(sending_off=True), version=0, staff="x", now=office.clock())
    await lan.send(f"/console/chats/{held}", do="take")
    await office.post.deliver()
    assert len(office.post.sender.sent) == 1


async def test_a_reply_is_not_sent_after_the_consent_was_taken_back(office: Office) -> None:
    held = await office.add_waiting()
    lan = await office.log_in("lan")
    await lan.send(f"/console/chats/{held}", do="take")
    async with office.database.begin() as tx:
        await tx.execute(text("UPDATE consent_events SET action = 'withdrawn'"))
    await office.post.deliver()
    assert office.post.sender.sent == []
    assert await office.post.list_states() == [("cancelled", "consent-withdrawn")]


async def test_open_pages_hear_what_is_new(office: Office) -> None:
    bells = Bells(office.database, NOTIFY_CHANNEL)
    await bells.start()
    app = FastAPI(openapi_url=None)
    app.state.clock, app.state.cipher = office.clock, office.cipher
    app.include_router(make_console(office.database, office.cipher, office.clock, base_url=BASE_URL, bells=bells))
    lan = await logged_in(app, office.database, Role.EDITOR, name="lan")
    held = await office.add_waiting()
    path = f"/console/chats/{held}/messages"

    def seen_in(page: str) -> str:
        found = re.search(r"seen=([0-9a-f]{16})", page)
        assert found
        return found[1]

    try:
        page = (await lan.get(path)).text
        asked = asyncio.create_task(lan.get(f"{path}?seen={seen_in(page)}"))
        await asyncio.sleep(0)
        async with office.database.begin() as tx:
            await record_message(tx, office.cipher, held, "còn nữa", author=Author.CITIZEN, now=office.clock())
        page = (await asked).text
        assert "còn nữa" in page
        assert (await lan.get(f"{path}?seen={seen_in(page)}")).status_code == 204
        queue = await lan.http.get("/console/chats", headers={"HX-Request": "true"})
        assert "còn nữa" in queue.text
    finally:
        await bells.stop()


async def test_a_handover_that_went_silent_gives_the_citizen_back(office: Office) -> None:
    held = await office.add_waiting()
    lan = await office.log_in("lan")
    await lan.send(f"/console/chats/{held}", do="take")
    office.clock.move(timedelta(hours=23))
    queue = DeliveryQueue(office.post.url)
    assert await expire_handovers(office.database, queue, office.clock()) == 0
    office.clock.move(timedelta(hours=2))
    assert await expire_handovers(office.database, queue, office.clock()) == 1
