"""Invented citizens whose data nobody else has: what bears them may stand nowhere but where it is meant to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOW_MANY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One invented citizen. No part of it is found anywhere by chance."""

    number: int

    @property
    def id_number(self) -> str:
        return f"0791619{self.number:02}717"

    @property
    def phone(self) -> str:
        return f"09137{self.number:02}246"

    @property
    def name(self) -> str:
        return f"Trần Thị Hoàng Yểng {chr(65 + self.number // 10)}{chr(97 + self.number % 10)}"

    @property
    def code(self) -> str:
        return f"H99.88.77-261102-{self.number:04}"

    @property
    def word(self) -> str:
        """What only this one typed."""
        return f"chimvanganh{self.number:02}"

    @property
    def traces(self) -> tuple[str, ...]:
        """What must not be found."""
        return (self.id_number, self.phone, self.name, self.word, spaced(self.id_number), spaced(self.phone))


def spaced(digits: str) -> str:
    """Return a number as people group it."""
    return " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def list_canaries() -> list[Canary]:
    """List all of them."""
    return [Canary(number=number) for number in range(HOW_MANY)]


def find_traces(folder: Path, traces: list[str]) -> Iterator[str]:
    """Give each file under a folder that bears a trace, with the trace."""
    wanted = [(trace, trace.encode()) for trace in traces]
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        for trace, encoded in wanted:
            if encoded in content:
                yield f"{path.relative_to(folder)}: {trace}"
