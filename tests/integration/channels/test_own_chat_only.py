"""T4, T7: what belongs to a chat, or to who opened a link first, is given to nobody else."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from bot.channels.web.push import WebSender
from bot.domain.answers import Answer, AnswerKind
from bot.storage.one_time_links import make_link, make_page
from bot.storage.web_messages import list_web_messages
from tests.integration.channels.town import (
    CONVERSATION,
    LINK,
    OTHER,
    OWNER,
    PNG,
    PRESSED,
    WHO,
    For,
    Town,
    chat_of,
    list_routes,
    request,
)
from tests.support.whole_person import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("name", list_routes(For.LINK))
async def test_what_is_behind_a_link_is_its_first_browsers(town: Town, name: str) -> None:
    """T7: somebody else's application, reminder, page."""
    async with town.core.database.begin() as tx:
        if "/du-lieu/" in name:
            token = await make_link(tx, town.person.citizen_id, now=town.clock())
        else:
            said = f'{{"text": "{CANARY}", "citation": null}}'
            token = await make_page(tx, chat_of(OWNER), said, cipher=town.core.cipher, now=town.clock())
    right, wrong = name.replace("{token}", token), name.replace("{token}", "x" * 43)
    opens = name.startswith("POST")
    async with town.browse(OWNER) as owner, town.browse(OTHER) as other, town.browse(None) as nobody:
        # Who only knows an address, without the secret in it, gets nothing, before and after.
        for http in (owner, other, nobody):
            assert CANARY not in (await request(http, wrong)).text
        assert (CANARY in (await request(owner, right)).text) is opens
        for http in (other, nobody):
            refused = await request(http, right)
            assert CANARY not in refused.text
            assert refused.status_code == (404 if opens else 200)
        assert (CANARY in (await request(owner, right)).text) is opens


@pytest.mark.parametrize("name", ["POST /", "POST /api/chat"])
@pytest.mark.parametrize(("session", "is_owner"), WHO)
async def test_all_that_is_held_is_given_to_the_chat_it_is_held_on(
    town: Town, name: str, session: str | None, is_owner: bool
) -> None:
    """T7: somebody else's application, reminder, page."""
    async with town.browse(session) as http:
        said = await request(http, name, **({"data": PRESSED} if name == "POST /" else {"json": PRESSED}))
        assert said.status_code == 200
        assert CANARY not in said.text
        found = LINK.search(said.text)
        got = (await http.post(found.group())).text if found is not None else ""
    assert (CANARY in got) is is_owner


@pytest.mark.parametrize(("session", "is_owner"), WHO)
async def test_a_picture_goes_on_with_its_own_chat_only(town: Town, session: str | None, is_owner: bool) -> None:
    """T7: somebody else's application, reminder, page."""

    async def read_conversation() -> str | None:
        async with town.core.database.begin() as tx:
            asked = text("SELECT conversations::text FROM conversations WHERE chat = :chat")
            found: str | None = await tx.scalar(asked, {"chat": chat_of(OWNER).chat})
            return found

    before = await read_conversation()
    async with town.browse(session) as http:
        answer = await http.post(
            "/api/chat/picture",
            params={"conversation": CONVERSATION},
            content=PNG,
            headers={"Content-Type": "image/png"},
        )
    assert answer.status_code == 200
    assert CANARY not in answer.text
    assert (await read_conversation() != before) is is_owner


async def push(town: Town, session: str | None, said: str) -> None:
    """Leave a message for the browser of a session."""
    sender = WebSender(town.core.database, town.core.cipher)
    await sender.send(chat_of(session), Answer(kind=AnswerKind.ANSWER, text=said), idempotency_key=str(uuid4()))


@pytest.mark.parametrize(("session", "is_owner"), WHO)
async def test_a_stream_brings_the_messages_of_its_own_chat(
    town: Town, session: str | None, is_owner: bool
) -> None:
    """T4: another's web chat."""
    await push(town, OWNER, CANARY)
    await push(town, session, "tin của riêng phiên này")
    seen = ""
    async with (
        asyncio.timeout(20),
        town.browse(session) as http,
        http.stream("GET", "/api/chat/stream", params={"conversation": CONVERSATION}) as stream,
    ):
        async for line in stream.aiter_lines():
            seen += line
            if "tin của riêng phiên này" in line:
                break
    assert (CANARY in seen) is is_owner


@pytest.mark.parametrize(("session", "is_owner"), WHO)
async def test_a_message_is_forgotten_by_its_own_chat_only(
    town: Town, session: str | None, is_owner: bool
) -> None:
    """T7: somebody else's application, reminder, page."""
    await push(town, OWNER, CANARY)
    async with town.core.database.begin() as tx:
        kept = (await list_web_messages(tx, town.core.cipher, chat_of(OWNER).chat))[-1]
    async with town.browse(session) as http:
        answer = await http.post("/api/chat/seen", json={"conversation": CONVERSATION, "id": kept.id})
    assert answer.status_code == 204
    async with town.core.database.begin() as tx:
        left = [each.id for each in await list_web_messages(tx, town.core.cipher, chat_of(OWNER).chat)]
    assert (kept.id not in left) is is_owner
