"""Asks an assistant the same question again and again, as citizens on the web do; a process of its own.

`python -m bench.asking ADDRESS SECONDS`. Writes how long each answer took, in seconds, as a JSON list.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

import httpx

from bot.settings import PROJECT_ROOT

ASKS_EVERY_S = 0.6
"""An address that asks faster is told to wait."""
QUESTION = "lệ phí đổi thẻ căn cước"


def start_asking(address: str, *, seconds: float) -> subprocess.Popen[str]:
    """Begin to ask; `read_waits` ends it."""
    command = [sys.executable, "-m", "bench.asking", address, str(seconds)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True)


def read_waits(asking: subprocess.Popen[str]) -> list[float]:
    """Wait until all is asked, and return how long each answer took."""
    output, _ = asking.communicate()
    assert asking.returncode == 0, asking.args
    return [float(wait) for wait in json.loads(output)]


def ask(address: str, *, seconds: float) -> list[float]:
    """Ask for a while."""
    waits: list[float] = []
    until = time.perf_counter() + seconds
    with httpx.Client(timeout=10, trust_env=False) as http:
        while (started := time.perf_counter()) < until:
            http.post(f"{address}/api/chat", json={"text": QUESTION}).raise_for_status()
            waits.append(time.perf_counter() - started)
            http.cookies.clear()  # the next one is somebody else: one person may ask twenty times a minute
            time.sleep(max(0.0, started + ASKS_EVERY_S - time.perf_counter()))
    return waits


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask(sys.argv[1], seconds=float(sys.argv[2]))))
