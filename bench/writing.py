"""Writes the same question to the bot again and again through the Telegram stand-in; a process of its own.

`python -m bench.writing EMULATOR TOKEN FIRST_CHAT SECONDS`. Each question comes from somebody else, at its moment,
whether the one before was answered or not; the stand-in notes when it came and when the answer did.
"""

from __future__ import annotations

import subprocess
import sys
import time

import httpx

from bench.asking import ASKS_EVERY_S, QUESTION
from bot.settings import PROJECT_ROOT

Noted = list[tuple[float, str]]
"""The second and the chat, as the stand-in lists what rang and what was written."""


def start_writing(emulator: str, token: str, first_chat: int, *, seconds: float) -> subprocess.Popen[str]:
    """Begin to write; it ends by itself."""
    command = [sys.executable, "-m", "bench.writing", emulator, token, str(first_chat), str(seconds)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, text=True)


def find_waits(written: Noted, rang: Noted, *, first: int, last: int) -> list[float | None]:
    """Return how long everybody with a chat from `first` to before `last` waited; None: for ever."""
    answered: dict[str, float] = {}
    for moment, chat in rang:
        answered.setdefault(chat, moment)
    asked = [(moment, chat) for moment, chat in written if first <= int(chat) < last]
    return [answered[chat] - moment if chat in answered else None for moment, chat in asked]


def write(emulator: str, token: str, first_chat: int, *, seconds: float) -> None:
    """Write for a while."""
    started = time.monotonic()
    with httpx.Client(base_url=emulator, timeout=10, trust_env=False) as http:
        for number in range(int(seconds / ASKS_EVERY_S)):
            time.sleep(max(0.0, started + number * ASKS_EVERY_S - time.monotonic()))
            chat = first_chat + number
            who = {"id": chat, "is_bot": False, "first_name": "An", "language_code": "vi"}
            message = {
                "botToken": token,
                "date": int(time.time()),
                "from": who,
                "chat": {"id": chat, "type": "private", "first_name": "An"},
                "text": QUESTION,
            }
            http.post("/sendMessage", json=message).raise_for_status()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]), seconds=float(sys.argv[4]))
