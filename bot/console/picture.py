"""A picture that staff send to citizens: looked at by its bytes, made anew; nothing hidden in it travels."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

LONGEST_SIDE = 1600
MOST_PIXELS = 40_000_000
_KINDS = ("JPEG", "PNG", "WEBP")
LARGEST_BYTES = 1_000_000
"""What Zalo takes."""
_QUALITIES = (85, 70, 55, 40, 20)
"""Tried one after the other until it is small enough."""


class PictureRefused(ValueError):
    """It is no picture of a kind that we take, broken, or too large."""


def remake_picture(content: bytes) -> bytes:
    """Return a picture as a JPEG of at most 1600 pixels a side and 1 MB, upright, without any note in it.

    Raises:
        PictureRefused: it cannot be read, or is too large to be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_KINDS) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise PictureRefused
                upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureRefused from error
    except Image.DecompressionBombWarning as error:
        raise PictureRefused from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    for quality in _QUALITIES:
        made = io.BytesIO()
        flat.save(made, "JPEG", quality=quality, optimize=True)
        if made.tell() <= LARGEST_BYTES:
            break
    return made.getvalue()
