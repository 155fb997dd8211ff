"""Thanks before a question, and thanks alone."""

import pytest

from bot.understanding.courtesy import leave_out_thanks


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("dạ em cảm ơn, mà phải điền mẫu nào vậy ạ", "phải điền mẫu nào vậy ạ"),
        ("da cam on, the ho so can nhung gi a", "the ho so can nhung gi a"),
        ("cam on, ma so thue lay o dau", "ma so thue lay o dau"),
        ("Dạ em cảm ơn. Lỡ quá ba tháng rồi mới nộp thì sao ạ?", "Lỡ quá ba tháng rồi mới nộp thì sao ạ?"),
        ("ok tks ad, lệ phí bao nhiêu", "lệ phí bao nhiêu"),
    ],
)
def test_a_question_after_thanks_is_read_without_them(text: str, question: str) -> None:
    assert leave_out_thanks(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "dạ em cảm ơn",
        "cảm ơn bạn nhiều nha",
        "cảm ơn, để tôi ra phường",
        "phí bao nhiêu, cảm ơn ạ",
        "cảm ơn anh đánh em hoài phải làm sao",
        "cam on lam ho so can gi",
        "",
    ],
)
def test_thanks_alone_stay(text: str) -> None:
    assert leave_out_thanks(text) == text
