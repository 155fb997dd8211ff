"""The publish gate shows which held-out questions a change of content answers otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from bot.clock import hanoi_date
from bot.content.catalogue import Catalogue
from bot.content.drafts import Seen, gate_is_open, save_draft
from bot.content.schema import AnswerUnit
from bot.domain.content import ContentKind
from bot.evaluation.gate import ChangedAnswer, ContentState, find_changed_answers
from bot.evaluation.questions import GoldenQuestion
from bot.evaluation.review import GateRunner
from bot.storage.content_drafts import StoredDraft, find_draft
from bot.understanding.understand import Understanding
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import running_core

FEE = "can-cuoc.cap-doi.le-phi"
QUESTIONS = (
    GoldenQuestion(text="lệ phí đổi thẻ căn cước là bao nhiêu", expected=(FEE,)),
    GoldenQuestion(text="vneid là gì", expected=("vneid.la-gi",)),
)


async def _changed(core: Core, candidate: Catalogue) -> list[ChangedAnswer]:
    return await find_changed_answers(
        QUESTIONS,
        published=ContentState(catalogue=core.catalogue.current, understanding=core.understanding),
        candidate=ContentState(catalogue=candidate, understanding=core.understanding.read_for(candidate)),
        day=hanoi_date(core.clock()),
    )


async def test_the_gate_tells_a_changed_text_from_a_broken_answer(
    database_url: SecretStr, tmp_path: Path, clock: MovedClock
) -> None:
    """T30: poisoned answers or phrasings."""
    async with running_core(database_url, tmp_path, clock) as core:
        published = core.catalogue.current
        assert await _changed(core, published) == []

        unit = published.units[FEE]
        reworded = unit.model_copy(
            update={"versions": tuple(v.model_copy(update={"text": "Mức mới."}) for v in unit.versions)}
        )
        changed = await _changed(core, replace(published, units={**published.units, FEE: reworded}))
        assert [(each.question, each.after, each.breaks) for each in changed] == [
            (QUESTIONS[0].text, "Mức mới.", False)
        ]

        without = {name: each for name, each in published.units.items() if name != FEE}
        changed = await _changed(core, replace(published, units=without))
        assert [(each.question, each.name_before, each.breaks) for each in changed] == [
            (QUESTIONS[0].text, FEE, True)
        ]


async def test_drafts_that_wait_are_asked_about(
    database_url: SecretStr, tmp_path: Path, clock: MovedClock
) -> None:
    async with running_core(database_url, tmp_path, clock) as core:

        @asynccontextmanager
        async def understanding() -> AsyncIterator[Understanding]:
            yield core.understanding

        gate = GateRunner(core.database, understanding, lambda: QUESTIONS)
        assert await gate.run_waiting(clock()) == 0
        unit = core.catalogue.current.units[FEE]
        later = tuple(v.model_copy(update={"effective_from": date(2027, 6, 1)}) for v in unit.versions[-1:])
        draft = await _submit(core, unit.model_copy(update={"versions": later}), Seen(revision=1, version=0))
        assert await gate.run_waiting(clock()) == 1
        assert await gate.run_waiting(clock()) == 0, "once for each version"
        ran = await _read(core)
        assert ran.gate is not None
        assert (ran.gate["questions"], ran.gate["changed_count"]) == (2, 1)
        assert ran.gate["changed"][0]["breaks"]
        assert not gate_is_open(ran)

        text = tuple(v.model_copy(update={"text": "Mức mới."}) for v in unit.versions)
        await _submit(core, unit.model_copy(update={"versions": text}), Seen(revision=1, version=draft.version))
        assert (await _read(core)).gate is None
        await gate.run_waiting(clock())
        assert gate_is_open(await _read(core))


async def _submit(core: Core, unit: AnswerUnit, seen: Seen) -> StoredDraft:
    async with core.database.begin() as tx:
        draft = await save_draft(tx, unit, seen=seen, author="a@b.vn", now=core.clock(), submit=True)
    assert draft is not None
    return draft


async def _read(core: Core) -> StoredDraft:
    async with core.database.begin() as tx:
        draft = await find_draft(tx, ContentKind.ANSWER, FEE)
    assert draft is not None
    return draft
