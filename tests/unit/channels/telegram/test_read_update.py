"""What an update means: commands, captions, live locations, service messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.read_update import find_chat, find_message, find_public_message, find_way
from bot.domain.messages import Attachment, CitizenMessage, SharedContact

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHAT = {"id": 5, "type": "private"}
WHO = {"id": 5, "is_bot": False, "first_name": "An"}


def read(kind: str = "message", **content: Any) -> CitizenMessage | None:
    body = {"message_id": 1, "date": 1, "chat": CHAT, "from": WHO, **content}
    return find_message(Update.de_json({"update_id": 1, kind: body}, None), now=NOW)


@pytest.mark.parametrize(
    ("typed", "command", "text"),
    [
        ("/start", "start", ""),
        ("/start can-cuoc_cap-doi", "start", "can-cuoc_cap-doi"),
        ("/TRA_CUU@troly06_bot  H25.1 \n 2", "tra_cuu", "H25.1 \n 2"),
        (" /dung ", "dung", ""),
        ("/", None, "/"),
        ("/ a", None, "/ a"),
        ("/lệnh lạ", None, "/lệnh lạ"),
        ("/a/b", None, "/a/b"),
        ("1/2/1990", None, "1/2/1990"),
    ],
)
def test_commands_are_told_from_text(typed: str, command: str | None, text: str) -> None:
    message = read(text=typed)
    assert message is not None
    assert (message.command, message.text) == (command, text)


def test_a_text_is_handed_on_as_it_was_typed() -> None:
    message = read(text="  <b>lệ phí</b>\u200b ")
    assert message is not None
    assert (message.text, message.edited, message.address.chat) == ("  <b>lệ phí</b>\u200b ", False, "5")
    assert "lệ phí" not in repr(message)


def test_an_edited_text_is_read_again_but_an_edited_picture_or_live_location_is_not() -> None:
    message = read("edited_message", text="mới", edit_date=2)
    assert message is not None
    assert message.edited
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    assert read("edited_message", photo=photo, caption="x", edit_date=2) is None
    assert read("edited_message", location={"longitude": 1, "latitude": 1}, edit_date=2) is None


def test_a_picture_brings_its_caption() -> None:
    message = read(photo=[{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}], caption="thẻ của tôi")
    assert message is not None
    assert (message.attachment, message.text) == (Attachment.PHOTO, "thẻ của tôi")


def test_an_animation_is_a_video_and_not_a_document() -> None:
    file = {"file_id": "1", "file_unique_id": "1"}
    message = read(animation={**file, "width": 1, "height": 1, "duration": 1}, document=file)
    assert message is not None
    assert message.attachment is Attachment.VIDEO


def test_what_is_not_known_is_other() -> None:
    message = read(a_thing_of_the_future={"x": 1})
    assert message is not None
    assert message.attachment is Attachment.OTHER


@pytest.mark.parametrize(
    "content",
    [
        {"chat": {"id": -5, "type": "group", "title": "x"}, "text": "a"},
        {"from": {**WHO, "is_bot": True}, "text": "a"},
        {"delete_chat_photo": True},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    ],
)
def test_nothing_is_asked_there(content: dict[str, Any]) -> None:
    assert read(**content) is None


def test_posts_in_public_are_told_from_service_messages() -> None:
    group = {"id": -5, "type": "supergroup", "title": "x"}
    body = {"message_id": 1, "date": 1, "chat": group, "from": WHO}
    for kind, content, expected in (
        ("message", {"text": "a"}, True),
        ("message", {"new_chat_members": [WHO]}, False),
        ("channel_post", {"text": "a"}, True),
        ("edited_message", {"text": "a"}, False),
    ):
        update = Update.de_json({"update_id": 1, kind: {**body, **content}}, None)
        assert (find_public_message(update) is not None) is expected, (kind, content)


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"message": {"chat": {"id": 5}}}, "5"),
        ({"channel_post": {"chat": {"id": -100}}}, "-100"),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 5}}}}, "5"),
        ({"callback_query": {"from": {"id": 7}}}, "7"),
        ({"inline_query": {"from": {"id": 7}}}, "7"),
        ({"my_chat_member": {"chat": {"id": 5}, "from": {"id": 7}}}, "5"),
        ({"message": {"chat": {"id": "5"}}}, ""),
        ({"message": {"chat": True}, "edited_message": [1]}, ""),
        ({"poll": {"id": "1"}}, ""),
        ([], ""),
    ],
)
def test_the_chat_of_a_raw_update(update: object, chat: str) -> None:
    assert find_chat(update) == chat


FORWARDED = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Ai đó"}}


@pytest.mark.parametrize(
    ("card", "more", "is_own"),
    [
        ({"user_id": 5}, {}, True),
        ({"user_id": 6}, {}, False),
        ({}, {}, False),
        ({"user_id": 5}, FORWARDED, False),
    ],
)
def test_only_a_card_with_the_senders_own_id_proves_a_number(
    card: dict[str, Any], more: dict[str, Any], is_own: bool
) -> None:
    message = read(contact={"phone_number": "+84900000000", "first_name": "An", **card}, **more)
    assert message is not None
    assert message.contact == SharedContact(phone="+84900000000", is_own=is_own)
    assert "900000000" not in repr(message)


def test_what_was_passed_on_is_marked_and_gives_no_commands() -> None:
    message = read(text="/start can-cuoc", **FORWARDED)
    assert message is not None
    assert (message.is_forwarded, message.command, message.text) == (True, None, "/start can-cuoc")


@pytest.mark.parametrize(("status", "is_open"), [("member", True), ("kicked", False), ("left", False)])
def test_a_block_and_an_unblock_are_read(status: str, is_open: bool) -> None:
    user = {"id": 6, "is_bot": True, "first_name": "Trợ lý 06"}
    change = {
        "chat": CHAT,
        "from": WHO,
        "date": 1,
        "old_chat_member": {"status": "member", "user": user},
        "new_chat_member": {"status": status, "user": user, "until_date": 0},
    }
    way = find_way(Update.de_json({"update_id": 1, "my_chat_member": change}, None))
    assert way is not None
    assert (way[0].chat, way[1]) == ("5", is_open)
