"""Each thing that the check of the knowledge finds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.content.check import find_problems
from bot.content.files import Content
from bot.content.schema import AnswerUnit, LegalDocument
from tests.integration.content.data_folder import document, unit

TODAY = date(2026, 11, 23)
PHRASINGS = {f"can-cuoc.{name}": [f"câu hỏi {name} {number}" for number in range(10)] for name in ("a", "b")}


def _find(*units: dict[str, Any], phrasings: dict[str, list[str]] | None = None) -> list[str]:
    content = Content(
        documents={"luat-26-2023-qh15": LegalDocument.model_validate(document())},
        parameters={},
        procedures={},
        units={each["id"]: AnswerUnit.model_validate(each) for each in units},
    )
    return list(find_problems(content, phrasings or PHRASINGS, drawn=frozenset(), today=TODAY))


def test_a_sound_answer_has_no_problem() -> None:
    short = {"can-cuoc.a": PHRASINGS["can-cuoc.a"]}
    assert _find(unit("can-cuoc.a", text="Bạn đến Công an cấp xã."), phrasings=short) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Lệ phí là 50.000 đồng.", "con số"),
        ("Không quá 7 ngày làm việc.", "con số"),
        ("Xem ở https://dichvucong nhé.", "địa chỉ"),
        ("Bạn " + "nhớ mang theo thẻ " * 10 + "đang dùng.", "câu dài"),
        ("Bạn " + "nhớ mang theo thẻ " * 6 + "đang dùng.", "câu dài trung bình"),
    ],
)
def test_what_a_citizen_would_stumble_over_is_found(text: str, problem: str) -> None:
    short = {"can-cuoc.a": PHRASINGS["can-cuoc.a"]}
    found = _find(unit("can-cuoc.a", text=text), phrasings=short)
    assert found
    assert any(problem in each for each in found)


def test_two_units_that_answer_the_same_are_found() -> None:
    text = "Bạn đến Công an cấp xã nơi mình ở, mang theo thẻ cũ."
    found = _find(unit("can-cuoc.a", title="Một", text=text), unit("can-cuoc.b", title="Hai", text=text))
    assert found == ["can-cuoc.b: trả lời giống can-cuoc.a; gộp hai mục hoặc nói rõ chỗ khác nhau"]


def test_an_answer_long_unchecked_and_phrasings_without_an_answer_are_found() -> None:
    old = unit("can-cuoc.a", text="Bạn đến Công an cấp xã.", checked_on="2026-01-01", effective_from="2025-01-01")
    found = _find(old)
    assert any("đã quá 180 ngày" in each for each in found)
    assert any("không có mục này" in each for each in found)


def test_a_phrasing_that_belongs_to_two_units_is_found() -> None:
    twice = {name: [*examples, "làm thẻ ở đâu"] for name, examples in PHRASINGS.items()}
    units = (unit("can-cuoc.a", title="Một", text="Ở xã."), unit("can-cuoc.b", title="Hai", text="Mang thẻ cũ."))
    assert _find(*units, phrasings=twice) == ["data/nlu: “làm thẻ ở đâu” vừa ở can-cuoc.a vừa ở can-cuoc.b"]
