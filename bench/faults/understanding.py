"""Faults of the understanding server: killed under load; slow, broken, beside the point, lying."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from typing import LiteralString

import httpx
import psycopg
from rich.console import Console

from bench.answering import list_questions
from bench.faults.case import Figures
from bench.faults.lying_understanding import LIE, Mode
from bench.faults.oracle import InvariantBroken
from bench.faults.receiving import judge_load, post_updates
from bench.faults.scene import Scene
from bot.commands.prepare import train_if_changed
from bot.commands.seed import seed_all
from bot.settings import Settings
from bot.storage.database import plain_url
from bot.understanding.rasa import PAUSE_S
from bot.understanding_process import free_port, serves, understanding_command, understanding_environ

ASKED = 12
ANSWERED_WITHIN_S = 3.0
"""The limit of the client (NLU_TIMEOUT_MS), and the rest of a turn on a busy machine."""
SETTLED_WITHIN_S = 90.0
STARTS_WITHIN_S = 120.0


async def kill_understanding(scene: Scene) -> Figures:
    """Kill -9 the understanding server and the process that holds its model, under load: everybody is answered."""
    await seed_all(scene.settings)
    given = Settings()
    model = await asyncio.to_thread(train_if_changed, given, Console(stderr=True))
    url = f"http://127.0.0.1:{free_port()}"
    understanding = scene.run(understanding_command(given, model.name, url=url), understanding_environ())
    await _wait_until("the server starts", lambda: serves(url, model.name), within_s=STARTS_WITHIN_S)
    port = free_port()
    scene.start("serve", PORT=str(port), NLU_URL=url)
    await scene.wait_until_alive(port)
    load = asyncio.create_task(post_updates(port, rate=8, seconds=16))
    for kill in (understanding.kill_children, understanding.kill, understanding.kill_children, understanding.kill):
        await asyncio.sleep(3)
        kill()
        understanding.ensure()
    figures = judge_load(scene, await load)
    started = time.monotonic()
    unsettled = "SELECT count(*) FROM inbound_updates WHERE processed_at IS NULL"
    await _wait_until("all are answered", lambda: not _count(scene, unsettled), within_s=SETTLED_WITHIN_S)
    drained_s = time.monotonic() - started
    if failed := _count(scene, "SELECT count(*) FROM inbound_updates WHERE failure IS NOT NULL"):
        raise InvariantBroken(f"{failed} updates were given up")
    rang = {chat for _, chat in await scene.read_ledger()}
    asked = _list_chats(scene)
    if silent := asked - rang:
        raise InvariantBroken(f"{len(silent)} of {len(asked)} citizens got no answer")
    return {**figures, "kills": understanding.kills, "answered": len(asked), "drained_s": round(drained_s, 1)}


async def useless_understanding(scene: Scene) -> Figures:
    """The understanding server is slow, broken, beside the point, lies: answers come soon, and are not the lie."""
    await seed_all(scene.settings)
    port, liar_port = free_port(), free_port()
    liar = f"http://127.0.0.1:{liar_port}"
    scene.run([sys.executable, "-m", "bench.faults.lying_understanding", str(liar_port)], scene.environ)
    scene.start("serve", PORT=str(port), NLU_URL=liar)
    await scene.wait_until_alive(port)
    questions = list_questions(ASKED)
    await _ask(port, questions)  # fills the caches
    figures: Figures = {}
    async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
        for mode in Mode:
            await asyncio.sleep(PAUSE_S + 0.5)  # so long it is not asked after what it did before
            (await http.post(f"{liar}/become/{mode.value}")).raise_for_status()
            waits, answers = await _ask(port, questions)
            was_asked = (await http.get(f"{liar}/asked")).json()
            if not was_asked:
                raise InvariantBroken(f"{mode.value}: it was never asked")
            if max(waits) > ANSWERED_WITHIN_S:
                raise InvariantBroken(f"{mode.value}: an answer took {max(waits):.1f} s")
            if lies := answers.count(LIE):
                raise InvariantBroken(f"{mode.value}: the lie was told {lies} times")
            figures[f"{mode.value}_slowest_s"] = round(max(waits), 2)
            figures[f"{mode.value}_answered"] = sum(answer is not None for answer in answers)
    return figures


async def _ask(port: int, questions: Sequence[str]) -> tuple[list[float], list[str | None]]:
    """Return how long each answer took, and of which unit it was."""
    waits: list[float] = []
    answers: list[str | None] = []
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        for question in questions:
            started = time.monotonic()
            answered = await http.post(f"http://127.0.0.1:{port}/api/chat", json={"text": question})
            answered.raise_for_status()
            waits.append(time.monotonic() - started)
            answers.append(answered.json()["answer_id"])
            http.cookies.clear()  # each by somebody else
    return waits, answers


async def _wait_until(what: str, holds: Callable[[], bool], *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not await asyncio.to_thread(holds):
        if time.monotonic() > deadline:
            raise InvariantBroken(f"it took more than {within_s:.0f} s until {what}")
        await asyncio.sleep(0.2)


def _count(scene: Scene, query: LiteralString) -> int:
    with psycopg.connect(plain_url(scene.settings.database_url)) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row is not None else 0


def _list_chats(scene: Scene) -> set[str]:
    with psycopg.connect(plain_url(scene.settings.database_url)) as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT chat FROM inbound_updates")}
