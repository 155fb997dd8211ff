"""T28: a server in the place of Rasa that lies, floods or hangs costs a citizen nothing but a moment."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.lean_http import SOCKET_PREFIX
from bot.understanding.rasa import FAILURES_TO_OPEN, RasaClient

LONGEST_S = 2.0
GIGABYTE = 1024**3
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
Twin = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def says(body: bytes, status: bytes = b"200 OK") -> Twin:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = HEAD.replace(b"200 OK", status)
        writer.write(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    return answer


async def floods(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + f"Content-Length: {GIGABYTE}\r\n\r\n".encode())
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def trickles(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 5000\r\n\r\n")
    while True:
        writer.write(b"[")
        await writer.drain()
        await asyncio.sleep(0.02)


async def hangs(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def ranked(*entries: object) -> bytes:
    return json.dumps({"intent_ranking": list(entries)}).encode()


TWINS: dict[str, Twin] = {
    "floods": floods,
    "trickles": trickles,
    "hangs": hangs,
    "hangs up": hangs_up,
    "html": says(b"<html>It works!</html>"),
    "nothing": says(b""),
    "empty list": says(b"[]"),
    "no json": says(b"{'a': 1}"),
    "not utf-8": says(b"\xff\xfe\x00"),
    "deep": says(b"[" * 50_000),
    "wrong types": says(ranked({"name": 5, "confidence": "yes"})),
    "more than sure": says(ranked({"name": "a", "confidence": 7})),
    "not a number": says(b'{"intent_ranking": [{"name": "a", "confidence": NaN}]}'),
    "long name": says(ranked({"name": "a" * 5000, "confidence": 0.5})),
    "thousands": says(ranked(*[{"name": "a", "confidence": 0.1}] * 1001)),
    "broken": says(b"Traceback (most recent call last)", status=b"500 Internal Server Error"),
    "elsewhere": says(b"", status=b"302 Found\r\nLocation: http://127.0.0.1:1/"),
}


@asynccontextmanager
async def twin_at(folder: Path, behaviour: Twin) -> AsyncIterator[str]:
    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await behaviour(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    path = folder / "twin.sock"
    server = await asyncio.start_unix_server(serve, path)
    try:
        yield f"{SOCKET_PREFIX}{path}"
    finally:
        server.close()
        for task in served:
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)


@pytest.mark.parametrize("name", TWINS)
async def test_what_lies_is_not_believed(tmp_path: Path, name: str) -> None:
    async with twin_at(tmp_path, TWINS[name]) as url:
        client = RasaClient(url, timeout_ms=300)
        started = time.monotonic()
        assert await client.parse("lam the het bao nhieu") == []
        assert time.monotonic() - started < LONGEST_S
        assert not client.is_well
        assert not await client.check()
        await client.close()


async def test_one_that_keeps_hanging_is_not_asked_for_a_while(tmp_path: Path) -> None:
    async with twin_at(tmp_path, hangs) as url:
        client = RasaClient(url, timeout_ms=50)
        for _ in range(FAILURES_TO_OPEN):
            await client.parse("a")
        started = time.monotonic()
        for _ in range(50):
            assert await client.parse("a") == []
        assert time.monotonic() - started < LONGEST_S
        await client.close()


async def test_what_is_sent_besides_is_left_out(tmp_path: Path) -> None:
    body = json.dumps(
        {"intent_ranking": [{"name": "a", "confidence": 0.5, "citizen": "079203012345"}], "text": "khác"}
    )
    async with twin_at(tmp_path, says(body.encode())) as url:
        client = RasaClient(url, timeout_ms=1000)
        (candidate,) = await client.parse("a")
        assert (candidate.name, candidate.score) == ("a", 0.5)
        await client.close()
