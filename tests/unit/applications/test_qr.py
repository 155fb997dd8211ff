"""QR codes in pictures as people take them; what is no picture; the code on an identity card."""

from __future__ import annotations

import io
import random

import pytest
import segno
from PIL import Image, ImageFilter

from bot.applications.qr import LARGEST_BYTES, PictureUnreadable, is_identity_card, read_qr

TEXT = "https://tracuu.gov.vn/?ma=H12.34.56-261102-0001"


def make_picture(
    text: str = TEXT, *, kind: str = "PNG", scale: int = 6, turn: float = 0, blur: float = 0
) -> bytes:
    """Return a picture of a QR code on a sheet of paper."""
    code = io.BytesIO()
    segno.make(text, error="m").save(code, kind="png", scale=scale, border=4)
    sheet = Image.new("L", (1_200, 1_600), 235)
    sheet.paste(Image.open(code), (300, 500))
    sheet = sheet.rotate(turn, expand=True, fillcolor=180).filter(ImageFilter.GaussianBlur(blur))
    dice = random.Random(6)
    sheet = sheet.point([min(255, max(0, each + dice.randrange(-15, 15))) for each in range(256)])
    saved = io.BytesIO()
    sheet.save(saved, kind)
    return saved.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("turn", [0, 17, 90, 180])
def test_a_code_is_read_however_the_paper_lies(kind: str, turn: float) -> None:
    assert read_qr(make_picture(kind=kind, turn=turn)) == (TEXT,)


@pytest.mark.parametrize(("scale", "blur"), [(3, 0), (6, 1.2), (12, 2)])
def test_a_small_or_blurred_code_is_read(scale: int, blur: float) -> None:
    assert read_qr(make_picture(scale=scale, blur=blur)) == (TEXT,)


def test_a_picture_without_a_code_has_none() -> None:
    saved = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(saved, "PNG")
    assert read_qr(saved.getvalue()) == ()


def _bomb() -> bytes:
    saved = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(saved, "PNG")
    return saved.getvalue()


@pytest.mark.parametrize(
    "picture",
    [b"", b"hello", make_picture()[:3_000], b"\xff\xd8\xff" + b"\0" * 100, b"\0" * (LARGEST_BYTES + 1), _bomb()],
    ids=["empty", "text", "cut", "no-jpeg", "too-large", "bomb"],
)
def test_what_is_no_readable_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        read_qr(picture)


def test_the_code_on_an_identity_card_is_known_as_such() -> None:
    assert is_identity_card("001085001234|012345678|Nguyễn Văn Thử|05031985|Nam|Số 1|01012022")
    assert not is_identity_card(TEXT)
