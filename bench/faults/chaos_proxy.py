"""A TCP proxy that spoils what goes through it: late, lost, cut, silent, half-open, or one byte at a time."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

Open = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
_READ_AT_ONCE = 64 * 1024


class Mode(StrEnum):
    """What happens to what goes through."""

    PASS = "pass"
    DELAY = "delay"
    """Each piece comes `delay_s` late, in both directions."""
    REFUSE = "refuse"
    """New connections are closed at once."""
    RESET = "reset"
    """Connections are cut with RST, in the middle of whatever they do."""
    BLACK_HOLE = "black-hole"
    """Connections are taken, and nothing ever comes through."""
    HALF_OPEN = "half-open"
    """Connections that stand stay open and silent; new ones pass: as after a firewall forgot them."""
    TRICKLE = "trickle"
    """Answers come one byte at a time, `delay_s` apart."""


@dataclass(slots=True)
class _Pair:
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    is_silent: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class ChaosProxy:
    """Stands before one server. The mode may be changed at any moment."""

    def __init__(self, upstream: Open) -> None:
        self._upstream = upstream
        self._pairs: set[_Pair] = set()
        self.mode = Mode.PASS
        self.delay_s = 0.0
        self.port = 0

    def become(self, mode: Mode, *, delay_s: float = 0.0) -> None:
        """Treat everything in another way from now on."""
        self.mode, self.delay_s = mode, delay_s
        for pair in list(self._pairs):
            if mode is Mode.HALF_OPEN:
                pair.is_silent = True
            elif mode is Mode.RESET:
                _reset(pair.client)
                if pair.server is not None:
                    _reset(pair.server)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        if self.mode is Mode.REFUSE:
            writer.close()
            return
        if self.mode is Mode.RESET:
            _reset(writer)
            return
        pair = _Pair(writer)
        self._pairs.add(pair)
        try:
            if self.mode is Mode.BLACK_HOLE:
                pair.is_silent = True
            from_server, pair.server = await self._upstream()
            pair.tasks = [
                asyncio.create_task(self._pump(pair, reader, pair.server, is_answer=False)),
                asyncio.create_task(self._pump(pair, from_server, writer, is_answer=True)),
            ]
            await asyncio.wait(pair.tasks, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass  # the server is away, and so are we
        finally:
            self._pairs.discard(pair)
            await _end(pair)

    async def close(self) -> None:
        """End every connection."""
        for pair in list(self._pairs):
            await _end(pair)

    async def _pump(
        self, pair: _Pair, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        with suppress(OSError):
            while data := await source.read(_READ_AT_ONCE):
                if pair.is_silent:
                    await asyncio.Event().wait()  # until the connection is ended
                if self.mode is Mode.DELAY:
                    await asyncio.sleep(self.delay_s)
                if self.mode is Mode.TRICKLE and is_answer:
                    for position in range(len(data)):
                        target.write(data[position : position + 1])
                        await asyncio.sleep(self.delay_s)
                else:
                    target.write(data)
                await target.drain()


@asynccontextmanager
async def chaos_proxy(upstream: Open) -> AsyncIterator[ChaosProxy]:
    """Run a proxy on a free port while the block runs."""
    proxy = ChaosProxy(upstream)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _end(pair: _Pair) -> None:
    for task in pair.tasks:
        task.cancel()
    await asyncio.gather(*pair.tasks, return_exceptions=True)
    for writer in (pair.client, pair.server):
        if writer is not None:
            writer.close()
