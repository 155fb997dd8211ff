"""A lean HTTP client for many small calls to one host: it only keeps connections, httptools reads the answers.

httpx costs 1.4 ms of a core for each call, and 6 ms with sixty on their way at once. Every citizen's question asks
the understanding server, and a broadcast asks a messenger a thousand times a second.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import httptools

IDLE_S = 20.0
"""A connection that rested longer is closed rather than used: the other side may have forgotten it."""
SOCKET_PREFIX = "unix:"
"""An address that begins so is a socket file: the server needs no network at all."""


class CallFailed(Exception):
    """The other side ended the connection, or what it said is no answer that we take."""


class LeanClient:
    """Calls one host, over as many connections as there are calls at a time."""

    def __init__(self, address: str, *, largest_answer: int) -> None:
        """Take an address, http://, https:// or unix:/path, and how many bytes an answer may have."""
        self._socket = address.removeprefix(SOCKET_PREFIX) if address.startswith(SOCKET_PREFIX) else None
        parts = urlsplit("http://localhost" if self._socket else address)
        self._host, self._name = parts.hostname or "", parts.netloc
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._make = partial(_Connection, largest_answer)
        self._idle: deque[_Connection] = deque()

    async def call(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Make one call, and return the status and the body of the answer. `body`: JSON.

        There is no time limit but the caller's.
        Raises:
            CallFailed: there was no answer to it.
            OSError: the host cannot be reached.
        """
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._name}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection = await self._take()
        try:
            answered = await connection.call(head.encode() + body)
        except BaseException:
            connection.close()
            raise
        if connection.is_usable:
            self._idle.append(connection)
        else:
            connection.close()
        return answered

    def close(self) -> None:
        """Close every connection that rests."""
        while self._idle:
            self._idle.pop().close()

    async def _take(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                return connection
            connection.close()
        loop = asyncio.get_running_loop()
        if self._socket is not None:
            _, connection = await loop.create_unix_connection(self._make, self._socket)
            return connection
        _, connection = await loop.create_connection(
            self._make,
            self._host,
            self._port,
            ssl=self._tls,
            server_hostname=self._host if self._tls else None,
        )
        return connection


class _Connection(asyncio.Protocol):
    """One connection, used for one call at a time."""

    def __init__(self, largest_answer: int) -> None:
        self._largest_answer = largest_answer
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
        if len(self._body) > self._largest_answer:
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
            self._answer.set_exception(CallFailed(reason))
