"""Staff read a word for everything the code has a name for."""

from __future__ import annotations

from bot.console.audit_wording import list_details, name_actor, name_subject
from bot.console.wording import KINDS, STATES
from bot.content.schema import QuestionKind
from bot.content.validity import UnitState


def test_each_kind_of_question_has_its_own_label() -> None:
    assert set(KINDS) == set(QuestionKind)
    assert len(set(KINDS.values())) == len(KINDS)


def test_each_state_of_a_unit_has_a_label() -> None:
    assert set(STATES) == set(UnitState)


def test_the_audit_log_is_read_in_words() -> None:
    assert name_actor("command line") == "Dòng lệnh"
    assert name_actor("lan@xa.gov.vn") == "lan@xa.gov.vn"
    assert name_subject("staff:lan@xa.gov.vn") == "tài khoản lan@xa.gov.vn"
    assert name_subject("switches") == "công tắc"
    assert name_subject("reminders") == "mọi lời nhắc"
    assert name_subject("by:id-number") == "tìm bằng số định danh"
    assert name_subject("kind:correct") == "loại yêu cầu Sửa dữ liệu"
    told = list_details({"role": "editor", "fields": ["a", "b"], "to": ""})
    assert list(told) == [("Vai trò", "Biên tập"), ("Mục", "a, b")]
