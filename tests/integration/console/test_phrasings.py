"""How citizens ask for a unit is edited by one and published by another; two at once lose nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.content.catalogue import load_catalogue
from bot.domain.content import ContentKind
from bot.domain.training import TrainingState
from bot.storage.database import Database
from bot.storage.trainings import record_training_begun, record_training_ended
from tests.integration.console.conftest import OTHER, UNIT, Browser, record_gate

PATH = f"/console/answers/{UNIT}/phrasings"
OTHER_PATH = f"/console/answers/{OTHER}/phrasings"


async def publish(editor: Browser, reviewer: Browser, seeded: Database, path: str, texts: str) -> None:
    unit_id = path.split("/")[3]
    response = await editor.post(path, {**await editor.read_form(path), "texts": texts})
    assert response.headers["location"] == f"{path}?done=submitted"
    await record_gate(seeded, unit_id, kind=ContentKind.PHRASINGS)
    review = f"/console/reviews/phrasings/{unit_id}"
    decided = await reviewer.decide(review, do="publish")
    assert decided.headers["location"] == f"{path}?done=published"


async def test_phrasings_are_published_by_another_and_reach_the_catalogue(
    editor: Browser, reviewer: Browser, seeded: Database
) -> None:
    typed = "đổi thẻ hết nhiêu\n\n  Đổi   thẻ hết nhiêu \nphí đổi thẻ"
    await publish(editor, reviewer, seeded, PATH, typed)
    async with seeded.begin() as tx:
        catalogue = await load_catalogue(tx)
    assert catalogue.phrasings == {UNIT: ("Đổi thẻ hết nhiêu", "phí đổi thẻ")}
    assert "2 cách hỏi" in (await editor.get(f"/console/answers/{UNIT}")).text

    # What asks for one unit cannot ask for another as well.
    taken = await editor.post(OTHER_PATH, {**await editor.read_form(OTHER_PATH), "texts": "PHÍ đổi thẻ"})
    assert taken.status_code == 422
    assert f"đã là cách hỏi của {UNIT}" in taken.text


async def test_two_people_editing_phrasings_lose_nothing(editor: Browser, second_editor: Browser) -> None:
    opened_by_both = await second_editor.read_form(PATH)
    await editor.post(PATH, {**await editor.read_form(PATH), "texts": "cách của lan"})
    response = await second_editor.post(PATH, {**opened_by_both, "texts": "cách của minh"})
    assert response.status_code == 409
    assert "[bỏ: </span>lan" in response.text
    assert ">\ncách của minh</textarea>" in response.text
    assert (await editor.read_form(PATH))["texts"] == "cách của lan"


async def test_the_state_and_figures_of_a_training_are_shown(editor: Browser, seeded: Database) -> None:
    assert "mô hình đi kèm sản phẩm" in (await editor.get("/console/training")).text
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    async with seeded.begin() as tx:
        await record_training_begun(tx, "cut off", now=now)
        training = await record_training_begun(tx, "x", now=now)
        figures = {
            **{"phrasings": 1234, "questions": 100, "right_before": 98, "right_after": 90},
            **{"out_of_scope": 10, "refused_before": 9, "refused_after": 9, "training_s": 61.5},
            **{"broken": ["lệ phí đổi thẻ"], "mended": []},
        }
        await record_training_ended(
            tx, training, TrainingState.REFUSED, model="m", reason="Ít hơn 8 câu.", figures=figures, now=now
        )
    page = (await editor.get("/console/training")).text
    for shown in ("Ít hơn 8 câu.", "trước đúng 98", "lệ phí đổi thẻ", "Bị ngắt giữa chừng", "1.234 cách hỏi"):
        assert shown in page
