"""T16, T18, T23, T27: whatever a program sends to the web process, it gets an answer that is documented.

The document is the one that the process gives itself, its database is real. The stream does not end, so it is read
up to its head only.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import SecretStr
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.schemas import APIOperation, BaseSchema

from bot.channels.web.reading import PICTURE_KINDS
from bot.domain.api_key import ApiScope
from bot.storage.database import Database
from tests.fuzz.texts import EXAMPLES, much, texts
from tests.support.web_process import make_api_key, make_app, served_by_a_thread

FORM = "application/x-www-form-urlencoded"
"""Whatever stands in a field of a form is a text, so none is wrong."""
STREAM = "/api/chat/stream"
PAUSE = timedelta(seconds=7)
"""Between two calls: nobody is refused for being too quick, so what is sent is read."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = list(schemathesis.GenerationMode)
FEWEST = 10
"""Requests of each mode to an operation, where few are asked for."""

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
schemathesis.serializer.alias(list(PICTURE_KINDS), "application/octet-stream")


Operation = APIOperation[Any, Any, Any, Any]


class SteppingClock:
    """A clock that goes on by `PAUSE` when it is told to; several threads read it."""

    def __init__(self) -> None:
        self._moment = datetime(2026, 11, 23, 2, tzinfo=UTC)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._moment

    def step(self) -> None:
        """Go on."""
        with self._lock:
            self._moment += PAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A running web process, what it says of itself, and a key for each scope."""

    url: str
    clock: SteppingClock
    schema: BaseSchema
    keys: dict[ApiScope, str]

    def list_operations(self, *, with_key: bool) -> list[Operation]:
        """List what it documents, with or without what wants a key."""
        found = [each.ok() for each in self.schema.get_all_operations()]
        return [each for each in found if each.path != STREAM and each.path.startswith("/api/v1/") == with_key]


@pytest.fixture(scope="module")
def web(shared_database_url: SecretStr, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    clock = SteppingClock()

    async def make_keys() -> dict[ApiScope, str]:
        database = Database(shared_database_url)
        keys = {each: await make_api_key(database, clock(), each) for each in ApiScope}
        await database.close()
        return keys

    keys = asyncio.run(make_keys())
    with served_by_a_thread(make_app(shared_database_url, tmp_path_factory.mktemp("web"), clock)) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
        yield Web(url=address, clock=clock, schema=schema, keys=keys)


class CarriedKey(requests.auth.AuthBase):
    """Puts a key, or none, into a request last of all, whatever was generated for its header."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request with the key."""
        request.headers.pop("Authorization", None)
        if self._key is not None:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def call_each(web: Web, operations: list[Operation], key: str | None) -> dict[str, set[int]]:
    """Send generated requests to operations, right ones and wrong ones. Return which statuses each answered."""
    assert operations
    return {operation.label: call_operation(web, operation, key, len(operations)) for operation in operations}


def call_operation(web: Web, operation: Operation, key: str | None, among: int) -> set[int]:
    """Send generated requests to one of so many operations. Return the statuses that it answered."""
    statuses: set[int] = set()
    carried = CarriedKey(key)
    takes_something = operation.body or operation.query or operation.path_parameters
    can_be_wrong = operation.query or any(each.media_type != FORM for each in operation.body)
    modes = MODES if can_be_wrong else [schemathesis.GenerationMode.POSITIVE]
    for mode in modes:

        @settings(
            much,
            max_examples=max(EXAMPLES // (among * len(modes)), FEWEST) if takes_something else 1,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: schemathesis.Case) -> None:
            web.clock.step()
            response = case.call_and_validate(auth=carried, checks=CHECKS)
            statuses.add(response.status_code)

        call()
    return statuses


def test_the_pages_and_the_chat_answer_as_documented(web: Web) -> None:
    seen = call_each(web, web.list_operations(with_key=False), None)
    assert 200 in seen["POST /api/chat"]
    assert 400 in seen["POST /api/chat"]
    assert seen["POST /xem-rieng/{token}"] <= {200, 400, 404, 413}


def test_without_a_key_nothing_is_taken(web: Web) -> None:
    for statuses in call_each(web, web.list_operations(with_key=True), None).values():
        assert 401 in statuses
        assert statuses <= {401, 422}, "a parameter is read before the key"


@pytest.mark.parametrize("scope", list(ApiScope))
def test_a_key_takes_what_its_scope_says_and_nothing_else(web: Web, scope: ApiScope) -> None:
    right = f"PUT /api/v1/{scope.partition(':')[0]}"
    for operation, statuses in call_each(web, web.list_operations(with_key=True), web.keys[scope]).items():
        if operation == right:
            assert 200 in statuses
            assert statuses <= {200, 400, 422}
        else:
            assert 403 in statuses
            assert statuses <= {403, 422}


@much
@given(conversation=texts)
def test_the_stream_begins_or_says_why_not(web: Web, conversation: str) -> None:
    sent = conversation.encode("utf-8", "replace").decode()
    with httpx.stream("GET", f"{web.url}{STREAM}", params={"conversation": sent}) as answer:
        assert answer.status_code == (200 if len(sent) <= 200 else 400)
