"""Two assistants on one machine keep out of each other's way."""

from __future__ import annotations

import socket

import pytest

from bot.settings import Settings
from bot.understanding_process import find_port_for_understanding, is_free


def test_a_server_of_somebody_else_is_not_taken_for_ours() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        url = find_port_for_understanding(Settings(nlu_url=f"http://127.0.0.1:{taken}")).nlu_url
    port = int(url.rsplit(":", 1)[1])
    assert port != taken
    assert is_free("127.0.0.1", port)


@pytest.mark.parametrize("url", ["unix:/run/understanding.sock", "free"])
def test_a_place_that_is_free_is_kept(url: str) -> None:
    if url == "free":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings = Settings(nlu_url=url)
    assert find_port_for_understanding(settings) is settings
