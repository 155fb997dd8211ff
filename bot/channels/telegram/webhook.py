"""Receiving by webhook: check the secret, keep the update, acknowledge."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from prometheus_client import Histogram
from pydantic import SecretStr

from bot.channels.inbox.body import read_capped
from bot.channels.inbox.intake import InboxUnavailable, Intake, UpdateUnreadable, received_total
from bot.channels.telegram.read_raw import read_body
from bot.domain.messages import Channel

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header
RETRY_AFTER_S = 1

_seconds = Histogram(
    "troly06_telegram_webhook_seconds",
    "Seconds until an update is acknowledged",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2),
)


class SecretMissing(ValueError):
    """A webhook without a secret would take anybody's word for a citizen's."""


def make_webhook_router(*, secret: SecretStr, intake: Intake) -> APIRouter:
    """Return the route that Telegram calls.

    Raises:
        SecretMissing: `secret` is empty.
    """
    router = APIRouter()
    # A plain route: FastAPI's own reading of parameters would cost as much as all the rest.
    router.add_route(PATH, make_webhook(secret=secret, intake=intake), methods=["POST"])
    return router


def make_webhook(*, secret: SecretStr, intake: Intake) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers Telegram's calls.

    403: the secret is wrong. 503: the update could not be kept, Telegram sends it again. 200 for all else, also
    for a body that is malformed or larger than 64 KiB: Telegram repeats whatever is not answered with 200, ahead
    of the updates behind it, and no repetition makes such a body better. Genuine updates are smaller.

    Raises:
        SecretMissing: `secret` is empty.
    """
    expected = secret.get_secret_value().encode()
    if not expected:
        raise SecretMissing

    async def receive(request: Request) -> Response:
        # Header values arrive as latin-1: back to the bytes that were sent.
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, expected):
            received_total.labels(Channel.TELEGRAM.value, "forged").inc()
            return Response(status_code=403)
        with _seconds.time():
            return await _keep(request, intake)

    return receive


async def _keep(request: Request, intake: Intake) -> Response:
    body = await read_capped(request)
    if body is None:
        received_total.labels(Channel.TELEGRAM.value, "too-large").inc()
        return Response()
    try:
        await intake.keep([read_body(body)])
    except UpdateUnreadable:
        received_total.labels(Channel.TELEGRAM.value, "malformed").inc()
    except InboxUnavailable:
        return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    return Response()
