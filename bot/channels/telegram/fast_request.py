"""The lean HTTP client (bot/lean_http.py) for the process that delivers: a thousand calls a second to Telegram."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.client import CarefulRequest, build_request
from bot.lean_http import CallFailed, LeanClient

CALL_WITHIN_S = 8.0
CONNECTIONS = 400
LARGEST_ANSWER = 1024 * 1024


def build_sending_request(base: str) -> BaseRequest:
    """Build the lean client; the library's own where a proxy is set, for the lean one knows none."""
    return build_request() if getproxies() else FastRequest(base)


class FastRequest(BaseRequest):
    """The library's port for HTTP, for many calls to one host."""

    parse_json_payload = staticmethod(CarefulRequest.parse_json_payload)

    def __init__(self, base: str) -> None:
        self._http = LeanClient(base, largest_answer=LARGEST_ANSWER)
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._files = build_request()

    @property
    def read_timeout(self) -> float | None:
        """How long an answer is waited for."""
        return CALL_WITHIN_S

    async def initialize(self) -> None:
        """Connections open with the first call."""

    async def shutdown(self) -> None:
        """Close every connection that rests."""
        await self._files.shutdown()
        self._http.close()

    async def do_request(  # noqa: PLR0917 -- the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,  # noqa: ARG002 -- one limit for the whole call
        write_timeout: Any = None,  # noqa: ARG002
        connect_timeout: Any = None,  # noqa: ARG002
        pool_timeout: Any = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Make one call; see BaseRequest. One that carries a file, the first of its broadcast, goes by httpx."""
        if request_data is not None and request_data.contains_files:
            return await self._files.do_request(url=url, method=method, request_data=request_data)
        body = request_data.json_payload if request_data is not None else b""
        try:
            async with asyncio.timeout(CALL_WITHIN_S), self._room:
                return await self._http.call(method, urlsplit(url).path, body)
        except TimeoutError:
            raise TimedOut from None
        except CallFailed as error:
            raise NetworkError(str(error)) from None
        except OSError as error:
            # Without its text, which can hold the address and so the token.
            raise NetworkError(type(error).__name__) from None
