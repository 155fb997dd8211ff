"""A lean HTTP client for paid broadcasts: a thousand calls a second to one host.

httpx, which the library uses, costs 1.4 ms of a core for each call, and 6 ms with sixty on their way at once: no
machine of ours could carry that rate. h11 speaks the protocol here, for 0.5 ms; this file only keeps connections.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import h11
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.client import CarefulRequest, build_request

CALL_WITHIN_S = 8.0
CONNECTIONS = 400
IDLE_S = 20.0
"""A connection that rested longer is closed rather than used: the other side may have forgotten it."""
LARGEST_ANSWER = 1024 * 1024
_READ_AT_ONCE = 64 * 1024


class _Connection:
    """One connection, used for one call at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)
        self.rested_since = time.monotonic()

    @property
    def is_usable(self) -> bool:
        """Tell whether another call can be made on it."""
        fresh = time.monotonic() - self.rested_since < IDLE_S
        return fresh and self._http.our_state is h11.IDLE and not self._reader.at_eof()

    def close(self) -> None:
        """End it at once."""
        self._writer.close()

    async def call(self, request: h11.Request, body: bytes) -> tuple[int, bytes]:
        """Make one call, and return the status and the body of the answer."""
        sent = [
            self._http.send(request),
            self._http.send(h11.Data(data=body)),
            self._http.send(h11.EndOfMessage()),
        ]
        self._writer.write(b"".join(part for part in sent if part))
        status, answer = 0, bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_READ_AT_ONCE))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                answer += event.data
                if len(answer) > LARGEST_ANSWER:
                    raise NetworkError("the answer is too large")
            elif isinstance(event, h11.EndOfMessage):
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise NetworkError("closed in the middle")
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        self.rested_since = time.monotonic()
        return status, bytes(answer)


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
        request = h11.Request(
            method=method,
            target=parts.path,
            headers=[
                ("Host", parts.netloc),
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
            ],
        )
        try:
            async with asyncio.timeout(CALL_WITHIN_S), self._room:
                return await self._call(request, body)
        except TimeoutError:
            raise TimedOut from None
        except (OSError, h11.ProtocolError) as error:
            # Without its text, which can hold the address and so the token.
            raise NetworkError(type(error).__name__) from None

    async def _call(self, request: h11.Request, body: bytes) -> tuple[int, bytes]:
        connection = await self._take()
        try:
            answered = await connection.call(request, body)
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
        reader, writer = await asyncio.open_connection(
            self._host, self._port, ssl=self._tls, server_hostname=self._host if self._tls else None
        )
        return _Connection(reader, writer)
