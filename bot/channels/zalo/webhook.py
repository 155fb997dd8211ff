"""Receiving by webhook: check the signature over the raw bytes, keep the event, acknowledge; nothing else.

Zalo sends again what is not answered within two seconds, so no answer to a citizen is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import Histogram
from pydantic import SecretStr

from bot.channels.inbox.body import read_capped
from bot.channels.inbox.intake import (
    InboxUnavailable,
    Intake,
    UpdateUnreadable,
    make_storable,
    read_json,
    received_total,
)
from bot.channels.zalo.read_event import find_event, read_timestamp
from bot.channels.zalo.signature import HEADER, is_signed
from bot.clock import Clock
from bot.domain.messages import Channel
from bot.storage.inbox import ReceivedUpdate

PATH = "/zalo/webhook"
OLDEST = timedelta(hours=13)
"""Zalo sends an event again for up to 12 hours. An older one is a replay: its key may be forgotten by now."""
RETRY_AFTER_S = 1

_seconds = Histogram(
    "troly06_zalo_webhook_seconds",
    "Seconds until a Zalo event is acknowledged",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2),
)


class SecretMissing(ValueError):
    """A webhook without a secret would take anybody's word for a citizen's."""


def make_webhook_router(*, app_id: str, secret: SecretStr, intake: Intake, clock: Clock) -> APIRouter:
    """Return the route that Zalo calls. `secret`: the secret key of the OA, not of the app.

    413: larger than any genuine event. 403: the signature is wrong, or the event is too old. 503: it could not
    be kept, Zalo sends it again. 200 for all else, also for a signed event that we cannot read: no repetition
    makes it better.

    Raises:
        SecretMissing: `secret` is empty.
    """
    if not secret.get_secret_value():
        raise SecretMissing
    router = APIRouter()

    @router.post(PATH, status_code=200, tags=["zalo"], summary="Events from Zalo")
    async def receive(request: Request) -> Response:
        with _seconds.time():
            body = await read_capped(request)
            if body is None:
                return _answer(413, "too-large")
            raw = _find_signed(body, request.headers, app_id=app_id, secret=secret)
            if raw is None:
                return _answer(403, "forged")
            return await _keep(raw, intake, clock)

    return router


def _find_signed(body: bytes, headers: Mapping[str, str], *, app_id: str, secret: SecretStr) -> Any:
    """Return the event of a signed body, None where the signature is not ours."""
    try:
        raw = read_json(body)
    except UpdateUnreadable:
        return None
    said = raw.get("timestamp") if isinstance(raw, dict) else None
    timestamp = str(said) if isinstance(said, str | int) else ""
    given = headers.get(HEADER, "").encode("latin-1")
    try:
        signed = is_signed(body, given, app_id=app_id, timestamp=timestamp, secret=secret)
    except UnicodeEncodeError:
        return None  # half of a surrogate pair in the timestamp
    return raw if signed else None


async def _keep(raw: dict[str, Any], intake: Intake, clock: Clock) -> Response:
    try:
        if clock() - read_timestamp(raw) > OLDEST:
            return _answer(403, "too-old")
        event = find_event(raw)
        if event is None:
            return _answer(200, "ignored")
        update = ReceivedUpdate(channel=Channel.ZALO, key=event.key, chat=event.chat, payload=make_storable(raw))
        await intake.keep([update])
    except UpdateUnreadable:
        return _answer(200, "malformed")
    except InboxUnavailable:
        return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    return Response()


def _answer(status: int, outcome: str) -> Response:
    received_total.labels(Channel.ZALO.value, outcome).inc()
    return Response(status_code=status)
