"""Receiving by webhook: check the secret, keep the update, acknowledge."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request, Response
from prometheus_client import Histogram
from pydantic import SecretStr

from bot.channels.inbox.body import read_capped
from bot.channels.inbox.intake import InboxUnavailable, Intake, UpdateUnreadable, read_json, received_total
from bot.channels.zalo_bot.read_update import read_received
from bot.domain.messages import Channel

PATH = "/zalo-bot/webhook"
SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header
SECRET_LENGTHS = range(8, 257)
RETRY_AFTER_S = 1

_seconds = Histogram(
    "troly06_zalo_bot_webhook_seconds",
    "Seconds until an update of the Zalo bot is acknowledged",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2),
)


class SecretUnusable(ValueError):
    """ZALO_BOT_WEBHOOK_SECRET must have 8 to 256 characters: Zalo takes no other."""


def make_webhook_router(*, secret: SecretStr, intake: Intake) -> APIRouter:
    """Return the route that the platform calls.

    403: the secret is wrong. 503: the update could not be kept. 200 for all else, also for what we cannot read.

    Raises:
        SecretUnusable: `secret` is empty, too short or too long.
    """
    expected = secret.get_secret_value().encode()
    if len(secret.get_secret_value()) not in SECRET_LENGTHS:
        raise SecretUnusable
    router = APIRouter()

    @router.post(PATH, status_code=200, tags=["zalo"], summary="Updates of the Zalo bot")
    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, expected):
            received_total.labels(Channel.ZALO_BOT.value, "forged").inc()
            return Response(status_code=403)
        with _seconds.time():
            return await _keep(request, intake)

    return router


async def _keep(request: Request, intake: Intake) -> Response:
    body = await read_capped(request)
    if body is None:
        received_total.labels(Channel.ZALO_BOT.value, "too-large").inc()
        return Response()
    try:
        update = read_received(read_json(body))
        if update is None:
            received_total.labels(Channel.ZALO_BOT.value, "ignored").inc()
        else:
            await intake.keep([update])
    except UpdateUnreadable:
        received_total.labels(Channel.ZALO_BOT.value, "malformed").inc()
    except InboxUnavailable:
        return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    return Response()
