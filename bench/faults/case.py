"""One fault: its name, its story, what it runs, and what it says of a machine that cannot run it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from bench.faults.scene import Scene

Figures = dict[str, float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fault."""

    name: str
    story: str
    run: Callable[[Scene], Coroutine[None, None, Figures]]
    is_small: bool = True
    disk_mb: int | None = None
    """So small must the disk be on which it is run; None: as it is."""
