"""The publish gate and the training for tests that are about something else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.evaluation.model_trainer import ModelTrainer
from bot.evaluation.questions import read_held_out
from bot.evaluation.retrain import Retrainer
from bot.evaluation.review import GateRunner
from bot.settings import Settings
from bot.storage.database import Database
from bot.understanding.understand import Understanding


def idle_gate(database: Database) -> GateRunner:
    """Return a gate that has nothing to do, and fails where it has."""

    @asynccontextmanager
    async def refuse() -> AsyncIterator[Understanding]:
        raise AssertionError("no draft was expected")
        yield

    return GateRunner(database, refuse, lambda: ())


def idle_retrainer(database: Database) -> Retrainer:
    """Return a retrainer for a database without phrasings: there is nothing to learn."""

    @asynccontextmanager
    async def refuse() -> AsyncIterator[Understanding]:
        raise AssertionError("no training was expected")
        yield

    nowhere = Path("nowhere")
    settings = Settings(data_dir=nowhere)
    return Retrainer(database, ModelTrainer(settings), refuse, read_held_out, nlu_url="", data_dir=nowhere)
