"""Puts questions that ask the same into one group, whatever their accents, typos and order."""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.database import Database
from bot.storage.questions import (
    AskedQuestion,
    list_near_groups,
    list_ungrouped,
    record_group,
    record_grouped,
)
from vietnamese.features import read_words
from vietnamese.likeness import list_marks, measure_likeness
from vietnamese.normalise import fold

SAME_FROM = 0.75
"""Two questions this much alike ask the same. Measured on pairs in tests/integration/questions."""
_BATCH = 100
_NEAR = 50

log = structlog.get_logger()


async def group_questions(database: Database) -> int:
    """Put every new question into a group, and return how many there were."""
    total = 0
    while True:
        async with database.begin() as tx:
            batch = await list_ungrouped(tx, limit=_BATCH)
            for question in batch:
                await record_grouped(tx, question, await _choose_group(tx, question))
        total += len(batch)
        if len(batch) < _BATCH:
            return total


async def _choose_group(tx: AsyncSession, question: AskedQuestion) -> UUID:
    words = sorted({fold(word) for word in read_words(question.text)})
    marks = list_marks(question.text)
    near = [
        (measure_likeness(marks, list_marks(sample)), group_id)
        for group_id, sample in await list_near_groups(tx, words, limit=_NEAR)
    ]
    likeness, group_id = max(near, key=lambda pair: (pair[0], str(pair[1])), default=(0.0, None))
    if group_id is not None and likeness >= SAME_FROM:
        return group_id
    return await record_group(tx, question, words)
