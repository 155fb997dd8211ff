"""A picture instead of words: a QR code with an application's code is read; of anything else nothing is kept."""

from __future__ import annotations

from dataclasses import replace

from bot.applications.qr import PictureUnreadable, QrReader, is_identity_card
from bot.conversation import wording
from bot.domain.answers import Answer, AnswerKind
from bot.domain.application_code import find_code
from bot.domain.messages import Attachment, CitizenMessage, PictureUnavailable


class Pictures:
    """Turns a picture into what the citizen would have typed."""

    def __init__(self) -> None:
        self._reader = QrReader()

    async def read(self, message: CitizenMessage) -> CitizenMessage | Answer:
        """Return the message with the code from the picture as its text, else what to say."""
        assert message.attachment is not None
        if message.picture is None:
            return _say(wording.ATTACHMENTS[message.attachment])
        try:
            texts = await self._reader.read(await message.picture.fetch())
        except (PictureUnavailable, PictureUnreadable):
            return _say(wording.PICTURE_UNREADABLE)
        if any(is_identity_card(text) for text in texts):
            return replace(_say(wording.PICTURE_OF_CARD), deletes_message=True)
        code = find_code(" ".join(texts))
        if code is None:
            return _say(wording.QR_WITHOUT_CODE if texts else wording.ATTACHMENTS[Attachment.PHOTO])
        return replace(message, text=code, attachment=None, picture=None)


def _say(text: str) -> Answer:
    return wording.say(AnswerKind.REFUSAL, text, wording.STATUS_BUTTON, wording.MENU_BUTTON)
