"""Starts what is measured in processes of its own, and ends it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import httpx

from bot.settings import PROJECT_ROOT

STARTS_WITHIN_S = 180.0
ENDS_WITHIN_S = 15.0


@contextmanager
def process(
    module: Sequence[str], url: str = "", *, environ: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python -m` a module with its arguments while the block runs, once `url` answers where one is given."""
    with running([sys.executable, "-m", *module], url, environ=environ) as started:
        yield started


@contextmanager
def running(
    command: Sequence[str], url: str = "", *, environ: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run any command while the block runs, once `url` answers where one is given."""
    started = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environ, stdin=subprocess.DEVNULL)
    try:
        if url:
            _wait_for(url, started)
        yield started
    finally:
        started.terminate()
        try:
            started.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def processes(
    count: int, module: Sequence[str], *, environ: dict[str, str] | None = None
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run several of the same while the block runs."""
    with ExitStack() as stack:
        yield [stack.enter_context(process(module, environ=environ)) for _ in range(count)]


def _wait_for(url: str, started: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            httpx.get(url, timeout=1, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            assert started.poll() is None, started.args
            assert time.monotonic() < deadline, started.args
            time.sleep(0.1)
        else:
            return
