"""What each event of Zalo means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.inbox.intake import UpdateUnreadable
from bot.channels.zalo.errors import Remedy, choose_outcome, find_meaning, load_errors
from bot.channels.zalo.picture import is_zalos_own
from bot.channels.zalo.read_event import EventKind, find_event
from bot.domain.messages import Attachment
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason


def event(name: str, **content: Any) -> dict[str, Any]:
    return {
        "app_id": "1",
        "sender": {"id": "246845883529197922"},
        "recipient": {"id": "9"},
        "event_name": name,
        "timestamp": "1732300000000",
        **content,
    }


@pytest.mark.parametrize(
    ("kind", "attachment"),
    [
        ("image", Attachment.PHOTO),
        ("audio", Attachment.VOICE),
        ("video", Attachment.VIDEO),
        ("gif", Attachment.VIDEO),
        ("sticker", Attachment.STICKER),
        ("location", Attachment.LOCATION),
        ("business_card", Attachment.CONTACT),
        ("file", Attachment.DOCUMENT),
        ("link", Attachment.OTHER),
        ("hologram", Attachment.OTHER),
    ],
)
def test_whatever_a_person_sends_is_read(kind: str, attachment: Attachment) -> None:
    url = "https://f1.photo.talk.zdn.vn/a.jpg"
    message = {"msg_id": "m1", "attachments": [{"type": kind, "payload": {"url": url}}]}
    found = find_event(event(f"user_send_{kind}", message=message))
    assert found is not None
    assert (found.kind, found.attachment) == (EventKind.WROTE, attachment)
    assert found.picture_url == (url if attachment is Attachment.PHOTO else None)
    assert found.key == f"user_send_{kind}:m1"


def test_a_pressed_query_button_comes_back_as_a_text() -> None:
    found = find_event(event("user_send_text", message={"text": "#ma_u:fee", "msg_id": "m"}))
    assert found is not None
    assert (found.text, found.button) == ("", "u:fee")


def test_a_link_with_words_is_what_was_written() -> None:
    found = find_event(event("user_send_link", message={"text": "xem https://a.vn", "msg_id": "m"}))
    assert found is not None
    assert (found.text, found.attachment) == ("xem https://a.vn", None)


@pytest.mark.parametrize(
    "name",
    [
        "oa_send_text",
        "user_received_message",
        "user_seen_message",
        "user_send_group_text",
        "add_user_to_tag",
        "new",
    ],
)
def test_the_rest_is_nothing_to_us(name: str) -> None:
    assert find_event(event(name, message={"text": "x", "msg_id": "m"})) is None


@pytest.mark.parametrize(
    "info",
    [
        {"name": "An", "phone": "84912345678", "user_dob": "", "gender": "", "full_address": {"user_city": ""}},
        {"name": "An", "phone": 84912345678, "address": "", "city": "", "district": "", "ward": ""},
        {"name": "An", "phone": "0912 345 678"},
        {"name": "An", "phone": "+84912345678"},
    ],
)
def test_both_forms_of_the_form_give_the_number(info: dict[str, Any]) -> None:
    found = find_event(event("user_submit_info", info=info))
    assert found is not None
    assert (found.kind, found.phone) == (EventKind.GAVE_PHONE, "84912345678")


@pytest.mark.parametrize("info", [None, {}, {"phone": ""}, {"phone": "123"}, {"phone": ["84912345678"]}])
def test_a_form_without_a_number_gives_none(info: Any) -> None:
    found = find_event(event("user_submit_info", info=info))
    assert found is not None
    assert found.phone is None


@pytest.mark.parametrize("name", ["user_revoke_consent", "user_delete_data_request", "user_data_subject_request"])
def test_a_right_over_data_is_recognised_whatever_its_name(name: str) -> None:
    found = find_event(event(name))
    assert found is not None
    assert found.kind is EventKind.ASKED_ABOUT_DATA


def test_events_without_a_message_have_a_key_of_their_own() -> None:
    follow = {"follower": {"id": "5"}, "event_name": "follow", "timestamp": "1", "oa_id": "9"}
    same, later = find_event(dict(follow)), find_event({**follow, "timestamp": "2"})
    left = find_event({**follow, "event_name": "unfollow"})
    first = find_event(follow)
    assert first is not None
    assert same is not None
    assert later is not None
    assert left is not None
    assert first.key == same.key
    assert len({first.key, later.key, left.key}) == 3
    assert (first.kind, left.kind, first.chat) == (EventKind.FOLLOWED, EventKind.LEFT, "5")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"event_name": 1},
        {"event_name": "follow", "timestamp": "1"},
        event("user_send_text", timestamp=None),
        event("user_send_text", timestamp="hôm qua"),
        event("user_send_text", timestamp="9" * 30),
        event("user_send_text", sender={}),
    ],
)
def test_what_is_no_event_is_said_to_be_none(raw: Any) -> None:
    with pytest.raises(UpdateUnreadable):
        find_event(raw)


NIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 23:00 in Hanoi


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (-213, DeliveryRefused(RefusalReason.OUTSIDE_WINDOW)),
        (-230, DeliveryRefused(RefusalReason.OUTSIDE_WINDOW)),
        (-217, DeliveryRefused(RefusalReason.BLOCKED)),
        (-227, DeliveryRefused(RefusalReason.NO_SUCH_CHAT)),
        (-244, DeliveryRefused(RefusalReason.DECLINED)),
        (-201, DeliveryRefused(RefusalReason.MESSAGE_INVALID)),
        (-999, DeliveryRefused(RefusalReason.MESSAGE_INVALID)),
        (-32, DeliveryDelayed(15.0)),
        (-144, DeliveryDelayed(7 * 3600 + 300, holds_channel=False)),
        (-234, DeliveryDelayed(7 * 3600 + 300, holds_channel=False)),
        (-216, ChannelUnauthorised()),
        (-321, ChannelUnauthorised()),
    ],
)
def test_each_code_has_its_class(
    code: int, outcome: DeliveryRefused | DeliveryDelayed | ChannelUnauthorised
) -> None:
    found = choose_outcome(code, now=NIGHT)
    assert type(found) is type(outcome)
    assert vars(found) == vars(outcome)


def test_every_code_of_the_documentation_is_there() -> None:
    known = load_errors().errors
    assert len(known) > 50
    assert {each.does for each in known.values()} == set(Remedy)
    assert find_meaning(-1) == load_errors().otherwise


@pytest.mark.parametrize(
    ("url", "is_fetched"),
    [
        ("https://f1.photo.talk.zdn.vn/a.jpg", True),
        ("https://zalo.me/a.jpg", True),
        ("http://f1.photo.talk.zdn.vn/a.jpg", False),
        ("https://zdn.vn.evil.com/a.jpg", False),
        ("https://evilzdn.vn/a.jpg", False),
        ("https://user@169.254.169.254/zdn.vn", False),
        ("http://127.0.0.1:5432/", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
    ],
)
def test_pictures_come_from_zalo_only(url: str, is_fetched: bool) -> None:
    """T19: addresses that make us fetch."""
    assert is_zalos_own(url, stand_in="openapi.zalo.me") is is_fetched
