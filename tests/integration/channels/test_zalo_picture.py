"""A picture above a message on Zalo: uploaded once, shown with the words, and never in their way."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from PIL import Image

from bot.channels.zalo.attach_picture import LARGEST_PICTURE
from bot.channels.zalo.channel import OpenedZalo, open_zalo
from bot.clock import read_clock
from bot.console.picture import remake_picture
from bot.domain.answers import Answer, AnswerKind, AttachedFile
from bot.domain.messages import Channel, ChatAddress
from bot.standins.zalo.account import Person
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.support.zalo import CHALLENGE, VERIFIER, Zalo, running_zalo

TEXT = "📢 Xã làm thẻ lưu động sáng thứ bảy."
UPLOAD, SEND = "/v2.0/oa/upload/image", "/v3.0/oa/message/cs"


@dataclass
class Post:
    """Sends to one person who wrote a moment ago."""

    zalo: Zalo
    opened: OpenedZalo
    person: Person

    async def send(self, picture: AttachedFile, key: str) -> dict[str, str]:
        """Send news with a picture, and return what is on the phone then."""
        address = ChatAddress(channel=Channel.ZALO, chat=self.person.user_id)
        await self.opened.sender.send(address, news(picture), idempotency_key=key)
        return {name: str(self.person.inbox[-1][name]) for name in ("kind", "text")}

    def count_uploads(self) -> int:
        """Return how often a picture was uploaded."""
        return sum(call["path"].endswith(UPLOAD) for call in self.zalo.account.calls)


@pytest.fixture
async def post(database: Database, cipher: Cipher) -> AsyncIterator[Post]:
    async with running_zalo() as zalo:
        account = zalo.make_account()
        async with open_zalo(account, database=database, cipher=cipher, clock=read_clock) as opened:
            await opened.tokens.connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
            person = zalo.citizen().person
            person.last_interaction_s = zalo.account.now()
            yield Post(zalo, opened, person)


def make_picture(colour: str = "navy") -> AttachedFile:
    made = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(made, "PNG")
    content = remake_picture(made.getvalue())
    return AttachedFile(id=uuid4(), name="lich.jpg", media_type="image/jpeg", content=content)


def news(picture: AttachedFile) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=TEXT, file=picture)


async def test_a_picture_is_uploaded_once_and_stands_above_the_words(post: Post) -> None:
    picture = make_picture()
    for number in range(3):
        assert await post.send(picture, f"k{number}") == {"kind": "image", "text": TEXT}
    assert post.count_uploads() == 1
    await post.send(make_picture("red"), "other")
    assert post.count_uploads() == 2


@pytest.mark.parametrize(("path", "code"), [(UPLOAD, -224), (SEND, -233), (SEND, -100)])
async def test_where_zalo_does_not_take_it_the_words_arrive_alone(post: Post, path: str, code: int) -> None:
    post.zalo.fails(path, code)
    picture = make_picture()
    assert await post.send(picture, "first") == {"kind": "text", "text": TEXT}
    # The next one is tried again.
    assert await post.send(picture, "second") == {"kind": "image", "text": TEXT}


async def test_what_is_too_large_or_no_picture_is_not_offered(post: Post) -> None:
    picture = make_picture()
    large = replace(picture, content=picture.content + b"\0" * LARGEST_PICTURE)
    for number, file in enumerate((large, replace(picture, media_type="application/pdf"))):
        assert await post.send(file, f"k{number}") == {"kind": "text", "text": TEXT}
    assert post.count_uploads() == 0


def test_what_staff_upload_is_made_small_enough_for_zalo() -> None:
    noise = Image.effect_noise((1600, 1600), 100)
    made = io.BytesIO()
    noise.save(made, "PNG")
    assert len(remake_picture(made.getvalue())) <= LARGEST_PICTURE
