"""Runs the publish gate on drafts that wait for review, one after the other, beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog

from bot.clock import hanoi_date
from bot.content.catalogue import load_catalogue
from bot.content.new_answers import find_pair, make_candidate
from bot.evaluation.gate import ContentState, find_changed_answers
from bot.evaluation.questions import GoldenQuestion
from bot.storage.content_drafts import DraftState, StoredDraft, list_drafts, record_gate
from bot.storage.database import Database
from bot.understanding.understand import Understanding

CHANGED_KEPT = 200
"""Changed answers that are kept to be read; those that break come first."""

log = structlog.get_logger()

OpenUnderstanding = Callable[[], AbstractAsyncContextManager[Understanding]]


class GateRunner:
    """Asks the golden questions for every draft that waits."""

    def __init__(
        self,
        database: Database,
        open_understanding: OpenUnderstanding,
        questions: Callable[[], Sequence[GoldenQuestion]],
    ) -> None:
        """Take its parts. `open_understanding` is called when there is work: it costs memory and time."""
        self._database = database
        self._open = open_understanding
        self._questions = questions

    async def run_waiting(self, now: datetime) -> int:
        """Run the gate for each draft that waits and has no result; return how many there were."""
        if not (waiting := await self._list_waiting()):
            return 0
        async with self._open() as understanding:
            for draft in waiting:
                await self._run(draft, understanding, now)
        return len(waiting)

    async def _list_waiting(self) -> list[StoredDraft]:
        async with self._database.begin() as tx:
            return [draft for draft in await list_drafts(tx, DraftState.SUBMITTED) if draft.gate is None]

    async def _run(self, draft: StoredDraft, understanding: Understanding, now: datetime) -> None:
        async with self._database.begin() as tx:
            catalogue = await load_catalogue(tx)
            candidate = await make_candidate(tx, catalogue, draft)
            tried_with = _find_version(await find_pair(tx, draft))
        questions = self._questions()
        # Building the index of a catalogue takes a second of one core; other work goes on meanwhile.
        published_by = await asyncio.to_thread(understanding.read_for, catalogue)
        candidate_by = await asyncio.to_thread(understanding.read_for, candidate)
        changed = await find_changed_answers(
            questions,
            published=ContentState(catalogue=catalogue, understanding=published_by),
            candidate=ContentState(catalogue=candidate, understanding=candidate_by),
            day=hanoi_date(now),
        )
        gate: dict[str, Any] = {
            "questions": len(questions),
            "ran_at": now.isoformat(),
            "changed_count": len(changed),
            "changed": [asdict(each) for each in changed[:CHANGED_KEPT]],
        }
        async with self._database.begin() as tx:
            if _find_version(await find_pair(tx, draft)) != tried_with:
                return  # what goes along changed meanwhile: both are asked again
            await record_gate(tx, draft.kind, draft.record_id, version=draft.version, gate=gate)
        log.info(
            "gate.ran",
            kind=draft.kind,
            record=draft.record_id,
            changed=len(changed),
            breaks=sum(each.breaks for each in changed),
        )


def _find_version(draft: StoredDraft | None) -> int | None:
    return draft.version if draft is not None else None
