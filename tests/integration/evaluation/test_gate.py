"""The publish gate shows which held-out questions a change of content answers otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot.clock import hanoi_date
from bot.content.catalogue import Catalogue
from bot.evaluation.gate import ChangedAnswer, ContentState, find_changed_answers
from bot.evaluation.questions import GoldenQuestion
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
