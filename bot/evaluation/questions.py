"""The held-out questions in tests/nlu: what citizens ask, in words that no training phrase has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import PROJECT_ROOT
from bot.yaml_files import read_yaml

HELD_OUT = PROJECT_ROOT / "tests" / "nlu"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenQuestion:
    """A question and the units that answer it; the first is the best."""

    text: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Every held-out question. `dangerous`: a message, and the kind of fixed answer that it must get."""

    golden: tuple[GoldenQuestion, ...]
    out_of_scope: tuple[str, ...]
    dangerous: tuple[tuple[str, str], ...]


def read_held_out(folder: Path = HELD_OUT) -> HeldOut:
    """Return the questions of a folder shaped as tests/nlu."""
    return HeldOut(
        golden=tuple(
            GoldenQuestion(text=each["question"], expected=as_tuple(each["expect"]))
            for path in sorted((folder / "golden").glob("*.yml"))
            for each in _read(path)
        ),
        out_of_scope=tuple(str(each) for path in sorted(folder.glob("out_of_scope*.yml")) for each in _read(path)),
        dangerous=tuple((each["question"], each["expect"]) for each in _read(folder / "safety.yml")),
    )


def as_tuple(given: str | list[str]) -> tuple[str, ...]:
    """Return what a file gives as one name or several."""
    return (given,) if isinstance(given, str) else tuple(given)


def _read(path: Path) -> list[Any]:
    return list(read_yaml(path))
