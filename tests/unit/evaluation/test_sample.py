"""The sample on which pipelines are compared: the same one every time, and read back as it was written."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.questions import GoldenQuestion
from bot.evaluation.sample import PHRASINGS_EACH, choose_sample, write_sample
from bot.understanding.evidence import OUT_OF_SCOPE
from phrasings.load import load_phrasings

PHRASINGS = {name: [f"{name} câu {at}" for at in range(9)] for name in ("a", "b", "c", "d", OUT_OF_SCOPE)}
GOLDEN = [GoldenQuestion(text=f"hỏi {name}", expected=(name,)) for name in ("a", "b", "c", "unknown-unit")]


def test_only_units_that_are_asked_for_are_chosen(tmp_path: Path) -> None:
    sample = choose_sample(PHRASINGS, GOLDEN, units=2)
    names = set(sample.phrasings)
    assert OUT_OF_SCOPE in names
    assert len(names - {OUT_OF_SCOPE}) == 2
    assert names - {OUT_OF_SCOPE} <= {"a", "b", "c"}
    assert {question.expected[0] for question in sample.questions} == names - {OUT_OF_SCOPE}
    assert all(len(texts) == PHRASINGS_EACH for texts in sample.phrasings.values())
    assert choose_sample(PHRASINGS, GOLDEN, units=2) == sample
    written = load_phrasings(write_sample(sample, tmp_path))
    assert {name: list(texts) for name, texts in written.items()} == sample.phrasings
