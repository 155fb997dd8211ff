"""Zalo over HTTP: its three hosts, its bare headers, its errors that come as HTTP 200."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.channels.zalo.errors import ZaloRefused
from bot.domain.ports import DeliveryDelayed
from bot.storage.zalo_tokens import TokenPair

LARGEST_ANSWER = 256 * 1024
_CONNECTIONS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloHosts:
    """Where Zalo is, or a stand-in: addresses without a slash at their end."""

    oauth: str
    api: str
    business: str


class TokenRefused(Exception):
    """Zalo does not give a new pair of tokens: an administrator of the OA must consent again."""


class ZaloClient:
    """Asks Zalo; knows nothing of people or messages.

    `on_call`: called after each call that Zalo counts for the app's rate, also where it was refused or failed.
    """

    def __init__(
        self,
        hosts: ZaloHosts,
        *,
        app_id: str,
        app_secret: SecretStr,
        on_call: Callable[[], None] | None = None,
    ) -> None:
        self._hosts = hosts
        self._app_id = app_id
        self._app_secret = app_secret
        self._on_call = on_call
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(8.0, connect=5.0, pool=3.0),
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def api_host(self) -> str:
        """The name of the host of the API."""
        return urlsplit(self._hosts.api).hostname or ""

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def send_message(self, access: str, user_id: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send an ordinary message (tin tư vấn) and return what Zalo says of it.

        Raises:
            ZaloRefused: with Zalo's code.
            DeliveryDelayed: Zalo was not reached, or what came back is no answer of it.
        """
        body = {"recipient": {"user_id": user_id}, "message": message}
        return await self._call(f"{self._hosts.api}/v3.0/oa/message/cs", access, body)

    async def upload_picture(self, access: str, content: bytes, *, name: str, media_type: str) -> str:
        """Give Zalo a picture and return what it is called in messages; raises as `send_message` does."""
        answer = await self._post(
            f"{self._hosts.api}/v2.0/oa/upload/image",
            headers={"access_token": access},
            files={"file": (name, content, media_type)},
        )
        attachment_id = _read_verdict(answer).get("attachment_id")
        if not isinstance(attachment_id, str):
            raise DeliveryDelayed
        return attachment_id

    async def send_template(
        self, access: str, user_id: str, *, template_id: str, data: Mapping[str, str]
    ) -> dict[str, Any]:
        """Send a ZBS template to an account; raises as `send_message` does."""
        body = {"user_id": user_id, "template_id": template_id, "template_data": data}
        return await self._call(f"{self._hosts.api}/v3.0/oa/message/template", access, body)

    async def send_template_by_phone(
        self, access: str, phone: str, *, template_id: str, data: Mapping[str, str], tracking_id: str
    ) -> dict[str, Any]:
        """Send a ZBS template to a phone number, 84 and nine digits; raises as `send_message` does."""
        body = {"phone": phone, "template_id": template_id, "template_data": data, "tracking_id": tracking_id}
        return await self._call(f"{self._hosts.business}/message/template", access, body)

    async def fetch_picture(self, url: str, *, largest: int) -> bytes | None:
        """Return a picture, None where it is not to be had, or larger than `largest` bytes."""
        try:
            async with self._http.stream("GET", url) as answer:
                if answer.status_code != httpx.codes.OK:
                    return None
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > largest:
                        return None
                return bytes(body)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None

    async def exchange_code(self, code: str, *, verifier: str, now: datetime) -> TokenPair:
        """Return the first pair of tokens for the code that an administrator's consent gave; raises as `renew`."""
        form = {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
        return await self._ask_tokens(form, version=1, now=now)

    async def renew(self, refresh: str, *, version: int, now: datetime) -> TokenPair:
        """Return a new pair for a refresh token, which is used up by this.

        Raises:
            TokenRefused: Zalo does not take it.
            DeliveryDelayed: Zalo was not reached.
        """
        return await self._ask_tokens(
            {"refresh_token": refresh, "grant_type": "refresh_token"}, version=version, now=now
        )

    async def _ask_tokens(self, form: dict[str, str], *, version: int, now: datetime) -> TokenPair:
        found = await self._post(
            f"{self._hosts.oauth}/v4/oa/access_token",
            headers={"secret_key": self._app_secret.get_secret_value()},
            data={"app_id": self._app_id, **form},
        )
        try:
            access, refresh = found["access_token"], found["refresh_token"]
            lives = timedelta(seconds=int(found["expires_in"]))
        except (KeyError, TypeError, ValueError):
            raise TokenRefused(str(found.get("error", "no token"))[:20]) from None
        if not isinstance(access, str) or not isinstance(refresh, str) or lives <= timedelta():
            raise TokenRefused("no token")
        return TokenPair(access=access, refresh=refresh, version=version, issued_at=now, expires_at=now + lives)

    async def _call(self, url: str, access: str, body: Mapping[str, Any]) -> dict[str, Any]:
        # The token goes in a bare header of its own name; Zalo refuses "Authorization: Bearer".
        return _read_verdict(await self._post(url, headers={"access_token": access}, json=body))

    async def _post(self, url: str, **asked: Any) -> dict[str, Any]:
        try:
            async with self._http.stream("POST", url, **asked) as response:
                if response.status_code != httpx.codes.OK:
                    raise DeliveryDelayed
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise DeliveryDelayed
            found = json.loads(bytes(body))
        except (httpx.HTTPError, ValueError, RecursionError):
            raise DeliveryDelayed from None
        finally:
            if self._on_call is not None:
                self._on_call()
        if not isinstance(found, dict):
            raise DeliveryDelayed
        return found


def _read_verdict(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an answer. Zalo answers 200 even when it refuses; the verdict is in the body."""
    code = answer.get("error")
    if not isinstance(code, int) or isinstance(code, bool):
        raise DeliveryDelayed
    if code != 0:
        raise ZaloRefused(code)
    data = answer.get("data")
    return data if isinstance(data, dict) else {}
