"""Topics are shown by name, in their fields."""

from __future__ import annotations

from bot.content.topics import Topics

TOPICS = Topics(
    fields={"vneid": "VNeID", "can-cuoc": "Căn cước", "xe": "Đăng ký xe"},
    names={"vneid.khoa": "Khóa tài khoản", "can-cuoc.the": "Thẻ", "can-cuoc.le-phi": "Lệ phí"},
)


def test_fields_come_in_their_order_and_topics_by_name() -> None:
    assert TOPICS.group(["can-cuoc.the", "vneid.khoa", "can-cuoc.le-phi"]) == [
        ("VNeID", [("vneid.khoa", "Khóa tài khoản")]),
        ("Căn cước", [("can-cuoc.le-phi", "Lệ phí"), ("can-cuoc.the", "Thẻ")]),
    ]


def test_a_topic_without_a_name_is_still_shown() -> None:
    assert TOPICS.group(["thuy-san.tau-ca", "xe.moi"]) == [
        ("Đăng ký xe", [("xe.moi", "xe.moi")]),
        ("thuy-san", [("thuy-san.tau-ca", "thuy-san.tau-ca")]),
    ]
