"""What came instead of words: a QR code is read, a card with a number is checked; nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace

from bot.applications.qr import PictureUnreadable, QrReader, is_identity_card
from bot.conversation import wording
from bot.domain.answers import Answer, AnswerKind
from bot.domain.application_code import find_code
from bot.domain.messages import Attachment, CitizenMessage, PictureUnavailable
from bot.scams.judge import ScamJudge


class Attachments:
    """Turns what was attached into what the citizen would have typed."""

    def __init__(self, scams: ScamJudge) -> None:
        self._reader = QrReader()
        self._scams = scams

    async def read(self, message: CitizenMessage) -> CitizenMessage | Answer:
        """Return the message with what was read as its text, else what to say."""
        assert message.attachment is not None
        if message.contact is not None:
            if message.contact.is_own:
                return wording.say(
                    AnswerKind.REFUSAL, wording.OWN_NUMBER, wording.SCAM_BUTTON, wording.MENU_BUTTON
                )
            return replace(message, text=message.contact.phone, attachment=None, is_forwarded=True)
        if message.location is not None:
            return replace(message, attachment=None)
        if message.picture is None:
            return _say(wording.ATTACHMENTS[message.attachment])
        try:
            texts = await self._reader.read(await message.picture.fetch())
        except (PictureUnavailable, PictureUnreadable):
            return _say(wording.PICTURE_UNREADABLE)
        if any(is_identity_card(text) for text in texts):
            return replace(_say(wording.PICTURE_OF_CARD), deletes_message=True)
        code = find_code(" ".join(texts))
        link = next((text for text in texts if self._scams.is_asked_of(text)), None)
        if code is None and link is not None:
            # A QR code on a wall or a paper that leads to a site: others wrote it, so it is judged.
            return replace(message, text=link, attachment=None, picture=None, is_forwarded=True)
        if code is None:
            return _say(wording.QR_WITHOUT_CODE if texts else wording.ATTACHMENTS[Attachment.PHOTO])
        return replace(message, text=code, attachment=None, picture=None)


def _say(text: str) -> Answer:
    return wording.say(AnswerKind.REFUSAL, text, wording.STATUS_BUTTON, wording.MENU_BUTTON)
