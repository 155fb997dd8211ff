"""The faults that take seconds, each against real processes; `bot faults` runs all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.faults.case import Case
from bench.faults.cases import CASES
from bench.faults.scene import Scene, make_scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    with make_scene() as scene:
        yield scene


@pytest.mark.parametrize("case", [case for case in CASES if case.is_small], ids=lambda case: case.name)
async def test_what_must_hold_holds(case: Case, scene: Scene) -> None:
    assert await case.run(scene)
