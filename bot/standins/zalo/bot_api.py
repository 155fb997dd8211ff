"""The Zalo Bot Platform: the token in the path, one update a poll, `ok: false` with HTTP 200."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.standins.zalo.account import Fault

LONGEST_TEXT = 2_000
POLL_S = 30.0
_SECRET_LENGTHS = range(8, 257)


@dataclass(slots=True)
class BotChat:
    """A person's chat with the bot. `inbox`: what is on their phone, oldest first."""

    chat_id: str
    name: str
    inbox: list[dict[str, Any]] = field(default_factory=list)


class BotPlatform:
    """One bot. `wraps`: webhook bodies come as {"ok", "result"}; some say that live ones come bare."""

    def __init__(self, token: str, *, wraps: bool = True, https_only: bool = True) -> None:
        self.token = token
        self.wraps = wraps
        self.https_only = https_only
        self.chats: dict[str, BotChat] = {}
        self.calls: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.webhook: dict[str, Any] | None = None
        self.log: list[int] = []
        """The HTTP status of every update sent to the webhook."""
        self._updates: deque[dict[str, Any]] = deque()
        self._bell = asyncio.Event()
        self._numbers = itertools.count(1)
        self._http = httpx.AsyncClient(timeout=5, trust_env=False)
        self._tasks: set[asyncio.Task[int]] = set()

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    def list_routes(self) -> list[Route]:
        """Return the routes of the Bot Platform."""
        return [Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])]

    def write(self, chat: BotChat, kind: str = "text", **content: Any) -> dict[str, Any]:
        """Let a person send something, and return the update. `kind`: of `message.<kind>.received`."""
        update = {
            "event_name": f"message.{kind}.received",
            "message": {
                "from": {"id": chat.chat_id, "display_name": chat.name, "is_bot": False},
                "chat": {"id": chat.chat_id, "chat_type": "PRIVATE"},
                "message_id": f"{next(self._numbers):x}{secrets.token_hex(8)}",
                "date": int(time.time() * 1000),
                **content,
            },
        }
        self.send(update)
        return update

    def send(self, update: dict[str, Any]) -> None:
        """Hand an update on: to the webhook where one is set, else to the next poll."""
        if self.webhook is None:
            self._updates.append(update)
            self._bell.set()
            return
        task = asyncio.create_task(self.send_once(update))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def send_once(self, update: dict[str, Any], *, secret: str | None = None) -> int:
        """Send an update to the webhook and return the HTTP status, 0 where nobody answered."""
        assert self.webhook is not None
        headers = {"X-Bot-Api-Secret-Token": self.webhook["secret_token"] if secret is None else secret}
        body = {"ok": True, "result": update} if self.wraps else update
        try:
            status = (await self._http.post(self.webhook["url"], json=body, headers=headers)).status_code
        except httpx.HTTPError:
            status = 0
        self.log.append(status)
        return status

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return _fail(401, "Unauthorized")
        method = request.path_params["method"]
        asked = await _read_asked(request)
        if method != "getUpdates":
            self.calls.append({"method": method, "body": asked})
        fault = next((each for each in self.faults if each.times > 0 and each.path == method), None)
        if fault is not None:
            fault.times -= 1
            await asyncio.sleep(fault.delay_s)
            if fault.status != 200:
                return Response(b"Bad Gateway", status_code=fault.status)
            if fault.code:
                return _fail(fault.code, fault.description)
        handler = getattr(self, f"_{_snake(method)}", None)
        if handler is None:
            return _fail(404, "Not Found")
        answer: Response = await handler(asked)
        return answer

    async def _get_me(self, asked: dict[str, Any]) -> Response:  # noqa: ARG002
        me = {"id": self.token.split(":")[0], "account_name": "bot.troly06", "account_type": "BASIC"}
        return _ok({**me, "can_join_groups": False})

    async def _get_updates(self, asked: dict[str, Any]) -> Response:
        if self.webhook is not None:
            return _fail(400, "getUpdates cannot be used while a webhook is set")
        try:
            wait = float(asked.get("timeout", POLL_S))
        except (TypeError, ValueError):
            return _fail(400, "timeout is invalid")
        until = time.monotonic() + wait
        while not self._updates:
            self._bell.clear()
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    await self._bell.wait()
            except TimeoutError:
                return _fail(408, "Request timeout")
        # One update a call, and gone with it: there is no offset.
        return _ok(self._updates.popleft())

    async def _set_webhook(self, asked: dict[str, Any]) -> Response:
        url, secret = str(asked.get("url", "")), str(asked.get("secret_token", ""))
        if not url.startswith("https://" if self.https_only else "http"):
            return _fail(400, "url must be https")
        if len(secret) not in _SECRET_LENGTHS:
            return _fail(400, "secret_token must have 8 to 256 characters")
        self.webhook = {"url": url, "secret_token": secret, "updated_at": int(time.time() * 1000)}
        return _ok({"url": url, "updated_at": self.webhook["updated_at"]})

    async def _delete_webhook(self, asked: dict[str, Any]) -> Response:  # noqa: ARG002
        self.webhook = None
        return _ok({"url": "", "updated_at": int(time.time() * 1000)})

    async def _get_webhook_info(self, asked: dict[str, Any]) -> Response:  # noqa: ARG002
        return _ok({"url": self.webhook["url"] if self.webhook else "", "updated_at": 0})

    async def _send_message(self, asked: dict[str, Any]) -> Response:
        text = asked.get("text")
        if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_TEXT:
            return _fail(400, "text must have 1 to 2000 characters")
        return self._show(asked, text=text, kind="text")

    async def _send_photo(self, asked: dict[str, Any]) -> Response:
        if not str(asked.get("photo", "")).startswith("http"):
            return _fail(400, "photo is invalid")
        return self._show(asked, text=str(asked.get("caption", "")), kind="photo")

    async def _send_sticker(self, asked: dict[str, Any]) -> Response:
        return self._show(asked, text="", kind="sticker") if asked.get("sticker") else _fail(400, "no sticker")

    async def _send_chat_action(self, asked: dict[str, Any]) -> Response:
        if asked.get("action") != "typing":
            return _fail(400, "action is not supported")
        return _ok(True) if str(asked.get("chat_id")) in self.chats else _fail(400, "chat not found")

    def _show(self, asked: dict[str, Any], *, text: str, kind: str) -> Response:
        chat = self.chats.get(str(asked.get("chat_id", "")))
        if chat is None:
            return _fail(400, "chat not found")
        message_id = f"{next(self._numbers):x}{secrets.token_hex(8)}"
        chat.inbox.append({"id": message_id, "from": "us", "kind": kind, "text": text, "at": time.time()})
        return _ok({"message_id": message_id, "date": int(time.time() * 1000)})


async def _read_asked(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            asked = await request.json()
        except ValueError:
            return {}
        return asked if isinstance(asked, dict) else {}
    return dict(await request.form())


def _snake(method: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in method)


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _fail(code: int, description: str) -> Response:
    # The verdict is in the body; the HTTP status stays 200.
    return JSONResponse({"ok": False, "error_code": code, "description": description})
