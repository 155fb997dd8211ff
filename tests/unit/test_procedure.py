"""Answers are drawn from the facts of a procedure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from bot.content.procedure import Procedure, Sides
from bot.content.schema import AnswerUnit
from bot.settings import DATA
from bot.yaml_files import read_yaml

DAY = date(2026, 11, 23)
SIDES = Sides.model_validate(read_yaml(DATA / "procedure-sides.yml"))
SOURCES = [{"document": "luat-60-2014-qh13"}]


def _procedure(**sides: Any) -> Procedure:
    version = {"effective_from": DAY, "sources": SOURCES, "checked_on": DAY, **sides}
    return Procedure.model_validate(
        {
            "id": "ho-tich.khai-sinh",
            "name": "Đăng ký khai sinh",
            "short_name": "đăng ký khai sinh",
            "aliases": ["khai sinh"] * 5,
            "versions": [version],
        }
    )


def _draw(procedure: Procedure, written: list[AnswerUnit] | None = None) -> dict[str, AnswerUnit]:
    return {unit.id: unit for unit in SIDES.draw_units(procedure, written or [])}


def test_each_side_that_is_told_becomes_an_answer() -> None:
    units = _draw(
        _procedure(
            fee={"say": "Miễn phí nếu đăng ký đúng hạn."},
            documents={
                "say": "Giấy chứng sinh.",
                "items": ["Giấy chứng sinh bản chính."],
                "note": "Không cần photo.",
            },
        )
    )
    assert set(units) == {f"ho-tich.khai-sinh.{side}" for side in ("tom-tat", "giay-to", "le-phi")}
    papers = units["ho-tich.khai-sinh.giay-to"].versions[0].text
    assert papers.startswith("Giấy chứng sinh.\n\n- Giấy chứng sinh bản chính.\n\nKhông cần photo.")
    assert "Lệ phí: Miễn phí nếu đăng ký đúng hạn." in papers
    assert units["ho-tich.khai-sinh.le-phi"].related == ("ho-tich.khai-sinh.tom-tat", "ho-tich.khai-sinh.giay-to")


def test_an_answer_by_hand_goes_before() -> None:
    procedure = _procedure(fee={"say": "Miễn phí."})
    by_hand = AnswerUnit.model_validate(
        {
            "id": "ho-tich.khai-sinh.tien",
            "title": "Tiền khai sinh",
            "kind": "fee",
            "topic": "ho-tich.khai-sinh",
            "versions": [{"effective_from": DAY, "text": "Miễn phí.", "sources": SOURCES, "checked_on": DAY}],
        }
    )
    assert set(_draw(procedure, [by_hand])) == {"ho-tich.khai-sinh.tom-tat"}


def test_a_side_may_have_a_legal_basis_of_its_own() -> None:
    own = [{"document": "tt-85-2019-tt-btc"}]
    units = _draw(_procedure(fee={"say": "Miễn phí.", "sources": own}))
    assert units["ho-tich.khai-sinh.le-phi"].versions[0].sources[0].document == "tt-85-2019-tt-btc"


def test_a_summary_that_does_not_fit_a_screen_is_refused() -> None:
    with pytest.raises(ValidationError):
        _draw(
            _procedure(
                **{side: {"say": "x" * 170} for side in ("who", "documents", "fee", "time", "amount")},
                place={"say": "x" * 170, "levels": ["commune"]},
            )
        )
