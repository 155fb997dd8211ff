"""One turn on the real database: whatever is sent gets a polite sentence, and nothing raises."""

from __future__ import annotations

import time
import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from bot.clock import hanoi_date
from bot.conversation import wording
from bot.domain.answers import AnswerKind
from bot.domain.messages import Attachment, SharedContact
from bot.evaluation.questions import read_held_out
from bot.storage.retention import delete_old_conversations
from bot.storage.tables import ConversationRow, LookupFailureRow
from bot.understanding.decision import Verdict
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen

CODE = "H00.01.02-261102-0001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\n",
        "\x00",
        "\u200b\u200b",
        "a" * 1_000_000,
        "\u0301" * 1999,
        "\ud800",
        "/",
        "👍",
        "<b>'; --",
        "{{7*7}}",
    ],
)
async def test_bad_input_gets_a_polite_sentence(citizen: TerminalCitizen, text: str) -> None:
    started = time.perf_counter()
    answer = await citizen.writes(text)
    assert answer.text
    assert answer.kind in (AnswerKind.UNKNOWN, AnswerKind.SMALLTALK, AnswerKind.REFUSAL, AnswerKind.CLARIFY)
    assert "trục trặc" not in answer.text
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("attachment", list(Attachment))
async def test_what_is_no_text_gets_a_sentence_of_its_own(
    citizen: TerminalCitizen, attachment: Attachment
) -> None:
    assert (await citizen.sends(attachment)).text


async def test_unknown_command_and_old_buttons(citizen: TerminalCitizen) -> None:
    assert "không có lệnh này" in (await citizen.commands("xyz")).text
    for payload in ("f:1", "s:gone", "zzz", "a:khong.co", "m:khong.co"):
        assert (await citizen.presses_payload(payload)).text


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("can-cuoc_cap-doi_le-phi", "đồng"),
        ("can-cuoc_cap-doi", "thẻ"),
        ("CAN-CUOC_CAP-DOI", "thẻ"),
        ("tra_cuu", "mã hồ sơ"),
        ("06-7KQ4-X2MB", "không gửi tin nào"),
        ("khong-co_gi", "Chào bạn"),
        ("'; --", "Chào bạn"),
    ],
)
async def test_a_link_leads_into_the_conversation(citizen: TerminalCitizen, payload: str, said: str) -> None:
    assert said in (await citizen.commands("start", payload)).text


async def test_a_link_to_a_group_of_procedures_offers_them(citizen: TerminalCitizen) -> None:
    answer = await citizen.commands("start", "can-cuoc")
    assert answer.kind is AnswerKind.CLARIFY
    assert 1 < len(answer.buttons) <= 8
    assert (await citizen.presses(answer.buttons[0].title)).kind is AnswerKind.ANSWER


async def test_an_id_number_that_nobody_asked_for_is_warned_of(citizen: TerminalCitizen) -> None:
    answer = await citizen.writes("đổi thẻ căn cước 001090 123456 mất bao nhiêu tiền")
    assert answer.text.startswith("⚠️ Bạn vừa gửi một số định danh")
    assert answer.deletes_message
    assert "đồng" in answer.text
    for harmless in ("gọi 0912345678 nhé", "số tài khoản 001090123456 của ai", CODE):
        assert not (await citizen.writes(harmless)).deletes_message


async def test_an_edited_message_is_answered_anew(citizen: TerminalCitizen) -> None:
    assert (await citizen.writes("đổi thẻ căn cước mất bao nhiêu tiền", edited=True)).text.startswith(
        "Bạn vừa sửa"
    )


async def test_the_same_question_in_nfd_nfc_and_without_accents(citizen: TerminalCitizen) -> None:
    """T24: look-alike text around the rules."""
    question = "lệ phí đổi thẻ căn cước là bao nhiêu"
    plain = "le phi doi the can cuoc la bao nhieu"
    answers = [await citizen.writes(each) for each in (question, unicodedata.normalize("NFD", question), plain)]
    assert {answer.answer_id for answer in answers} == {"can-cuoc.cap-doi.le-phi"}
    assert answers[0].sources
    assert answers[0].checked_on is not None


async def test_nonsense_is_honestly_unknown(citizen: TerminalCitizen) -> None:
    for nonsense in ("asdkjh qwoeiu zmxnc", "blah blah blah xyz", "12 + 30"):
        assert (await citizen.writes(nonsense)).kind is AnswerKind.UNKNOWN


async def test_status_is_told_to_whoever_knows_code_and_secret(citizen: TerminalCitizen, core: Core) -> None:
    assert "mã hồ sơ" in (await citizen.writes("trạng thái hồ sơ")).text
    assert "4 số cuối" in (await citizen.writes(CODE.lower().replace("-", " - "))).text
    answer = await citizen.writes("1234")
    assert answer.kind is AnswerKind.FORM
    assert answer.private
    for told in ("Đang giải quyết", "18/11/2026", "27/11/2026", "Việc tiếp theo", "23/11/2026", "hồ sơ giả"):
        assert told in answer.text
    async with core.database.begin() as tx:
        state = await tx.scalar(select(ConversationRow.state))
    assert state is not None
    assert "1234" not in str(state)
    assert CODE not in str(state)


async def test_the_date_of_birth_opens_it_too(citizen: TerminalCitizen) -> None:
    await citizen.writes(f"hồ sơ {CODE} tới đâu rồi")
    assert "4 số cuối" in (await citizen.writes(CODE)).text
    assert (await citizen.writes("5/3/1985")).private


async def test_wrong_code_wrong_secret_and_closed_door_read_the_same(
    core: Core, clock: MovedClock, citizen: TerminalCitizen
) -> None:
    """T6: an answer that tells whether a code exists."""

    async def tries(code: str, secret: str) -> str:
        await citizen.presses_payload("s:application-status")
        await citizen.writes(code)
        return (await citizen.writes(secret)).text

    wrong_code = await tries("H99.99.99-261102-9999", "1234")
    wrong_secret = [await tries(CODE, "9999") for _ in range(4)]
    closed = await tries(CODE, "1234")
    assert {wrong_code, *wrong_secret, closed} == {wrong_code}
    clock.move(timedelta(minutes=61))
    assert "Đang giải quyết" in await tries(CODE, "1234")


async def test_the_door_closes_for_a_code_asked_from_many_chats(core: Core) -> None:
    """T5: guessing application codes."""
    for chat in range(5):
        attacker = TerminalCitizen(core, chat=f"attacker-{chat}")
        await attacker.writes(CODE)
        await attacker.presses_payload("s:application-status")
        await attacker.writes(CODE)
        await attacker.writes("0000")
    owner = TerminalCitizen(core, chat="owner")
    await owner.presses_payload("s:application-status")
    await owner.writes(CODE)
    assert not (await owner.writes("1234")).private
    async with core.database.begin() as tx:
        per_subject = select(func.count()).select_from(LookupFailureRow).group_by(LookupFailureRow.subject)
        # Five chats once each, the code five times; the try behind the closed door under nobody's name.
        assert sorted(await tx.scalars(per_subject)) == [1, 1, 1, 1, 1, 2, 5]


async def test_an_id_number_is_stored_only_encrypted(core: Core) -> None:
    async with core.database.begin() as tx:
        whole = str((await tx.execute(text("SELECT a::text FROM applications a"))).all())
    for plain in ("000185001234", "1985-03-05"):
        assert plain not in whole
        assert plain.encode().hex() not in whole


async def test_a_question_instead_of_a_code_is_answered_and_the_code_still_taken(citizen: TerminalCitizen) -> None:
    assert "gõ mã" in (await citizen.commands("xac_minh")).text
    assert "gõ mã" in (await citizen.writes("thế à")).text
    answer = await citizen.writes("cho hỏi lệ phí đổi thẻ căn cước là bao nhiêu tiền vậy")
    assert answer.answer_id == "can-cuoc.cap-doi.le-phi"
    assert "không gửi tin nào" in (await citizen.writes("06-7KQ4-X2MB")).text


async def test_a_form_is_left_for_a_question_and_gone_back_to(citizen: TerminalCitizen) -> None:
    await citizen.presses_payload("s:application-status")
    answer = await citizen.writes("cho hỏi lệ phí đổi thẻ căn cước là bao nhiêu tiền vậy")
    assert answer.answer_id == "can-cuoc.cap-doi.le-phi"
    assert "làm dở" in answer.text
    assert "4 số cuối" in (await citizen.writes(CODE)).text


async def test_a_form_is_forgotten_after_half_an_hour(citizen: TerminalCitizen, clock: MovedClock) -> None:
    await citizen.presses_payload("s:application-status")
    await citizen.writes(CODE)
    clock.move(timedelta(minutes=31))
    assert not (await citizen.writes("1234")).private


async def test_without_rasa_an_answer_comes_within_two_seconds(citizen: TerminalCitizen) -> None:
    started = time.perf_counter()
    answer = await citizen.writes("le phi doi the can cuoc la bao nhieu")
    assert time.perf_counter() - started < 2
    assert answer.kind is AnswerKind.ANSWER


async def test_old_conversations_are_forgotten(citizen: TerminalCitizen, core: Core, clock: MovedClock) -> None:
    await citizen.writes("xin chào")
    async with core.database.begin() as tx:
        await delete_old_conversations(tx, updated_before=clock() - timedelta(days=30))
        assert await tx.scalar(select(func.count()).select_from(ConversationRow)) == 1
        await delete_old_conversations(tx, updated_before=clock() + timedelta(seconds=1))
        assert await tx.scalar(select(func.count()).select_from(ConversationRow)) == 0


async def test_a_likely_answer_offers_what_else_may_be_meant(citizen: TerminalCitizen, core: Core) -> None:
    day = hanoi_date(core.clock())
    for question in read_held_out().golden:
        decision = (await core.understanding.understand(question.text, day=day)).decision
        other = next((core.catalogue.current.find_unit_on(each.name, day) for each in decision.others), None)
        if decision.verdict is Verdict.SURE and other is not None:
            break
    answer = await citizen.writes(question.text)
    assert answer.kind is AnswerKind.ANSWER
    assert wording.NOT_WHAT_YOU_ASKED in answer.text
    assert other is not None
    pressed = await citizen.presses(other.title)
    assert pressed.answer_id == other.id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://vneid-gov.com/capnhat", "dấu hiệu lừa đảo"),
        ("0912 345 678", "không có nghĩa là an toàn"),
        ("dichvucong.gov.vn", "của cơ quan nhà nước (theo danh sách ngày"),
    ],
)
async def test_a_pasted_link_or_number_is_judged(citizen: TerminalCitizen, text: str, said: str) -> None:
    assert said in (await citizen.writes(text)).text


async def test_a_forwarded_scam_is_judged_with_reasons_and_nothing_of_it_stays(
    citizen: TerminalCitizen, core: Core
) -> None:
    scam = "Công an gọi báo: bấm link https://vneid-gov.com cập nhật VNeID, nếu không tài khoản bị khóa trước 24h"
    answer = await citizen.writes(scam, forwarded=True)
    assert answer.kind is AnswerKind.SCAM
    for told in ("vneid-gov.com mượn tên", "Mức 2 chỉ làm trực tiếp", "156", "5656", "113", "ngân hàng"):
        assert told in answer.text
    assert answer.sources
    async with core.database.begin() as tx:
        state = await tx.scalar(select(ConversationRow.state))
    assert "forms" not in (state or {})


async def test_the_scam_check_asks_and_then_judges_what_is_written_next(citizen: TerminalCitizen) -> None:
    assert "đáng ngờ" in (await citizen.commands("kiem_tra")).text
    answer = await citizen.writes("có người xưng công an gọi điện kêu cập nhật vneid")
    assert "⚠️ Có dấu hiệu lừa đảo" in answer.text
    assert "⚠️" in (await citizen.commands("kiem_tra", "đọc mã otp cho tôi")).text
    assert "không có nghĩa là an toàn" in (await citizen.commands("kiem_tra", "chiều nay họp tổ dân phố")).text


async def test_the_fixed_warnings_stay_where_the_words_are_the_citizens_own(citizen: TerminalCitizen) -> None:
    own = await citizen.writes("có người xưng công an gọi điện kêu cập nhật vneid")
    assert own.kind is AnswerKind.SCAM
    assert "dấu hiệu" not in own.text.split("\n")[0] or own.answer_id
    fire = await citizen.writes("nhà tôi đang cháy cứu với", forwarded=True)
    assert fire.kind is AnswerKind.EMERGENCY


async def test_a_card_with_a_number_is_judged_unless_it_is_ones_own(citizen: TerminalCitizen) -> None:
    own = SharedContact(phone="+84912345678", is_own=True)
    assert "số của chính bạn" in (await citizen.sends(Attachment.CONTACT, contact=own)).text
    other = SharedContact(phone="+84912345678", is_own=False)
    assert "không có nghĩa là an toàn" in (await citizen.sends(Attachment.CONTACT, contact=other)).text


async def test_who_only_asks_for_the_check_is_asked_what_to_check(citizen: TerminalCitizen) -> None:
    assert "đáng ngờ" in (await citizen.writes("kiểm tra lừa đảo giúp tôi")).text
    assert "không có nghĩa là an toàn" in (await citizen.writes("0912 345 678")).text
    told = await citizen.writes("coi công an gọi bảo đọc mã otp")
    assert told.kind is AnswerKind.SCAM
    fixed = await citizen.writes("công an phường nhắn tin zalo bảo bấm link làm mức 2")
    assert fixed.kind is AnswerKind.SCAM
    assert "Kiểm tra lừa đảo" in [button.title for button in fixed.buttons]
