"""Broadcasts in the console: written by one, approved by another with a code, seen before and watched after."""

from __future__ import annotations

import html
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI

from bot.broadcasts import lifecycle
from bot.channels.numbered_choices import render_choices
from bot.clock import HANOI
from bot.domain.answers import Link
from bot.domain.broadcast import BroadcastState
from bot.domain.lanes import Paces
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import DeliveryRefused, RefusalReason
from bot.domain.staff import Role
from bot.skills.broadcast_trial.skill import BroadcastTrialSkill
from bot.storage.broadcasts import list_broadcasts
from bot.storage.citizens import record_contact, record_contact_stopped
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.wiring import load_communes
from tests.conftest import MovedClock
from tests.integration.broadcasts.conftest import Studio
from tests.integration.console.broadcast_form import EDIT, FIELDS, ID, PATH
from tests.integration.console.conftest import BASE_URL, UNIT, Browser, logged_in
from tests.support.skill_chat import SkillChat
from tests.support.staff import make_console


async def test_when_it_would_be_through_is_by_the_paces_that_are_set(
    seeded: Database, cipher: Cipher, clock: MovedClock, studio: Studio
) -> None:
    for chat in ("an", "binh"):
        await studio.add_reader(chat)
    slow = FastAPI(openapi_url=None)
    slow.state.clock, slow.state.cipher = clock, cipher
    paces = Paces(per_second={Channel.TELEGRAM: 1 / 60})
    slow.include_router(make_console(seeded, cipher, clock, base_url=BASE_URL, paces=paces))
    writer = await logged_in(slow, seeded, Role.BROADCASTER)
    begun = clock()
    preview = (await writer.send(f"{PATH}/preview", **FIELDS)).text
    through = (begun + timedelta(minutes=2)).astimezone(HANOI)
    assert f"Dự kiến xong {through:%H:%M ngày %d/%m/%Y}" in preview
    assert f"Telegram: 2 tin, 0 đồng, xong {through:%H:%M ngày %d/%m/%Y}" in preview
    await writer.http.aclose()


async def test_from_the_form_to_the_last_message(writer: Browser, approver: Browser, studio: Studio) -> None:
    for chat, commune in (("an", "00070"), ("binh", "00167"), ("chi", None)):
        await studio.add_reader(chat, commune=commune)
    begin = await writer.get("/console/broadcasts/new")
    assert begin.headers["location"].startswith("/console/broadcasts/")
    fields = {**FIELDS, "communes": "hoan kiem, ha noi\n\nPhường Cầu Giấy, Hà Nội", "do": "submit"}
    preview = (await writer.send(f"{PATH}/preview", **fields)).text
    assert '<span class="console-tile-count">2</span>' in preview
    assert preview.count("Công an xã, phường của bạn làm việc") == 3  # on the page, on Telegram, on Zalo
    assert "Mã tin: 06-XXXX-XXXX" in preview
    assert "Phường Hoàn Kiếm, Thành phố Hà Nội" in preview

    sent = await writer.send(EDIT, **fields)
    assert sent.headers["location"] == f"{PATH}?done=submit"
    assert "2 tin" in (await approver.get(PATH)).text
    for wrong in ({"code": "000000"}, {"code": ""}):
        refused = await approver.send(PATH, do="approve", version="1", **wrong)
        assert (refused.status_code, "Chưa có gì được gửi" in refused.text) == (422, True)
    stale = await approver.send(PATH, do="approve", version="0", code=approver.read_code())
    assert stale.status_code == 409
    approved = await approver.send(PATH, do="approve", version="1", code=approver.read_code())
    assert approved.headers["location"] == f"{PATH}?done=approve"
    assert (await writer.get(EDIT)).headers["location"] == PATH
    await studio.send_all(looks=5)
    assert {chat for chat, _, _ in studio.post.sender.sent} == {"an", "binh"}
    page = (await writer.get(f"{PATH}/progress")).text
    assert "<strong>2/2</strong> tin đã xong, 2 tin đã gửi" in page
    assert "Đã xong" in (await writer.get("/console/broadcasts")).text


async def test_who_may_do_what(
    app: FastAPI, seeded: Database, writer: Browser, editor: Browser, studio: Studio
) -> None:
    await studio.add_reader("an")
    assert (await editor.send(EDIT, **FIELDS, do="submit")).status_code == 403
    await writer.send(EDIT, **FIELDS, do="submit")
    own = await writer.send(PATH, do="approve", version="1", code=writer.read_code())
    assert (own.status_code, "Vai trò của bạn không duyệt" in own.text) == (403, True)
    chief = await logged_in(app, seeded, Role.ADMINISTRATOR)
    await chief.send(EDIT, **{**FIELDS, "version": "1", "text": "Sửa."}, do="submit")
    mine = await chief.send(PATH, do="approve", version="2", code=chief.read_code())
    assert (mine.status_code, "Bạn đã soạn thông báo này" in mine.text) == (409, True)
    for action in ("pause", "resume", "stop", "resend"):
        assert (await editor.send(PATH, do=action)).status_code == 403
    await studio.send_all(looks=2)
    assert studio.post.sender.sent == []
    await chief.http.aclose()


async def test_given_back(writer: Browser, approver: Browser) -> None:
    await writer.send(EDIT, **FIELDS, do="submit")
    assert (await approver.send(PATH, do="return", version="1")).status_code == 422
    await approver.send(PATH, do="return", version="1", note="Ghi rõ giờ.")
    assert "Ghi rõ giờ." in (await writer.get(EDIT)).text
    assert "Ghi rõ giờ." in (await writer.get(PATH)).text
    again = await writer.send(EDIT, **{**FIELDS, "version": "1", "text": "Từ 8 giờ."}, do="submit")
    assert again.headers["location"] == f"{PATH}?done=submit"
    assert (await writer.send(EDIT, **{**FIELDS, "version": "1", "text": "Khác."}, do="save")).status_code == 409


async def test_a_double_click_makes_one_broadcast(writer: Browser, seeded: Database) -> None:
    for _ in range(3):
        assert (await writer.send(EDIT, **FIELDS, do="submit")).status_code == 303
    async with seeded.begin() as tx:
        (broadcast,) = await list_broadcasts(tx)
    assert (broadcast.id, broadcast.version) == (UUID(ID), 1)


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("title", "", "Tên gọi dài từ 1"),
        ("text", "", "Nội dung đang trống"),
        ("text", "x" * 1001, "Dài 1001 ký tự"),
        ("text", "Chào {tên}", "Không có ô điền {tên}"),
        ("text", "Xem http://dichvucong.gov.vn", "Chỉ dùng https"),
        ("text", "Xem https://dichvucong-gov-vn.com/a", "Chỉ dùng https"),
        ("text", "Xem https://evil.com@dichvucong.gov.vn", "Chỉ dùng https"),
        ("text", "Xem www.evil.vn", "Chỉ dùng https"),
        ("communes", "sao hỏa", "Không tìm thấy: “sao hỏa”"),
        ("communes", "tân an", "Có mấy nơi cùng tên"),
        ("topic", "khong-co", "Chọn một chủ đề"),
        ("born_from", "58", "Ghi năm sinh 4 chữ số"),
        ("day", "31/02/2027", "Ghi ngày/tháng/năm và giờ"),
        ("day", "01/01/2026", "Giờ gửi đã qua"),
        ("button.0.title", "Xem", "một câu trả lời đang dùng"),
    ],
)
async def test_a_mistake_is_said_beside_its_field(writer: Browser, name: str, typed: str, message: str) -> None:
    response = await writer.send(EDIT, **{**FIELDS, name: typed, "do": "submit"})
    assert response.status_code == 422
    text = html.unescape(response.text)
    error = text[text.index(f'id="{name.replace(".", "-")}-error"') :]
    assert message in error[: error.index("</p>")]


async def test_what_was_chosen_comes_back(writer: Browser, seeded: Database) -> None:
    fields = {
        **FIELDS,
        "text": "Xem https://dichvucong.gov.vn.",
        "button.0.title": "Lệ phí",
        "button.0.unit": "lệ phí đổi thẻ căn cước",
        "born_from": "1950",
        "born_to": "1960",
        "province": "92",
        "group": "elderly",
        "channel": "telegram",
        "active_days": "90",
        "useful_days": "1",
        "day": "1/12/2026",
        "hour": "8h",
    }
    assert (await writer.send(EDIT, **fields, do="save")).status_code == 303
    async with seeded.begin() as tx:
        (broadcast,) = await list_broadcasts(tx)
    assert broadcast.state is BroadcastState.DRAFT
    assert broadcast.content.buttons == (("Lệ phí", UNIT),)
    assert broadcast.content.useful_for == timedelta(days=1)
    assert broadcast.send_at is not None
    assert broadcast.send_at.isoformat() == "2026-12-01T01:00:00+00:00"
    assert broadcast.audience.dump() == {
        "topics": ["can-cuoc"],
        "provinces": ["92"],
        "born_from": 1950,
        "born_to": 1960,
        "groups": ["elderly"],
        "channels": ["telegram"],
        "active_days": 90,
    }
    page = (await writer.get(EDIT)).text
    for shown in (
        'value="1950"',
        'value="92" checked',
        'value="elderly" checked',
        'value="01/12/2026"',
        'value="08:00"',
        'name="button.0.unit" value="Lệ phí đổi thẻ căn cước"',
    ):
        assert shown in page
    seen = (await writer.get(PATH)).text
    assert "Nơi ở: Thành phố Cần Thơ" in seen
    assert "Năm sinh: từ 1950 đến 1960" in seen


async def test_staff_see_it_on_their_own_phone_first(
    writer: Browser, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    await writer.send(EDIT, **FIELDS, do="save")
    code = (await writer.get(PATH)).text.partition("/thu ")[2].partition("<")[0]
    phone = SkillChat(
        seeded, [BroadcastTrialSkill(communes=load_communes, cipher=cipher)], clock, channel=Channel.WEB
    )
    assert "Mã thử không đúng" in (await phone.starts_with("broadcast-trial", "ABCD2345")).text
    shown = (await phone.starts_with("broadcast-trial", f" {code.lower()} ")).text
    assert "📢 Công an xã, phường của bạn làm việc cả thứ bảy." in shown
    assert "(tin thử)" in shown
    await writer.send(EDIT, **{**FIELDS, "version": "1", "text": "Khác."}, do="save")
    assert "Mã thử không đúng" in (await phone.starts_with("broadcast-trial", code)).text


async def test_stop_from_the_page(writer: Browser, approver: Browser, studio: Studio) -> None:
    await studio.add_reader("an")
    await writer.send(EDIT, **FIELDS, do="submit")
    await approver.send(PATH, do="approve", version="1", code=approver.read_code())
    await studio.plan()
    assert (await writer.send(PATH, do="pause")).headers["location"] == f"{PATH}?done=pause"
    assert (await writer.send(PATH, do="pause")).headers["location"] == f"{PATH}?done=moved"
    assert (await approver.send(PATH, do="resume")).headers["location"] == f"{PATH}?done=resume"
    assert (await writer.send(PATH, do="stop")).headers["location"] == f"{PATH}?done=stop"
    assert "Đã dừng hẳn" in (await writer.get(PATH)).text
    await studio.send_all(looks=2)
    assert studio.post.sender.sent == []
    draft = await writer.send(PATH, do="resend")
    assert "Chỉ những người lần trước" in (await writer.get(draft.headers["location"])).text


async def test_at_night_the_page_says_when_it_goes_on(
    writer: Browser, approver: Browser, studio: Studio, app: FastAPI, seeded: Database
) -> None:
    await studio.add_reader("an")
    await writer.send(EDIT, **FIELDS, do="submit")
    await approver.send(PATH, do="approve", version="1", code=approver.read_code())
    await studio.plan()
    assert "Ban đêm không gửi" not in (await writer.get(PATH)).text
    evening = studio.clock().astimezone(HANOI).replace(hour=21, minute=0)
    studio.clock.set(evening)
    on_duty = await logged_in(app, seeded, Role.BROADCASTER, name="evening")
    progress = (await on_duty.get(f"{PATH}/progress")).text
    await on_duty.http.aclose()
    assert f"Gửi tiếp từ 07:00 ngày {evening + timedelta(days=1):%d/%m/%Y}" in progress


async def test_what_will_not_arrive_is_said_before_sending(writer: Browser, studio: Studio) -> None:
    await studio.add_reader("an")
    stopped = await studio.add_reader("binh")
    async with studio.database.begin() as tx:
        await record_contact_stopped(tx, stopped, reason=RefusalReason.BLOCKED, now=studio.clock())
        await record_contact(tx, ChatAddress(channel=Channel.WEB, chat="chi"), now=studio.clock())
    preview = (await writer.send(f"{PATH}/preview", **FIELDS)).text
    assert "Telegram: 1 tin, 0 đồng, xong " in preview
    assert "Không đến: đã chặn hoặc rời đi, 1 người" in preview
    assert "Không đến: có nhắn nhưng không đăng ký nhận tin, 1 người" in preview


async def test_the_report_by_reason_can_be_taken_away(writer: Browser, studio: Studio) -> None:
    studio.post.sender.failures.append(DeliveryRefused(RefusalReason.BLOCKED))
    for chat in ("an", "binh"):
        await studio.add_reader(chat)
    broadcast = await studio.find(await studio.approve())
    await studio.send_all(looks=4)
    path = f"/console/broadcasts/{broadcast.id}/report"
    assert f"{path}/ket-qua.csv" in (await writer.get(f"/console/broadcasts/{broadcast.id}")).text
    csv = (await writer.get(f"{path}/ket-qua.csv")).content.decode("utf-8-sig").splitlines()
    assert csv[0] == "Thông báo,Mã tin,Kênh,Kết quả,Số tin"
    assert set(csv[1:]) == {
        f"Lịch trực,{broadcast.code},Telegram,Đã gửi,1",
        f"Lịch trực,{broadcast.code},Telegram,Người nhận đã chặn,1",
    }
    assert (await writer.get(f"{path}/ket-qua.xlsx")).content.startswith(b"PK")
    assert (await writer.get(f"{path}/khac.csv")).status_code == 404


async def test_a_repeated_one_needs_a_day_that_every_month_has(writer: Browser, seeded: Database) -> None:
    for fields, message in (
        ({"repeat": "weekly"}, "Muốn lặp thì ghi ngày"),
        ({"repeat": "monthly", "day": "31/12/2026"}, "chọn ngày từ 1 đến 28"),
    ):
        refused = await writer.send(EDIT, **{**FIELDS, **fields, "do": "submit"})
        assert refused.status_code == 422
        assert message in refused.text
    await writer.send(EDIT, **FIELDS, repeat="monthly", day="28/12/2026", do="submit")
    assert "Lặp hằng tháng" in (await writer.get(PATH)).text
    assert 'value="monthly" selected' in (await writer.get(EDIT)).text


async def test_a_button_opens_an_answer_or_a_page_of_an_office(writer: Browser, studio: Studio) -> None:
    """T20: links that lead astray."""
    buttons = {
        "button.0.title": "Lịch trực",
        "button.0.link": "https://congan.cantho.gov.vn/lich",
        "button.1.title": "Lệ phí",
        "button.1.unit": UNIT,
    }
    for wrong in ("https://lua-dao.vn", "http://a.gov.vn", "https://a@b.vn/.gov.vn", "javascript:alert(1)"):
        refused = await writer.send(EDIT, **{**FIELDS, **buttons, "button.0.link": wrong, "do": "submit"})
        assert refused.status_code == 422, wrong
    await writer.send(EDIT, **FIELDS, **buttons, do="submit")
    assert 'value="https://congan.cantho.gov.vn/lich"' in (await writer.get(EDIT)).text
    await studio.add_reader("an")
    async with studio.database.begin() as tx:
        await lifecycle.approve(tx, UUID(ID), version=1, approver="dung@a.vn")
    await studio.send_all(looks=4)
    [(_, answer, _)] = studio.post.sender.sent
    assert answer.links == (Link(title="Lịch trực", url="https://congan.cantho.gov.vn/lich"),)
    assert [button.title for button in answer.buttons] == ["Lệ phí", "Dừng nhận tin"]
    assert "Lịch trực: https://congan.cantho.gov.vn/lich" in render_choices(answer).text
