"""Reads the QR codes in a picture that a citizen sent, such as the one on the receipt (giấy hẹn).

The picture lives only in memory while it is read: it is not kept, and nothing of it is logged.
"""

from __future__ import annotations

import asyncio
import io
import re
import warnings

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
"""A phone's camera makes up to this; a small file that unpacks to more is an attack."""
_LONGEST_SIDE = 2_400
"""A QR code that fills a tenth of a picture is still read at this size."""
_KINDS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_FORMATS = ("JPEG", "PNG", "WEBP")
_CARD = re.compile(r"\d{12}\|")
"""The QR code on an identity card: its number, then the old number, name, birth date and more, joined by bars."""


class PictureUnreadable(Exception):
    """It is no picture of a kind that is read, or is too large."""


class QrReader:
    """Reads one picture at a time in this process: decoding holds a core for a moment."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def read(self, picture: bytes) -> tuple[str, ...]:
        """Return the texts of the QR codes in a picture, none where there is none.

        Raises:
            PictureUnreadable: it cannot be read as a picture.
        """
        async with self._turn:
            return await asyncio.to_thread(read_qr, picture)


def read_qr(picture: bytes) -> tuple[str, ...]:
    """Return the texts of the QR codes in a picture.

    Raises:
        PictureUnreadable: it cannot be read as a picture.
    """
    if len(picture) > LARGEST_BYTES:
        raise PictureUnreadable
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged by its pixels just below
            image = Image.open(io.BytesIO(picture), formats=_FORMATS)
        with image:
            if image.width * image.height > LARGEST_PIXELS:
                raise PictureUnreadable
            upright = ImageOps.exif_transpose(image).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureUnreadable from error
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return tuple(found.text for found in zxingcpp.read_barcodes(upright, formats=_KINDS))


def is_identity_card(text: str) -> bool:
    """Tell whether a QR text is the one of an identity card, which must not be used."""
    return _CARD.match(text) is not None
