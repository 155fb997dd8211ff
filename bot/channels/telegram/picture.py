"""Pictures on Telegram: fetched only when they are read, and never written down."""

from __future__ import annotations

from telegram import Document, Message, PhotoSize
from telegram.error import TelegramError

from bot.domain.messages import PictureSource, PictureUnavailable

LARGEST_BYTES = 10 * 1024 * 1024
_PICTURES = ("image/jpeg", "image/png", "image/webp")


class TelegramPicture:
    """The port `PictureSource` for a photo or an image sent as a file."""

    def __init__(self, file: PhotoSize | Document) -> None:
        self._file = file

    async def fetch(self) -> bytes:
        """Download the picture into memory."""
        if (self._file.file_size or 0) > LARGEST_BYTES:
            raise PictureUnavailable
        try:
            file = await self._file.get_file()
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            # Its address holds the bot's token, so the error itself goes no further.
            raise PictureUnavailable from error


def find_picture(message: Message) -> PictureSource | None:
    """Return the picture of a message, the largest size that may be fetched; None where there is none."""
    sizes = [size for size in message.photo or () if (size.file_size or 0) <= LARGEST_BYTES]
    if sizes:
        return TelegramPicture(max(sizes, key=lambda size: size.width * size.height))
    document = message.document
    return TelegramPicture(document) if document is not None and document.mime_type in _PICTURES else None
