"""What a Telegram update means to the assistant: a message of a citizen, or nothing that needs an answer."""

from __future__ import annotations

import re
from datetime import datetime

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import filters

from bot.channels.telegram.picture import find_picture
from bot.domain.messages import Attachment, Channel, ChatAddress, CitizenMessage, SharedContact, SharedLocation

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "channel_post", "my_chat_member")
"""What we ask Telegram for. Other kinds that come nevertheless are kept, settled and not answered."""
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_CHAT_HOLDERS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
)
_GONE = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
"""In a private chat "kicked" means that the person blocked us."""
_ATTACHMENTS = {
    "sticker": Attachment.STICKER,
    "photo": Attachment.PHOTO,
    "voice": Attachment.VOICE,
    "audio": Attachment.VOICE,
    "video": Attachment.VIDEO,
    "video_note": Attachment.VIDEO,
    "animation": Attachment.VIDEO,  # Telegram also fills "document" for one, so it stands before it
    "document": Attachment.DOCUMENT,
    "location": Attachment.LOCATION,
    "venue": Attachment.LOCATION,
    "contact": Attachment.CONTACT,
}


def find_message(update: Update, *, now: datetime) -> CitizenMessage | None:
    """Return what a citizen said in a private chat, None where nothing in the update asks for an answer."""
    if update.callback_query is not None:
        return _press(update.callback_query, now=now)
    message = update.message or update.edited_message
    if message is None or message.chat.type != ChatType.PRIVATE or _is_service(update, message):
        return None
    attachment = _find_attachment(message)
    edited = update.edited_message is not None
    if edited and attachment is not None:
        return None  # a new caption, or a live location that moved: it has been answered
    address = ChatAddress(channel=Channel.TELEGRAM, chat=str(message.chat.id))
    if attachment is not None:
        return CitizenMessage(
            address=address,
            received_at=now,
            text=message.caption or "",
            attachment=attachment,
            picture=find_picture(message),
            is_forwarded=message.forward_origin is not None,
            contact=_find_contact(message),
            location=_find_location(message),
        )
    text = message.text or ""
    is_forwarded = message.forward_origin is not None
    # What somebody else wrote gives no commands.
    command = _COMMAND.fullmatch(text.strip()) if not is_forwarded else None
    return CitizenMessage(
        address=address,
        received_at=now,
        text=(command.group(2) or "").strip() if command else text,
        command=command.group(1).lower() if command else None,
        edited=edited,
        is_forwarded=is_forwarded,
    )


def find_public_message(update: Update) -> Message | None:
    """Return a message posted in a group or channel, where we answer nothing but that we do not."""
    message = update.message or update.channel_post
    if message is None or message.chat.type == ChatType.PRIVATE or _is_service(update, message):
        return None
    return message


def find_way(update: Update) -> tuple[ChatAddress, bool] | None:
    """Return the private chat whose way to us opened (True) or closed (False: blocked, deleted), if one did."""
    change = update.my_chat_member
    if change is None or change.chat.type != ChatType.PRIVATE:
        return None
    is_open = change.new_chat_member.status not in _GONE
    return ChatAddress(channel=Channel.TELEGRAM, chat=str(change.chat.id)), is_open


def find_joined_group(update: Update) -> ChatMemberUpdated | None:
    """Return that somebody took us into a group or channel, where we do not stay."""
    change = update.my_chat_member
    if change is None or change.chat.type == ChatType.PRIVATE:
        return None
    return change if change.new_chat_member.status not in _GONE else None


def find_chat(update: object) -> str:
    """Return the chat that a raw update belongs to; for updates without one their sender, else ""."""
    if not isinstance(update, dict):
        return ""
    for holder in _CHAT_HOLDERS:
        chat = _dig(update, holder, "chat", "id")
        if chat is not None:
            return str(chat)
    pressed = _dig(update, "callback_query", "message", "chat", "id")
    if pressed is not None:
        return str(pressed)
    for content in update.values():
        sender = _dig(content, "from", "id")
        if sender is not None:
            return str(sender)
    return ""


def _press(query: CallbackQuery, *, now: datetime) -> CitizenMessage | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE or not query.data:
        return None
    address = ChatAddress(channel=Channel.TELEGRAM, chat=str(query.message.chat.id))
    return CitizenMessage(address=address, received_at=now, button=query.data)


def _is_service(update: Update, message: Message) -> bool:
    is_bot = message.from_user is not None and message.from_user.is_bot
    return is_bot or bool(filters.StatusUpdate.ALL.check_update(update))


def _find_attachment(message: Message) -> Attachment | None:
    for name, attachment in _ATTACHMENTS.items():
        if getattr(message, name):
            return attachment
    return None if message.text is not None else Attachment.OTHER


def _find_contact(message: Message) -> SharedContact | None:
    card = message.contact
    if card is None:
        return None
    # A card that is passed on names another user, or none; only the sender's own has the sender's id.
    is_own = card.user_id is not None and message.from_user is not None and card.user_id == message.from_user.id
    return SharedContact(phone=card.phone_number, is_own=is_own and message.forward_origin is None)


def _find_location(message: Message) -> SharedLocation | None:
    place = message.location or (message.venue.location if message.venue is not None else None)
    return SharedLocation(latitude=place.latitude, longitude=place.longitude) if place is not None else None


def _dig(found: object, *path: str) -> object:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None
