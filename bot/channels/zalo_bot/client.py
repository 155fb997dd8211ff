"""The Zalo Bot Platform over HTTP: the token in the path, the verdict in `ok`, never in the HTTP status."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
from pydantic import SecretStr

from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason

LARGEST_ANSWER = 256 * 1024
QUOTA_PAUSE_S = 30.0
"""Waited where Zalo says that there were too many; it names no time."""
NO_NEWS = 408


class ZaloBotClient:
    """Asks the platform. Its errors hold no address: that has the token in it."""

    def __init__(self, token: SecretStr, *, api_base: str) -> None:
        self._base = f"{api_base.rstrip('/')}/bot{token.get_secret_value()}"
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(8.0, connect=5.0, pool=3.0), follow_redirects=False, trust_env=False
        )
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below that they name the address

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def send_message(self, chat: str, text: str) -> None:
        """Send a text of 1 to 2,000 characters.

        Raises:
            DeliveryRefused, DeliveryDelayed, ChannelUnauthorised: as the port says.
        """
        await self.call("sendMessage", {"chat_id": chat, "text": text})

    async def find_update(self, *, wait_s: float, grace_s: float) -> Any:
        """Return the next update, None where none came within `wait_s`; raises as `send_message` does."""
        return await self.call("getUpdates", {"timeout": str(int(wait_s))}, read_for_s=wait_s + grace_s)

    async def call(self, method: str, body: dict[str, Any], *, read_for_s: float = 8.0) -> Any:
        """Return the result of a method, None where there is no news; raises as `send_message` does."""
        answer = await self._post(method, body, read_for_s=read_for_s)
        if answer.get("ok") is True:
            return answer.get("result")
        code = answer.get("error_code")
        if code == NO_NEWS and method == "getUpdates":
            return None
        raise choose_outcome(code, str(answer.get("description", "")))

    async def _post(self, method: str, body: dict[str, Any], *, read_for_s: float) -> dict[str, Any]:
        timeout = httpx.Timeout(8.0, connect=5.0, pool=3.0, read=read_for_s)
        try:
            async with self._http.stream("POST", f"{self._base}/{method}", json=body, timeout=timeout) as response:
                content = bytearray()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > LARGEST_ANSWER:
                        raise DeliveryDelayed
            found = json.loads(bytes(content))
        except (httpx.HTTPError, ValueError, RecursionError):
            raise DeliveryDelayed from None
        if not isinstance(found, dict):
            raise DeliveryDelayed
        return found


def choose_outcome(code: object, description: str) -> DeliveryRefused | DeliveryDelayed | ChannelUnauthorised:
    """Return what an error means for a message."""
    if code == 401:
        return ChannelUnauthorised()
    if code == 429:
        return DeliveryDelayed(QUOTA_PAUSE_S)
    if code == 400:
        gone = "chat" in description.lower() and "not found" in description.lower()
        return DeliveryRefused(RefusalReason.NO_SUCH_CHAT if gone else RefusalReason.MESSAGE_INVALID)
    if code == 404:
        return DeliveryRefused(RefusalReason.MESSAGE_INVALID)
    return DeliveryDelayed()  # 403 is "internal server error" here
