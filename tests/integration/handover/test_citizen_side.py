"""A citizen asks for a person, writes to staff, and goes back: what is said, kept, masked and counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.conversation.wording import PERSON
from bot.delivery.queue import DeliveryQueue
from bot.domain.answers import AnswerKind
from bot.domain.handover import Author, HandoverState
from bot.domain.messages import Attachment, Channel
from bot.handover.expire import expire_handovers
from bot.handover.lifecycle import HandoverMoved, hand_on, take
from bot.storage.database import Database
from bot.storage.handovers import Handover, HandoverMessage, delete_ended, list_messages, list_open
from bot.wiring import Core, load_duty
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen, running_core

DUTY = load_duty()
UNKNOWN = "con gà mái nhà tôi bỏ ăn ba hôm rồi"


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
def citizen(core: Core) -> TerminalCitizen:
    return TerminalCitizen(core, channel=Channel.WEB)


async def asks_for_a_person(citizen: TerminalCitizen) -> None:
    await citizen.commands("gap_can_bo")
    await citizen.presses("Đồng ý")


async def find_only(database: Database) -> Handover:
    async with database.begin() as tx:
        (held,) = await list_open(tx, limit=9)
    return held


async def read(core: Core) -> list[HandoverMessage]:
    held = await find_only(core.database)
    async with core.database.begin() as tx:
        return await list_messages(tx, core.cipher, held.id)


async def count(database: Database) -> dict[str, int]:
    async with database.begin() as tx:
        rows = await tx.execute(text("SELECT what, count AS total FROM handover_totals"))
        return {row.what: row.total for row in rows}


async def test_nothing_is_kept_before_consent(core: Core, citizen: TerminalCitizen) -> None:
    answer = await citizen.commands("gap_can_bo")
    assert "Bạn có đồng ý không?" in answer.text
    assert "Bạn bấm" in (await citizen.writes("ok")).text
    assert "không chuyển" in (await citizen.presses("Không")).text
    async with core.database.begin() as tx:
        assert await list_open(tx, limit=9) == []
        assert (await tx.execute(text("SELECT count(*) FROM contacts"))).scalar_one() == 0


async def test_what_is_typed_goes_to_staff_masked_and_encrypted(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    assert citizen.answer is not None
    assert "✅" in citizen.answer.text
    assert "không trực" not in citizen.answer.text
    first = await citizen.writes("tôi tên Hoa, số căn cước 001190000001")
    assert "Cán bộ sẽ đọc" in first.text
    assert (await citizen.writes("gọi tôi số 0912345678 nhé")).is_silent
    assert [each.text for each in await read(core)] == [
        "tôi tên Hoa, số căn cước [số định danh]",
        "gọi tôi số [số điện thoại] nhé",
    ]
    async with core.database.begin() as tx:
        kept = (await tx.execute(text("SELECT string_agg(m::text, '') FROM handover_messages m"))).scalar_one()
    assert "Hoa" not in kept
    assert "Hoa" not in repr(await read(core))


async def test_an_emergency_is_answered_at_once_and_passed_on(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    answer = await citizen.writes("nhà tôi đang cháy cứu với")
    assert answer.kind is AnswerKind.EMERGENCY
    assert len(await read(core)) == 1


async def test_buttons_and_commands_are_still_for_the_assistant(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    assert (await citizen.commands("help")).text
    form = await citizen.presses_payload("s:application-status")
    assert form.kind is AnswerKind.FORM
    assert not (await citizen.writes("H12.34.56-260921-0001")).is_silent
    assert await read(core) == []


async def test_a_file_is_told_to_both_sides_and_not_passed_on(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    assert "chỉ đọc được chữ" in (await citizen.sends(Attachment.DOCUMENT)).text
    (noted,) = await read(core)
    assert "gửi ảnh hoặc tệp" in noted.text


async def test_who_does_not_wait_any_more_is_answered_again(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    assert "không chờ nữa" in (await citizen.writes("Quay lại")).text
    assert (await citizen.writes("lệ phí đổi thẻ căn cước bao nhiêu")).kind is AnswerKind.ANSWER
    assert await count(core.database) == {"requested": 1, "given-up": 1}
    assert "với máy rồi" in (await citizen.commands("quay_lai")).text


async def test_who_leaves_a_member_of_staff_says_once_whether_it_helped(
    core: Core, citizen: TerminalCitizen
) -> None:
    await asks_for_a_person(citizen)
    held = await find_only(core.database)
    async with core.database.begin() as tx:
        assert await take(tx, held.id, staff="lan@a.vn", duty=DUTY, now=core.clock())
    await citizen.writes("quay lại với máy")
    await citizen.presses("Được việc")
    assert citizen.answer is not None
    assert "không ghi ai nói" in citizen.answer.text
    rated = f"s:handover:good:{held.id}"
    assert "cho ý kiến rồi" in (await citizen.presses_payload(rated)).text
    assert await count(core.database) == {"requested": 1, "closed": 1, "good": 1}


async def test_out_of_hours_it_is_said_when_staff_are_there(
    core: Core, citizen: TerminalCitizen, clock: MovedClock
) -> None:
    clock.move(timedelta(hours=12))  # 21:00 on Monday 23/11; the 24th is a day off
    await asks_for_a_person(citizen)
    assert citizen.answer is not None
    assert "Giờ này cán bộ không trực" in citizen.answer.text
    assert "07:30 ngày 25/11/2026" in citizen.answer.text


async def test_what_was_asked_before_goes_along_and_into_the_question_queue(
    core: Core, citizen: TerminalCitizen
) -> None:
    answer = await citizen.writes(UNKNOWN)
    assert answer.kind is AnswerKind.UNKNOWN
    await citizen.presses("Gặp cán bộ")
    await citizen.presses("Đồng ý")
    assert [each.text for each in await read(core)] == [UNKNOWN]
    liked = TerminalCitizen(core, chat="khac", channel=Channel.WEB)
    await liked.writes("lệ phí đổi thẻ căn cước bao nhiêu")
    await liked.commands("gap_can_bo")
    await liked.presses("Đồng ý")
    async with core.database.begin() as tx:
        reasons = (await tx.scalars(text("SELECT reason FROM questions ORDER BY id"))).all()
    assert reasons == ["unknown", "handed-over"]


async def test_two_answers_that_were_not_meant_offer_a_person(core: Core, citizen: TerminalCitizen) -> None:
    for offered in (False, True):
        await citizen.writes("lệ phí đổi thẻ căn cước bao nhiêu")
        answer = await citizen.presses("Chưa đúng ý tôi")
        assert ("Gặp cán bộ" in [button.title for button in answer.buttons]) is offered


async def test_one_member_of_staff_has_a_chat(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    held, now = await find_only(core.database), core.clock()
    async with core.database.begin() as tx:
        assert await take(tx, held.id, staff="lan@a.vn", duty=DUTY, now=now)
        assert not await take(tx, held.id, staff="lan@a.vn", duty=DUTY, now=now), "a second click changes nothing"
        with pytest.raises(HandoverMoved):
            await take(tx, held.id, staff="minh@a.vn", duty=DUTY, now=now)
        with pytest.raises(HandoverMoved):
            await hand_on(tx, held.id, staff="minh@a.vn", to="minh@a.vn", duty=DUTY, now=now)
        await hand_on(tx, held.id, staff="lan@a.vn", to="minh@a.vn", duty=DUTY, now=now)
    assert (await find_only(core.database)).taken_by == "minh@a.vn"
    assert "đang trò chuyện với bạn" in (await citizen.commands("gap_can_bo")).text


async def test_nobody_waits_for_ever_and_nothing_is_kept_for_long(
    core: Core, citizen: TerminalCitizen, clock: MovedClock
) -> None:
    await asks_for_a_person(citizen)
    await citizen.writes("tôi cần hỏi về hộ khẩu")
    queue = DeliveryQueue(core.settings.database_url)
    assert await expire_handovers(core.database, queue, clock()) == 0
    clock.move(timedelta(days=3, hours=9))  # two working days later, with a day off between
    assert await expire_handovers(core.database, queue, clock()) == 1
    async with core.database.begin() as tx:
        told = (await tx.execute(text("SELECT message, purpose FROM deliveries"))).one()
    assert told.message["what"] == "expired"
    assert told.purpose == "replies"
    assert (await citizen.writes("lệ phí đổi thẻ căn cước bao nhiêu")).kind is AnswerKind.ANSWER
    async with core.database.begin() as tx:
        await delete_ended(tx, ended_before=clock() + timedelta(seconds=1))
        assert (await tx.execute(text("SELECT count(*) FROM handover_messages"))).scalar_one() == 0


async def test_stopping_everything_ends_it_and_takes_the_consent_back(
    core: Core, citizen: TerminalCitizen
) -> None:
    await asks_for_a_person(citizen)
    assert "Đã dừng" in (await citizen.commands("dung")).text
    async with core.database.begin() as tx:
        assert await list_open(tx, limit=9) == []
        last = await tx.scalar(text("SELECT action FROM consent_events ORDER BY id DESC LIMIT 1"))
        state = await tx.scalar(text("SELECT state FROM handovers"))
    assert (last, state) == ("withdrawn", HandoverState.GIVEN_UP)


async def test_deleting_everything_deletes_what_was_written(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    await citizen.writes("chuyện nhà tôi")
    shown = await citizen.commands("du_lieu")
    assert "Trò chuyện với cán bộ" in shown.text
    await citizen.presses("Xóa hết")
    await citizen.presses("Xóa hết")
    async with core.database.begin() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM handover_messages"))).scalar_one() == 0
    assert not (await citizen.writes("lệ phí đổi thẻ căn cước bao nhiêu")).is_silent


async def test_where_nobody_can_be_reached_it_says_where_to_ask(core: Core) -> None:
    answer = await TerminalCitizen(core).commands("gap_can_bo")
    assert answer.text == PERSON


async def test_staff_are_told_which_side_wrote(core: Core, citizen: TerminalCitizen) -> None:
    await asks_for_a_person(citizen)
    await citizen.writes("xin chào", edited=True)
    (said,) = await read(core)
    assert (said.author, said.text) == (Author.CITIZEN, "(sửa) xin chào")
