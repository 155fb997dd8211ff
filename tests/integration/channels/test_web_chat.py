"""The web chat's interface, on a real database with an assistant that echoes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from bot.channels.web.assets import make_web_static
from bot.channels.web.push import WebSender
from bot.channels.web.routes import make_web_router
from bot.domain.answers import SILENCE, Answer, AnswerKind
from bot.domain.messages import Channel, ChatAddress
from bot.statistics.turns import TurnCounter
from bot.storage.bells import Bells
from bot.storage.canned_replies import find_file, record_file
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import WebMessageRow
from bot.storage.web_messages import NOTIFY_CHANNEL, list_web_messages
from tests.conftest import MovedClock
from tests.integration.channels.conftest import FakeAssistant, served


@pytest.fixture
async def listener(database: Database) -> AsyncIterator[Bells]:
    listener = Bells(database, NOTIFY_CHANNEL)
    await listener.start()
    yield listener
    await listener.stop()


@pytest.fixture
def app(
    assistant: FakeAssistant, database: Database, cipher: Cipher, clock: MovedClock, listener: Bells
) -> FastAPI:
    app = FastAPI()
    app.include_router(
        make_web_router(
            assistant=assistant,
            database=database,
            cipher=cipher,
            counter=TurnCounter(database),
            clock=clock,
            base_url="https://a.vn",
            listener=listener,
        )
    )
    app.mount("/static", make_web_static())
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://a.vn") as client:
        yield client


async def test_an_answer_has_the_shape_of_ask(client: httpx.AsyncClient) -> None:
    said = (await client.post("/api/chat", json={"text": "Xin **chào**"})).json()
    assert said["kind"] == "answer"
    assert len(said["conversation"]) == 32
    assert said["text"] == "Bạn nói: Xin chào"
    assert said["html"] == "<p>Bạn nói: Xin <strong>chào</strong></p>"
    assert said["private"] is False


async def test_a_conversation_goes_on_with_and_without_cookies(
    client: httpx.AsyncClient, assistant: FakeAssistant
) -> None:
    first = (await client.post("/api/chat", json={"text": "a"})).json()
    await client.post("/api/chat", json={"text": "b", "conversation": first["conversation"]})
    client.cookies.clear()
    await client.post("/api/chat", json={"text": "c", "conversation": first["conversation"]})
    assert len({turn.address.chat for turn in assistant.turns}) == 1


async def test_a_guessed_id_does_not_reach_a_page_user(
    client: httpx.AsyncClient, assistant: FakeAssistant
) -> None:
    """T4: another's web chat."""
    page = await client.get("/")
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" in cookie
    await client.post("/api/chat", json={"text": "a", "conversation": "c1"})
    client.cookies.clear()
    await client.post("/api/chat", json={"text": "a", "conversation": "c1"})
    client.cookies.clear()
    await client.get("/")
    await client.post("/api/chat", json={"text": "a", "conversation": "c1"})
    assert len({turn.address.chat for turn in assistant.turns}) == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 70_000, 413),
        (b"{", 400),
        (b"[" * 50_000, 400),
        (b"\xff", 400),
        (b"[]", 400),
        (b'{"text": 1}', 400),
        (b'{"text": "\\ud800 \\u0000 a", "button": "\\udfff", "conversation": "\\u0000\\ud800"}', 200),
        (b"{}", 200),
    ],
)
async def test_bad_bodies_get_a_sentence(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    response = await client.post("/api/chat", content=body)
    assert response.status_code == status
    assert status == 200 or "Bạn" in response.json()["error"]


async def test_too_many_messages(client: httpx.AsyncClient, clock: MovedClock) -> None:
    """T21: a flood."""
    await client.get("/")
    statuses = [(await client.post("/api/chat", json={"text": "a"})).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    client.cookies.clear()
    more = []
    for _ in range(101):
        client.cookies.clear()
        more.append((await client.post("/api/chat", json={"text": "a"})).status_code)
    assert more == [200] * 100 + [429]


async def test_the_form_without_javascript(client: httpx.AsyncClient) -> None:
    page = await client.post("/", data={"text": "<b>Lệ phí"})
    assert "Bạn nói: &lt;b&gt;Lệ phí" in page.text
    assert 'value="u:le-phi"' in page.text
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert "<script" not in page.text


async def test_feedback_is_counted(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/chat/feedback", json={"answer_id": "x", "useful": True})).status_code == 204
    assert (await client.post("/api/chat/feedback", json={"answer_id": "x"})).status_code == 400


async def test_a_push_is_kept_once_and_only_its_own_chat_deletes_it(
    client: httpx.AsyncClient, database: Database, cipher: Cipher, assistant: FakeAssistant
) -> None:
    """T4: another's web chat."""
    await client.get("/")
    await client.post("/api/chat", json={"text": "a", "conversation": "c1"})
    address = assistant.turns[0].address
    sender = WebSender(database, cipher)
    for _ in range(2):
        await sender.send(address, Answer(kind=AnswerKind.ANSWER, text="Nhắc"), idempotency_key="k1")
    async with database.begin() as tx:
        (kept,) = await list_web_messages(tx, cipher, address.chat)
        row = (await tx.scalars(select(WebMessageRow))).one()
        assert row.body is None, "what staff or a reminder say does not lie open"
        assert row.body_encrypted is not None
        assert "Nhắc".encode() not in row.body_encrypted
    await client.post("/api/chat/seen", json={"conversation": "other", "id": kept.id})
    async with database.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(WebMessageRow)) == 1
    await client.post("/api/chat/seen", json={"conversation": "c1", "id": kept.id})
    async with database.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(WebMessageRow)) == 0


async def test_the_stream_gives_what_waited_and_what_comes(
    app: FastAPI, assistant: FakeAssistant, database: Database, cipher: Cipher
) -> None:
    sender = WebSender(database, cipher)

    async with served(app) as url, httpx.AsyncClient(base_url=url) as client:
        await client.post("/api/chat", json={"text": "a", "conversation": "c1"})
        chat = assistant.turns[0].address.chat
        address = ChatAddress(channel=Channel.WEB, chat=chat)
        await sender.send(address, Answer(kind=AnswerKind.ANSWER, text="Một"), idempotency_key="1")
        seen: list[str] = []
        async with asyncio.timeout(10), client.stream("GET", "/api/chat/stream?conversation=c1") as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data: "):
                    continue
                seen.append(line)
                if len(seen) == 2:
                    break
                await sender.send(address, Answer(kind=AnswerKind.ANSWER, text="Hai"), idempotency_key="2")
    assert "Một" in seen[0]
    assert "Hai" in seen[1]


async def test_a_file_of_staff_is_named_in_the_message_and_fetched_to_be_kept(
    client: httpx.AsyncClient, database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    async with database.begin() as tx:
        file_id = await record_file(
            tx, name="Mẫu.pdf", media_type="application/pdf", content=b"%PDF-", staff="lan@a.vn", now=clock()
        )
        file = await find_file(tx, file_id)
    answer = Answer(kind=AnswerKind.FORM, text="Đây ạ", file=file)
    await WebSender(database, cipher).send(ChatAddress(channel=Channel.WEB, chat="c"), answer, idempotency_key="k")
    async with database.begin() as tx:
        (kept,) = await list_web_messages(tx, cipher, "c")
    assert kept.body["file"] == {"name": "Mẫu.pdf", "id": str(file_id), "picture": False}
    fetched = await client.get(f"/api/chat/files/{file_id}")
    assert (fetched.content, fetched.headers["content-type"]) == (b"%PDF-", "application/pdf")
    assert fetched.headers["content-disposition"] == "attachment; filename*=UTF-8''M%E1%BA%ABu.pdf"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    gone = await client.get(f"/api/chat/files/{uuid4()}")
    assert (gone.status_code, gone.json()["error"]) == (404, "Tệp này không còn. Bạn hỏi lại cán bộ.")


async def test_nothing_is_said_where_a_message_went_to_staff(
    client: httpx.AsyncClient, assistant: FakeAssistant
) -> None:
    assistant.answer = SILENCE
    assert (await client.post("/api/chat", json={"text": "a"})).json()["text"] == ""
    assert "Đã chuyển tới cán bộ" in (await client.post("/", data={"text": "a"})).text
