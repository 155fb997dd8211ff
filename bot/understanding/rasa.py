"""The client of the understanding server: masked text goes out, a ranking of intents comes back, or nothing.

The server is treated as untrusted and replaceable: a short timeout, a size cap, a strict schema, and a breaker
that stops asking for a while after several failures, so that a dead server costs a citizen nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import structlog
from prometheus_client import Counter, Histogram
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.lean_http import SOCKET_PREFIX, CallFailed, LeanClient
from bot.understanding.retrieval import Candidate

MAX_ANSWER_BYTES = 64 * 1024
MOST_RANKED = 20
"""Intents that are looked at; the right one is nearly always among the first ten."""
FAILURES_TO_OPEN = 3
PAUSE_S = 2.0
"""How long the breaker stays open before one message probes the server again."""

log = structlog.get_logger()
_failures = Counter("troly06_rasa_failures_total", "Requests to the understanding server that failed", ["error"])
_seconds = Histogram(
    "troly06_rasa_seconds",
    "Seconds the understanding server took",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
)


class _Status(BaseModel):
    model_config = ConfigDict(extra="ignore")

    ready: bool


class _Ranked(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(max_length=100)
    confidence: float = Field(ge=0, le=1)


class _Parsed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    intent_ranking: list[_Ranked] = Field(max_length=1000)


@dataclass(slots=True)
class _Breaker:
    """Open after several failures in a row; then one request at a time is let through to probe."""

    clock: Callable[[], float]
    failures: int = 0
    opened_at: float = 0.0

    def lets_through(self) -> bool:
        if self.failures < FAILURES_TO_OPEN:
            return True
        if self.clock() - self.opened_at < PAUSE_S:
            return False
        self.opened_at = self.clock()
        return True

    def record(self, *, ok: bool) -> None:
        self.failures = 0 if ok else self.failures + 1
        if self.failures >= FAILURES_TO_OPEN:
            self.opened_at = self.clock()


def open_http(url: str, *, timeout_s: float) -> httpx.AsyncClient:
    """Return a client of a server at a port or at a socket file. The caller closes it."""
    socket = url.removeprefix(SOCKET_PREFIX) if url.startswith(SOCKET_PREFIX) else None
    # trust_env=False: the understanding server is never reached through a proxy.
    return httpx.AsyncClient(
        base_url="http://understanding" if socket else url,
        transport=httpx.AsyncHTTPTransport(uds=socket) if socket else None,
        timeout=timeout_s,
        trust_env=False,
    )


class RasaClient:
    """Asks the understanding server. `parse` never raises: no answer is an empty list."""

    def __init__(self, url: str, *, timeout_ms: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._timeout_s = timeout_ms / 1000
        self._breaker = _Breaker(clock)
        self._http = LeanClient(url, largest_answer=MAX_ANSWER_BYTES)

    @property
    def is_well(self) -> bool:
        """Tell whether the last requests were answered."""
        return self._breaker.failures == 0

    async def parse(self, masked: str) -> list[Candidate]:
        """Return the intents for a masked text, best first; empty where the server gives no usable answer."""
        if not self._breaker.lets_through():
            return []
        started = time.perf_counter()
        try:
            parsed = await self._ask(masked)
        except _FAILURES as error:
            self._breaker.record(ok=False)
            _failures.labels(type(error).__name__).inc()
            log.warning("understanding.rasa_failed", error=type(error).__name__)
            return []
        self._breaker.record(ok=True)
        _seconds.observe(time.perf_counter() - started)
        return [Candidate(ranked.name, ranked.confidence) for ranked in parsed.intent_ranking[:MOST_RANKED]]

    async def check(self) -> bool:
        """Tell whether the server has a model and answers."""
        try:
            body = await self._read("GET", "/status")
            self._breaker.record(ok=_Status.model_validate_json(body).ready)
        except _FAILURES:
            self._breaker.record(ok=False)
        return self.is_well

    async def close(self) -> None:
        """Close the connections."""
        self._http.close()

    async def _ask(self, masked: str) -> _Parsed:
        asked = json.dumps({"text": masked}).encode()
        return _Parsed.model_validate_json(await self._read("POST", "/model/parse", asked))

    async def _read(self, method: str, path: str, body: bytes = b"") -> bytes:
        # The whole answer has one bound, or a trickle could hold a citizen for ever.
        async with asyncio.timeout(self._timeout_s):
            status, answered = await self._http.call(method, path, body)
        if status != _OK:
            raise CallFailed(f"status {status}")
        return answered


_OK = 200
_FAILURES = (CallFailed, ValidationError, TimeoutError, OSError)
