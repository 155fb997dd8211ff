"""Is the stand-in like Zalo? Clients that others wrote for Zalo drive it, and it refuses what Zalo refuses.

zalo_sdk (PyPI) knows the Official Account's API, python-zalo-bot (PyPI) the Bot Platform. Neither is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
import zalo_sdk
from zalo_bot import Bot
from zalo_sdk.oa.Client import Client as OaClient
from zalo_sdk.oa.ZaloMessage import ZaloMessageBody, ZaloRecipient
from zalo_sdk.zns.Client import Client as ZnsClient

from bot.standins.zalo.account import Fault
from bot.standins.zalo.messages import HANOI
from tests.support.zalo import APP_ID, APP_SECRET, BOT_TOKEN, CHALLENGE, VERIFIER, Zalo, as_body, running_zalo

DAY_S = 24 * 3600


@pytest.fixture
async def zalo() -> AsyncIterator[Zalo]:
    async with running_zalo() as zalo:
        yield zalo


class Oa:
    """Calls as an Official Account makes them, with a good token unless another is given."""

    def __init__(self, zalo: Zalo, http: httpx.AsyncClient) -> None:
        self.zalo = zalo
        self.http = http
        self.access = zalo.account.give_tokens()["access_token"]
        self.citizen = zalo.citizen()
        zalo.events.interact(self.citizen.person)

    async def post(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        answer = await self.http.post(path, json=body, headers={"access_token": self.access, **headers})
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    async def say(self, message: Any) -> dict[str, Any]:
        body = {"recipient": {"user_id": self.citizen.person.user_id}, "message": message}
        return await self.post("/v3.0/oa/message/cs", body)

    async def ask_token(self, secret: str = APP_SECRET, **form: str) -> dict[str, Any]:
        answer = await self.http.post(
            "/v4/oa/access_token", data={"app_id": APP_ID, **form}, headers={"secret_key": secret}
        )
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def oa(zalo: Zalo) -> AsyncIterator[Oa]:
    async with httpx.AsyncClient(base_url=zalo.url, trust_env=False) as http:
        yield Oa(zalo, http)


async def test_zalo_sdk_talks_to_it(oa: Oa) -> None:
    client = OaClient(APP_ID, APP_SECRET, access_token=oa.access, endpoint_prefix=oa.zalo.url)
    user = oa.citizen.person.user_id
    recipient = ZaloRecipient(user_id=user)
    body = ZaloMessageBody(text="xin chào")
    sent = await asyncio.to_thread(client.send_message, recipient, body)
    assert (sent["error"], sent["data"]["user_id"]) == (0, user)
    assert oa.citizen.list_texts() == ["xin chào"]
    quotas = await asyncio.to_thread(client.get_zalo_user_quotas, user)
    assert quotas["data"]["cs_reply"] == {"remain": 7, "total": 8}
    assert quotas["data"]["last_interaction"].isdigit()
    assets = await asyncio.to_thread(client.get_zalo_oa_quotas, "OA", "cs", "sub_quota")
    assert assets["data"][0]["product_type"] == "cs"
    detail = await asyncio.to_thread(client.get_user_detail, user)
    assert detail["data"]["display_name"] == "Nguyễn Văn An"
    upload = await asyncio.to_thread(client.upload_file, b"%PDF-1.4", "file", "a.pdf", "application/pdf")
    assert upload["data"]["token"]


@pytest.mark.parametrize("category", ["transaction", "media"])
async def test_zalo_sdk_finds_the_dead_messages_dead(oa: Oa, category: str) -> None:
    client = OaClient(APP_ID, APP_SECRET, access_token=oa.access, endpoint_prefix=oa.zalo.url)
    recipient = ZaloRecipient(user_id=oa.citizen.person.user_id)
    body = ZaloMessageBody(text="x")
    with pytest.raises(zalo_sdk.ZaloOAException):
        await asyncio.to_thread(client.send_message, recipient, body, None, category)


async def test_zalo_sdk_reads_its_errors(oa: Oa) -> None:
    client = OaClient(APP_ID, APP_SECRET, access_token="sai", endpoint_prefix=oa.zalo.url)
    with pytest.raises(zalo_sdk.ZaloOAException, match="Invalid Access Token"):
        await asyncio.to_thread(client.get_zalo_user_quotas, oa.citizen.person.user_id)
    client = OaClient(APP_ID, APP_SECRET, access_token=oa.access, endpoint_prefix=oa.zalo.url)
    recipient = ZaloRecipient(user_id=oa.citizen.person.user_id)
    body = ZaloMessageBody(text="x")
    oa.citizen.person.last_interaction_s -= 8 * DAY_S  # type: ignore[operator]
    with pytest.raises(zalo_sdk.ZaloOAException, match="past 7 days"):
        await asyncio.to_thread(client.send_message, recipient, body)


async def test_zalo_sdk_sends_a_template_by_phone(oa: Oa) -> None:
    oa.zalo.template("77", "ma", says="Mã <ma>")
    client = ZnsClient(APP_ID, APP_SECRET, access_token=oa.access, endpoint_prefix=oa.zalo.url)
    sent = await asyncio.to_thread(client.send_zns_message, "84912345678", "77", {"ma": "NH-1"}, "t1")
    assert sent["data"]["msg_id"]
    assert oa.citizen.list_texts() == ["Mã NH-1"]
    with pytest.raises(zalo_sdk.ZaloException):
        await asyncio.to_thread(client.send_zns_message, "0912345678", "77", {"ma": "NH-1"})


async def test_python_zalo_bot_talks_to_it(zalo: Zalo) -> None:
    chat = zalo.bot_citizen()
    bot = Bot(BOT_TOKEN, base_url=zalo.url)
    async with bot:
        me = await bot.get_me()
        assert me.account_name == "bot.troly06"
        sent = await bot.send_message(chat.chat_id, "xin chào")
        assert sent.message_id == chat.inbox[0]["id"]
        zalo.bot.write(chat, text="đổi thẻ")
        received = await bot.get_update(timeout=5)
        assert (received.message.text, received.message.chat.id) == ("đổi thẻ", chat.chat_id)
    assert chat.inbox[0]["text"] == "xin chào"


async def test_python_zalo_bot_gets_nothing_with_a_wrong_token(zalo: Zalo) -> None:
    chat = zalo.bot_citizen()
    async with Bot("1:sai", base_url=zalo.url) as bot:
        # "ok": false with HTTP 200 is no error to this library; that is why we do not build on it.
        assert await bot.send_message(chat.chat_id, "xin chào") is None
    assert chat.inbox == []


async def test_signatures_are_the_published_formula(zalo: Zalo) -> None:
    event = {"event_name": "user_send_text", "timestamp": "1732300000000"}
    body = as_body(event)
    joined = APP_ID.encode() + body + b"1732300000000" + zalo.account.oa_secret.encode()
    assert zalo.events.sign(body, "1732300000000") == f"mac={sha256(joined).hexdigest()}"


async def test_a_refresh_token_works_once_and_a_code_needs_its_verifier(oa: Oa) -> None:
    code = oa.zalo.account.consent(CHALLENGE)
    asked = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    assert (await oa.ask_token("sai", **asked))["error"] != 0
    pair = await oa.ask_token(**asked)
    assert pair["expires_in"] == "90000"
    again = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    newer = await oa.ask_token(**again)
    assert newer["refresh_token"] != pair["refresh_token"]
    assert "access_token" not in await oa.ask_token(**again)
    assert "access_token" not in await oa.ask_token(**asked)


async def test_the_token_goes_in_its_own_header_and_ends_after_a_day(oa: Oa) -> None:
    body = {"recipient": {"user_id": oa.citizen.person.user_id}, "message": {"text": "x"}}
    path = "/v3.0/oa/message/cs"
    answer = await oa.http.post(path, json=body, headers={"Authorization": f"Bearer {oa.access}"})
    assert (answer.status_code, answer.json()["error"]) == (200, -216)
    oa.zalo.account.clock_offset_s = 25 * 3600 + 1
    assert (await oa.post(path, body))["error"] == -220


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "x" * 2000}, 0),
        ({"text": "x" * 2001}, -210),
        ({"text": ""}, -201),
        ({}, -201),
        ({"text": "x", "buttons": []}, -201),
        ({"text": "x", "quote_message_id": "m"}, 0),
        ({"attachment": {"type": "template", "payload": {"template_type": "list", "elements": []}}}, -201),
        ({"attachment": {"type": "template", "payload": {"template_type": "list", "buttons": []}}}, -233),
        ({"attachment": {"type": "nhac", "payload": {}}}, -233),
        ({"attachment": {"type": "file", "payload": {"token": "khong-co"}}}, -201),
        (
            {
                "attachment": {
                    "type": "template",
                    "payload": {
                        "template_type": "media",
                        "elements": [{"media_type": "image", "url": "https://a.vn/a.jpg", "attachment_id": "1"}],
                    },
                }
            },
            -201,
        ),
        (
            {
                "attachment": {
                    "type": "template",
                    "payload": {"template_type": "list", "elements": [{"title": "a", "subtitle": ""}]},
                }
            },
            -201,
        ),
        (
            {
                "attachment": {
                    "type": "template",
                    "payload": {
                        "template_type": "request_user_info",
                        "elements": [{"title": "a", "subtitle": "b", "image_url": "https://a.vn/a.png"}],
                    },
                }
            },
            0,
        ),
    ],
)
async def test_shapes_of_messages(oa: Oa, message: Any, code: int) -> None:
    assert (await oa.say(message))["error"] == code


async def test_the_window_the_quota_and_the_rate(oa: Oa) -> None:
    assert (await oa.say({"text": "x"}))["data"]["quota"]["remain"] == 7
    oa.zalo.account.clock_offset_s = 3 * DAY_S
    oa.access = oa.zalo.account.give_tokens()["access_token"]
    assert "quota" not in (await oa.say({"text": "x"}))["data"]  # billed
    oa.zalo.account.clock_offset_s = 7 * DAY_S + 60
    oa.access = oa.zalo.account.give_tokens()["access_token"]
    assert (await oa.say({"text": "x"}))["error"] == -230
    oa.zalo.account.requests_per_minute = 3
    assert (await oa.say({"text": "x"}))["error"] == -32


async def test_an_upload_ends_after_a_week(oa: Oa) -> None:
    headers = {"access_token": oa.access}
    file = {"file": ("a.pdf", b"%PDF-1.4", "application/pdf")}
    token = (await oa.http.post("/v2.0/oa/upload/file", files=file, headers=headers)).json()["data"]["token"]
    message = {"attachment": {"type": "file", "payload": {"token": token}}}
    assert (await oa.say(message))["error"] == 0
    oa.zalo.account.uploads[token] -= 8 * DAY_S
    assert (await oa.say(message))["error"] == -100


async def test_templates(oa: Oa) -> None:
    user = oa.citizen.person.user_id
    template = oa.zalo.template("77", "ma", "ngay")

    async def send(**more: Any) -> int:
        body = {"user_id": user, "template_id": "77", "template_data": {"ma": "1", "ngay": "2"}, **more}
        return int((await oa.post("/v3.0/oa/message/template", body))["error"])

    assert await send() == 0
    assert await send(template_id="78") == -109
    assert await send(template_data={"ma": "1"}) == -1122
    assert await send(template_data={"ma": "1", "ngay": "2", "ten": "3"}) == -1124
    template.by_uid = False
    assert await send() == -249
    template.by_uid, template.is_approved = True, False
    assert await send() == -131
    template.is_approved = True
    oa.zalo.account.templates_left = 0
    assert await send() == -144
    oa.zalo.account.templates_left = 9
    template.at_night = False
    hour = 3600
    oa.zalo.account.clock_offset_s = 0
    now = oa.zalo.account.now()
    from datetime import UTC, datetime

    here = datetime.fromtimestamp(now, UTC).astimezone(HANOI).hour
    oa.zalo.account.clock_offset_s = ((23 - here) % 24) * hour
    assert await send() == -133


async def test_faults_and_what_was_closed(oa: Oa) -> None:
    oa.zalo.fails("/message/cs", -218)
    assert (await oa.say({"text": "x"}))["error"] == -218
    assert (await oa.say({"text": "x"}))["error"] == 0
    body = {"recipient": {"user_id": "1"}, "message": {"text": "x"}}
    assert (await oa.post("/v2.0/oa/message", body))["error"] == -240
    assert (await oa.post("/v3.0/oa/message/promotion", body))["error"] == -240


async def test_the_bot_platform_keeps_its_own_rules(zalo: Zalo) -> None:
    chat = zalo.bot_citizen()
    async with httpx.AsyncClient(base_url=f"{zalo.url}/bot{BOT_TOKEN}", trust_env=False) as http:

        async def call(method: str, **body: Any) -> dict[str, Any]:
            answer = await http.post(f"/{method}", json=body)
            assert answer.status_code == 200
            found: dict[str, Any] = answer.json()
            return found

        assert (await call("getUpdates", timeout="0"))["error_code"] == 408
        zalo.bot.write(chat, text="một")
        zalo.bot.write(chat, text="hai")
        first = await call("getUpdates", timeout=0)
        assert first["result"]["message"]["text"] == "một"  # one object, and never again
        assert (await call("getUpdates", timeout=0))["result"]["message"]["text"] == "hai"
        assert (await call("setWebhook", url="http://a", secret_token="ngan"))["error_code"] == 400
        zalo.bot.https_only = True
        assert (await call("setWebhook", url="http://a", secret_token="x" * 8))["error_code"] == 400
        assert (await call("setWebhook", url="https://a", secret_token="x" * 8))["ok"] is True
        assert (await call("getUpdates", timeout=0))["error_code"] == 400
        assert (await call("sendMessage", chat_id=chat.chat_id, text="x" * 2001))["error_code"] == 400
        assert (await call("sendMessage", chat_id="khong-co", text="x"))["error_code"] == 400
        assert (await call("sendChatAction", chat_id=chat.chat_id, action="typing"))["ok"] is True
        assert (await call("khongCo"))["error_code"] == 404
        zalo.bot.faults.append(Fault("getMe", 429))
        assert (await call("getMe"))["error_code"] == 429
