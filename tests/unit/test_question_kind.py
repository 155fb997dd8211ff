"""What is asked, whether anything is named that it is asked about, and where two questions meet."""

from __future__ import annotations

import pytest

from bot.content.schema import QuestionKind
from bot.understanding.question_kind import find_question_kind, names_no_topic


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
        ("the gio lam tren mang mat bao nhieu tien", True),
        ("còn phí thì s", True),
        ("thời tiết hôm nay thế nào", False),
        ("lệ phí đổi thẻ căn cước", False),
        ("hộ chiếu làm ở đâu", False),
        ("doi the o dau", False),
    ],
)
def test_a_topic_is_named_or_not(text: str, without: bool) -> None:
    assert names_no_topic(text) is without
