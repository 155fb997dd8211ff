"""The lean HTTP client, against servers that answer well, badly and not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram.error import NetworkError

from bot.channels.telegram.fast_request import LARGEST_ANSWER, FastRequest
from bot.understanding_process import free_port

WELL = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n6\r\n:true}\r\n0\r\n\r\n'
LAST = b'HTTP/1.1 429 Wait\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{"ok":null}'


class Server:
    """Answers each request as the test says, and counts connections."""

    def __init__(self, *answers: bytes, ends: bool = False) -> None:
        self.answers = list(answers)
        self.ends = ends
        self.connections = 0
        self.requests: list[bytes] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self.answers:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self.answers.pop(0))
                await writer.drain()
                if self.ends:
                    break
        except (asyncio.IncompleteReadError, OSError):
            pass  # the client has gone
        finally:
            writer.close()


@asynccontextmanager
async def asking(server: Server) -> AsyncIterator[Callable[[], Awaitable[tuple[int, bytes]]]]:
    """Give a way to call a server."""
    listening = await asyncio.start_server(server.take, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    request = FastRequest(base)
    try:
        yield lambda: request.do_request(f"{base}/bot6:X/getMe", "POST")
    finally:
        await request.shutdown()
        listening.close()


async def test_one_connection_serves_one_call_after_another() -> None:
    server = Server(WELL, CHUNKED, WELL, b"")
    async with asking(server) as ask:
        assert [await ask() for _ in range(3)] == [(200, b'{"ok":true}')] * 3
    assert server.connections == 1
    assert server.requests[0].startswith(b"POST /bot6:X/getMe HTTP/1.1\r\nHost: 127.0.0.1:")


async def test_calls_at_once_have_a_connection_each() -> None:
    server = Server(*[WELL] * 5)
    async with asking(server) as ask:
        assert await asyncio.gather(*(ask() for _ in range(5))) == [(200, b'{"ok":true}')] * 5
    assert server.connections == 5


async def test_a_connection_that_the_other_side_ends_is_not_used_again() -> None:
    server = Server(LAST, WELL)
    async with asking(server) as ask:
        assert await ask() == (429, b'{"ok":null}')
        assert await ask() == (200, b'{"ok":true}')
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"ok"',
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"a" * (LARGEST_ANSWER + 1),
    ],
    ids=["nothing", "half-a-head", "half-a-body", "another-protocol", "too-large"],
)
async def test_what_is_no_answer_is_trouble_of_the_network(answer: bytes) -> None:
    async with asking(Server(answer, ends=True)) as ask:
        with pytest.raises(NetworkError) as raised:
            await asyncio.wait_for(ask(), 30)
    assert "6:X" not in str(raised.value)


async def test_nobody_there_is_trouble_of_the_network() -> None:
    base = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NetworkError):
        await FastRequest(base).do_request(f"{base}/bot6:X/getMe", "POST")
