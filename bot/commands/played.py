"""What `run` adds for each messenger without a token: one that is played on this machine.

A newcomer sees a broadcast arrive on three messengers and registers nowhere. Every secret is made anew at each
start, so that nobody else can speak as Zalo to a machine that is open to the network.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from pydantic import SecretStr
from rich.console import Console

from bot.channels.zalo.client import TokenRefused
from bot.channels.zalo.webhook import PATH
from bot.commands.part import Part
from bot.commands.standins import BOT, CONSENT_PATH, OA, TELEGRAM, list_template_ids
from bot.commands.zalo import make_pkce
from bot.domain.ports import DeliveryDelayed
from bot.settings import Settings
from bot.standins.telegram.node import COMMAND, PackagesMissing, install_packages
from bot.understanding_process import free_port, is_free
from bot.wiring import open_zalo_account

STARTS_WITHIN_S = 20.0
_PLAYED_APP = "600000000000000006"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The messengers that are played. `settings`: with their addresses and secrets in the place of real ones."""

    settings: Settings
    url: str
    parts: list[Part] = field(default_factory=list)
    messengers: tuple[str, ...] = ()

    async def connect(self) -> None:
        """Wait for the stand-in, and let it consent to us as an administrator of the Official Account would."""
        if OA not in self.messengers:
            return
        verifier, challenge = make_pkce()
        until = time.monotonic() + STARTS_WITHIN_S
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=2) as http:
            while time.monotonic() < until:
                try:
                    answer = await http.post(CONSENT_PATH, params={"code_challenge": challenge})
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
            else:
                log.error("run.standin_not_reached")
                return
        try:
            async with open_zalo_account(self.settings) as zalo:
                assert zalo is not None
                await zalo.tokens.connect(answer.json()["code"], verifier=verifier)
        except (TokenRefused, DeliveryDelayed) as error:
            log.error("run.standin_not_connected", error=type(error).__name__)


def plan_played(settings: Settings, console: Console) -> Played:
    """Return what is to be played: each messenger whose token is not set, unless DEMO_MESSENGERS says no."""
    port = next((port for port in range(settings.port + 1, settings.port + 20) if is_free("127.0.0.1", port)), 0)
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    if not settings.demo_messengers:
        return Played(settings=settings, url=url)
    changes: dict[str, Any] = {}
    played: list[str] = []
    parts: list[Part] = []
    if not settings.zalo_app_id:
        played.append(OA)
        changes |= {
            "zalo_app_id": _PLAYED_APP,
            "zalo_app_secret": _make_secret(),
            "zalo_oa_secret": _make_secret(),
            "zalo_oauth_base": url,
            "zalo_api_base": url,
            "zalo_business_base": url,
            "zalo_templates": list_template_ids(),
        }
    if not settings.zalo_bot_token.get_secret_value():
        played.append(BOT)
        changes |= {
            "zalo_bot_token": SecretStr(f"6:{secrets.token_hex(16)}"),
            "zalo_bot_api_base": url,
            "zalo_bot_webhook_secret": SecretStr(""),  # polled: Zalo would not call a machine without a name
        }
    if not settings.telegram_bot_token.get_secret_value() and _has_node(console):
        played.append(TELEGRAM)
        telegram_port = free_port()
        changes |= {
            "telegram_bot_token": SecretStr(f"600006:{secrets.token_hex(18)}"),
            "telegram_api_base": f"http://127.0.0.1:{telegram_port}",
            "telegram_webhook_secret": SecretStr(""),
        }
        environ = {**os.environ, "PORT": str(telegram_port)}
        parts.append(Part("telegram-standin", list(COMMAND), environ, goes_first=True))
    if not played:
        return Played(settings=settings, url=url)
    changed = settings.model_copy(update=changes)
    command = [
        sys.executable,
        "-m",
        "bot",
        "standins",
        "--port",
        str(port),
        "--webhook",
        f"{_local(settings)}{PATH}",
    ]
    command += [word for name in played for word in ("--play", name)]
    parts.append(Part("standins", command, {**os.environ, **list_environ(changed)}, goes_first=True))
    return Played(settings=changed, url=url, parts=parts, messengers=tuple(played))


def list_environ(settings: Settings) -> Mapping[str, str]:
    """Return what every process has to know of the messengers."""
    return {
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_API_BASE": settings.telegram_api_base,
        "TELEGRAM_WEBHOOK_SECRET": settings.telegram_webhook_secret.get_secret_value(),
        "ZALO_APP_ID": settings.zalo_app_id,
        "ZALO_APP_SECRET": settings.zalo_app_secret.get_secret_value(),
        "ZALO_OA_SECRET": settings.zalo_oa_secret.get_secret_value(),
        "ZALO_OAUTH_BASE": settings.zalo_oauth_base,
        "ZALO_API_BASE": settings.zalo_api_base,
        "ZALO_BUSINESS_BASE": settings.zalo_business_base,
        "ZALO_TEMPLATES": json.dumps(settings.zalo_templates),
        "ZALO_BOT_TOKEN": settings.zalo_bot_token.get_secret_value(),
        "ZALO_BOT_API_BASE": settings.zalo_bot_api_base,
        "ZALO_BOT_WEBHOOK_SECRET": settings.zalo_bot_webhook_secret.get_secret_value(),
    }


def _has_node(console: Console) -> bool:
    try:
        with console.status("Chuẩn bị Telegram giả lập"):
            install_packages()
    except PackagesMissing as missing:
        log.warning("run.no_telegram_standin", reason=str(missing))
        return False
    return True


def _make_secret() -> SecretStr:
    return SecretStr(secrets.token_hex(16))


def _local(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.port}"
