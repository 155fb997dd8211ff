"""What comes next in a conversation, and two questions at once, on the real database."""

from __future__ import annotations

import pytest

from bot.content.catalogue import UNIT_PREFIX
from bot.conversation import wording
from bot.domain.answers import Answer, AnswerKind
from tests.support.core import TerminalCitizen


async def test_a_word_that_only_names_a_thing_gets_a_choice_or_its_summary(citizen: TerminalCitizen) -> None:
    assert 2 <= len((await citizen.writes("hộ chiếu")).buttons) <= 4
    assert (await citizen.writes("doithecancuoc")).answer_id == "can-cuoc.cap-doi.tom-tat"


def _list_units(answer: Answer) -> list[str]:
    """Return what answers, or what is offered: with Rasa away a choice is as far as likeness goes."""
    offered = [button.payload.removeprefix(UNIT_PREFIX) for button in answer.buttons]
    return [answer.answer_id or "", *offered]


async def test_follow_ups_stay_with_the_topic_and_strange_questions_do_not(citizen: TerminalCitizen) -> None:
    await citizen.writes("sang tên xe")
    assert (await citizen.writes("cần gì")).answer_id == "xe.sang-ten.giay-to"
    assert (await citizen.writes("bao nhiêu")).answer_id == "xe.sang-ten.le-phi"
    assert (await citizen.writes("thời tiết hôm nay thế nào")).kind is AnswerKind.UNKNOWN
    await citizen.writes("thường trú")
    # With Rasa away the summary may answer: it tells the place too.
    assert "Công an cấp xã" in (await citizen.writes("đăng ký ở đâu")).text


async def test_a_reply_that_only_adds_something_is_read_with_the_question_before(citizen: TerminalCitizen) -> None:
    await citizen.writes("làm hộ chiếu cần giấy tờ gì")
    assert "xuat-nhap-canh.ho-chieu-tre-em.giay-to" in _list_units(await citizen.writes("còn trẻ em thì sao"))
    await citizen.writes("khai sinh cho con")
    await citizen.writes("cảm ơn nhé")
    assert "ho-tich.khai-sinh.qua-han" in _list_units(await citizen.writes("bị trễ hạn"))


async def test_a_reply_after_a_button_is_read_with_what_the_button_opened(citizen: TerminalCitizen) -> None:
    await citizen.presses_payload(f"{UNIT_PREFIX}can-cuoc.cap-lan-dau.tom-tat")
    assert "can-cuoc.cap-lai.mat-the" in _list_units(await citizen.writes("bị mất"))


async def test_a_reply_after_a_link_is_read_with_what_the_link_opened(citizen: TerminalCitizen) -> None:
    await citizen.commands("start", "can-cuoc_cap-doi")
    assert (await citizen.writes("lệ phí bao nhiêu")).answer_id == "can-cuoc.cap-doi.le-phi"


async def test_what_is_said_after_a_danger_does_not_go_on_from_before_it(citizen: TerminalCitizen) -> None:
    await citizen.writes("đổi thẻ căn cước ở đâu")
    assert (await citizen.writes("cháy nhà rồi")).kind is AnswerKind.EMERGENCY
    answer = await citizen.writes("giờ phải làm sao")
    assert not (answer.answer_id or "").startswith("can-cuoc.")


async def test_both_kinds_of_question_about_one_thing_are_answered(citizen: TerminalCitizen) -> None:
    answer = await citizen.writes("mất thẻ căn cước làm lại ở đâu hết bao nhiêu tiền")
    assert "Công an cấp xã" in answer.text
    assert "đồng" in answer.text


async def test_a_follow_up_that_the_topic_does_not_tell_stays_near_it(citizen: TerminalCitizen) -> None:
    await citizen.writes("sổ hộ khẩu còn dùng không")
    answer = await citizen.writes("mất bao lâu")
    told = [answer.answer_id] if answer.answer_id is not None else _list_units(answer)[1:]
    assert told
    assert all(unit.startswith("cu-tru.") for unit in told)


@pytest.mark.parametrize(
    "text",
    ["đổi thẻ căn cước hết bao nhiêu tiền và mất bao lâu", "mất bao lâu và đổi thẻ căn cước hết bao nhiêu tiền"],
)
async def test_the_half_without_a_topic_asks_about_the_topic_of_the_other(
    citizen: TerminalCitizen, text: str
) -> None:
    answer = await citizen.writes(text)
    assert "25.000 đồng" in answer.text
    assert "7 ngày làm việc" in answer.text
    assert len(answer.text) <= 900


async def test_a_question_beside_a_danger_is_answered_with_whom_to_call(citizen: TerminalCitizen) -> None:
    answer = await citizen.writes("em bị chồng đánh nên ra ở trọ, đăng ký tạm trú cần giấy gì")
    assert answer.kind in (AnswerKind.ANSWER, AnswerKind.CLARIFY)
    assert answer.text.endswith("gọi ngay **113** (Công an).")
    assert (await citizen.writes("chồng lại đánh em hôm nay")).kind is AnswerKind.EMERGENCY


async def test_who_does_not_understand_an_answer_is_told_it_again(citizen: TerminalCitizen) -> None:
    await citizen.presses_payload(f"{UNIT_PREFIX}can-cuoc.cap-doi.le-phi")
    answer = await citizen.writes("không hiểu, nói rõ hơn đi")
    assert answer.answer_id == "can-cuoc.cap-doi.le-phi"
    assert wording.TOLD_AGAIN in answer.text
    assert (await citizen.writes("mất bao lâu")).answer_id == "can-cuoc.cap-doi.thoi-gian"


async def test_after_a_choice_the_talk_is_no_longer_of_what_was_answered_before(citizen: TerminalCitizen) -> None:
    answer = await citizen.presses_payload(f"{UNIT_PREFIX}can-cuoc.cap-doi.le-phi")
    assert answer.answer_id == "can-cuoc.cap-doi.le-phi"
    assert (await citizen.writes("còn bao lâu thì có")).answer_id == "can-cuoc.cap-doi.thoi-gian"
    assert (await citizen.writes("hộ chiếu")).kind is AnswerKind.CLARIFY
    follow_up = await citizen.writes("còn lệ phí?")
    assert follow_up.answer_id is None or follow_up.answer_id.startswith("xuat-nhap-canh.")
