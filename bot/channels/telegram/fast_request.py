"""A lean HTTP client for the process that delivers: a thousand calls a second to one host.

httpx, which the library uses, costs 1.4 ms of a core for each call, and 6 ms with sixty on their way at once: no
machine of ours could carry that rate. httptools reads the answers here; this file only keeps connections.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies

import httptools
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.client import CarefulRequest, build_request

CALL_WITHIN_S = 8.0
CONNECTIONS = 400
IDLE_S = 20.0
"""A connection that rested longer is closed rather than used: the other side may have forgotten it."""
LARGEST_ANSWER = 1024 * 1024


class _Connection(asyncio.Protocol):
    """One connection, used for one call at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._rested_since = time.monotonic()
        self._is_kept = True

    @property
    def is_usable(self) -> bool:
        """Tell whether another call can be made on it."""
        is_open = self._transport is not None and not self._transport.is_closing()
        return is_open and self._is_kept and time.monotonic() - self._rested_since < IDLE_S

    async def call(self, request: bytes) -> tuple[int, bytes]:
        """Make one call, and return the status and the body of the answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note where to write."""
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's own does not inherit from it

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the call that is under way."""
        self._fail("closed in the middle" if exc is None else type(exc).__name__)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._answer is None or self._answer.done():
            self._fail("an answer to nothing")
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(type(error).__name__)

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the answer."""
        self._body += body
        if len(self._body) > LARGEST_ANSWER:
            self._fail("the answer is too large")

    def on_message_complete(self) -> None:
        """Hand the answer on."""
        self._rested_since = time.monotonic()
        self._is_kept = self._parser.should_keep_alive()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), bytes(self._body)))
        self._body.clear()

    def _fail(self, reason: str) -> None:
        self._is_kept = False
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(NetworkError(reason))


def build_sending_request(base: str) -> BaseRequest:
    """Build the lean client; the library's own where a proxy is set, for the lean one knows none."""
    return build_request() if getproxies() else FastRequest(base)


class FastRequest(BaseRequest):
    """The library's port for HTTP, for many calls to one host."""

    parse_json_payload = staticmethod(CarefulRequest.parse_json_payload)

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: deque[_Connection] = deque()
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
        while self._idle:
            self._idle.pop().close()

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
        parts = urlsplit(url)
        head = (
            f"{method} {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            async with asyncio.timeout(CALL_WITHIN_S), self._room:
                return await self._call(head.encode() + body)
        except TimeoutError:
            raise TimedOut from None
        except OSError as error:
            # Without its text, which can hold the address and so the token.
            raise NetworkError(type(error).__name__) from None

    async def _call(self, request: bytes) -> tuple[int, bytes]:
        connection = await self._take()
        try:
            answered = await connection.call(request)
        except BaseException:
            connection.close()
            raise
        if connection.is_usable:
            self._idle.append(connection)
        else:
            connection.close()
        return answered

    async def _take(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                return connection
            connection.close()
        _, connection = await asyncio.get_running_loop().create_connection(
            _Connection,
            self._host,
            self._port,
            ssl=self._tls,
            server_hostname=self._host if self._tls else None,
        )
        return connection
