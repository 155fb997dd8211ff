"""The connection to Telegram's Bot API, careful with the token and with what citizens typed."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from telegram import Bot
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

# The library warns on every flood answer unless it may speak of durations.
os.environ.setdefault("PTB_TIMEDELTA", "1")

AnyApplication = Application[Any, Any, Any, Any, Any, Any]

DEFAULT_RETRY_AFTER_S = 5
"""Waited where Telegram says "too many requests" without a usable time."""
CONNECTIONS = 64
_TALKATIVE = ("httpx", "httpcore", "telegram")


class AnswerUnreadable(TelegramError):
    """What came back is not an answer of the Bot API."""


class CarefulRequest(HTTPXRequest):
    """The library's HTTP client, which writes no answer into a log and survives a malformed one."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer as an object. The library's own way logs the whole answer where it is no JSON."""
        try:
            answer = json.loads(payload)
        except ValueError:
            raise AnswerUnreadable("no JSON") from None
        if not isinstance(answer, dict):
            raise AnswerUnreadable("no object")
        if answer.get("ok") is True and "result" not in answer:
            raise AnswerUnreadable("no result")
        if answer.get("ok") is not True and "error_code" not in answer:
            raise AnswerUnreadable("no error code")
        if "parameters" in answer:
            answer["parameters"] = _tidy_parameters(answer["parameters"], answer.get("error_code"))
        elif answer.get("error_code") == 429:
            answer["parameters"] = {"retry_after": DEFAULT_RETRY_AFTER_S}
        return answer


def build_application(token: SecretStr, *, api_base: str) -> AnyApplication:
    """Build the library's application without its own receivers and clocks. Nothing is asked of the network."""
    keep_token_out_of_logs()
    return (
        ApplicationBuilder()
        .token(token.get_secret_value())
        .base_url(f"{api_base.rstrip('/')}/bot")
        .base_file_url(f"{api_base.rstrip('/')}/file/bot")
        .request(build_request())
        .get_updates_request(build_request())
        .updater(None)
        .job_queue(None)
        .build()
    )


def build_request() -> CarefulRequest:
    """Build an HTTP client whose every step has a limit."""
    return CarefulRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=5.0,
        read_timeout=8.0,
        write_timeout=5.0,
        pool_timeout=3.0,
    )


async def post_message(bot: Bot, given: Mapping[str, str]) -> None:
    """Call sendMessage with parameters as Telegram reads them, objects as JSON; raises as the library's own call.

    Its own call also turns the parameters into objects, and the whole message that comes back, which nobody reads:
    half of what a message of a broadcast costs.

    Raises:
        AnswerUnreadable: what came back is no message.
    """
    data = RequestData([RequestParameter(name, value, None) for name, value in given.items()])
    message = await bot.request.post(f"{bot.base_url}/sendMessage", data)
    if not isinstance(message, dict) or "message_id" not in message:
        raise AnswerUnreadable("no message")


def keep_token_out_of_logs() -> None:
    """Let the libraries log warnings only: the bot token is part of every URL they would name below that."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)


def _tidy_parameters(parameters: object, error_code: object) -> dict[str, Any]:
    tidy = dict(parameters) if isinstance(parameters, dict) else {}
    wait = tidy.get("retry_after")
    if error_code == 429 and (isinstance(wait, bool) or not isinstance(wait, int | float) or wait <= 0):
        tidy["retry_after"] = DEFAULT_RETRY_AFTER_S
    return tidy
