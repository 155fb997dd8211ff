"""Starts the emulator, and gives tests its controls."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bot.standins.telegram.node import COMMAND, install_packages
from tests.support.telegram_emulator.citizen import Citizen

TOKEN = "123456:TEST-token-of-the-emulator"
STARTS_WITHIN_S = 20.0


class EmulatorDidNotStart(RuntimeError):
    """Node is missing, or the emulator ended at once."""


class Emulator:
    """A running emulator. `url` is what TELEGRAM_API_BASE is set to, `token` what TELEGRAM_BOT_TOKEN is."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self.token = TOKEN
        self._http = http
        self._chats = itertools.count(1001)

    def citizen(self, *, name: str = "Nguyễn Văn An", chat: int | None = None) -> Citizen:
        """Return a new person with a private chat with the bot."""
        return Citizen(http=self._http, token=self.token, chat=chat or next(self._chats), name=name)

    def member_of_group(self, *, name: str = "Nguyễn Văn An") -> Citizen:
        """Return a person who writes in a group that the bot is in."""
        return Citizen(
            http=self._http, token=self.token, chat=-next(self._chats), name=name, chat_type="supergroup"
        )

    async def fails(
        self,
        method: str,
        *,
        code: int = 500,
        description: str = "injected",
        retry_after: object = None,
        chat: str | int | None = None,
        times: int = 1,
        delay_s: float = 0,
    ) -> None:
        """Let the next calls of a method fail. `code` 0 breaks the connection; 200 only comes late."""
        fault: dict[str, object] = {"method": method, "code": code, "description": description, "times": times}
        if retry_after is not None:
            fault["parameters"] = {"retry_after": retry_after}
        if chat is not None:
            fault["chat_id"] = chat
        if delay_s:
            fault["delay_ms"] = int(delay_s * 1000)
        await self._post("/__control/fault", fault)

    async def list_calls(self, method: str) -> list[dict[str, Any]]:
        """Return the bodies of all calls of a method, oldest first."""
        answer = await self._http.get(f"/__control/calls/{method}")
        return [call["body"] for call in answer.json()["result"]]

    async def deliver(self, update: dict[str, Any]) -> int:
        """Hand the bot an update as it is, and return its id; one with an "update_id" keeps it."""
        return int(await self._post("/__control/update", {"botToken": self.token, "update": update}))

    async def find_webhook(self) -> dict[str, Any] | None:
        """Return the webhook that the bot set, None where it set none."""
        answer = await self._http.get(f"/__control/webhook/{self.token}")
        found: dict[str, Any] | None = answer.json()["result"]
        return found

    async def reset(self) -> None:
        """Forget all messages, calls and faults."""
        await self._post("/__control/reset", {})

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()["result"]


@asynccontextmanager
async def running_emulator() -> AsyncIterator[Emulator]:
    """Start the emulator on a free port; it ends with the block. The first time, its packages are installed."""
    await asyncio.to_thread(install_packages)
    port = _free_port()
    process = _start(port)
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as http:
            await _wait_until_up(http, process)
            yield Emulator(url, http)
    finally:
        process.kill()
        process.wait()


def _start(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        COMMAND,
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def _wait_until_up(http: httpx.AsyncClient, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(STARTS_WITHIN_S):
        while True:
            if process.poll() is not None:
                raise EmulatorDidNotStart(f"node ended with {process.returncode}")
            try:
                if (await http.get(f"/bot{TOKEN}/getMe")).status_code == httpx.codes.OK:
                    break
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    await http.post("/__control/reset", json={})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
