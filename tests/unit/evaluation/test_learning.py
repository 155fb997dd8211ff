"""Weights are learnt from one half of the messages, and the other half is told how it is read."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
from rich.console import Console

from bot.commands.learning import Asked, learn_from_half
from bot.evaluation.learn_ranking import Example, is_for_development

COLUMNS = ("right", "noise")


def _ask(text: str, *, is_first_right: bool) -> Asked:
    features = np.array([[1.0, 0.3], [0.0, 0.3]]) if is_first_right else np.array([[0.0, 0.3], [1.0, 0.3]])
    example = Example(names=("a", "b"), features=features, is_right=np.array([is_first_right, not is_first_right]))
    return Asked(text=text, kind="any", example=example)


def test_one_half_teaches_and_the_other_is_told_of(tmp_path: Path) -> None:
    asked = [_ask(f"câu {number}", is_first_right=number % 3 > 0) for number in range(60)]
    learnt = sum(is_for_development(each.text) for each in asked)
    told, path = StringIO(), tmp_path / "weights.json"
    learn_from_half(asked, columns=COLUMNS, path=path, console=Console(file=told, width=200), counts_as={"any": 2})
    weights = json.loads(path.read_text())["weights"]
    assert weights["right"] > 0
    assert weights["noise"] == 0
    assert f"{2 * learnt} câu" in told.getvalue()
    assert f"{60 - learnt}" in told.getvalue()
    assert "100.0%" in told.getvalue()
