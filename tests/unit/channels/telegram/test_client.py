"""The connection: no network to build it, no answer and no token in a log."""

from __future__ import annotations

import logging

import pytest
from pydantic import SecretStr
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.inbox.worker import choose_retry
from bot.channels.telegram.client import AnswerUnreadable, CarefulRequest, build_application
from bot.channels.telegram.send import choose_outcome
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason

TOKEN = "123456:CANARY-token-that-nobody-may-see"


async def test_it_is_built_without_the_network() -> None:
    application = build_application(SecretStr(TOKEN), api_base="http://127.0.0.1:1/")
    assert application.bot.base_url == f"http://127.0.0.1:1/bot{TOKEN}"
    assert application.updater is None


async def test_the_token_is_in_no_log_line(caplog: pytest.LogCaptureFixture) -> None:
    """T27: a secret leaks."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    caplog.set_level(logging.DEBUG)
    application = build_application(SecretStr(TOKEN), api_base="http://127.0.0.1:1")
    with pytest.raises(NetworkError):
        await application.bot.send_message(1, "CANARY text")
    await application.bot.request.shutdown()
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize(
    "payload", [b"", b"<html>502 CANARY</html>", b"[]", b"7", b"\xff", b'{"ok": true}', b'{"ok": false}', b"{}"]
)
def test_an_answer_of_another_form_is_an_error_and_is_not_logged(
    payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(AnswerUnreadable):
        CarefulRequest.parse_json_payload(payload)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), RefusalReason.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), RefusalReason.BLOCKED),
        (BadRequest("Chat not found"), RefusalReason.NO_SUCH_CHAT),
        (ChatMigrated(-100), RefusalReason.NO_SUCH_CHAT),
        (BadRequest("Message is too long"), RefusalReason.MESSAGE_INVALID),
    ],
)
def test_refusals(error: TelegramError, expected: RefusalReason) -> None:
    outcome = choose_outcome(error)
    assert isinstance(outcome, DeliveryRefused)
    assert outcome.reason is expected


def test_delays_and_refused_tokens() -> None:
    flood = choose_outcome(RetryAfter(30))
    assert isinstance(flood, DeliveryDelayed)
    assert flood.retry_after_s == 30
    for error in (TimedOut(), NetworkError("Bad Gateway"), AnswerUnreadable("no JSON")):
        outcome = choose_outcome(error)
        assert isinstance(outcome, DeliveryDelayed)
        assert outcome.retry_after_s is None
    assert isinstance(choose_outcome(InvalidToken(TOKEN)), ChannelUnauthorised)


def test_a_pause_of_telegram_is_kept_even_where_it_is_long() -> None:
    reason, pause = choose_retry(DeliveryDelayed(3600), attempt=1)
    assert (reason, pause and pause.total_seconds()) == ("delayed", 3600)
    waits = [choose_retry(DeliveryDelayed(), attempt=n)[1] for n in range(1, 6)]
    assert [wait and wait.total_seconds() for wait in waits] == [1, 5, 30, 120, 120]
    assert choose_retry(DeliveryRefused(RefusalReason.BLOCKED), attempt=1) == ("blocked", None)
