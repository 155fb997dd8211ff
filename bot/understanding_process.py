"""The understanding server as a process: how it is started, and whether it serves a model."""

from __future__ import annotations

import socket

import httpx

from bot.environments import prepare_understanding_environment
from bot.lean_http import SOCKET_PREFIX
from bot.settings import Settings


def understanding_command(settings: Settings, model: str, *, url: str) -> list[str]:
    """Return the command line of an understanding server at a port of this machine or at a socket file."""
    python = prepare_understanding_environment()
    where = (
        ["--socket", url.removeprefix(SOCKET_PREFIX)]
        if url.startswith(SOCKET_PREFIX)
        else ["--host", "127.0.0.1", "--port", url.rsplit(":", 1)[1]]
    )
    return [
        *(str(python), "-m", "nlu", "serve"),
        *where,
        *("--models", str(settings.models_dir), "--model", model),
    ]


def understanding_environ() -> dict[str, str]:
    """Return the environment of the understanding server: nothing but what Python needs."""
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "HOME": "/nonexistent"}


def free_port() -> int:
    """Return a port of this machine that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    """Tell whether nothing listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def find_port_for_understanding(settings: Settings) -> Settings:
    """Return the settings with a port that a new understanding server can have.

    Another program may have the usual one, such as a second assistant on this machine: asking that one's server
    would look well and answer with its model, until it is stopped.
    """
    url = settings.nlu_url
    if url.startswith(SOCKET_PREFIX) or is_free("127.0.0.1", int(url.rsplit(":", 1)[1])):
        return settings
    return settings.model_copy(update={"nlu_url": f"http://127.0.0.1:{free_port()}"})


def serves(url: str, model: str) -> bool:
    """Tell whether a server has a model loaded."""
    try:
        status = httpx.get(f"{url}/status", timeout=0.5, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return False
    return status.get("ready") is True and status.get("model") == model
