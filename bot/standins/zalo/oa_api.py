"""Zalo's three hosts over HTTP: oauth, openapi and business, on one port. Errors are HTTP 200, as Zalo's are."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.standins.zalo.account import Account
from bot.standins.zalo.events import EventSender
from bot.standins.zalo.messages import (
    Refused,
    send_message,
    send_template,
    send_template_by_phone,
    tell_quota,
)

Handler = Callable[[Request], Awaitable[Any]]
_LARGEST_FILE = 5 * 1024 * 1024
_LARGEST_PICTURE = 1_000_000
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def list_oa_routes(account: Account, events: EventSender) -> list[Route]:
    """Return the routes of the Official Account's API."""

    def call(handler: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            return await _answer(account, request, handler)

        return answer

    async def message(request: Request) -> Any:
        body = await _read_json(request)
        data = send_message(account, body)
        events.echo(body, data)
        return data

    async def template(request: Request) -> Any:
        data = send_template(account, await _read_json(request))
        events.note_received(data["user_id"], data["message_id"])
        return data

    async def template_by_phone(request: Request) -> Any:
        body = await _read_json(request)
        data = send_template_by_phone(account, body)
        person = account.find_by_phone(str(body["phone"]).removeprefix("+"))
        if person is not None:
            events.note_received(person.user_id, data["msg_id"])
        return data

    async def closed(request: Request) -> Any:  # noqa: ARG001 -- shut down on 2026-03-01
        raise Refused(-240, "This API has been shut down")

    async def second_version(request: Request) -> Any:
        body = await _read_json(request)
        if isinstance(body, dict) and "sender_action" in body:
            return {"message_id": account.new_id()}
        raise Refused(-240, "MessageV2 API has been shut down")

    async def quota(request: Request) -> Any:
        return tell_quota(account, await _read_json(request))

    async def upload(request: Request) -> Any:
        async with request.form() as form:
            file = form.get("file")
            content = await file.read() if file is not None and not isinstance(file, str) else b""
        if not content or len(content) > _LARGEST_FILE:
            raise Refused(-201, "file is invalid!")
        is_picture = request.path_params["kind"] == "image"
        if is_picture and (len(content) > _LARGEST_PICTURE or not content.startswith(_PICTURES)):
            raise Refused(-201, "file is invalid!")
        upload_id = account.new_id()
        account.uploads[upload_id] = account.now()
        return {"token" if request.url.path.endswith("/file") else "attachment_id": upload_id}

    async def user_detail(request: Request) -> Any:
        try:
            asked = json.loads(request.query_params.get("data", ""))
            person = account.people[str(asked["user_id"])]
        except (ValueError, KeyError, TypeError):
            raise Refused(-201, "user_id is invalid!") from None
        return {
            "user_id": person.user_id,
            "user_id_by_app": f"9{person.user_id[1:]}",
            "display_name": person.name,
            "user_is_follower": person.follows,
        }

    async def oa(request: Request) -> Any:  # noqa: ARG001
        return {
            "oa_id": account.oa_id,
            "name": "Trợ lý 06",
            "is_verified": True,
            "num_follower": len(account.people),
        }

    post, get = ["POST"], ["GET"]
    return [
        Route("/v4/oa/access_token", _make_token_giver(account), methods=post),
        Route("/v3.0/oa/message/cs", call(message), methods=post),
        Route("/v3.0/oa/message/transaction", call(closed), methods=post),
        Route("/v3.0/oa/message/promotion", call(closed), methods=post),
        Route("/v2.0/oa/message", call(second_version), methods=post),
        Route("/v3.0/oa/message/template", call(template), methods=post),
        Route("/message/template", call(template_by_phone), methods=post),
        Route("/v3.0/oa/quota/message", call(quota), methods=post),
        Route("/v2.0/oa/upload/{kind:str}", call(upload), methods=post),
        Route("/v3.0/oa/user/detail", call(user_detail), methods=get),
        Route("/v2.0/oa/getoa", call(oa), methods=get),
    ]


def _make_token_giver(account: Account) -> Handler:
    """Return what answers POST /v4/oa/access_token."""

    async def give_tokens(request: Request) -> Response:
        form = await request.form()
        account.calls.append({"path": request.url.path, "body": dict(form)})
        fault = account.take_fault(request.url.path)
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
            if fault.status != 200 or fault.code:
                return JSONResponse(_error(fault.code, "injected"), status_code=fault.status)
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return JSONResponse(_error(-201, "content type is invalid!"))
        if request.headers.get("secret_key") != account.app_secret:
            return JSONResponse(_error(-14004, "Invalid secret key"))
        if form.get("app_id") != account.app_id:
            return JSONResponse(_error(-14001, "Invalid app id"))
        if form.get("grant_type") == "refresh_token":
            if not account.take_refresh(str(form.get("refresh_token", ""))):
                return JSONResponse(_error(-14014, "Invalid refresh token"))
            return JSONResponse(account.give_tokens())
        if form.get("grant_type") == "authorization_code":
            challenge = account.take_code(str(form.get("code", "")))
            digest = sha256(str(form.get("code_verifier", "")).encode()).digest()
            if challenge is None or challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
                return JSONResponse(_error(-14019, "Invalid code"))
            return JSONResponse(account.give_tokens())
        return JSONResponse(_error(-201, "grant_type is invalid!"))

    return give_tokens


async def _answer(account: Account, request: Request, handler: Handler) -> Response:
    left = account.count_request()
    headers = {"X-RateLimit-Limit": str(account.requests_per_minute), "X-RateLimit-Remain": str(max(left, 0))}
    if left < 0:
        return JSONResponse(_error(-32, "Rate limit is reached"), headers=headers)
    fault = account.take_fault(request.url.path)
    if fault is not None:
        await asyncio.sleep(fault.delay_s)
        if fault.status != 200:
            return Response(b"<html>Bad Gateway</html>", status_code=fault.status, headers=headers)
        if fault.code:
            return JSONResponse(_error(fault.code, "injected"), headers=headers)
    # A bare header of this name; a bearer token is no token to Zalo.
    error = account.check_access(request.headers.get("access_token"))
    if error is not None:
        return JSONResponse(_error(*error), headers=headers)
    try:
        data = await handler(request)
    except Refused as refused:
        return JSONResponse(_error(refused.code, refused.message), headers=headers)
    finally:
        account.calls.append({"path": request.url.path, "body": await _read_body(request)})
    if fault is not None and fault.breaks:
        await asyncio.sleep(3600)  # taken, but never answered
    return JSONResponse({"data": data, "error": 0, "message": "Success"}, headers=headers)


async def _read_json(request: Request) -> Any:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(-201, "content type is invalid!")
    try:
        return await request.json()
    except ValueError:
        raise Refused(-201, "body is invalid!") from None


async def _read_body(request: Request) -> Any:
    if request.method != "POST" or not request.headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        return await request.json()
    except ValueError:
        return None


def _error(code: int, message: str) -> dict[str, Any]:
    return {"error": code, "message": message}
