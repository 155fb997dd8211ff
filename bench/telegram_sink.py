"""A stand-in for Telegram that answers like it and does nothing else, fast enough for a thousand calls a second.

`python -m bench.telegram_sink PORT [DELAY_MS]`. It keeps a ledger, the phones that rang: GET /ledger gives for
each message the second at which it came and the chat, GET /count how often each method was called. POST /fault
with {"code", "times", "retry_after"} lets the next messages be refused; {"times": 0} ends that.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import cast
from urllib.parse import parse_qs

import uvloop

BOT = {"id": 6, "is_bot": True, "first_name": "Trợ lý 06", "username": "troly06_bench_bot"}
_CALL = re.compile(rb"(?:GET|POST) /bot[^/]+/(\w+)")


class Sink:
    """What was called, and what rang."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self.counts: dict[str, int] = {}
        self.ledger: list[tuple[float, str]] = []
        self.fault: dict[str, float] = {"times": 0}

    def answer(self, line: bytes, body: bytes) -> tuple[int, object]:
        """Answer one request by its first line and its body."""
        if line.startswith(b"GET /count"):
            return 200, self.counts
        if line.startswith(b"GET /ledger"):
            return 200, self.ledger
        if line.startswith(b"POST /fault"):
            self.fault = json.loads(body)
            return 200, True
        call = _CALL.match(line)
        if call is None:
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        method = call.group(1).decode()
        self.counts[method] = self.counts.get(method, 0) + 1
        if method == "getMe":
            return 200, {"ok": True, "result": BOT}
        if method != "sendMessage":
            return 200, {"ok": True, "result": True}
        if self.fault["times"] > 0:
            self.fault["times"] -= 1
            return self._refuse()
        chat = _read_chat(body)
        self.ledger.append((time.time(), chat))
        sent = {"message_id": len(self.ledger), "date": int(time.time()), "from": BOT, "text": "."}
        return 200, {"ok": True, "result": {**sent, "chat": {"id": int(chat), "type": "private"}}}

    def _refuse(self) -> tuple[int, object]:
        code = int(self.fault["code"])
        refusal: dict[str, object] = {"ok": False, "error_code": code, "description": "refused by the stand-in"}
        if "retry_after" in self.fault:
            refusal["parameters"] = {"retry_after": self.fault["retry_after"]}
        return code, refusal


class Connection(asyncio.Protocol):
    """One connection of a client; requests come one after another."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note where to answer."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own does not inherit from it

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            whole = end + 4 + (int(length.group(1)) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            code, answer = self._sink.answer(head, body)
            delay_s = self._sink.delay_s if head.find(b"/sendMessage") >= 0 else 0.0
            asyncio.get_running_loop().call_later(delay_s, self._write, code, answer)

    def _write(self, code: int, answer: object) -> None:
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 {code} .\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head.encode() + body)


def _read_chat(body: bytes) -> str:
    if body.startswith(b"{"):
        return str(json.loads(body)["chat_id"])
    return parse_qs(body.decode())["chat_id"][0]


async def main(port: int, delay_s: float) -> None:
    """Answer until ended."""
    sink = Sink(delay_s)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sink), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0))
