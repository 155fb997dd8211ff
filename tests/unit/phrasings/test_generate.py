"""Phrasings are made from the names of a procedure and the ways of asking."""

from __future__ import annotations

from typing import Any

from phrasings.generate import MOST_NAMED, generate_phrasings

PROCEDURE: dict[str, Any] = {
    "id": "ho-tich.khai-sinh",
    "aliases": ["làm khai sinh", "đăng ký khai sinh", "khai sinh cho con"],
    "versions": [{"fee": {"say": "Miễn phí."}}],
}
SIDES: list[dict[str, Any]] = [
    {"passage": "overview", "kind": "overview", "suffix": "tom-tat", "ask": ["{x}", "thủ tục {x}"]},
    {"passage": "fee", "kind": "fee", "suffix": "le-phi", "ask": ["{x} mất bao nhiêu tiền"]},
    {"passage": "time", "kind": "time", "suffix": "thoi-gian", "ask": ["{x} bao lâu"]},
]


def test_every_name_is_asked_about() -> None:
    made = generate_phrasings([PROCEDURE], SIDES, [])
    assert made["ho-tich.khai-sinh.le-phi"] == [
        "làm khai sinh mất bao nhiêu tiền",
        "đăng ký khai sinh mất bao nhiêu tiền",
        "khai sinh cho con mất bao nhiêu tiền",
    ]
    assert len(made["ho-tich.khai-sinh.tom-tat"]) <= MOST_NAMED


def test_what_is_not_told_is_not_asked() -> None:
    assert "ho-tich.khai-sinh.thoi-gian" not in generate_phrasings([PROCEDURE], SIDES, [])


def test_an_answer_by_hand_takes_the_phrasings() -> None:
    units = [{"id": "ho-tich.khai-sinh.tien", "topic": "ho-tich.khai-sinh", "kind": "fee"}]
    made = generate_phrasings([PROCEDURE], SIDES, units)
    assert "ho-tich.khai-sinh.tien" in made
    assert "ho-tich.khai-sinh.le-phi" not in made
    twice = [*units, {"id": "ho-tich.khai-sinh.phat", "topic": "ho-tich.khai-sinh", "kind": "fee"}]
    assert (
        not {"ho-tich.khai-sinh.tien", "ho-tich.khai-sinh.phat"}
        & generate_phrasings([PROCEDURE], SIDES, twice).keys()
    )


def test_what_happened_is_told_before_the_question() -> None:
    told = {**PROCEDURE, "situations": ["vợ em mới sanh", "con được một tháng rồi"]}
    sides = [{**side, "tell": ["{s}, mất tiền không"]} if side["kind"] == "fee" else side for side in SIDES]
    made = generate_phrasings([told], sides, [])
    assert made["ho-tich.khai-sinh.le-phi"][-2:] == [
        "vợ em mới sanh, mất tiền không",
        "con được một tháng rồi, mất tiền không",
    ]
    assert (
        made["ho-tich.khai-sinh.tom-tat"]
        == generate_phrasings([PROCEDURE], sides, [])["ho-tich.khai-sinh.tom-tat"]
    )
