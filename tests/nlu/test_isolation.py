"""The understanding server needs no network, no rights and no secret: it runs as nobody in an empty namespace."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.environments import prepare_understanding_environment
from bot.lean_http import SOCKET_PREFIX
from bot.settings import PROJECT_ROOT
from bot.understanding.rasa import RasaClient
from bot.understanding_process import understanding_environ
from tests.nlu.conftest import MODELS

pytestmark = pytest.mark.rasa

ALONE = ["unshare", "--net"]
LESS = ["setpriv", "--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all"]
PROBE = """
import json, os, socket
def tries(address):
    try:
        socket.create_connection(address, 1).close()
        return "reached"
    except OSError as error:
        return type(error).__name__
print(json.dumps({
    "outside": tries(("192.0.2.1", 80)),
    "database": tries(("127.0.0.1", %d)),
    "secrets": sorted(name for name in os.environ if "KEY" in name or "URL" in name or "TOKEN" in name),
    "privileges": [line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")][0],
}))
"""


def can_be_alone() -> bool:
    """Tell whether this machine lets us make an empty network namespace."""
    tools = all(shutil.which(tool) for tool in ("unshare", "setpriv"))
    return tools and subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode == 0


needs_namespaces = pytest.mark.skipif(not can_be_alone(), reason="this machine gives no network namespaces")


@needs_namespaces
async def test_it_answers_through_a_socket_file_without_any_network(model: str) -> None:
    python = prepare_understanding_environment()
    with tempfile.TemporaryDirectory(prefix="troly06-nlu-") as folder:
        socket = Path(folder) / "nlu.sock"
        process = await asyncio.create_subprocess_exec(
            *(*ALONE, *LESS, str(python), "-m", "nlu", "serve"),
            *("--socket", str(socket), "--models", str(MODELS), "--model", model),
            cwd=PROJECT_ROOT,
            env=understanding_environ(),
            stderr=asyncio.subprocess.DEVNULL,
        )
        client = RasaClient(f"{SOCKET_PREFIX}{socket}", timeout_ms=2000)
        try:
            async with asyncio.timeout(60):
                while not (socket.exists() and await client.check()):
                    assert process.returncode is None
                    await asyncio.sleep(0.1)
            ranking = await client.parse("đổi thẻ hết bao nhiêu tiền vậy")
            assert ranking[0].name == "fee"
            assert socket.stat().st_mode & 0o007 == 0
        finally:
            await client.close()
            process.terminate()
            await process.wait()


@needs_namespaces
async def test_from_there_nothing_can_be_reached() -> None:
    """T28: What the server is started in: the same wrapper and environment around a probe."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    os.environ["TROLY06_PROBE_KEY"] = "secret"
    try:
        process = await asyncio.create_subprocess_exec(
            *(*ALONE, *LESS, sys.executable, "-c", PROBE % port),
            env=understanding_environ(),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
    finally:
        del os.environ["TROLY06_PROBE_KEY"]
        server.close()
        await server.wait_closed()
    found = json.loads(told)
    assert found["outside"] != "reached"
    assert found["database"] != "reached"
    assert found["secrets"] == []
    assert int(found["privileges"], 16) == 0
