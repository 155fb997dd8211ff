"""Canned replies: written with a file, filled in, sent along where a channel carries files; hours of staff."""

from __future__ import annotations

import html
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from bot.console.sent_file import FileRefused, check_file, make_file
from bot.domain.messages import Channel
from bot.domain.staff import Role
from bot.handover.canned import seed_canned
from bot.storage.canned_replies import delete_unused_files, list_canned
from tests.integration.console.conftest import BASE_URL, Browser, token_of
from tests.integration.handover.office import DUTY, Office, message_of

PDF = b"%PDF-1.7\n%empty form"


async def upload(
    browser: Browser, canned_id: UUID, *, file: tuple[str, bytes] | None, **fields: str
) -> httpx.Response:
    """Send the form of a canned reply as a browser does: in parts."""
    path = f"/console/canned/{canned_id}"
    csrf = token_of((await browser.get(path)).text)
    sent = {"file": (*file, "application/pdf")} if file is not None else {"file": ("", b"")}
    return await browser.http.post(
        path, data={"csrf": csrf, "do": "save", **fields}, files=sent, headers={"Origin": BASE_URL}
    )


async def test_a_reply_is_written_used_with_its_file_and_taken_away(office: Office) -> None:
    lan = await office.log_in("lan")
    canned_id = uuid4()
    saved = await upload(
        lan,
        canned_id,
        title="Mẫu đơn",
        text="Hôm nay {ngày}, mở {giờ trực}.",
        version="0",
        file=("../Mẫu đơn.pdf", PDF),
    )
    assert saved.headers["location"].endswith("done=save")
    held = await office.add_waiting()
    path = f"/console/chats/{held}"
    await lan.send(path, do="take")
    page = (await lan.send(path, do=f"canned:{canned_id}", text="Chào bạn.")).text
    assert "Chào bạn.\n\nHôm nay 23/11/2026, mở 07:30-11:30, 13:30-17:00.</textarea>" in html.unescape(page)
    assert "Mẫu đơn.pdf" in page
    await lan.send(path, do="reply", text="Đây ạ", canned=str(canned_id), message=message_of(page))
    await office.post.deliver()
    _, answer, _ = office.post.sender.sent[-1]
    assert answer.file is not None
    assert (answer.file.name, answer.file.content) == ("Mẫu đơn.pdf", PDF)
    moved = await upload(lan, canned_id, title="Mẫu đơn", text="Khác", version="7", file=None)
    assert moved.headers["location"].endswith("done=moved")
    await upload(lan, canned_id, title="Mẫu đơn", text="Khác", version="1", keep_file="yes", file=None)
    async with office.database.begin() as tx:
        (reply,) = await list_canned(tx)
        assert (reply.text, reply.file_name) == ("Khác", "Mẫu đơn.pdf")
    await lan.send(f"/console/canned/{canned_id}", do="drop")
    async with office.database.begin() as tx:
        assert await list_canned(tx) == []
        await tx.execute(text("DELETE FROM handover_messages"))
        await delete_unused_files(tx, added_before=office.clock().replace(year=2027))
        assert (await tx.execute(text("SELECT count(*) FROM staff_files"))).scalar_one() == 0


async def test_a_channel_that_carries_no_files_gets_an_address(office: Office) -> None:
    lan = await office.log_in("lan")
    canned_id = uuid4()
    await upload(lan, canned_id, title="Mẫu", text="Mẫu đơn", version="0", file=("a.pdf", PDF))
    held = await office.add_waiting()
    await lan.send(f"/console/chats/{held}", do="take")
    await lan.send(f"/console/chats/{held}", do="reply", text="Đây", canned=str(canned_id), message=str(uuid4()))
    assert not Channel.TERMINAL.carries_files
    async with office.database.begin() as tx:
        await tx.execute(text("UPDATE handovers SET channel = 'terminal'"))
    await office.post.deliver()
    _, answer, _ = office.post.sender.sent[-1]
    assert answer.file is None
    assert "📎 a.pdf: https://troly.example/api/chat/files/" in answer.text


async def test_what_comes_with_the_assistant_does_not_return_after_it_was_taken_away(office: Office) -> None:
    assert await seed_canned(office.database, DUTY.rules, now=office.clock()) == len(DUTY.rules.canned)
    lan = await office.log_in("lan")
    async with office.database.begin() as tx:
        first, *_ = await list_canned(tx)
    await lan.send(f"/console/canned/{first.id}", do="drop")
    assert await seed_canned(office.database, DUTY.rules, now=office.clock()) == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"MZ"), ("a.pdf", b"MZ not a pdf"), ("pdf", PDF), ("a.pdf", PDF + bytes(5 * 1024 * 1024))],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        check_file(make_file(name, content))


async def test_a_wrong_file_or_an_empty_text_is_said(office: Office) -> None:
    lan = await office.log_in("lan")
    refused = await upload(lan, uuid4(), title="Mẫu", text="Mẫu", version="0", file=("a.exe", b"MZ"))
    assert refused.status_code == 422
    assert "Tệp này không gửi được" in refused.text
    assert (await upload(lan, uuid4(), title="", text="", version="0", file=None)).status_code == 422


async def test_hours_that_staff_set_hold_at_once(office: Office) -> None:
    chief = await office.log_in("chu", Role.ADMINISTRATOR)

    async def send(**fields: str) -> httpx.Response:
        return await chief.send("/console/switches", version="0", code=chief.read_code(), **fields)

    for wrong in ("8 giờ", "11:00-08:00", "08:00-11:00\n10:00-12:00"):
        assert (await send(duty_hours=wrong)).status_code == 422
    assert (await send(duty_hours="13:00-16:00\n08:00-08:30", away="Hẹn gặp lại.")).status_code == 303
    queue = (await chief.get("/console/chats")).text
    assert "Ngoài giờ trực, vào giờ lúc 13:00 ngày 23/11/2026" in queue
