"""The picture of a broadcast: made anew, shown, sent along, refused, taken off."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from PIL import Image

from bot.broadcasts import lifecycle
from bot.storage.broadcasts import list_broadcasts
from bot.storage.database import Database
from tests.integration.broadcasts.conftest import Studio
from tests.integration.console.broadcast_form import EDIT, FIELDS, ID, PATH
from tests.integration.console.conftest import BASE_URL, Browser, token_of


def draw(kind: str, *, size: tuple[int, int] = (3000, 40)) -> bytes:
    """Return a picture that says where it was taken."""
    notes = Image.Exif()
    notes[0x010E] = "canary: 10.0452,105.7469"
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind, exif=notes)
    return made.getvalue()


async def put_picture(browser: Browser, content: bytes, *, version: int, name: str = "a.jpg") -> str:
    token = token_of((await browser.get("/console")).text)
    response = await browser.http.post(
        f"{PATH}/picture",
        data={"csrf": token, "version": str(version)},
        files={"file": (name, content)},
        headers={"Origin": BASE_URL},
    )
    assert response.status_code == 303
    return response.headers["location"].partition("done=")[2]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_made_anew_and_goes_along(writer: Browser, studio: Studio, kind: str) -> None:
    await writer.send(EDIT, **FIELDS, do="submit")
    assert await put_picture(writer, draw(kind), version=1) == "picture"
    page = (await writer.get(PATH)).text
    assert "Đang soạn" in page
    assert f'src="{PATH}/picture"' in page
    shown = await writer.get(f"{PATH}/picture")
    assert shown.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(shown.content)) as made:
        assert (made.format, made.size) == ("JPEG", (1600, 21))
        assert not made.getexif()
    assert b"canary" not in shown.content
    await writer.send(EDIT, **{**FIELDS, "version": "2"}, do="submit")  # the words are saved: the picture stays
    await studio.add_reader("an")
    async with studio.database.begin() as tx:
        await lifecycle.approve(tx, UUID(ID), version=3, approver="dung@a.vn")
    await studio.send_all(looks=4)
    [(_, answer, _)] = studio.post.sender.sent
    assert answer.file is not None
    assert answer.file.content == shown.content


async def test_what_is_no_picture_is_refused(writer: Browser, seeded: Database) -> None:
    await writer.send(EDIT, **FIELDS, do="save")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    for content in (b"", b"<svg onload=alert(1)>", b"%PDF-1.7", draw("JPEG")[:60], bomb.getvalue(), b"GIF89a"):
        assert await put_picture(writer, content, version=1) == "picture-refused"
    assert await put_picture(writer, draw("PNG"), version=7) == "moved"
    await writer.send(EDIT, **{**FIELDS, "version": "1", "text": "a" * 900}, do="save")
    assert await put_picture(writer, draw("PNG"), version=2) == "picture-words"
    async with seeded.begin() as tx:
        [broadcast] = await list_broadcasts(tx)
    assert broadcast.content.picture_id is None


async def test_a_picture_is_taken_off(writer: Browser) -> None:
    await writer.send(EDIT, **FIELDS, do="save")
    await put_picture(writer, draw("PNG"), version=1)
    await writer.send(f"{PATH}/picture", version="2", do="drop")
    assert (await writer.get(f"{PATH}/picture")).status_code == 404
