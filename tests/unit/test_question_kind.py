"""What is asked, whether anything is named that it is asked about, and where two questions meet."""

from __future__ import annotations

import pytest

from bot.content.schema import QuestionKind
from bot.understanding.question_kind import find_question_kind, names_no_topic, split_questions


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("còn lệ phí?", QuestionKind.FEE),
        ("mất bao lâu", QuestionKind.TIME),
        ("nop o dau", QuestionKind.PLACE),
        ("cần mang giấy tờ gì", QuestionKind.DOCUMENTS),
        ("cần gì", QuestionKind.DOCUMENTS),
        ("bao nhiêu", QuestionKind.FEE),
        ("được bao nhiêu", QuestionKind.AMOUNT),
        ("làm online được không", QuestionKind.ONLINE),
        ("đem theo gì", QuestionKind.DOCUMENTS),
        ("làm ở mô", QuestionKind.PLACE),
        ("không đăng ký thì phạt thế nào", QuestionKind.PENALTY),
        ("xin chào", None),
    ],
)
def test_kinds(text: str, kind: QuestionKind | None) -> None:
    assert find_question_kind(text) is kind


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("còn lệ phí thì sao", True),
        ("thế mất bao lâu", True),
        ("vay lam o dau", True),
        ("đăng ký ở đâu", True),
        ("cần gì", True),
        ("nop online dc k", True),
        ("nộp hồ sơ ở đâu", True),
        ("nộp online đổi thẻ", False),
        ("được bao nhiêu", True),
        ("phạt bao nhiêu", True),
        ("thời tiết hôm nay thế nào", False),
        ("lệ phí đổi thẻ căn cước", False),
        ("hộ chiếu làm ở đâu", False),
        ("doi the o dau", False),
    ],
)
def test_a_topic_is_named_or_not(text: str, without: bool) -> None:
    assert names_no_topic(text) is without


def test_two_questions_are_told_apart() -> None:
    assert split_questions("đổi thẻ căn cước hết bao nhiêu tiền và mất bao lâu") == (
        "đổi thẻ căn cước hết bao nhiêu tiền",
        "mất bao lâu",
    )
    assert split_questions("làm hộ chiếu ở đâu? lệ phí bao nhiêu tiền") == (
        "làm hộ chiếu ở đâu",
        "lệ phí bao nhiêu tiền",
    )
    assert split_questions("đăng ký tạm trú ở đâu, mất mấy ngày?") == ("đăng ký tạm trú ở đâu", "mất mấy ngày")
    assert split_questions("sang tên xe hết bao nhiêu và cần giấy gì") == (
        "sang tên xe hết bao nhiêu",
        "cần giấy gì",
    )
    assert split_questions("thẻ hết hạn tháng sau, đổi ở đâu") is None
    assert split_questions("mất thẻ và bằng lái thì làm sao") is None
    assert split_questions("đổi thẻ mất bao nhiêu tiền") is None


def test_two_questions_side_by_side_are_told_apart() -> None:
    assert split_questions("mất thẻ căn cước làm lại ở đâu hết bao nhiêu tiền") == (
        "mất thẻ căn cước làm lại ở đâu",
        "hết bao nhiêu tiền",
    )
    assert split_questions("lam ho chieu can gi o dau") == ("lam ho chieu can gi", "o dau")
    assert split_questions("dang ky tam tru mat bao lau thi xong") is None
