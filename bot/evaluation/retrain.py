"""Keeps the understanding model in step with the phrasings: trained behind, judged, swapped in or refused.

What is published is found by retrieval within seconds; the model follows in minutes. One process at a time trains.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.clock import hanoi_date
from bot.content.catalogue import Catalogue, load_catalogue
from bot.domain.training import Training, TrainingState
from bot.evaluation.model_trainer import ModelTrainer, TrainingFailed
from bot.evaluation.questions import HeldOut
from bot.evaluation.score import find_name, is_left_unanswered, judge
from bot.storage.database import Database
from bot.storage.trainings import (
    find_last_training,
    find_phrasings_changed_at,
    record_training_begun,
    record_training_ended,
)
from bot.understanding.rasa import RasaClient
from bot.understanding.understand import Understanding
from phrasings.load import load_phrasings

GUARD_KEY = 0x06_0004
"""The advisory lock of whoever trains."""
QUIET = timedelta(seconds=15)
"""Phrasings that were just published may be followed by more; one training learns them all."""
TRY_AGAIN_AFTER = timedelta(minutes=10)
MOST_LOST = 0.01
"""The share of golden questions by which a model may be worse. Two trainings that differ by one phrasing differ by
up to 0.4 % (decision 45)."""
_LISTED = 50
_ASKED_TIMEOUT_MS = 5000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a model does with the held-out questions."""

    right: frozenset[str]
    refused: int


class Retrainer:
    """Looks whether there is something new to learn, and learns it."""

    def __init__(
        self,
        database: Database,
        trainer: ModelTrainer,
        open_understanding: Callable[[], AbstractAsyncContextManager[Understanding]],
        held_out: Callable[[], HeldOut],
        *,
        nlu_url: str,
        data_dir: Path,
    ) -> None:
        """Take its parts. `data_dir`: data/, whose model is the one that the product brings along."""
        self._database = database
        self._trainer = trainer
        self._open = open_understanding
        self._held_out = held_out
        self._nlu_url = nlu_url
        self._data_dir = data_dir
        self._shipped: str | None = None
        self._wanted: tuple[int, str] | None = None
        self._settled: tuple[datetime | None, int] | None = None
        """What the phrasings looked like when there was nothing left to learn from them."""

    async def keep_up(self, now: datetime) -> Training | None:
        """Learn what is new, or see that the server has the model that was taken last; return the training."""
        async with self._database.begin() as tx:
            changed = await find_phrasings_changed_at(tx)
        if changed == self._settled:
            await self._serve_wanted()
            return None
        if changed[0] is not None and now - changed[0] < QUIET:
            return None
        async with await self._database.listen() as guard:
            cursor = await guard.execute("SELECT pg_try_advisory_lock(%s)", (GUARD_KEY,))
            row = await cursor.fetchone()
            if row is None or not row[0]:
                return None
            return await self._learn(changed, now)

    async def _learn(self, changed: tuple[datetime | None, int], now: datetime) -> Training | None:
        async with self._database.begin() as tx:
            catalogue = await load_catalogue(tx)
            last = await find_last_training(tx)
        phrasings = collect_phrasings(catalogue)
        fingerprint = take_fingerprint(phrasings)
        if self._shipped is None:
            shipped = await asyncio.to_thread(load_phrasings, self._data_dir)
            self._shipped = take_fingerprint(shipped)
        learned = last.fingerprint if last is not None else self._shipped
        ended = last is None or last.state in (TrainingState.LIVE, TrainingState.REFUSED)
        if fingerprint == learned and ended:
            self._settled = changed
            await self._serve_wanted()
            return None
        if last is not None and last.state is TrainingState.FAILED and now - last.started_at < TRY_AGAIN_AFTER:
            return None
        data = self._data_dir
        if fingerprint != self._shipped:
            data = await asyncio.to_thread(self._trainer.export, phrasings, fingerprint)
        return await self._run(data, fingerprint, sum(map(len, phrasings.values())), now)

    async def _run(self, data: Path, fingerprint: str, count: int, now: datetime) -> Training | None:
        began = time.monotonic()
        async with self._database.begin() as tx:
            training_id = await record_training_begun(tx, fingerprint, now=now)
        state, model, reason = TrainingState.FAILED, "", "Bị dừng giữa chừng."
        figures: dict[str, Any] = {"phrasings": count}
        try:
            if self._wanted is not None:
                self._trainer.keep(self._wanted[1])
            model = await self._trainer.train(data)
            figures["training_s"] = round(time.monotonic() - began, 1)
            before, after, held_out = await self._judge(model, hanoi_date(now))
            figures |= _compare(before, after, held_out)
            figures["judging_s"] = round(time.monotonic() - began - figures["training_s"], 1)
            reason = _find_reason(figures)
            state = TrainingState.REFUSED if reason else TrainingState.LIVE
            if not reason:
                await self._trainer.swap(model)
                self._trainer.announce(model)
                self._wanted = (training_id, model)
        except TrainingFailed as failed:
            state, reason = TrainingState.FAILED, str(failed)
        finally:
            ended_at = now + timedelta(seconds=time.monotonic() - began)
            async with self._database.begin() as tx:
                await record_training_ended(
                    tx, training_id, state, model=model, reason=reason, figures=figures, now=ended_at
                )
            log.info("training.ended", state=state, model=model, seconds=round(time.monotonic() - began, 1))
        async with self._database.begin() as tx:
            return await find_last_training(tx)

    async def _judge(self, model: str, day: date) -> tuple[Judged, Judged, HeldOut]:
        """Ask the model in use and the candidate the held-out questions, with the same catalogue."""
        held_out = await asyncio.to_thread(self._held_out)
        async with self._database.begin() as tx:
            catalogue = await load_catalogue(tx)
        async with self._open() as reader, self._trainer.serving(model) as url:
            now_serving, candidate = (
                RasaClient(each, timeout_ms=_ASKED_TIMEOUT_MS) for each in (self._nlu_url, url)
            )
            try:
                before = await _ask(reader.ask(now_serving), catalogue, held_out, day)
                after = await _ask(reader.ask(candidate), catalogue, held_out, day)
                if not await candidate.check():
                    raise TrainingFailed("Mô hình mới ngừng trả lời khi đang được chấm.")
            finally:
                await now_serving.close()
                await candidate.close()
        return before, after, held_out

    async def _serve_wanted(self) -> None:
        """See that the server answers with the model that was taken last, also after either was started again."""
        async with self._database.begin() as tx:
            live = await find_last_training(tx, TrainingState.LIVE)
        if live is None:
            return
        try:
            if self._wanted is None or self._wanted[0] != live.id:
                folder = self._trainer.folder_of(live.fingerprint)
                # Another version of the product needs another model of the same phrasings: this trains it.
                model = await self._trainer.train(folder if folder.exists() else self._data_dir)
                self._wanted = (live.id, model)
            served = await self._trainer.find_served()
            if served not in (None, self._wanted[1]):
                await self._trainer.swap(self._wanted[1])
                log.info("training.swapped_again", model=self._wanted[1])
            self._trainer.announce(self._wanted[1])
        except TrainingFailed as failed:
            log.warning("training.not_served", error=str(failed))


def collect_phrasings(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return all that the model learns from: published phrasings, and questions that staff linked."""
    collected = dict(catalogue.phrasings)
    for name, texts in catalogue.linked.items():
        collected[name] = tuple(dict.fromkeys((*collected.get(name, ()), *texts)))
    return collected


def take_fingerprint(phrasings: Mapping[str, tuple[str, ...]]) -> str:
    """Return a hash of phrasings, whatever order their names stand in."""
    canonical = json.dumps({name: list(texts) for name, texts in phrasings.items()}, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


async def _ask(understanding: Understanding, catalogue: Catalogue, held_out: HeldOut, day: date) -> Judged:
    right = set()
    for question in held_out.golden:
        name = find_name(await understanding.understand(question.text, day=day), question)
        if judge(name, question, catalogue) == question.expected[0]:
            right.add(question.text)
    left = [await is_left_unanswered(understanding, text, day=day) for text in held_out.out_of_scope]
    return Judged(right=frozenset(right), refused=sum(left))


def _compare(before: Judged, after: Judged, held_out: HeldOut) -> dict[str, Any]:
    return {
        "questions": len(held_out.golden),
        "right_before": len(before.right),
        "right_after": len(after.right),
        "out_of_scope": len(held_out.out_of_scope),
        "refused_before": before.refused,
        "refused_after": after.refused,
        "broken": sorted(before.right - after.right)[:_LISTED],
        "mended": sorted(after.right - before.right)[:_LISTED],
    }


def _find_reason(figures: Mapping[str, Any]) -> str:
    """Return why a model is not taken, empty where it is."""
    lost = figures["right_before"] - figures["right_after"]
    if lost > math.floor(MOST_LOST * figures["questions"]):
        return f"Không thay: mô hình mới trả lời đúng ít hơn {lost} câu hỏi mẫu. Mô hình cũ vẫn dùng."
    answered = figures["refused_before"] - figures["refused_after"]
    if answered > math.floor(MOST_LOST * figures["out_of_scope"]) + 1:
        return f"Không thay: mô hình mới trả lời bừa thêm {answered} câu ngoài phạm vi. Mô hình cũ vẫn dùng."
    return ""
