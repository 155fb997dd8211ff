"""T7, T27: walks all addresses of the web process: each says whom it is for, and gives nobody else anything.

The pages of the console have a walk of their own, by role: tests/integration/console/test_every_page.py.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.web.push import WebSender
from bot.channels.web.session import COOKIE, ChatSession
from bot.console.page import Page
from bot.domain.answers import Answer, AnswerKind
from bot.domain.api_key import ApiScope
from bot.domain.messages import ChatAddress
from bot.gateways.applications.describe import ROW as APPLICATIONS
from bot.gateways.beneficiaries.describe import ROW as BENEFICIARIES
from bot.privacy.inventory import INVENTORY, load_inventory
from bot.settings import Settings
from bot.storage.one_time_links import make_link, make_page
from bot.storage.web_messages import list_web_messages
from bot.wiring import Core, open_receivers
from tests.conftest import MovedClock
from tests.integration.channels.conftest import served
from tests.support.web_process import make_api_key, make_app, opened
from tests.support.whole_person import CANARY, WholePerson

pytestmark = pytest.mark.asyncio(loop_scope="module")


class For(Enum):
    """Whom a route is for."""

    ANYBODY = "anybody"
    """It gives nothing of a person."""
    CHAT = "chat"
    """What it gives belongs to the chat of the browser that asks."""
    LINK = "link"
    """What it gives belongs to the browser that opened a one-time link first."""
    KEY = "key"
    """Systems that have a key with its scope."""
    MESSENGER = "messenger"
    """A messenger that proves itself."""


ROUTES = {
    "GET /api/openapi.json": For.ANYBODY,
    "HEAD /api/openapi.json": For.ANYBODY,
    "GET /healthz": For.ANYBODY,
    "GET /metrics": For.ANYBODY,
    "GET /readyz": For.ANYBODY,
    "GET /": For.ANYBODY,
    "POST /": For.CHAT,
    "POST /api/chat": For.CHAT,
    "POST /api/chat/picture": For.CHAT,
    "GET /api/chat/stream": For.CHAT,
    "POST /api/chat/seen": For.CHAT,
    "POST /api/chat/feedback": For.ANYBODY,
    "GET /api/chat/files/{file_id}": For.ANYBODY,
    "GET /xac-minh": For.ANYBODY,
    "POST /xac-minh": For.ANYBODY,
    "GET /in/{procedure_id}": For.ANYBODY,
    "GET /in/{procedure_id}/qr.svg": For.ANYBODY,
    "GET /du-lieu/{token}": For.LINK,
    "POST /du-lieu/{token}": For.LINK,
    "GET /xem-rieng/{token}": For.LINK,
    "POST /xem-rieng/{token}": For.LINK,
    "PUT /api/v1/applications": For.KEY,
    "PUT /api/v1/beneficiaries": For.KEY,
    "POST /telegram/webhook": For.MESSENGER,
    "POST /zalo/webhook": For.MESSENGER,
    "POST /zalo-bot/webhook": For.MESSENGER,
    "GET /static/{path}": For.ANYBODY,
}
SCOPES = {
    "PUT /api/v1/applications": ApiScope.APPLICATIONS_WRITE,
    "PUT /api/v1/beneficiaries": ApiScope.BENEFICIARIES_WRITE,
}
FORMS = ("POST /", "POST /xac-minh", "POST /du-lieu/{token}", "POST /xem-rieng/{token}")
CONVERSATION = "c1"
EXPORT = "s:my-data:export"
PRESSED = {"conversation": CONVERSATION, "button": EXPORT}
LINK = re.compile(r"/du-lieu/[\w-]{43}")
NASTY = ["\\u0000", "\\ud800", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9" * 5000, "x" * 60_000]
"""What breaks a row, as it stands in JSON."""
PNG = b"\x89PNG\r\n\x1a\n"
OWNER, OTHER = "a" * 64, "b" * 64
WHO = [
    pytest.param(OWNER, True, id="owner"),
    pytest.param(OTHER, False, id="another"),
    pytest.param(None, False, id="nobody"),
]


def list_routes(wanted: For) -> list[str]:
    """List the routes that are for some."""
    return [name for name, whom in ROUTES.items() if whom is wanted]


def walk(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Give the name of every route but those of the console, also of what was included or mounted."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from walk(included.routes)
        elif isinstance(route, Mount):
            yield f"GET {route.path}/{{path}}"
        else:
            assert isinstance(route, Route), route
            if not isinstance(vars(route.endpoint).get("page"), Page):
                yield from (f"{method} {route.path}" for method in route.methods or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A web process with one citizen on whom every table holds something."""

    app: FastAPI
    core: Core
    url: str
    clock: MovedClock
    person: WholePerson

    def browse(self, session: str | None, *, key: str | None = None) -> httpx.AsyncClient:
        """Open a browser with a session of the chat or none, or a program with a key."""
        return httpx.AsyncClient(
            base_url=self.url,
            cookies={COOKIE: session} if session is not None else {},
            headers={"Authorization": f"Bearer {key}"} if key is not None else {},
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened_town(
    shared_database_url: SecretStr, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    clock = MovedClock(datetime(2026, 11, 23, 2, tzinfo=UTC))
    app = make_app(shared_database_url, tmp_path_factory.mktemp("town"), clock)
    async with opened(app), served(app) as url:
        core: Core = app.state.core
        person = WholePerson(core.cipher, clock())
        async with core.database.begin() as tx:
            await person.write(tx, load_inventory(INVENTORY))
            await tx.execute(
                text("UPDATE contacts SET chat = :chat WHERE channel = 'web'"), {"chat": chat_of(OWNER).chat}
            )
        yield Town(app=app, core=core, url=url, clock=clock, person=person)


@pytest.fixture
def town(opened_town: Town) -> Town:
    """The web process two minutes later: what was counted against a client is forgotten."""
    opened_town.clock.move(timedelta(minutes=2))
    return opened_town


def chat_of(session: str | None) -> ChatAddress:
    """Return the chat of a session; None: of a program without a cookie."""
    return ChatSession(token=session or f"open.{'c' * 64}", is_new=False).address(CONVERSATION)


async def request(http: httpx.AsyncClient, name: str, **sent: Any) -> httpx.Response:
    """Call a route by its name."""
    method, _, path = name.partition(" ")
    for parameter, value in {
        "{procedure_id}": "can-cuoc.cap-doi",
        "{file_id}": str(uuid4()),
        "{token}": "x" * 43,
        "{path}": "chat.css",
    }.items():
        path = path.replace(parameter, value)
    return await http.request(method, path, **sent)


async def test_every_route_says_whom_it_is_for(town: Town, shared_database_url: SecretStr) -> None:
    receiving = FastAPI(openapi_url=None)
    async with open_receivers(make_messenger_settings(shared_database_url), receiving):
        found = [*walk(town.app.routes), *walk(each for each in receiving.routes if "docs" not in str(each))]
    assert sorted(found) == sorted(ROUTES)
    assert SCOPES.keys() == set(list_routes(For.KEY))


async def test_the_document_says_which_routes_want_a_key(town: Town) -> None:
    """T27: a secret leaks."""
    described = town.app.openapi()
    wanting = {
        f"{method.upper()} {path}"
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if operation.get("security")
    }
    assert wanting == SCOPES.keys()
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


async def test_a_key_opens_what_its_scope_says_and_nothing_else(town: Town) -> None:
    """T27: a secret leaks."""
    keys = {each: await make_api_key(town.core.database, town.clock(), each) for each in ApiScope}
    nothing = await make_api_key(town.core.database, town.clock())
    for name, scope in SCOPES.items():
        for key, status in [(None, 401), ("troly06_sai", 401), (nothing, 403)]:
            async with town.browse(OWNER, key=key) as http:
                assert (await request(http, name, content=b"[]")).status_code == status, (name, key)
        for held, key in keys.items():
            async with town.browse(None, key=key) as http:
                answer = await request(http, name, content=b"[]")
            assert answer.status_code == (200 if held is scope else 403), (name, held)


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("as_array", [True, False], ids=["array", "lines"])
async def test_a_row_of_anything_is_refused_alone(town: Town, name: str, as_array: bool) -> None:
    """T18: a file made to break the import."""
    key = await make_api_key(town.core.database, town.clock(), SCOPES[name])
    columns = (APPLICATIONS if "applications" in name else BENEFICIARIES)["properties"]
    rows = [f'{{"{column}": "{each}"}}' for each in NASTY for column in [*columns, each[:200]]]
    rows += [f'{{"sequence": {"9" * digits}}}' for digits in (20, 400, 5000)]
    async with town.browse(None, key=key) as http:
        sent = f"[{','.join(rows)}]" if as_array else "\n".join(rows)
        answer = await request(http, name, content=sent)
    assert answer.status_code == (400 if as_array else 200)
    assert as_array or answer.json()["refused"] == len(rows)


async def test_a_key_opens_nothing_of_a_person(town: Town) -> None:
    """T7: somebody else's application, reminder, page."""
    key = await make_api_key(town.core.database, town.clock(), *ApiScope)
    for name in [*list_routes(For.LINK), *list_routes(For.CHAT)]:
        if name != "GET /api/chat/stream":
            async with town.browse(None, key=key) as http:
                answer = await request(http, name, json=PRESSED)
            assert CANARY not in answer.text, name


async def test_what_is_for_anybody_asks_for_no_key_and_says_nothing_of_a_person(town: Town) -> None:
    """T7: somebody else's application, reminder, page."""
    key = await make_api_key(town.core.database, town.clock(), *ApiScope)
    for name in list_routes(For.ANYBODY):
        for session, carried in [(None, None), (OWNER, None), (None, key)]:
            async with town.browse(session, key=carried) as http:
                answer = await request(http, name, data={"code": CANARY})
            assert answer.status_code in (200, 400, 404), name
            assert CANARY not in answer.text, name


async def test_a_messenger_that_proves_nothing_is_refused(shared_database_url: SecretStr) -> None:
    """T27: a secret leaks."""
    app = FastAPI(openapi_url=None)
    async with (
        open_receivers(make_messenger_settings(shared_database_url), app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://a.vn") as http,
    ):
        for name in list_routes(For.MESSENGER):
            assert (await request(http, name, json={})).status_code == 403, name


def make_messenger_settings(url: SecretStr) -> Settings:
    """Return the settings of a process that hears every messenger."""
    secret = SecretStr("mot-bi-mat-dai")
    return Settings(
        database_url=url,
        telegram_webhook_secret=secret,
        zalo_app_id="1",
        zalo_app_secret=secret,
        zalo_oa_secret=secret,
        zalo_bot_webhook_secret=secret,
    )


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "form",
    [b"a=1&" * 30, b"code=%00&text=%00&as=%00", b"%ff=%ff", b"=&=&=", "mã=ấ".encode("utf-16")],
    ids=["fields", "nul", "no-text", "no-names", "utf-16"],
)
async def test_a_form_of_anything_is_read_or_refused(town: Town, name: str, form: bytes) -> None:
    """T23: input made to take for ever."""
    async with town.browse(None) as http:
        answer = await request(
            http, name, content=form, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
    assert answer.status_code in (200, 400, 404)
    assert "<!doctype html>" in answer.text[:40].lower()


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
