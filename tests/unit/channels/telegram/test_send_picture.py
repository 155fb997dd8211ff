"""A picture and its words are one message to Telegram, and the picture is uploaded once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from telegram import Bot
from telegram.constants import ParseMode
from telegram.request import RequestData

from bot.channels.telegram.send import LONGEST_CAPTION, TelegramSender
from bot.domain.answers import Answer, AnswerKind, AttachedFile, Button
from bot.domain.messages import Channel, ChatAddress

CHAT = ChatAddress(channel=Channel.TELEGRAM, chat="42")
PICTURE = AttachedFile(id=UUID(int=7), name="thong-bao.jpg", media_type="image/jpeg", content=b"\xff\xd8\xff")


class RecordingBot:
    """The calls of python-telegram-bot's Bot that sending uses, and its HTTP client for the words alone."""

    base_url = "https://telegram/bot6:X"

    def __init__(self) -> None:
        self.request = self
        self.calls: list[tuple[str, Any, dict[str, Any]]] = []

    async def send_photo(self, chat: int, photo: Any, **given: Any) -> SimpleNamespace:
        assert chat == 42
        self.calls.append(("photo", photo, given))
        return SimpleNamespace(photo=[SimpleNamespace(file_id="small"), SimpleNamespace(file_id="large")])

    async def post(self, url: str, data: RequestData) -> dict[str, Any]:
        given = data.json_parameters
        assert (url, given["chat_id"]) == (f"{self.base_url}/sendMessage", "42")
        self.calls.append(("message", given["text"], given))
        return {"message_id": 1}

    async def send_document(self, chat: int, document: bytes, filename: str) -> None:
        assert (chat, filename) == (42, PICTURE.name)
        self.calls.append(("document", document, {}))


def say(text: str) -> Answer:
    return Answer(
        kind=AnswerKind.FORM, text=text, buttons=(Button(title="Dừng", payload="s:news:stop"),), file=PICTURE
    )


async def test_one_message_and_one_upload() -> None:
    bot = RecordingBot()
    sender = TelegramSender(cast("Bot", bot))
    for key in ("a", "b"):
        await sender.send(CHAT, say("**Lịch trực** <thứ bảy>"), idempotency_key=key)
    assert [(kind, what) for kind, what, _ in bot.calls] == [("photo", PICTURE.content), ("photo", "large")]
    given = bot.calls[0][2]
    assert given["caption"] == "<b>Lịch trực</b> &lt;thứ bảy&gt;"
    assert given["parse_mode"] == ParseMode.HTML
    assert given["reply_markup"].inline_keyboard[0][0].callback_data == "s:news:stop"


async def test_words_too_long_for_a_caption_go_before_it() -> None:
    bot = RecordingBot()
    await TelegramSender(cast("Bot", bot)).send(CHAT, say("a" * (LONGEST_CAPTION + 1)), idempotency_key="a")
    assert [kind for kind, _, _ in bot.calls] == ["message", "document"]
