"""T7, T27: walks all addresses of the web process: each says whom it is for, and gives nobody else anything.

The pages of the console have a walk of their own, by role: tests/integration/console/test_every_page.py.
"""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.domain.api_key import ApiScope
from bot.gateways.applications.describe import ROW as APPLICATIONS
from bot.gateways.beneficiaries.describe import ROW as BENEFICIARIES
from bot.settings import Settings
from bot.wiring import open_receivers
from tests.integration.channels.town import (
    FORMS,
    NASTY,
    OWNER,
    PRESSED,
    ROUTES,
    SCOPES,
    For,
    Town,
    list_routes,
    request,
    walk,
)
from tests.support.web_process import make_api_key
from tests.support.whole_person import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
